"""Fixtures: the starter corpus in an index, the bot over it, and the command line run in this process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock
import pytest
from chroma_server import ChromaServer
from reading import Now
from typer.testing import CliRunner, Result

from longhaul.bot.chain import Bot, build
from longhaul.bot.settings import Settings
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.embed import Embedder, load_embedder
from longhaul.ingest.folder import Folder
from longhaul.ingest.index import Index
from longhaul.ingest.pipeline import Report, ingest, seeds_folder
from longhaul.ingest.server import Server

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what runs in the background, and all that this starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _plain_environment():
    """No setting of the person who runs the tests reaches them, and nothing is fetched."""
    for name in [name for name in os.environ if name.startswith("LONGHAUL_")]:
        del os.environ[name]
    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled embedding model."""
    return load_embedder()


@pytest.fixture(scope="session")
def companies() -> Companies:
    """The list of companies that comes with Longhaul."""
    return load_companies()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the seeds, made once for all workers. Only to be read: a test that writes copies it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "seeds-index"
    with filelock.FileLock(shared / "seeds-index.lock"):
        if not (shared / "seeds-index.done").exists():
            bot = build(Settings(index=str(folder)))
            report = ingest(bot.index, bot.embedder, bot.companies, [seeds_folder()])
            assert not report.failed
            (shared / "seeds-index.done").touch()
    return folder


@pytest.fixture(scope="session")
def bot(seeds_index: Path) -> Bot:
    """The offline bot over the seeds."""
    return build(Settings(index=str(seeds_index), model="offline"))


@pytest.fixture(scope="module")
def bot_over(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[dict[str, str]]], Bot]:
    """Makes the offline bot over articles given as the rows of a .jsonl file."""
    def over(rows: Sequence[dict[str, str]]) -> Bot:
        folder = tmp_path_factory.mktemp("rows")
        (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        bot = build(Settings(index=str(folder / "index"), model="offline"))
        assert not ingest(bot.index, bot.embedder, bot.companies, [folder / "rows.jsonl"]).failed
        return bot

    return over


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A Chroma server, one for each worker."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    yield server
    server.stop()


@pytest.fixture(params=["folder", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Folder | Server:
    """Where an index may lie: each test that asks for it runs over a folder, and over a Chroma server."""
    if request.param == "folder":
        return Folder(tmp_path / "index")
    server = request.getfixturevalue("chroma")
    return server.place(tmp_path / "index", server.database())


@pytest.fixture
def index(place: Folder | Server, embedder: Embedder) -> Index:
    """An empty index."""
    return Index(place, embedder.name, embedder.digest)


@pytest.fixture
def now(index: Index) -> Now:
    """What `index` holds at the moment."""
    return Now(index)


@pytest.fixture
def take(index: Index, embedder: Embedder, companies: Companies) -> Callable[..., Report]:
    """Ingests paths into `index`."""
    return lambda *paths, **options: ingest(index, embedder, companies, paths, **options)


@pytest.fixture
def longhaul() -> Callable[..., Result]:
    """Runs the command line in this process: `.stdout`, `.stderr`, `.exit_code`; what nobody caught is raised."""
    from longhaul.bot.cli import app

    def run(*args: str | Path, input: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(app, [str(arg) for arg in args], input=input, prog_name="longhaul")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs the installed command line in a process of its own."""
    script = shutil.which("longhaul", path=Path(sys.executable).parent)
    assert script, "longhaul is not installed beside this Python"
    return lambda *args, **options: subprocess.run([script, *map(str, args)], check=False, timeout=120,
                                                   **{"capture_output": True} | options)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes an article into the folder `news`: write("id", "text", "title: x") gives its path."""
    folder = tmp_path / "news"

    def to_file(id: str, text: str, head: str = "", folder: Path = folder) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{id}.md"
        path.write_text(f"---\n{head}\n---\n{text}\n" if head else text, "utf-8", newline="")
        return path

    return to_file
