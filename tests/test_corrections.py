"""People's corrections of claims: recorded with who and why, read at once, undone at will, out of reach of any rebuild."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from longhaul.bot.corrections import FILE, Correction, Corrections, training_row
from longhaul.ingest.classify import OUTCOMES
from longhaul.ingest.folder import Folder
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim, Source, UserError

TEXT = "Lumen took its largest contract away from Zayo."
GAIN = Claim("deal:1", Source("deal", "A deal"), TEXT, 7, 54, "Lumen Technologies", "gains", "reported", "took", 0.8, None, "deal")
LOSS = replace(GAIN, id="deal:2", actor="Zayo", outcome="loses", cue="away from", confidence=0.9)
CLAIMS = [GAIN, LOSS, replace(GAIN, id="deal:1-2", start=80, end=127)]
BEGIN = ("import sys; from pathlib import Path; from longhaul.bot.corrections import Corrections; "
         "from longhaul.ingest.types import Claim, Source; kept = Corrections(Path(sys.argv[1]))\n"
         "def claim(n): return Claim(f'a:{n}', Source('a', ''), 'Zayo won.', 0, 9, 'Zayo', 'gains', 'reported', 'won', 0.8, None, 'a')\n")


@pytest.fixture
def kept(tmp_path) -> Corrections:
    return Corrections(tmp_path)


def _refused(call, *args, **options) -> UserError:
    with pytest.raises(UserError) as caught:
        call(*args, **options)
    assert all(line.strip() and "\n" not in line for line in (caught.value.message, caught.value.hint))
    return caught.value


def test_nothing_is_made_before_the_first_correction(tmp_path):
    folder = tmp_path / "deep" / "index"
    kept = Corrections(folder)
    assert (kept.all(), kept.all(undone=True), kept.standing(), kept.digest()) == ([], [], {}, "")
    assert kept.apply(iter(CLAIMS)) == CLAIMS
    _refused(kept.record, GAIN, "reject", "Ada", "")
    _refused(kept.record, GAIN, "correct", "Ada", "It does.", "gains")
    _refused(kept.undo, "1", "Ada")
    assert list(tmp_path.iterdir()) == []
    kept.record(GAIN, "confirm", "Ada", "")
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_correction_comes_back_as_it_was_recorded(kept, tmp_path):
    before = datetime.now(UTC)
    made = kept.record(GAIN, "correct", "Ada", "Zayo gave it up.", "mixed", "opinion")
    assert before <= made.at <= datetime.now(UTC) and made.at.tzinfo is UTC
    assert made == Correction(made.id, "deal:1", "deal", "Lumen Technologies", TEXT, "correct", "mixed", "opinion", "gains", "reported",
                              "Ada", "Zayo gave it up.", made.at)
    other = kept.record(LOSS, "reject", "", "No loss.")
    assert (other.outcome, other.basis, other.before_outcome, other.before_basis) == (None, None, "loses", "reported")
    for found in (kept, Corrections(tmp_path)):
        assert found.all() == [made, other] and found.standing() == {"deal:1": made, "deal:2": other}
    assert made.id != other.id and made.id.isalnum()
    with pytest.raises(FrozenInstanceError):
        made.why = "Another reason."


@pytest.mark.parametrize(("act", "outcome", "basis", "after"), [
    ("confirm", None, None, ("gains", "reported")), ("reject", None, None, None), ("correct", "neutral", None, None),
    ("correct", "neutral", "opinion", None), ("correct", "loses", None, ("loses", "reported")),
    ("correct", None, "forecast", ("gains", "forecast")), ("correct", "mixed", "company", ("mixed", "company")),
    ("correct", "gains", "question", ("gains", "question"))])
def test_what_is_read_after_it(kept, act, outcome, basis, after):
    kept.record(GAIN, act, "Ada", "So it is.", outcome, basis)
    found = kept.apply(claim for claim in CLAIMS)
    changed = [replace(GAIN, outcome=after[0], basis=after[1], confidence=1.0)] if after else []
    assert found == changed + CLAIMS[1:]
    assert found[-2] is CLAIMS[1] and found[-1] is CLAIMS[2]
    assert kept.apply(found) == found  # also where claims pass twice


@pytest.mark.parametrize(("act", "who", "why", "outcome", "basis", "says"), [
    ("delete", "Ada", "Why not.", None, None, "no act 'delete'"), ("", "Ada", "Why not.", None, None, "no act"),
    ("correct", "Ada", "So.", "wins", None, "no outcome 'wins'"), ("correct", "Ada", "So.", "", None, "no outcome"),
    ("correct", "Ada", "So.", None, "rumour", "no basis 'rumour'"), ("correct", "Ada", "So.", "loses", "a\nb", "no basis"),
    ("reject", "Ada", "", None, None, "reason is missing"), ("reject", "Ada", " \n\t", None, None, "reason is missing"),
    ("correct", "Ada", "", "loses", None, "reason is missing"), ("correct", "Ada", "So.", None, None, "changes nothing"),
    ("correct", "Ada", "So.", "gains", None, "changes nothing"), ("correct", "Ada", "So.", "gains", "reported", "changes nothing"),
    ("confirm", "Ada", "So.", "loses", None, "sets no outcome"), ("reject", "Ada", "So.", None, "opinion", "sets no outcome"),
    ("confirm", "A" * 201, "", None, None, "name is too long: 201"), ("reject", "Ada", "w" * 2001, None, None, "reason is too long: 2,001"),
    ("confirm", "\ud83d", "", None, None, "name holds characters"), ("reject", "Ada", "\udc00", None, None, "reason holds characters")])
def test_what_cannot_be_said_is_refused(kept, tmp_path, act, who, why, outcome, basis, says):
    assert says in _refused(kept.record, GAIN, act, who, why, outcome, basis).message
    assert kept.all(undone=True) == [] and list(tmp_path.iterdir()) == []


def test_the_longest_texts_that_are_taken(kept):
    made = kept.record(GAIN, "reject", "Ж" * 200, "\U0001f3c6" * 2000)
    assert kept.all() == [made]
    assert "too long" in _refused(kept.undo, made.id, "A" * 201).message
    assert kept.standing() == {"deal:1": made}


def test_the_last_one_stands_and_undoing_it_brings_the_former_back(kept):
    first = kept.record(GAIN, "correct", "Ada", "It shrank.", "loses")
    read = kept.apply([GAIN])[0]
    second = kept.record(read, "correct", "Bob", "That is what he thinks.", basis="opinion")
    assert (second.before_outcome, second.before_basis) == ("loses", "reported")
    assert [(claim.outcome, claim.basis) for claim in kept.apply([GAIN])] == [("loses", "opinion")]
    third = kept.record(read, "reject", "Cy", "Nothing of it.")
    assert kept.apply([GAIN]) == [] and kept.all() == [first, second, third]
    undone = kept.undo(second.id, "Dee")  # not the one that stands: nothing else is read
    assert undone == replace(second, undone=undone.undone, undone_by="Dee") and undone.undone >= third.at
    assert kept.apply([GAIN]) == [] and kept.standing() == {"deal:1": third}
    kept.undo(third.id, "Dee")
    assert [(claim.outcome, claim.basis, claim.confidence) for claim in kept.apply([GAIN])] == [("loses", "reported", 1.0)]
    kept.undo(first.id, "Dee")
    assert kept.apply([GAIN]) == [GAIN] and kept.standing() == {} and kept.all() == []
    assert [(each.id, each.undone is not None, each.undone_by) for each in kept.all(undone=True)] == [
        (each.id, True, "Dee") for each in (first, second, third)]


def test_what_is_unknown_or_undone_cannot_be_undone(kept):
    made = kept.record(GAIN, "confirm", "Ada", "")
    for unknown in ("", "1", made.id[:-1], "' OR 1=1 --", "\ud83d"):
        assert "not kept here" in _refused(kept.undo, unknown, "Ada").message
    kept.undo(made.id, "Ada")
    when = kept.all(undone=True)
    assert "undone already" in _refused(kept.undo, made.id, "Bob").message
    assert kept.all(undone=True) == when
    again = kept.record(GAIN, "confirm", "Ada", "")
    assert kept.all() == [again] and kept.all(undone=True) == [*when, again]


def test_what_already_stands_changes_nothing(kept):
    kept.record(GAIN, "correct", "Ada", "It shrank.", "loses")
    read = kept.apply([GAIN])[0]
    for claim in (GAIN, read):
        assert "changes nothing" in _refused(kept.record, claim, "correct", "Bob", "It shrank.", "loses").message
    kept.record(GAIN, "correct", "Bob", "It did not.", "gains")  # back to the ledger's own reading is a change
    assert kept.apply([GAIN]) == [replace(GAIN, confidence=1.0)]
    kept.record(GAIN, "reject", "Ada", "Nothing of it.")
    for act, outcome in (("reject", None), ("correct", "neutral")):
        assert "rejected already" in _refused(kept.record, GAIN, act, "Bob", "Nothing of it.", outcome).hint
    kept.record(GAIN, "confirm", "Bob", "")
    assert "already" in _refused(kept.record, GAIN, "confirm", "Bob", "").message
    kept.record(GAIN, "confirm", "Cy", "")
    assert [each.who for each in kept.all()] == ["Ada", "Bob", "Ada", "Bob", "Cy"]


def test_a_confirmation_holds_what_was_confirmed(kept):
    """Another classifier may read the same sentence otherwise: who said that Lumen gains did not say that it loses."""
    kept.record(GAIN, "confirm", "Ada", "")
    assert kept.apply([replace(GAIN, outcome="loses", basis="opinion", confidence=0.71)]) == [replace(GAIN, confidence=1.0)]


def test_a_confirmation_takes_back_what_was_corrected(kept):
    kept.record(GAIN, "correct", "Ada", "It shrank.", "loses")
    kept.record(GAIN, "confirm", "Bob", "")
    assert kept.apply([GAIN]) == [replace(GAIN, confidence=1.0)]


def test_the_digest_is_that_of_what_stands(kept, tmp_path):
    seen = [kept.digest()]
    for claim, act, outcome, basis in ((GAIN, "confirm", None, None), (GAIN, "correct", "loses", None), (GAIN, "correct", None, "opinion"),
                                       (GAIN, "reject", None, None), (LOSS, "confirm", None, None)):
        made = kept.record(claim, act, "Ada", "So it is.", outcome, basis)
        assert kept.digest() == Corrections(tmp_path).digest() and 8 <= len(kept.digest()) <= 32
        seen.append(kept.digest())
    assert seen[0] == "" and len(set(seen)) == len(seen)
    kept.undo(made.id, "Ada")
    assert kept.digest() == seen[-2]
    kept.record(LOSS, "confirm", "Bob", "For other reasons.")  # who says it and why is not what is read
    assert kept.digest() == seen[-1]
    for each in kept.all():
        kept.undo(each.id, "Ada")
    assert kept.digest() == ""


def test_what_one_writes_the_other_reads_at_once(tmp_path):
    one, other = Corrections(tmp_path), Corrections(tmp_path)
    assert one.apply([GAIN]) == [GAIN]
    made = other.record(GAIN, "reject", "Ada", "Nothing of it.")
    assert one.apply([GAIN]) == []
    one.undo(made.id, "Bob")
    assert other.apply([GAIN]) == [GAIN]
    (tmp_path / FILE).rename(tmp_path / "moved")
    assert one.all(undone=True) == []
    again = one.record(GAIN, "reject", "Ada", "Still nothing.")
    assert other.all(undone=True) == [again]


def test_it_outlives_new_versions_of_the_article_and_a_rebuild(kept, index, place, take, write, now, tmp_path):
    if isinstance(place, Folder):
        kept = Corrections(place.kept)  # in the folder of the index itself; a server's lies among this person's own files
    path = write("deal", TEXT, "title: A deal")
    write("other", "The routes are made of glass.")
    take(path.parent)
    ours, theirs = (next(claim for claim in now.claims() if claim.actor == actor) for actor in ("Lumen Technologies", "Zayo"))
    kept.record(ours, "correct", "Ada", "It paid too much.", "mixed")
    kept.record(theirs, "reject", "Ada", "It gave it up.")
    expected = [("Lumen Technologies", "mixed", 1.0)]

    def read() -> list[tuple]:
        return [(claim.actor, claim.outcome, claim.confidence) for claim in kept.apply(now.claims())]

    assert read() == expected
    write("deal", f"The routes are made of glass. {TEXT}", "title: A deal")
    take(path.parent)
    assert read() == expected and kept.apply(now.claims())[0].start > ours.start
    for file in place.files.glob("view.sqlite*"):
        file.unlink()
    assert read() == expected
    write("deal", "The routes are made of glass.", "title: A deal")
    take(path.parent)
    assert now.claims() == [] and read() == []  # it applies to nothing, and waits
    write("deal", f"Much is new. {TEXT}", "title: A deal")
    take(path.parent)
    assert read() == expected and len(kept.standing()) == 2
    path.unlink()
    take(path.parent, prune=True)
    assert read() == [] and len(kept.standing()) == 2


def test_it_outlives_the_folder_s_own_damage(kept, tmp_path, embedder, companies, write):
    from longhaul.ingest.index import Index
    from longhaul.ingest.pipeline import ingest

    place = Folder(tmp_path / "index")
    path = write("deal", TEXT, "title: A deal")
    ingest(Index(place, embedder.name, embedder.digest), embedder, companies, [path])
    made = Corrections(place.kept).record(LOSS, "reject", "Ada", "It gave it up.")
    for file in place.files.glob("chroma/chroma.sqlite3*"):
        file.write_bytes(b"")
    ingest(Index(place, embedder.name, embedder.digest), embedder, companies, [path])
    assert Corrections(place.kept).all() == [made]


def test_threads_share_it_and_one_of_many_is_first(kept):
    def reject(n: int) -> str:
        try:
            return kept.record(GAIN, "reject", str(n), "Nothing of it.").id
        except UserError as error:
            return error.message

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(reject, range(8)))
        made = list(pool.map(lambda n: kept.record(replace(GAIN, id=f"a:{n}"), "confirm", "Ada", ""), range(40)))
    assert said.count("This correction changes nothing.") == 7
    assert {each.id for each in kept.all()} == {each.id for each in made} | {id for id in said if id.isalnum()}
    assert len(kept.all()) == 41


def test_who_waits_for_another_s_write_finds_it(kept, tmp_path):
    kept.record(LOSS, "confirm", "Ada", "")
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db, ThreadPoolExecutor(1) as pool:
        db.execute("BEGIN IMMEDIATE")
        waiting = pool.submit(kept.record, LOSS, "reject", "Bob", "Nothing of it.")
        time.sleep(0.5)
        assert not waiting.done() and len(kept.all()) == 1  # meanwhile everybody reads
        db.execute("UPDATE corrections SET act = 'reject'")
        db.execute("COMMIT")
        assert "changes nothing" in _refused(waiting.result).message
    assert len(kept.all()) == 1


def test_two_processes_write_at_once(kept, tmp_path):
    """From the first moment on, when neither finds a file."""
    script = BEGIN + "for n in range(25): kept.record(claim(f'{sys.argv[2]}-{n}'), 'reject', sys.argv[2], f'{n}')"
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), who], stderr=subprocess.PIPE) for who in ("Ada", "Bob", "Cy")]
    while any(run.poll() is None for run in runs):
        found = [each.why for each in kept.all() if each.who == "Ada"]
        assert found == [str(n) for n in range(len(found))]
        time.sleep(0.01)
    for run in runs:
        assert (run.communicate()[1], run.returncode) == (b"", 0)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    for who in ("Ada", "Bob", "Cy"):
        assert [each.why for each in kept.all() if each.who == who] == [str(n) for n in range(25)]
    assert len(kept.standing()) == 75


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_kill_loses_nothing_that_was_recorded(kept, tmp_path):
    script = BEGIN + ("n = int(sys.argv[2])\nwhile True:\n    made = kept.record(claim(n), 'confirm', 'Ada', 'w' * 2000); n += 1\n"
                      "    print(made.id, flush=True)")
    chance, told = random.Random(5), []
    for turn in range(5):
        run = subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(turn * 100_000)], stdout=subprocess.PIPE, text=True)
        told.append(run.stdout.readline().strip())
        time.sleep(chance.random() / 10)
        run.send_signal(signal.SIGKILL)
        told += run.communicate()[0].split()
        found = [each.id for each in kept.all()]
        assert [id for id in found if id in told] == told and len(found) <= len(told) + turn + 1
    kept.undo(told[0], "Bob")
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_write_that_was_cut_off_is_undone(kept, tmp_path):
    """A journal that nobody cleared away: the next reader brings the file in order."""
    made = kept.record(GAIN, "confirm", "Ada", "")
    script = ("import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); db.execute('PRAGMA cache_size = 1')\n"
              "db.execute('BEGIN IMMEDIATE'); db.execute('UPDATE corrections SET why = ?, who = ?', ['w' * 100_000, 'Eve']); "
              "db.execute('PRAGMA cache_spill = 1'); db.execute('CREATE TABLE more AS SELECT * FROM corrections'); os._exit(0)")
    subprocess.run([sys.executable, "-c", script, str(tmp_path / FILE)], check=True)
    assert (tmp_path / f"{FILE}-journal").stat().st_size > 0
    assert kept.all() == [made]
    assert kept.record(LOSS, "confirm", "Ada", "") == kept.all()[1]


def test_a_newer_file_is_left_alone(kept, tmp_path):
    made = kept.record(GAIN, "confirm", "Ada", "")
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("PRAGMA user_version = 99")
    before = (tmp_path / FILE).read_bytes()
    newer = Corrections(tmp_path)
    for call in (newer.all, newer.standing, newer.digest, lambda: newer.apply([GAIN]), lambda: newer.undo(made.id, "Ada"),
                 lambda: newer.record(LOSS, "confirm", "Ada", "")):
        assert "newer Longhaul" in _refused(call).message
    assert (tmp_path / FILE).read_bytes() == before


def test_a_file_that_is_none_is_an_error_with_a_hint(kept, tmp_path):
    (tmp_path / FILE).write_text("This is no database. " * 100, "utf-8")
    for call in (kept.digest, lambda: kept.apply([GAIN]), lambda: kept.record(GAIN, "confirm", "Ada", "")):
        error = _refused(call)
        assert str(tmp_path / FILE) in error.message and "away" in error.hint
    (tmp_path / FILE).write_bytes(b"")  # an empty file is an empty database
    kept.record(GAIN, "confirm", "Ada", "")
    assert len(kept.all()) == 1


def test_a_place_that_cannot_be_written_is_an_error_with_a_hint(tmp_path):
    (tmp_path / "file").write_text("no folder", "utf-8")
    error = _refused(Corrections(tmp_path / "file").record, GAIN, "confirm", "Ada", "")
    assert "cannot be written" in error.message and "try again" in error.hint
    (tmp_path / FILE).mkdir()
    _refused(Corrections(tmp_path).all)
    _refused(Corrections(tmp_path).record, GAIN, "confirm", "Ada", "")


@pytest.mark.parametrize("text", [
    "'); DROP TABLE corrections; --", '" OR ""="', "<script>alert(1)</script>", "<b>&amp;\u00a0</b>", "a\0b", "%s {0} $1 ?", " \r\n\tx ",
    "\u202egnp.exe", "\U0001f3c6 ж 漢", "\\x00 \\' NULL"])
def test_hostile_text_is_kept_as_it_is(kept, text):
    claim = replace(GAIN, id=f"{text}:1", source=Source(text, text), text=text, actor=text)
    made = kept.record(claim, "correct", text[:200], text, "loses")
    assert kept.all() == [made] and (made.claim, made.article, made.actor, made.sentence, made.why) == (claim.id, text, text, text, text)
    assert kept.apply([claim, GAIN]) == [replace(claim, outcome="loses", confidence=1.0), GAIN]
    assert kept.undo(made.id, text).undone_by == text == kept.all(undone=True)[0].undone_by


def test_reading_costs_little(kept):
    claims = [replace(GAIN, id=f"a:{n}") for n in range(10_000)]
    for n, claim in enumerate(claims[::100]):
        kept.record(claim, ("confirm", "reject")[n % 2], "Ada", "So it is." * 50)
    spent = []
    for _ in range(10):
        start = time.perf_counter()
        found = kept.apply(claims)
        spent.append(time.perf_counter() - start)
    assert len(found) == 9_950 and sum(claim.confidence == 1.0 for claim in found) == 50
    print(f"apply: {min(spent) * 1000:.1f} ms at best, {max(spent) * 1000:.1f} at worst")
    assert min(spent) < 0.05 * 3


def test_a_correction_as_a_row_for_training(kept, companies):
    written = Path(__file__).parent / "claims" / "written.jsonl"
    with written.open(encoding="utf-8") as lines:
        sample = json.loads(next(lines))
    for claim, act, outcome, basis, after in (
            (GAIN, "confirm", None, None, ("gains", "reported")), (LOSS, "reject", None, None, ("neutral", "reported")),
            (GAIN, "correct", "mixed", None, ("mixed", "reported")), (LOSS, "correct", None, "opinion", ("loses", "opinion")),
            (GAIN, "correct", "neutral", "company", ("neutral", "company"))):
        made = kept.record(claim, act, "Ada", "So it is.", outcome, basis)
        row = training_row(made)
        assert row == training_row(made, companies) and [*row] == [*sample]
        assert (row["id"], row["before"], row["sentence"], row["actor"]) == (made.id, "", TEXT, claim.actor)
        assert row["sentence"][row["start"]:row["end"]] == {"Lumen Technologies": "Lumen", "Zayo": "Zayo"}[claim.actor]
        assert (row["outcome"], row["basis"]) == after and after[0] in OUTCOMES and after[1] in BASES
        assert json.loads(json.dumps(row)) == row


@pytest.mark.parametrize(("actor", "shown"), [("Galmont", ""), ("Zayo", "Zayo"), ("the ORDERS", ""), ("orders", "Orders")])
def test_a_mention_is_looked_for(kept, companies, actor, shown):
    text = "Orders were taken away from Zayo."
    row = training_row(kept.record(replace(GAIN, text=text, actor=actor), "confirm", "Ada", ""), companies)
    assert text[row["start"]:row["end"]] == shown and (shown or (row["start"], row["end"]) == (0, 0))
