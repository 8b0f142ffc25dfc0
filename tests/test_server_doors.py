"""The commands over a Chroma server: the same as over a folder, from any machine, and in two lines where something is wrong."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from chroma_server import ChromaServer, Gate

from longhaul.bot.chain import build
from longhaul.bot.settings import Settings
from longhaul.ingest.place import place_of
from longhaul.ingest.types import UserError

QUESTION = "Why did Lumen's shares rise?"
ID = "2024-08-05-lumen-five-billion-ai-deals"
PROGRAM = Path(sys.executable).with_name("longhaul")
TOKEN = "s3cret-t0ken"


@pytest.fixture(scope="module")
def own(tmp_path_factory, seeds_index):
    """A server of this file's own, which holds the seeds."""
    from longhaul.ingest import transfer
    from longhaul.ingest.index import Index

    server = ChromaServer(tmp_path_factory.mktemp("own"))
    backup = tmp_path_factory.mktemp("backup") / "seeds.gz"
    transfer.export(Index(seeds_index), backup)
    transfer.load(Index(server.place(backup.parent / "view")), backup)
    yield server
    server.stop()


@pytest.fixture
def on_server(own, tmp_path, monkeypatch):
    """The settings of a machine that knows nothing but the address."""
    monkeypatch.setenv("LONGHAUL_INDEX", own.url)
    monkeypatch.setenv("LONGHAUL_INDEX_VIEW", str(tmp_path / "view"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def empty_database(own, on_server, monkeypatch) -> str:
    name = own.database()
    monkeypatch.setenv("LONGHAUL_INDEX_DATABASE", name)
    return name


def plain(output: str) -> str:
    return re.sub(r'"seconds": ?\{[^}]*\}', "", output)


@pytest.mark.parametrize("command", [
    ("ask", QUESTION, "--json", "--as-of", "2026-11-01"), ("ask", QUESTION), ("ask", QUESTION, "--company", "Lumen", "--json"),
    ("ask", "--batch", "-"), ("search", "dark fibre", "--json", "-k", "25"), ("search", "--batch", "-"), ("articles", "list", "--json"),
    ("articles", "show", ID), ("chat",), ("doctor", "--json")], ids=" ".join)
def test_a_command_gives_what_it_gives_over_a_folder(command, longhaul, own, on_server, seeds_index):
    given = {"ask --batch -": "\n".join(json.dumps({"id": n, "ask": QUESTION}) for n in range(2)),
             "search --batch -": json.dumps({"id": "a", "query": "Tomahawk 6"}), "chat": f"{QUESTION}\nAnd when?\n/sources\n"}
    input = given.get(" ".join(command))
    here, there = (longhaul(*command, "--index", where, input=input) for where in (seeds_index, own.url))
    assert here.stdout and here.stdout.count("\n") >= 1
    assert plain(there.stdout).replace(own.url, str(seeds_index)) == plain(here.stdout)
    assert (there.stderr, there.exit_code) == (here.stderr, here.exit_code) == ("", 0)


def test_writing_gives_what_it_gives_over_a_folder(longhaul, empty_database, own, tmp_path, write, monkeypatch):
    """ingest, --prune, remove, export and import, and the state after each."""
    def state(index: str) -> dict:
        found = json.loads(longhaul("doctor", "--json", "--index", index).stdout)
        assert found["problems"] == []
        return {key: value for key, value in found["index"].items() if key != "folder"}

    def both(*command: str | Path) -> list[str]:
        done = [longhaul(*command, "--index", where) for where in (tmp_path / "folder", own.url)]
        assert [run.exit_code for run in done] == [0, 0], [run.stderr for run in done]
        assert state(tmp_path / "folder") == state(own.url)
        assert done[0].stdout == done[1].stdout
        return [run.stdout for run in done]

    news = write("one", "Zayo digs fibre in Ohio.", "title: Zayo digs\ndate: 2025-01-02").parent
    write("it's a/b".replace("/", "∕"), "Verizon lights fibre in Utah.", "title: 'Verizon \"lights\"'")
    both("ingest", news)
    write("one", "Zayo digs more fibre in Ohio.", "title: Zayo digs")
    assert "1 updated, 1 unchanged" in both("ingest", news)[0].replace(", 0 removed", "")
    both("articles", "show", "it's a∕b")
    (news / "one.md").unlink()
    write("two", "Lumen sells fibre.")
    assert "1 removed" in both("ingest", news, "--prune")[0]
    both("articles", "remove", "two")
    files = [tmp_path / "folder.gz", tmp_path / "server.gz"]
    for file, where in zip(files, (tmp_path / "folder", own.url), strict=True):
        assert longhaul("index", "export", file, "--index", where).stdout == "1 articles exported\n"
    rows = [[json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()] for file in files]
    assert rows[0][1:] == rows[1][1:] and rows[0][0]["state"] == rows[1][0]["state"]
    both("articles", "remove", "it's a∕b")
    both("index", "import", files[1])
    monkeypatch.setenv("LONGHAUL_INDEX_VIEW", str(tmp_path / "second"))
    assert state(own.url) == state(tmp_path / "folder")


def test_the_first_question_reads_in_the_seeds(longhaul, empty_database):
    done = longhaul("ask", QUESTION)
    assert done.exit_code == 0 and "Lumen" in done.stdout
    assert done.stderr.endswith("62 articles read in.\n")


def test_a_machine_that_knows_the_address_alone(process, own, tmp_path, seeds_index, longhaul):
    """Its view goes into its user's cache; what people write would go elsewhere."""
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "data"),
                                "LONGHAUL_INDEX": own.url, "HOME": str(tmp_path)}
    done = process("articles", "list", "--json", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == longhaul("articles", "list", "--json", "--index", seeds_index).stdout
    if sys.platform == "linux":
        assert [path.name for path in (tmp_path / "cache/longhaul/servers").iterdir()] == [place_of(own.url).files.name]
    assert not (tmp_path / "data").exists() and not (tmp_path / ".longhaul").exists()


def test_another_machine_sees_a_run_at_its_next_question(empty_database, own, tmp_path, write, process):
    news = write("one", "Zayo digs fibre in Ohio for Meta.").parent
    first = os.environ | {"LONGHAUL_INDEX_VIEW": str(tmp_path / "first")}
    assert process("ingest", news, env=first).returncode == 0
    bot = build(Settings(index_view=tmp_path / "second"))
    assert [found.chunk.source.id for found in bot.search("fibre in Ohio")] == ["one"]
    write("two", "Verizon lights fibre in Utah for Google.")
    done = process("ingest", news, env=first)
    assert (done.returncode, done.stderr) == (0, b"")
    assert bot.search("Who lights fibre in Utah?")[0].chunk.source.id == "two"
    assert "Utah" in bot.ask("Where does Verizon light fibre?").text


def test_the_page_keeps_conversations_outside_the_cache(own, on_server, tmp_path):
    server = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--no-open"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=os.environ | {"XDG_DATA_HOME": str(tmp_path / "data")})
    try:
        address = re.search(r"http://\S+", server.stdout.readline().decode()).group()
        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200 and b"Longhaul" in page.read()
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=30)
    assert err == b""
    kept = list(tmp_path.rglob("conversations.sqlite"))
    assert len(kept) == 1 and (sys.platform != "linux" or kept[0].is_relative_to(tmp_path / "data/longhaul/servers"))


