"""Questions while another process ingests: each answer is of one version of the corpus, and after the run of the new one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_kill import PROGRAM, begun, ended, program

from longhaul.bot.answer.offline import OfflineAnswerer
from longhaul.bot.chain import Bot
from longhaul.ingest.folder import Folder
from longhaul.ingest.index import Index
from longhaul.ingest.server import Server
from longhaul.ingest.types import Filter

ROUNDS = 4
EVERY = 0.05  # seconds
QUESTIONS = ("Who leases fibre to the cloud?", "Why did shares of carrier 17 fall?", "What does carrier 3 build?", "towers and switches")
WORDS = ("oldish", "newish")  # in each sentence and each title of a version


def _file(folder: Path, version: int) -> Path:
    """Every article is in both versions but for some; each sentence says which version it is of."""
    word, only = WORDS[version], range(120 + 20 * version, 140 + 20 * version)
    rows = [{"id": f"a{n}", "title": f"Carrier {n}, {word}", "publisher": f"{word} Wire", "text":
             f"Carrier {n} leases {word} fibre to the cloud. Shares of carrier {n} fall as {word} debt grows. "
             f"Carrier {n} builds {word} towers and switches."} for n in [*range(120), *only]]
    path = folder / f"{word}.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A file of each version."""
    return [_file(tmp_path, version) for version in (0, 1)]


def _environment(place: Folder | Server, view: Path) -> dict[str, str]:
    server = {"LONGHAUL_INDEX_DATABASE": place._database, "LONGHAUL_INDEX_VIEW": str(view)} if isinstance(place, Server) else {}
    return os.environ | server


