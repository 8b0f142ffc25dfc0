"""Ingest: added, updated, unchanged, removed, failed; and nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reading import Now

from longhaul.ingest.pipeline import Step
from longhaul.ingest.types import UserError


def _contents(now: Now) -> tuple:
    return now.state, {id: now.article(id) for id in now.ids}


def test_a_second_run_finds_all_unchanged_and_a_change_updates(take, write, now):
    first = write("a", "Lumen sold fibre.", "title: One")
    write("b", "Verizon bought fibre.", "title: Two")
    assert sorted(take(first.parent).added) == ["a", "b"]
    before = now.state
    again = take(first.parent)
    assert sorted(again.unchanged) == ["a", "b"] and not (again.added or again.updated or again.removed or again.failed)
    assert now.state == before
    write("a", "Lumen sold more fibre.", "title: One")
    write("b", "Verizon bought fibre.", "title: Another title")
    changed = take(first.parent)
    assert sorted(changed.updated) == ["a", "b"]
    assert now.article("a").text == "Lumen sold more fibre."
    assert now.article("b").source.title == "Another title"
    assert now.counts == (2, 2)
    assert now.state != before


def test_vanished_files_stay_until_pruned(take, write, now):
    gone, kept = write("gone", "It goes."), write("kept", "It stays.")
    take(gone.parent)
    gone.unlink()
    assert take(kept.parent).removed == []
    assert now.article("gone").text == "It goes."
    assert take(kept.parent, prune=True).removed == ["gone"]
    assert now.ids == {"kept"}


def test_one_bad_file_keeps_none_of_the_others_out(take, write, now):
    folder = write("good", "Lumen sold fibre.").parent
    write("bad", "Text.", "title: [")
    (folder / "empty.md").write_bytes(b"")
    (folder / "picture.md").write_bytes(b"\x89PNG\0")
    (folder / "latin.txt").write_bytes("früh".encode("latin-1"))
    report = take(folder)
    assert report.added == ["good"]
    assert sorted(Path(failure.place).name for failure in report.failed) == ["bad.md", "empty.md", "latin.txt", "picture.md"]
    assert all(failure.message and failure.hint for failure in report.failed)
    assert now.ids == {"good"}


def test_a_file_that_turns_bad_keeps_what_was_stored_even_when_pruning(take, write, now):
    path = write("v1.5", "Lumen sold fibre.")
    take(path.parent)
    before = _contents(now)
    path.write_bytes(b"\xff\xfe\xfa")
    report = take(path.parent, prune=True)
    assert len(report.failed) == 1 and report.removed == []
    assert _contents(now) == before


def test_a_row_that_turns_bad_keeps_what_was_stored_even_when_pruning(take, tmp_path, now):
    path = tmp_path / "wire.jsonl"
    rows = [json.dumps({"id": id, "text": f"The text of {id}."}) for id in "ab"]
    path.write_text("\n".join(rows))
    take(path)
    path.write_text(rows[0] + "\n" + rows[1][:-5])
    report = take(path, prune=True)
    assert (report.unchanged, report.removed, len(report.failed)) == (["a"], [], 2)
    assert report.failed[1].place == "--prune" and "wire.jsonl:2" in report.failed[1].message
    assert now.ids == {"a", "b"}


def test_two_texts_under_one_id_are_an_error_that_names_both(take, write, tmp_path, now):
    one, two = write("dup.1", "One text."), write("dup.1", "Another text.", folder=tmp_path / "other")
    write("fine", "A third.")
    report = take(one.parent, two.parent)
    (failure,) = report.failed
    assert "'dup.1'" in failure.message and str(one) in failure.message and str(two) in failure.message
    assert report.added == ["fine"]
    assert now.ids == {"fine"}


def test_a_clash_keeps_what_was_stored(take, write, tmp_path, now):
    one = write("dup.1", "One text.")
    take(one)
    two = write("dup.1", "Another text.", folder=tmp_path / "other")
    report = take(one, two, prune=True)
    assert len(report.failed) == 1 and report.removed == []
    assert now.article("dup.1").text == "One text."


def test_the_same_text_twice_is_no_clash(take, write, tmp_path):
    one, two = write("same", "One text."), write("same", "One text.", folder=tmp_path / "other")
    report = take(one.parent, two.parent)
    assert report.added == ["same"] and not report.failed


def test_a_missing_path_changes_nothing(take, write, now, tmp_path):
    path = write("a", "Lumen sold fibre.")
    take(path)
    before = _contents(now)
    write("a", "Changed.")
    with pytest.raises(UserError, match="nowhere"):
        take(path, tmp_path / "nowhere", prune=True)
    assert _contents(now) == before


def test_an_interrupted_run_keeps_what_it_had_finished(take, write, now):
    folder = write("a", "Lumen sold fibre.").parent
    write("b", "Verizon bought fibre.")

    def interrupt(step: Step) -> None:
        if step.stage == "Publishing":  # what was embedded is in the store, but not shown yet
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(folder, progress=interrupt)
    report = take(folder)
    assert (sorted(report.unchanged), report.added) == (["a", "b"], [])
    assert now.counts == (2, 2)


def test_the_stages_are_told(take, write):
    folder = write("a", "Lumen sold fibre to a cloud. " * 2_000).parent
    write("b", "Verizon bought fibre.")
    steps: list[Step] = []
    take(folder, progress=steps.append)
    assert list(dict.fromkeys(step.stage for step in steps)) == ["Reading", "Embedding", "Publishing"]
    embedding = [step for step in steps if step.stage == "Embedding"]
    assert len(embedding) > 1 and embedding == sorted(embedding, key=lambda step: step.done)
    assert embedding[-1].chunks > 32 and embedding[-1].done <= embedding[-1].total
    assert (steps[-1].done, steps[-1].total) == (2, 2)


def test_companies_are_those_listed_and_those_named(take, write, now):
    take(write("a", "CenturyLink sold fibre to AT&T.", "title: T\ncompanies: [verizon, Somebody Else]"))
    assert now.article("a").source.companies == ("Verizon", "Somebody Else", "Lumen Technologies", "AT&T")


def test_text_is_stored_to_the_letter(take, tmp_path, now):
    text = " \tLeading space. “Quotes”, 数据, 🙂 and e\u0301.\r\n\n\n<b>&amp;</b> \x1b[31m\u202e end \n"
    path = tmp_path / "wire.jsonl"
    path.write_text(json.dumps({"id": "x", "text": text}))
    assert take(path).added == ["x"]
    assert now.article("x").text == text
    for found, _ in now.lexical("quotes end", 5):
        assert text[found.start:found.end] == found.text


@pytest.mark.parametrize("row", [{"id": "x", "text": "half \ud800 a pair"}, {"id": "x\udfff", "text": "y"},
                                 {"id": "x", "title": "\ud800", "text": "y"}])
def test_half_a_character_is_a_failure(take, tmp_path, now, row):
    path = tmp_path / "wire.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({"id": "good", "text": "Lumen."}))
    report = take(path)
    assert report.added == ["good"]
    assert f"{path}:1" in report.failed[0].message


def test_a_character_nobody_sees_is_kept(take, tmp_path, now):
    path = tmp_path / "wire.jsonl"
    path.write_text(json.dumps({"id": "x", "text": "before\0after. Fibre."}))
    assert take(path).added == ["x"]
    assert now.article("x").text == "before\0after. Fibre."