def test_no_command_shows_the_token(longhaul, own, on_server, tmp_path, monkeypatch, capfd):
    gate = Gate(own.url, Authorization=f"Bearer {TOKEN}")
    monkeypatch.setenv("LONGHAUL_INDEX", gate.url)
    commands = [("ask", QUESTION), ("search", "fibre"), ("articles", "list"), ("articles", "show", ID), ("articles", "remove", ID),
                ("ingest", tmp_path), ("doctor", "--json"), ("doctor",), ("index", "export", tmp_path / "x.gz"), ("chat",)]
    for token in (None, f"{TOKEN}-wrong"):
        if token:
            monkeypatch.setenv("LONGHAUL_INDEX_TOKEN", token)
        for command in commands:
            done = longhaul(*command, input=f"{QUESTION}\n")
            assert done.exit_code == 1
            said = done.stdout if command[0] == "doctor" else done.stderr
            assert "LONGHAUL_INDEX_TOKEN" in said and "does not let us in" in said
            assert command[0] == "doctor" or said.count("\n") == 2
            assert TOKEN not in done.stdout + done.stderr
    monkeypatch.setenv("LONGHAUL_INDEX_TOKEN", TOKEN)
    settings = Settings()
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    for command in (("ask", QUESTION, "--json"), ("doctor", "--json"), ("doctor",), ("articles", "list", "--json"), ("ask", "x", "--json")):
        done = longhaul(*command)
        assert done.exit_code in (0, 3) and TOKEN not in done.stdout + done.stderr
    bot = build(settings)
    gate.broken = lambda path: 500
    with pytest.raises(UserError) as caught:
        bot.ask(QUESTION)
    error: BaseException | None = caught.value
    while error:
        assert TOKEN not in f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__
    assert TOKEN not in "".join(capfd.readouterr())