@pytest.fixture(params=["shared", "own"])
def runs(request, place, files, tmp_path) -> Iterator[int]:
    """Ingests in another process, again and again from one version to the other. Gives the version that the run under way makes,
    as often as it is asked while there is one. On a server that process may share the reader's view, or have one of its own."""
    if request.param == "own" and isinstance(place, Folder):
        pytest.skip("a folder has one view")
    view = place.files if request.param == "shared" else tmp_path / "another-view"

    def running() -> Iterator[int]:
        for n in range(1, ROUNDS + 1):
            run = subprocess.Popen([PROGRAM, "ingest", files[n % 2], "--prune", "--index", place.name], env=_environment(place, view),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            while run.poll() is None:
                yield n % 2
            out, err = run.communicate()
            assert (run.returncode, out, err) == (0, b"20 added, 120 updated, 0 unchanged, 20 removed, 0 failed\n", b"")
            yield n % 2 + 2  # ended
    return running()


def _versions(text: str) -> set[int]:
    return {version for version, word in enumerate(WORDS) if re.search(rf"\b{word}\b", text)}


def _answered(bot: Bot, question: str) -> tuple[int, str]:
    """The version of an answer, which must be one, and its fingerprint."""
    answer = bot.ask(question)
    parts = [citation.quote + citation.source.title + citation.source.publisher for citation in answer.citations]
    assert parts and all(len(_versions(part)) == 1 for part in parts)
    (version,) = set.union(*map(_versions, [answer.text, *parts]))
    return version, answer.fingerprint


def _searched(bot: Bot, query: str) -> int:
    """The version of all results, which must be one, and of the quotes in them."""
    found = bot.search(query, 10)
    assert len(found) == 10
    (version,) = set.union(*(_versions(evidence.chunk.text + evidence.chunk.source.title + "".join(quote.text for quote in evidence.quotes))
                             for evidence in found))
    return version


def test_each_answer_is_of_one_version(index, place, files, take, runs, embedder, companies):
    take(files[0], prune=True)
    bot = Bot(index, embedder, companies, OfflineAnswerer(companies, embedder))
    prints = {0: _answered(bot, QUESTIONS[0])[1]}
    shown, changes = 0, 0
    for n, making in enumerate(runs):
        start = time.monotonic()
        version, fingerprint = _answered(bot, QUESTIONS[n % len(QUESTIONS)])
        assert prints.setdefault(version, fingerprint) == fingerprint and len(set(prints.values())) == len(prints)
        changes += version != shown
        assert version == shown or version == making % 2, "it went back to what was before"
        shown = version
        searched = _searched(bot, QUESTIONS[n % len(QUESTIONS)])
        assert searched in (shown, making % 2)
        if making >= 2:  # the run has ended: no restart is needed to see it, by meaning or by words
            assert version == searched == making - 2
            with index.snapshot() as corpus:
                dense = corpus.dense(embedder.embed(["Carrier 5 leases fibre"])[0], 200)
                assert {word for chunk, _ in dense for word in _versions(chunk.text)} == {version} and len(dense) == 140
                assert not corpus.lexical(WORDS[1 - version], 5) and len(corpus.lexical(WORDS[version], 200)) == 140
                assert corpus.lexical(f"carrier {130 + 20 * version}", 1)[0][0].source.id == f"a{130 + 20 * version}"
        shown = searched
        changes += searched != version
        time.sleep(max(0.0, start + EVERY - time.monotonic()))
    assert changes == ROUNDS and n > 4 * ROUNDS


def test_a_batch_that_stays_open(place, files, take, runs, tmp_path):
    """`longhaul ask --batch -`: the questions come one by one, and the answers as well."""
    take(files[0], prune=True)
    batch = subprocess.Popen([PROGRAM, "ask", "--batch", "-", "--index", place.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=_environment(place, place.files))
    prints: dict[int, str] = {}
    for n, making in enumerate(runs):
        start = time.monotonic()
        batch.stdin.write(json.dumps({"id": n, "ask": QUESTIONS[n % len(QUESTIONS)]}).encode() + b"\n")
        batch.stdin.flush()
        answer = json.loads(batch.stdout.readline())
        assert answer["id"] == n and "error" not in answer, answer
        (version,) = set.union(*map(_versions, [answer["answer"], *(cited["quote"] + cited["title"] for cited in answer["citations"])]))
        assert prints.setdefault(version, answer["fingerprint"]) == answer["fingerprint"]
        assert making < 2 or version == making - 2
        time.sleep(max(0.0, start + EVERY - time.monotonic()))
    out, err = batch.communicate(timeout=60)
    assert (batch.returncode, out, err) == (0, b"", b"") and prints.keys() == {0, 1} and prints[0] != prints[1]


def test_articles_that_came_back_are_found_where_they_are_now(index, now, files, take, embedder, companies):
    """There and back between two questions: the state is the same, the row numbers are not."""
    reader = Index(index.place, embedder.name, embedder.digest)
    bot = Bot(reader, embedder, companies, OfflineAnswerer(companies, embedder))
    take(files[0], prune=True)
    before = _answered(bot, QUESTIONS[0]), bot.search("carrier 7 towers")
    take(files[1], prune=True)
    take(files[0], prune=True)
    assert (_answered(bot, QUESTIONS[0]), bot.search("carrier 7 towers")) == before
    assert {chunk.source.id for chunk, _ in now.dense(embedder.embed(["towers"])[0], 200)} == now.ids


def test_filters_and_lists_are_of_the_same_version(index, files, take, embedder):
    """One snapshot over a run: whatever is read in it is of the version it began with."""
    take(files[0], prune=True)
    with index.snapshot() as corpus:
        take(files[1], prune=True)
        assert corpus.publishers("wire") == [f"{WORDS[0]} Wire"]
        for filter in (Filter(), Filter(publishers=(f"{WORDS[0]} Wire",))):
            found = corpus.dense(embedder.embed(["towers"])[0], 200, filter) + corpus.lexical("towers", 200, filter)
            assert len(found) == 280 and {version for chunk, _ in found for version in _versions(chunk.text)} == {0}
        assert not corpus.lexical(WORDS[1], 5) and corpus.frequency(list(WORDS)) == {WORDS[0]: 140, WORDS[1]: 0}


def test_the_second_of_two_runs_says_who_holds_the_index(place, tmp_path, files):
    many = tmp_path / "many.jsonl"
    many.write_text("\n".join(json.dumps({"id": f"m{n}", "text": f"Text {n} is about fibre and towers. " * 9}) for n in range(1_500)))
    first = program(place, "ingest", str(many), "--prune")
    begun(place, first)
    code, out, error = ended(program(place, "ingest", str(files[0]), "--prune"))
    assert first.poll() is None, "the first run was too short for this test"
    assert (code, out, len(error.splitlines())) == (1, "", 2)
    assert re.search(rf"writing to .*: process {first.pid} on \S+, since \d\d:\d\d:\d\d\.", error.splitlines()[0])
    assert ended(first) == (0, "1500 added, 0 updated, 0 unchanged, 0 removed, 0 failed\n", "")
    with Index(place).snapshot() as corpus:
        assert corpus.counts[0] == 1_500
