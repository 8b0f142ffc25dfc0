"""The chat-model answerer: any model that LangChain's init_chat_model reaches, held to the evidence.

Addresses and keys are those of the provider's own client: for `openai`, OPENAI_API_KEY, and OPENAI_API_BASE or
OPENAI_BASE_URL for a server of one's own that speaks its protocol.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus

from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import UserError
from longhaul.ingest.words import terms

from ..prompts import fence, load_prompt
from ..types import Draft, Drafted, Evidence, Plan, Quote
from .offline import OfflineAnswerer
from .parse import NO_ANSWER, parse

_SLOTS = ("as_of", "evidence", "no_answer", "question")
_LONGEST = 20_000  # characters of an answer that are read; a model that never stops is cut off there


class ModelAnswerer:
    """Lets a chat model write, keeps the sentences that cite evidence, and gives each the article's own words."""

    def __init__(self, model: str, embedder: Embedder, offline: OfflineAnswerer, timeout: float = 60.0):
        """`model`: "provider:model". `timeout`: seconds until a reply begins, and again until it ends. Raises UserError.

        The model itself is made when it is first asked, so that a door that only searches needs no key.
        """
        if not re.fullmatch(r"[\w-]+:\S+", model):
            raise UserError(f"{model!r} names no chat model.", "Write provider:model, such as openai:gpt-5.5, or offline.")
        self.name = model
        self._prompt = load_prompt("answer", _SLOTS)
        self.version = f"{self._prompt.digest}-{offline.version}"
        self._embedder = embedder
        self._offline = offline
        self._timeout = timeout

    def write(self, plan: Plan, evidence: Sequence[Evidence], corpus: Snapshot) -> Iterator[str | Draft]:
        """The model's words as they come, and the draft last; the offline answer's draft where the model fails.

        Raises UserError for what only a person can mend: an unknown provider, a missing package or key.
        """
        evidence = [found for found in evidence if found.quotes]
        if not evidence:  # nothing to ask a model about
            yield from self._offline.write(plan, evidence, corpus)
            return
        text = held = ""
        try:
            for piece in self._stream(plan, evidence):
                text, held = text + piece, held + piece
                if not NO_ANSWER.startswith(text.strip()[:len(NO_ANSWER)]):  # that line is for us, not for the reader
                    yield held
                    held = ""
            written, refused = parse(text, len(evidence))
            if not written and not refused:
                raise _Failed("no sentence cites the evidence" if text.strip() else "empty answer")
        except _Failed as failure:
            for piece in self._offline.write(plan, evidence, corpus):
                if isinstance(piece, Draft):
                    yield replace(piece, answerer=f"{piece.answerer} ({self.name} failed: {failure})")
            return
        if not written:
            yield Draft((Drafted("The corpus does not say.", ()),), "unanswerable", "The corpus does not say.", self.name)
            return
        missing = "The corpus does not hold all of the answer." if refused else None
        yield Draft(self._attach(written, evidence), "partial" if refused else "answered", missing, self.name)

    def _stream(self, plan: Plan, evidence: Sequence[Evidence]) -> Iterator[str]:
        """The model's words as they come. Raises _Failed, and UserError for a missing key."""
        chain = self._chain
        values = {"as_of": plan.as_of.isoformat(), "no_answer": NO_ANSWER, "question": fence("question", plan.standalone),
                  "evidence": "\n\n".join(_shown(n, found) for n, found in enumerate(evidence, 1))}
        # Each step runs in a context of its own: there tracing is off whatever the environment says (LangSmith would
        # get question and evidence), and nothing of it shows in the caller's context, who may resume on another thread.
        context = copy_context()
        deadline, length = None, 0
        with ExitStack() as closing:
            try:
                from langsmith.run_helpers import tracing_context

                untraced = tracing_context(enabled=False)
                context.run(untraced.__enter__)
                closing.callback(context.run, untraced.__exit__, None, None, None)
                stream = chain.stream(values)
                closing.callback(context.run, stream.close)
                while length < _LONGEST and (chunk := context.run(next, stream, None)) is not None:
                    deadline = deadline or time.monotonic() + self._timeout
                    if time.monotonic() > deadline:
                        raise TimeoutError
                    piece = str(chunk.text)
                    length += len(piece)
                    yield piece
            except _provider_errors() as error:
                self._demand_key(error)
                raise _Failed(_reason(error)) from error

    @cached_property
    def _chain(self):
        """prompt | model. Raises UserError."""
        from langchain.chat_models import init_chat_model
        from langchain_core.prompts import ChatPromptTemplate

        provider, _, model = self.name.partition(":")
        try:
            chat = init_chat_model(model, model_provider=provider, temperature=0, timeout=self._timeout, max_retries=1)
        except ImportError as error:
            named = re.search(r"langchain[-\w]+", str(error))
            package = named.group().replace("_", "-") if named else f"langchain-{provider}"
            wanted = "'longhaul[openai]'" if package == "langchain-openai" else package
            raise UserError(f"{self.name} needs the package {package}.", f"Install it: pip install {wanted}") from error
        except _provider_errors() as error:
            self._demand_key(error)
            raise UserError(f"LangChain has no chat model {self.name!r} ({type(error).__name__}).",
                            "Write provider:model as init_chat_model takes it, such as openai:gpt-5.5.") from error
        if (getattr(chat, "profile", None) or {}).get("temperature") is False:
            chat.temperature = None  # some reasoning models answer 400 to any temperature
        return ChatPromptTemplate.from_messages([("system", self._prompt.system), ("human", self._prompt.user)]) | chat

    def _demand_key(self, error: Exception) -> None:
        """Raises UserError where the client itself, not the server, asks for a variable that is not set."""
        named = re.search(r"\b[A-Z][A-Z0-9_]*_KEY\b", str(error))
        if named and not os.environ.get(named.group()) and not hasattr(error, "status_code"):
            raise UserError(f"{self.name} needs a key in {named.group()}.",
                            f"Set it: export {named.group()}=… (any word for a server that asks for none)") from error

    def _attach(self, written: Sequence[tuple[str, tuple[int, ...]]], evidence: Sequence[Evidence]) -> tuple[Drafted, ...]:
        """Each sentence with the nearest sentence of every chunk it cites: cosine plus the share of its words found there."""
        cited = [quote.text for _, marks in written for n in marks for quote in evidence[n - 1].quotes]
        texts = list(dict.fromkeys([text for text, _ in written] + cited))
        vectors = dict(zip(texts, self._embedder.embed(texts), strict=True))

        def nearest(text: str, found: Evidence) -> Quote:
            wanted = set(terms(text))
            return max(found.quotes, key=lambda quote: float(vectors[text] @ vectors[quote.text])
                       + len(wanted & set(terms(quote.text))) / max(1, len(wanted)))

        quotes = ((text, [nearest(text, evidence[n - 1]) for n in marks]) for text, marks in written)
        return tuple(Drafted(text, tuple(dict.fromkeys(found))) for text, found in quotes)


