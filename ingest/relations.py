"""Sentences with their actors → relations: who supplies, buys, backs, works with or competes with whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from .companies import Companies
from .dates import event_date
from .dealings import ACTOR, CONTEST, DENIED, LISTED, SAID, SYMMETRIC, TELLINGS, WOULD, Telling
from .lexicon import ACTING, BE, MODAL, NOUNLIKE
from .types import RELATIONS, Article, Mention, Relation, Sentence

RECIPE = "1"  # counted into the ledger's version: a change in how relations are read reads the stored articles again
_FAR = 170  # characters between two names that a relation still joins
_NAMES_IT = 5  # characters behind a name from which a pattern says itself what of the name's it means
_LONGEST = 1000  # characters of a sentence: longer ones are tables and lists

_PLAIN = str.maketrans("\n\t\r\u00a0\u202f\u2019\u02bc\u2011\u2010", "     ''--")
_JOIN = re.compile(r"(?:,? (?:and|or|&) |, |/)")
_CLAUSE = re.compile(r"[;:]|\. |,? (?:but|whereas|while|although|though) ")
_NOT_SUBJECT = re.compile(r"\b(?:of|with|for|from|to|by|against|between|at|than|unlike|over|like|on|about) (?:the |rival )?$", re.I)
_THAT = re.compile(r"(?:^|[,;:] (?:and |but )?|\bthat |\b(?:said|says|because|when|as|since|after|before) )$")
_OWNED = re.compile(r"(?:'s)?(?: [\w-]+){1,3}")
_PEOPLE = re.compile(r"\b(?:rivals?|suppliers?|partners?|customers?|chief|boss|executives?|analysts?|shares?|stock|chairman|president)\b")
_BELONGS = re.compile(r"'s (?:[\w-]+ )?(?:rivals?|competitors?|suppliers?|partners?|former|shareholders?)\b")
_ASIDE = re.compile(r", (?!and |or |but |so )(?:an?|the|which|whose|who|part|makers?|with|once|its|both|already|now|[\w-]+ed) "
                    rf"[^;:,]{{2,90}},(?= )|, {ACTOR}'s [^;:,{ACTOR}]{{2,60}},(?= )| \([^()]*\)")
_SAYS_OF_ITSELF = re.compile(r" (?:said|announced|says|announces|confirmed|reported|revealed)(?: [^;:▢]{0,40})?? (?:that )?$")
_VERBS = ACTING | BE | NOUNLIKE | frozenset("ran chooses".split())
_ITS = re.compile(r"\b(?:its|their|it|them)\b")


@dataclass(frozen=True, slots=True)
class _Word:
    """An actor, or a list of actors, where it stands in the marked text."""

    at: int
    actors: tuple[str, ...]


def relations(article: Article, sentences: Sequence[Sentence], bases: Mapping[tuple[int, int], str],
              companies: Companies) -> tuple[Relation, ...]:
    """The relations that the article's sentences tell of, in the order of the text, each once a sentence.

    Titles make none: what they say the text says. What is denied, asked, considered or over is left out. `bases`: those of the
    sentences, by their spans.
    """
    source, found = article.source, []
    for sentence in sentences:
        if sentence.title:
            continue
        told = pairs(sentence, companies)
        if not told:
            continue
        event, known, day = event_date(sentence.text, source.date or source.published), source.known, source.date or source.published
        when = event if event and not (known and event > known) else day
        for subject, kind, object in told:
            key = hashlib.sha256("\0".join((sentence.text, str(sentence.start), subject, kind, object)).encode()).hexdigest()[:12]
            found.append(Relation(f"{source.id}:{key}", source, sentence.text, sentence.start, sentence.end, subject, kind, object, when,
                                  bases.get((sentence.start, sentence.end), "reported")))
    return tuple(found)


def pairs(sentence: Sentence, companies: Companies) -> list[tuple[str, str, str]]:
    """Subject, kind and object of each relation that one sentence tells of.

    A supplier supplies its object, an acquirer buys it, an investor owns a part of it; partners and rivals stand in the order of
    their names.
    """
    named = [mention for mention in sentence.mentions if companies.rows.get(mention.actor, {}).get("kind", "company") == "company"]
    if len({mention.actor for mention in named}) < 2 or len(sentence.text) > _LONGEST or sentence.text.rstrip("\"”'’) ").endswith("?"):
        return []
    text, words = _marked(sentence.text.translate(_PLAIN), named)
    found = dict.fromkeys(_read(text, words))
    plain, left = _without_asides(text, words)
    if len(left) > 1 and plain != text:
        found |= dict.fromkeys(_read(plain, left))
    firm: dict[frozenset[str], str] = {}
    for subject, kind, object in found:
        if kind != "rival":
            pair = frozenset((subject, object))
            firm[pair] = min(firm.get(pair, kind), kind, key=RELATIONS.index)
    return [each for each in found if each[1] == "rival" or firm[frozenset((each[0], each[2]))] == each[1]]


def _marked(text: str, named: Sequence[Mention]) -> tuple[str, list[_Word]]:
    """The text with a mark for each actor or list of actors; who is named by a product is named as its owner."""
    spans: dict[tuple[int, int], list[Mention]] = {}
    for mention in sorted(named, key=lambda mention: (mention.start, -mention.end)):
        if not spans or mention.start >= max(spans)[1] or (mention.start, mention.end) in spans:
            spans.setdefault((mention.start, mention.end), []).append(mention)
    runs: list[list[tuple[int, int]]] = []
    for span in spans:
        if runs and _continues(text, runs, span, spans):
            runs[-1].append(span)
        else:
            runs.append([span])
    out, at, words = "", 0, []
    for run in _lists(text, runs, spans):
        out += text[at:run[0][0]]
        words.append(_Word(len(out), tuple(dict.fromkeys(mention.actor for span in run for mention in spans[span]))))
        out, at = out + ACTOR + ("'s product" if spans[run[-1]][0].kind == "product" else ""), run[-1][1]
    return out + text[at:], words


def _continues(text: str, runs: Sequence[Sequence[tuple[int, int]]], span: tuple[int, int], spans: Mapping) -> bool:
    """Whether a name goes on with the list, or with the name, that stands before it."""
    last = runs[-1][-1]
    gap = text[last[1]:span[0]]
    if gap in (" ", "'s "):
        return {mention.actor for mention in spans[last]} == {mention.actor for mention in spans[span]}  # "NVIDIA's Spectrum-X"
    if not _JOIN.fullmatch(gap):
        return False
    # "A bought B and C sells D", "A lost, and B won": a clause of its own
    return not ("and" in gap and len(runs[-1]) == 1 and (len(runs) > 1 or "," in gap) and _verb(text[span[1]:])
                and ("," in gap or not _THAT.search(text[:last[0]])))


def _lists(text: str, runs: Iterable[list[tuple[int, int]]], spans: Mapping) -> Iterator[list[tuple[int, int]]]:
    """The runs, cut where only commas part the names: those are no list."""
    for run in runs:
        gaps = [text[one[1]:other[0]] for one, other in pairwise(run)]
        last = max((n for n, gap in enumerate(gaps) if not gap.startswith(", ") or len(gap) > 2), default=-1)
        joined = any(gap not in (" ", "'s ", ", ") for gap in gaps)
        start = 0
        for n, gap in enumerate(gaps):
            if gap == ", " and (n > last or not joined):
                yield run[start:n + 1]
                start = n + 1
        yield run[start:]


def _verb(rest: str) -> bool:
    """Whether a text goes on with a verb."""
    words = re.findall(r"[\w'-]+(?![\w'-]|,)", rest[:60])
    while words and (words[0] in MODAL and words[0] not in ACTING or words[0].endswith("ly")):
        words.pop(0)
    return rest.startswith(" ") and bool(words) and (
        words[0] in _VERBS or len(words[0]) > 4 and words[0].endswith(("ed", "s")) and not _PEOPLE.fullmatch(words[0]))


def _without_asides(text: str, words: Sequence[_Word]) -> tuple[str, list[_Word]]:
    """The text without what stands between two commas after a name, and the actors that are left."""
    out, left, at = "", [], 0
    for match in [*_ASIDE.finditer(text), None]:
        stop = match.start() if match else len(text)
        left += [_Word(word.at - at + len(out), word.actors) for word in words if at <= word.at < stop]
        out += text[at:stop]
        at = match.end() if match else stop
    return out, left


def _read(text: str, words: Sequence[_Word]) -> Iterator[tuple[str, str, str]]:
    for n, word in enumerate(words):
        yield from _among(text, words, n)
        clause = max((match.end() for match in _CLAUSE.finditer(text, 0, word.at)), default=0)
        acting = [other for other in words[:n] if other.at >= clause and _subject(text, other)]
        acts = acting[-1] if acting else None
        for other in dict.fromkeys(filter(None, (words[n - 1] if n else None, acts))):
            if other.at < clause:
                continue
            kind = _kind(text, other, word, other is acts)
            if kind:
                yield from _joined(kind.kind, *((word, other) if kind.back else (other, word)))
        yield from _of_speaker(text, words, n)


def _kind(text: str, one: _Word, other: _Word, acts: bool) -> Telling | None:
    between, after = text[one.at + 1:other.at], text[other.at + 1:other.at + 70]
    if len(between) > _FAR or _denied(text, one, other):
        return None
    for telling in TELLINGS:
        if (acts if telling.acts else ACTOR not in between) and telling.between.search(between) and (
                found := telling.after.match(after)) and telling.before.search(text[:one.at]):
            return None if len(found.group()) < _NAMES_IT and _BELONGS.match(after) else telling
    return None


def _denied(text: str, one: _Word, other: _Word) -> bool:
    """Whether what joins the two is denied, open, only possible, or over."""
    clause = max((match.end() for match in re.finditer(r"[;:]|\. |, (?:and|but|so) ", text[:one.at])), default=0)
    before, between = text[clause:one.at], text[one.at + 1:other.at]
    if DENIED.search(between) or DENIED.search(before.rsplit(", ", 1)[-1]):
        return True
    return bool(WOULD.search(between)) and not SAID.search(text[:other.at])


def _subject(text: str, word: _Word) -> bool:
    """Whether an actor acts: it stands before a verb, and no preposition before it; "Verizon's wholesale arm" acts for Verizon."""
    rest, before = text[word.at + 1:], text[:word.at]
    if rest.startswith((", which ", ", who ")):
        return True
    if _NOT_SUBJECT.search(before):
        return False
    own = _OWNED.match(rest)
    ends = [match.end() for match in re.finditer(r" [\w-]+", own.group())] if own and not _PEOPLE.search(own.group()) else []
    return _verb(rest) or rest.startswith(", ") and bool(_THAT.search(before)) or any(_verb(rest[end:]) for end in ends)


def _of_speaker(text: str, words: Sequence[_Word], n: int) -> Iterator[tuple[str, str, str]]:
    """"A said that B will make its fibre": its is A's."""
    if n and _SAYS_OF_ITSELF.fullmatch(text[words[n - 1].at + 1:words[n].at]):
        speaker, word = words[n - 1], words[n]
        end = words[n + 1].at if n + 1 < len(words) else len(text)
        match = _ITS.search(text, word.at, end)
        if match:
            marked = text[:match.start()] + ACTOR + ("'s" if match.group() in ("its", "their") else "") + text[match.end():]
            kind = _kind(marked, word, _Word(match.start(), speaker.actors), True)
            if kind:
                yield from _joined(kind.kind, *((speaker, word) if kind.back else (word, speaker)))


def _among(text: str, words: Sequence[_Word], n: int) -> Iterator[tuple[str, str, str]]:
    """What the members of a list are to one another, and the two sides of a contest."""
    word = words[n]
    before, after = text[:word.at], text[word.at + 1:word.at + 120]
    clause = _CLAUSE.split(before)[-1]
    if len(word.actors) > 1 and not DENIED.search(clause):
        for kind, left, right in LISTED:
            found = right.match(after)
            if left.search(before) and found and not DENIED.search(found.group()):
                for one, other in combinations(word.actors, 2):
                    yield _ordered(kind, one, other)
    if CONTEST.search(before) and n + 1 < len(words) and re.match(r"[^;:]{0,80} and $", text[word.at + 1:words[n + 1].at]):
        yield from _joined("rival", word, words[n + 1])


def _joined(kind: str, one: _Word, other: _Word) -> Iterator[tuple[str, str, str]]:
    for subject in one.actors:
        for object in other.actors:
            if subject != object:
                yield _ordered(kind, subject, object)


def _ordered(kind: str, subject: str, object: str) -> tuple[str, str, str]:
    return (object, kind, subject) if kind in SYMMETRIC and object < subject else (subject, kind, object)