def test_a_server_that_is_down(process, on_server, own, tmp_path, write):
    """Two lines and exit 1 from every command, without a word of the libraries beneath; and a running bot gets over it."""
    bot = build(Settings())
    before = bot.ask(QUESTION)
    news = write("one", "Zayo digs fibre.")
    own.stop()
    try:
        for command in (("ask", QUESTION), ("ingest", news), ("articles", "list"), ("index", "export", tmp_path / "x.gz")):
            done = process(*command)
            assert (done.returncode, done.stdout) == (1, b"")
            assert done.stderr.decode().splitlines() == [
                f"The Chroma server at {own.url} cannot be reached.",
                "Try again when it is up; check the address in --index or LONGHAUL_INDEX."]
        with pytest.raises(UserError, match="cannot be reached"):
            bot.ask(QUESTION)
    finally:
        own.start()
    after = bot.ask(QUESTION)
    assert (after.text, after.fingerprint) == (before.text, before.fingerprint)


def test_a_server_killed_while_a_command_ingests(empty_database, own, tmp_path, longhaul, write):
    news = write("one", "Zayo digs fibre.").parent
    write("two", "Verizon lights fibre.")
    gate = Gate(own.url)
    upserts = threading.Event()
    gate.broken = lambda path: upserts.set() or 0 if path.endswith("upsert") else 0
    running = subprocess.Popen([PROGRAM, "ingest", news], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"LONGHAUL_INDEX": gate.url})
    assert upserts.wait(60)
    own.stop()
    try:
        out, err = running.communicate(timeout=60)
    finally:
        own.start()
    assert running.returncode == 1 and out == b""
    assert err.decode().splitlines()[0] == f"The Chroma server at {gate.url} cannot be reached." and err.count(b"\n") == 2
    for where in (own.url, tmp_path / "undisturbed"):
        again = longhaul("ingest", news, "--index", where)
        assert again.exit_code == 0, again.stderr
    found = [json.loads(longhaul("doctor", "--json", "--index", where).stdout)["index"] for where in (own.url, tmp_path / "undisturbed")]
    assert found[0]["state"] == found[1]["state"] and found[0]["articles"] == 2
    assert own.collections(empty_database) == {"articles", "chunks"}


def test_ctrl_c_frees_the_index(empty_database, own, write):
    news = write("one", "Zayo digs fibre.").parent
    gate = Gate(own.url)
    begun = threading.Event()
    gate.broken = lambda path: begun.set() or 0 if path.endswith("upsert") else 0
    running = subprocess.Popen([PROGRAM, "ingest", news], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"LONGHAUL_INDEX": gate.url})
    assert begun.wait(60)
    start = time.monotonic()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, b"") and time.monotonic() - start < 15
    assert "writer" not in own.collections(empty_database)
