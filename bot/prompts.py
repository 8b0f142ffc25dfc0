"""Prompt files → prompts whose slots are checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from string import Formatter

from longhaul.ingest.types import UserError

_HEAD = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_FENCES = ("evidence", "question")
_ODD = re.compile(r"[<>\"\s]+")  # what would end an attribute, and line breaks
_DIVIDER = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Two messages with slots in braces; `digest` is a hash of what is sent of the file."""

    system: str
    user: str
    digest: str


def load_prompt(name: str, slots: Collection[str]) -> Prompt:
    """The prompt in prompts/`name`.md, which must have exactly these slots. Raises UserError."""
    file = f"prompts/{name}.md"
    try:
        text = (resources.files("longhaul.prompts") / f"{name}.md").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The prompt {file} cannot be read: {type(error).__name__}",
                        "It must be a text file in UTF-8; reinstall Longhaul to get the original back.") from error
    return parse_prompt(text, file, slots)


def parse_prompt(text: str, file: str, slots: Collection[str]) -> Prompt:
    """The prompt that `text` holds; `file` names it in errors. Raises UserError for a missing, unknown or broken slot."""
    body = _HEAD.sub("", text.replace("\r\n", "\n"), count=1) if _HEAD.match(text) else text
    parts = _DIVIDER.split(body)
    if len(parts) != 2:
        raise UserError(f"{file} has {len(parts) - 1} lines of three dashes; it needs one.",
                        "Put --- on a line of its own between the system message and the user's message.")
    system, user = (part.strip() for part in parts)
    found = _slots(body, file)
    for slot in sorted(found - set(slots)):
        raise UserError(f"{file} has a slot that nothing fills: {{{slot}}}",
                        f"Its slots are {_list(slots)}; a brace that is meant as a brace is written twice, {{{{ and }}}}.")
    for slot in sorted(set(slots) - found):
        raise UserError(f"{file} lacks the slot {{{slot}}}.",
                        f"Put {{{slot}}} where it belongs; prompts/README.md explains the slots.")
    return Prompt(system, user, hashlib.sha256(f"{system}\0{user}".encode()).hexdigest()[:16])


def fence(name: str, text: str, **facts: object) -> str:
    """Text from outside as data: between `<name …>` and `</name>`, `facts` as attributes, those that are None left out.

    Nothing inside can close a fence (also with a space or an unseen character in it), nor pass for a mark such as [3].
    """
    known = [f'{key}="{_ODD.sub(" ", _harmless(str(fact))).strip()}"' for key, fact in facts.items() if fact is not None]
    return f"<{' '.join([name, *known])}>\n{_harmless(text)}\n</{name}>"


def _harmless(text: str) -> str:
    text = re.sub(rf"[<＜﹤](?=[\W_]*(?:{'|'.join(_FENCES)}))", "‹", text, flags=re.IGNORECASE)
    return re.sub(r"\[(\s*\d[\d\s,;–-]*)\]", r"(\1)", text)


def _slots(text: str, file: str) -> set[str]:
    """The slots of `text`, spelled as they stand there."""
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise UserError(f"{file} has a brace without its partner: {error}",
                        "A brace that is meant as a brace is written twice, {{ and }}.") from error
    return {name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") for name, spec, conversion in fields}


def _list(slots: Collection[str]) -> str:
    return ", ".join(f"{{{slot}}}" for slot in sorted(slots))
