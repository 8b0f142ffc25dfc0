"""The suites' rule as code: is one answer right, and why not.

A case of a suite is held against the object that `longhaul ask --json` prints. Text is compared without case, white space,
kind of apostrophe and `[n]` marks; the basis labels of the statements count as text, since a reader sees them.
"""

from __future__ import annotations

import re
from typing import Any

MAX_WORDS = 160


def judge(case: dict[str, Any], answer: dict[str, Any]) -> tuple[bool, str]:
    """Whether `answer` is right for `case`, and the first reason why not."""
    text = _plain(answer["answer"])
    labels = _plain(" ".join(statement["basis"] or "" for statement in answer["statements"]))
    status = answer["status"]

    def says(phrase: str) -> bool:
        return _plain(phrase) in f"{text} {labels}"

    if len(text.split()) > case.get("max_words", MAX_WORDS):
        return False, f"{len(text.split())} words"
    if case["status"] == "unanswerable":
        declined = status == "unanswerable" or (status == "partial" and any(map(says, case["any_of"])))
        return declined, "" if declined else f"status {status}"
    if status == "unanswerable":
        return False, "declined"
    if case["status"] == "false_premise" and status != "false_premise" and not any(map(says, case["corrects"])):
        return False, f"premise not corrected, status {status}"
    if case["any_of"] and not any(map(says, case["any_of"])):
        return False, f"none of {case['any_of'][:3]}"
    lacking = next((group for group in case["all_of"] if not any(map(says, group))), None)
    if lacking:
        return False, f"nothing like {lacking[0]!r}"
    places = [text.find(_plain(phrase)) for phrase in case.get("order", [])]
    if -1 in places or places != sorted(places):
        return False, "wrong order"
    given = {verdict["actor"]: verdict["outcome"] for verdict in answer["verdicts"]}
    for actor, accepted in case["verdicts"].items():
        if actor in given and given[actor] not in accepted:
            return False, f"{actor}: {given[actor]}, accepted {accepted}"
        if actor not in given and case["type"] == "who-wins-loses":
            return False, f"no verdict for {actor}"
    cited = {citation["article"] for citation in answer["citations"]}
    if case["sources"] and cited.isdisjoint(case["sources"]):
        return False, "no right source cited"
    return True, ""


def _plain(text: str) -> str:
    text = re.sub(r"\[\d+\]", " ", text).replace("’", "'").replace("‘", "'")
    return " ".join(text.lower().split())
