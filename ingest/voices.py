"""Sentence → whose word it is: a company's, an analyst's, an agency's, a press report's, or the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import speech
from .companies import Companies
from .lexicon import FUNCTION
from .references import refer
from .sentences import sentences
from .types import Source

COMPANY, NAMED, PASSING, PRESS, NAMELESS, ARTICLE = range(6)  # of several voices a sentence rests on the first of these


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks. `rank`: a company, somebody named, who only passes it on, a press report, somebody without a name, the article.

    `near`: the characters of the sentence among which the day may stand on which it spoke; `to`: the paper that it told alone;
    `monthly`: it counts or estimates, and does so again and again.
    """

    rank: int
    name: str = ""
    near: tuple[int, int] = (0, 0)
    to: str = ""
    monthly: bool = False


_AHEAD, _AFTER = 45, 25  # characters before and behind a verb of saying that its day stands within
SILENT = Voice(ARTICLE)


class Reader:
    """Reads whose word the sentences of one article are. `papers`: name and label of each report that the article digests."""

    def __init__(self, source: Source, companies: Companies, publisher: str, papers: Sequence[tuple[str, str]]):
        self._source, self._companies, self._publisher = source, companies, publisher
        self._papers = [paper for paper in papers if paper[0] != publisher and not self._named_after(paper[0])]
        self._alone = len(self._papers) == len(source.sources) == 1

    def voice(self, text: str, before: str, depth: int = 4) -> Voice:
        """Whose word a sentence is; where it does not say, whose word the text before goes on with."""
        plain, house = speech.masked(text), self._house(text)
        found = self._explicit(text, before, depth)
        if house and (found is None or found.rank == ARTICLE):
            return house
        if found and found.rank < ARTICLE or speech.SELF.search(plain):
            return found or SILENT
        line = speech.DATELINE.search(f"{before}\n{text}"[:400])
        if line and not self._company(line["who"] or line["by"]):
            return Voice(PASSING, line["who"] or line["by"])
        if found:
            return found
        for mention in self._companies.find(plain):
            if self._companies.is_company(mention.actor) and speech.DEED.match(plain, mention.end):
                return Voice(COMPANY, mention.actor, (mention.end - _AHEAD, _clause(plain, mention.end)))
        last, earlier = _split(before) if depth and not re.search(r"\n\s*\n\s*$", before) else ("", "")
        ongoing = bool(speech.ONGOING.match(text))
        told = SILENT
        if last and (ongoing or not (speech.CONTRAST.match(text) or self._elsewhere(plain, last))):
            told = self.voice(last, earlier, depth - 1 if ongoing else 0)
        if not ongoing and told.rank == COMPANY and not speech.DOCUMENT.search(last):  # else its own words go on
            told = SILENT
        if told.rank < PRESS or told.rank == PRESS and re.match(r"It|They", text):  # "the deal" is not the report's word alone
            return replace(told, near=(0, 0))
        return Voice(PRESS, self._papers[0][1]) if self._alone else SILENT

    def _house(self, text: str) -> Voice | None:
        """The company that publishes the text itself, or through a wire for releases."""
        name = self._named_after(self._publisher)
        if not name and speech.WIRE.search(self._publisher):
            name = self._company(text) or self._company(self._source.title) or next(iter(self._source.listed), None)
        return Voice(COMPANY, name) if name else None

    def _explicit(self, text: str, before: str, depth: int) -> Voice | None:
        """Who speaks by the sentence's own words; None where they do not say."""
        plain = speech.masked(text)
        said = list(self._said(text, plain, before, depth))
        writer = speech.FIRST_PERSON.search(plain)
        if writer and said and writer.start() < said[0][0].start():
            return SILENT
        last = next((voice for verb, voice in said[-1:] if voice.rank < ARTICLE and speech.closes(plain, verb)), None)
        lead = last or (said[0][1] if said else None)
        if lead and lead.rank in (PASSING, PRESS):  # "Reuters reported that Verizon said"
            inner = (voice for verb, voice in said[1:] if verb["firm"] and voice.rank <= NAMED and verb.start() - said[0][0].end() < 70)
            lead = next(inner, lead)
        if lead and lead.rank <= NAMED:
            return lead
        if not said and speech.OWN_WORD.search(plain):
            company = self._company(plain) or self._company(text) or self._last_company(before)
            if company:
                return Voice(COMPANY, company)
        found = min([*self._cited(text, plain, before, depth), *([lead] if lead else [])], key=lambda voice: voice.rank, default=None)
        return SILENT if found and found.rank > NAMED and speech.SELF.search(plain) else found

    def _said(self, text: str, plain: str, before: str, depth: int) -> Iterator[tuple[re.Match[str], Voice]]:
        for verb in speech.SAYING.finditer(plain):
            if speech.says(plain, verb):
                head, aside = speech.subject(plain, verb)
                found = self._who(head, aside, text, before, depth, verb)
                if found and not self._weak(head, verb, found):
                    told = speech.INTERVIEW.search(plain) if found.rank == COMPANY else None
                    to = (told["who"] or told["other"] or self._publisher) if told else ""
                    end = _clause(plain, verb.end()) if verb.group() == "announced" else verb.end() + _AFTER
                    yield verb, replace(found, near=(verb.start() - _AHEAD, end), to=to)

    def _cited(self, text: str, plain: str, before: str, depth: int) -> Iterator[Voice]:
        """Who is cited in passing: "according to", "IDC's figures"; the report of a digest that the sentence begins with."""
        for match in [*speech.CITED.finditer(plain), *speech.WORK.finditer(plain)]:
            who, told = speech.CUT.split(match["who"])[0], match.group().startswith("told")
            found = self._who(who, "", text, before, depth)
            if found and (found.rank != NAMELESS or speech.RECORD.search(who)) and (
                    not told or found.rank == ARTICLE or re.search(r"'s? (?:researchers|pollsters)", who)
                    or speech.PEOPLE.search(speech.subject(plain, match)[0])):
                yield found
        opening = re.match(r"(?:The )?[\w.&'-]+(?: [A-Z][\w.&'-]*)*", plain)
        paper = self._paper(opening.group()) if opening else None
        if paper:
            yield paper

    def _who(self, head: str, aside: str, text: str, before: str, depth: int, verb: re.Match[str] | None = None) -> Voice | None:
        """Who a noun phrase is; `aside`: what stands beside it between commas. None: nobody who can speak."""
        paper, named, both = self._paper(head), speech.names(re.sub(r" in [A-Z].*", "", head)), f"{head} {aside}"
        if speech.WRITER.search(both) and (paper or not named):
            return paper or self._last_paper(before) or SILENT
        if paper or not head:
            return paper
        if self._publisher and speech.means(head, self._publisher) or speech.HERE.search(head):
            return SILENT
        house = re.search(r"\b(?:at|of|with|for|from) (?=[A-Z])", aside)
        named += speech.names(aside[house.end():]) if house else []
        company = self._company(head) or self._company(aside)
        if company and not speech.ROLE.search(both):
            return Voice(COMPANY, company)
        trade = speech.TRADE.match(head)
        if not named or trade:
            return self._pointed(trade["it"] if trade else head, text, before, depth)
        known = self._introduced(named[0], before)
        if not known and len(named) == 1 and speech.CHIEF.search(both):
            company = self._last_company(before) or self._company(text)
            known = self._earlier(before, depth, (COMPANY,)) or (Voice(COMPANY, company) if company else None)
        monthly = bool(verb and re.match(r"found|find|estimat|forecast|count|rank|calculat", verb.group()))
        return known or Voice(PASSING if verb and verb["passing"] else NAMED, ", ".join(dict.fromkeys(named[:2])), monthly=monthly)

    def _pointed(self, head: str, text: str, before: str, depth: int) -> Voice | None:
        """Whom "she", "the broker", "the same report" or "court papers" are."""
        company = self._meant(head, text, before)
        if speech.PERSON.fullmatch(head):
            chief = company and speech.CHIEF.search(f"{head} {self._source.title} {before}")
            return self._earlier(before, depth, (COMPANY, NAMED)) or (Voice(COMPANY, company) if chief else self._person(before) or SILENT)
        found = None
        if speech.STUDY.match(head):
            broker = before and re.match("the (?:broker|bank|house|firm)", head, re.I)
            first = speech.names(_split(before)[0].split(" ")[0]) if broker else []
            found = self._earlier(before, depth, (NAMED, PASSING, PRESS)) or (Voice(NAMED, first[0]) if first else None)
        if found and not (speech.HOUSE_OF.match(head) and self._company(text)):
            return found
        if re.fullmatch("it", head, re.I) and not self._company(_split(before)[0]):
            found = self._earlier(before, 1, (NAMED, PASSING))
            if found:
                return found
        if speech.HOUSE_OF.match(head) or speech.DOCUMENT.search(head):
            return Voice(COMPANY, company) if company else None
        if speech.PEOPLE.search(head):
            return SILENT
        if self._papers and speech.REPORTS.match(head):
            return Voice(PRESS, self._papers[0][1])
        words = [word for word in re.findall(r"[A-Za-z][\w-]*", head) if word.lower() not in FUNCTION]
        return Voice(NAMELESS, " ".join(words[-5:]).lower()) if words else None

    def _meant(self, head: str, text: str, before: str) -> str | None:
        """The company that "the vendor" is: the one of that trade, else the first of the sentence, else the last before it."""
        units = [(each, False, self._companies.find(each)) for each in (_split(before)[0], text)]
        at = text.find(head)
        found = [mention.actor for mention in refer(units, self._companies.rows)[1] if at <= mention.start < at + len(head)]
        return found[0] if len(found) == 1 else self._company(text) or self._last_company(before)

    def _earlier(self, before: str, depth: int, ranks: tuple[int, ...]) -> Voice | None:
        """The nearest voice of these ranks in the sentences before."""
        while before.strip() and depth:
            last, before = _split(before)
            depth -= 1
            found = self._explicit(last, before, depth)
            if found and found.rank in ranks:
                return found
        return None

    def _person(self, before: str) -> Voice | None:
        """The person, by name or as a paper's editor, whom the text before speaks of last."""
        for found in reversed(list(speech.INTRODUCED.finditer(speech.masked(before)))):
            named = speech.names(found.group())
            if named and not self._company(found.group()):
                return Voice(NAMED, ", ".join(named[:1 if speech.WRITER.search(found.group()) else 2]))
        return None

    def _introduced(self, name: str, before: str) -> Voice | None:
        """Whose surname it is, where the full name stands before."""
        full = None if " " in name else re.search(rf"[A-Z][\w.-]+ {re.escape(name)}\b", before)
        if not full:
            return None
        whole, earlier = next(((before[a:b], before[:a]) for a, b in sentences(before) if a <= full.start() < b), ("", ""))
        company = self._company(whole) if speech.CHIEF.search(whole) and not speech.ROLE.search(whole) else None
        return self._explicit(whole, earlier, 1) or (Voice(COMPANY, company) if company else None)

    def _weak(self, head: str, verb: re.Match[str], voice: Voice) -> bool:
        """Whether a verb makes no speaker of this one: what a company hopes may be anybody's word, what "shares saw" is nobody's."""
        hopes = verb["soft"] and voice.rank == COMPANY and all(self._company(name) for name in speech.names(head))
        return bool(hopes) or voice.rank == NAMELESS and not (verb["firm"] or verb["passing"] or speech.RECORD.search(head))

    def _paper(self, text: str) -> Voice | None:
        """The report of the digest that `text` names."""
        return next((Voice(PRESS, label) for name, label in self._papers if speech.means(text, name)), None)

    def _last_paper(self, before: str) -> Voice | None:
        """The report that the text before names last."""
        spans = reversed(sentences(before)) if self._papers else ()
        return next((paper for start, end in spans if (paper := self._paper(before[start:end]))), None)

    def _elsewhere(self, text: str, last: str) -> bool:
        """Whether a sentence tells of other companies than the one before it."""
        now, then = ({mention.actor for mention in self._companies.find(each)} for each in (text, last))
        return bool(now and then) and now.isdisjoint(then)

    def _company(self, text: str) -> str | None:
        return next((mention.actor for mention in self._companies.find(text) if self._companies.is_company(mention.actor)), None)

    def _named_after(self, publisher: str) -> str | None:
        """The company with whose name a publisher's begins: "Vodafone newsroom"."""
        return next((found.actor for found in self._companies.find(publisher)
                     if not found.start and self._companies.is_company(found.actor)), None)

    def _last_company(self, before: str) -> str | None:
        found = [mention.actor for mention in self._companies.find(before) if self._companies.is_company(mention.actor)]
        return found[-1] if found else self._company(self._source.title) or next(iter(self._source.listed), None)


def _clause(plain: str, start: int) -> int:
    """Where the clause ends that goes on at `start`."""
    return re.compile(r"[,;:(]|\b(?:which|who|while)\b|$").search(plain, start).start()


def _split(before: str) -> tuple[str, str]:
    """The last sentence, and what stands before it."""
    spans = sentences(before)
    return (before[slice(*spans[-1])], before[:spans[-1][0]]) if spans else ("", "")
