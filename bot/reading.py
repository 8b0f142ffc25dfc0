"""Plan → how the question was read, in words for people."""

from __future__ import annotations

from .intent import asked_relation, kind_of, parts
from .types import Plan

_WANTED = {
    "basis": "whether it is a fact, and who says so", "timeline": "how it went, in the order of time",
    "comparison": "a comparison", "stakes": "who wins and who loses", "overview": "what there is", "yes-no": "yes or no",
    "reason": "the reason",
}
_RELATED = {
    ("supplier", "object"): "its suppliers", ("supplier", "subject"): "its customers", ("partner", ""): "its partners",
    ("rival", ""): "its rivals", ("investor", "object"): "its investors", ("investor", "subject"): "in whom it invests",
    ("acquirer", "object"): "who buys it", ("acquirer", "subject"): "whom it buys",
}
_FACTS = {
    "date": "a day", "duration": "a length of time", "share": "a share", "money": "a sum", "number": "a number", "person": "a person",
    "place": "a place", "name": "a name or a thing",
}


def reading(plan: Plan) -> tuple[tuple[str, str], ...]:
    """How the question was read, as pairs of what and how."""
    narrowed = plan.filter
    told = plan.window
    when = [f"“{told.words}”" if told else "", f"from {narrowed.since}" if narrowed.since else "",
            f"until {narrowed.until}" if narrowed.until else "", f"as known on {plan.as_of}"]
    lines = [
        ("Read as", plan.asked), ("Goes on about", plan.context), ("Wanted", _wanted(plan)), ("About", ", ".join(plan.actors)),
        ("Side by side", " | ".join(side.text for side in plan.sides)),
        ("One by one", " | ".join(sub.text for sub in plan.subs if not sub.side)),
        ("Time", ", ".join(filter(None, when))), ("Only from", ", ".join(narrowed.publishers)),
        ("According to", f"{plan.teller} ({', '.join(plan.publishers)})" if plan.publishers else plan.teller),
        ("Only articles on", ", ".join(narrowed.companies)),
    ]
    return tuple((name, value) for name, value in lines if value)


def _wanted(plan: Plan) -> str:
    """What the question wants; of several parts what each wants."""
    if plan.intent in _WANTED:
        return _WANTED[plan.intent]
    if plan.intent == "relation" and (asked := asked_relation(plan.asked)):
        return _RELATED[asked[0][0], asked[1]]
    kinds = [kind_of(part) for part in parts(plan.asked)]
    return ", then ".join(dict.fromkeys(_FACTS.get(kind, "a fact") for kind in kinds))
