"""Claims → verdicts: who wins, who loses, on how many independent origins, and since when.

The rule, for the claims about one actor:

1. A claim weighs what its basis is worth (BASIS) times its confidence, halved for every two years (HALF_LIFE) that it is older
   than the actor's newest claim.
2. Gains count for the actor, losses against it, a mixed claim half on each side. Of the claims of one origin on one side only the
   heaviest counts: what is retold ten times is still one source.
3. Together under ENOUGH: unclear. At least two thirds (PREVAILS) on the one side: that side prevails. Else: mixed.
4. If what speaks against prevails: loses where at least half of its weight is reported, else pressured.

The confidence rises with the weight, counted per origin, and with how clear the balance is; it falls with the age of the newest
claim. Time alone changes the confidence, never the outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim

from .types import Change, Verdict

BASIS = {"reported": 1.0, "company": 0.5, "opinion": 0.6, "forecast": 0.4, "question": 0.1}
HALF_LIFE = 730  # days
ENOUGH = 0.15
PREVAILS = 2 / 3


def weigh(claims: Iterable[Claim], as_of: date) -> list[Verdict]:
    """A verdict for each actor that the claims are about, the surest first. The claims carry the origins that they share."""
    return sorted((_verdict(actor, found, as_of) for actor, found in by_actor(claims).items()), key=lambda v: (-v.confidence, v.actor))


def by_actor(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims about each actor, in their order."""
    about: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        about[claim.actor].append(claim)
    return about


def weight(claim: Claim, newest: date | None) -> float:
    """What a claim is worth beside one of the day `newest`, from 0 to 1; one without a day counts as two half-lives older."""
    day = claim.day
    age = max((newest - day).days, 0) if newest and day else 2 * HALF_LIFE if newest else 0
    return BASIS[claim.basis] * claim.confidence * 0.5 ** (age / HALF_LIFE)


def changes(claims: Sequence[Claim]) -> list[Change]:
    """How the verdict on one actor came to be what it is, oldest first; the first change comes from no verdict.

    `because`: the claims that became known on the day it changed and speak for the new verdict.
    """
    dated = sorted((claim for claim in claims if claim.source.known), key=lambda claim: claim.source.known)
    found: list[Change] = []
    before: Verdict | None = None
    for at, claim in enumerate(dated):
        day = claim.source.known
        if at + 1 < len(dated) and dated[at + 1].source.known == day:
            continue
        after = _verdict(claim.actor, dated[:at + 1], day)
        if before is None or after.outcome != before.outcome:
            new = [claim for claim in dated[:at + 1] if claim.source.known == day]
            found.append(Change(day, before, after, _reasons(before, after, new)))
        before = after
    return found


def changed(claims: Iterable[Claim], since: date, as_of: date) -> list[Change]:
    """The verdicts that are not what they were on the day `since`, the latest first, with the last day that turned each."""
    found = []
    for actor, all_of in by_actor(claims).items():
        early = [claim for claim in all_of if claim.source.known and claim.source.known <= since]
        if len(early) == len(all_of):
            continue
        before, after = _verdict(actor, early, since) if early else None, _verdict(actor, all_of, as_of)
        if before and before.outcome == after.outcome:
            continue
        turns = [change.day for change in changes(all_of) if change.day > since]
        day = turns[-1] if turns else as_of
        new = [claim for claim in all_of if claim.source.known and since < claim.source.known <= day]
        found.append(Change(day, before, after, _reasons(before, after, new)))
    return sorted(found, key=lambda change: (change.day, change.after.confidence), reverse=True)


def _reasons(before: Verdict | None, after: Verdict, new: Sequence[Claim]) -> tuple[Claim, ...]:
    """Those of the new claims that explain the change, the heaviest first."""
    order = ("loses", "pressured", "mixed", "wins")
    up = after.outcome == "wins" or before is not None and before.outcome in order and after.outcome in order \
        and order.index(after.outcome) > order.index(before.outcome)
    side = after.for_ if up else after.against if after.outcome in ("loses", "pressured", "mixed") else (*after.for_, *after.against)
    ids = {claim.id for claim in new}
    return tuple(claim for claim in side if claim.id in ids) or tuple(
        claim for claim in (*after.for_, *after.against) if claim.id in ids)


def _verdict(actor: str, claims: Sequence[Claim], as_of: date) -> Verdict:
    newest = max((claim.day for claim in claims if claim.day), default=None)
    sides: dict[str, dict[str, tuple[float, Claim]]] = {"for": {}, "against": {}}
    held: dict[str, list[tuple[float, Claim]]] = {"for": [], "against": []}
    for claim in claims:
        worth = weight(claim, newest)
        for side, outcome in (("for", "gains"), ("against", "loses")):
            if claim.outcome not in (outcome, "mixed"):
                continue
            share = worth / 2 if claim.outcome == "mixed" else worth
            held[side].append((share, claim))
            best = sides[side].get(claim.origin)
            if best is None or _rank(share, claim) < _rank(*best):
                sides[side][claim.origin] = share, claim
    for_, against = (sum(share for share, _ in side.values()) for side in sides.values())
    total = for_ + against
    mix: dict[str, float] = defaultdict(float)
    for side in sides.values():
        for share, claim in side.values():
            mix[claim.basis] += share / total if total else 0
    basis_mix = {basis: round(mix[basis], 3) for basis in BASES if mix[basis]}
    outcome = _outcome(for_, against, sum(share for share, claim in sides["against"].values() if claim.basis == "reported"))
    stale = 0.5 ** (max((as_of - newest).days, 0) / HALF_LIFE / 2) if newest else 0.5
    confidence = _confidence(outcome, for_, against) * stale
    ordered = {side: tuple(claim for _, claim in sorted(found, key=lambda pair: _rank(*pair))) for side, found in held.items()}
    return Verdict(actor, outcome, max(basis_mix, key=basis_mix.get, default="reported"), basis_mix, round(confidence, 3),
                   len(claims), len({claim.origin for claim in claims}), as_of, ordered["for"], ordered["against"])


def _rank(share: float, claim: Claim) -> tuple[float, str]:
    """Orders claims, the heaviest first and equal ones by id, so that it does not matter in which order they come."""
    return -round(share, 9), claim.id


def _outcome(for_: float, against: float, realised: float) -> str:
    total = for_ + against
    if total < ENOUGH:
        return "unclear"
    if for_ >= PREVAILS * total:
        return "wins"
    if against >= PREVAILS * total:
        return "loses" if realised >= against / 2 else "pressured"
    return "mixed"


def _confidence(outcome: str, for_: float, against: float) -> float:
    """From 0 to 1: how much there is, and how clearly it speaks for this outcome."""
    total = for_ + against
    clear = abs(for_ - against) / total if total else 0
    return total / (total + 0.5) * (0.5 + 0.5 * (1 - clear if outcome == "mixed" else clear)) * (0.5 if outcome == "unclear" else 1)