class _Failed(Exception):
    """The model gave nothing usable; says why in a few words."""


def _shown(n: int, found: Evidence) -> str:
    """A chunk as the prompt shows it."""
    source = found.chunk.source
    date = source.date or source.published
    return fence("evidence", found.chunk.text, n=n, publisher=source.publisher, date=date, title=source.title)


def _provider_errors() -> tuple[type[Exception], ...]:
    """What a provider's client may raise, looked up only when something was raised.

    Clients share no base class: openai has OpenAIError, botocore ClientError, httpx HTTPError, each right below Exception.
    So: every such root that a package of others defines, and the built-in ones that a refused connection or a garbled
    reply ends in. Not among them: our own errors, AssertionError, MemoryError, NameError, ImportError.
    """
    ours = {"longhaul", "builtins", "__main__", *sys.stdlib_module_names}
    theirs = [root for root in Exception.__subclasses__() if root.__module__.partition(".")[0] not in ours]
    return (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, *theirs)


def _reason(error: Exception) -> str:
    """A few words on what went wrong; never the client's own text, which may hold the address or the key."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        phrase = HTTPStatus(status).phrase.lower() if status in list(HTTPStatus) else "error"
        code = getattr(error, "code", None)  # the provider's own word, such as model_not_found or insufficient_quota
        detail = f": {code}" if isinstance(code, str) and re.fullmatch(r"[a-z]+(?:_[a-z]+)+", code) and len(code) <= 40 else ""
        return f"{status} {phrase}{detail}"
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in kinds:
        return "timed out"
    if isinstance(error, UnicodeEncodeError):  # only headers are not UTF-8
        return "the key is not plain ASCII"
    if "Connect" in kinds or isinstance(error, OSError):
        return "no connection"
    return "unreadable reply" if isinstance(error, ValueError | LookupError | TypeError | AttributeError) else "unknown error"
