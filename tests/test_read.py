"""Reading files: what becomes an article, and what each bad file is told."""

from __future__ import annotations

import json
from datetime import date

import pytest

from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import files, read
from longhaul.ingest.types import Article, Failure, UserError


def _one(path) -> Article | Failure:
    (found,) = read([path])
    return found if isinstance(found, Failure) else found[1]


def test_front_matter_and_body(write):
    article = _one(write("2025-11-03-x", "First line.\n\nSecond.", 'title: "A: b"\ndate: 2025-11-03\npublished: 2025-11-04\n'
                         "publisher: Wire\nsources:\n- publisher: Press\n  date: null\n  url: null\ncompanies: [Verizon]"))
    source = article.source
    assert (source.id, source.title, article.text) == ("2025-11-03-x", "A: b", "First line.\n\nSecond.")
    assert (source.date, source.published) == (date(2025, 11, 3), date(2025, 11, 4))
    assert source.publishers == ("Wire", "Press")
    assert source.companies == ("Verizon",)


def test_without_front_matter_the_heading_is_the_title(write):
    article = _one(write("plain", "# Fibre  sold\n\nIt was sold."))
    assert article.source.title == "Fibre sold"
    assert article.text == "# Fibre  sold\n\nIt was sold."
    assert _one(write("bare", "No heading.")).source.title == "bare"


def test_windows_line_ends_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "x.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nOne.\r\nTwo.\r\n")
    article = _one(path)
    assert (article.source.title, article.text) == ("T", "One.\nTwo.")


@pytest.mark.parametrize(("content", "says"), [
    (b"", "the file is empty"),
    (b" \n\t\n", "the file is empty"),
    (b"---\ntitle: x\n---\n", "holds no text after its front matter"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
    ("Der Spaß\nbegann früh".encode("latin-1"), "x.md:1: the file is not in UTF-8 (byte 7)"),
    ("One\nTwo\nfrüh".encode("latin-1"), "x.md:3: the file is not in UTF-8"),
    (b"---\ntitle: [a\n---\nText.", "x.md:2: the front matter is not YAML"),
    (b"---\ntitle: " + b"[" * 50_000 + b"\n---\nText.", "x.md:2: the front matter is not YAML: it is nested too deeply"),
    (b"---\ntitle: !!int \"\"\n---\nText.", "x.md:2: the front matter is not YAML"),
    (b"---\ntitle: !!timestamp \"x\"\n---\nText.", "x.md:2: the front matter is not YAML"),
    ("Text.".encode("utf-16"), "x.md: the file is in UTF-16"),
    (b"---\ntitle: a: b\n---\nText.", "x.md:2: the front matter is not YAML"),
    (b"---\ntitle: x\ndate: 2025-02-30\n---\nText.", "x.md:3: the front matter is not YAML: day is out of range"),
    (b"---\ntitle: x\npublisher: y\ndate: soon\n---\nText.", "x.md:4: date:"),
    (b"---\ndate: 2025\n---\nText.", "x.md:2: date: Value error, 2025 is not a date"),
    (b"---\ntitle: x\nsources: none\n---\nText.", "x.md:3: sources:"),
    (b"---\n- a\n- b\n---\nText.", "not a list of keys"),
    (b"---\ntitle: x\nText without end.", "x.md:1: the front matter does not end"),
])
def test_bad_files_say_what_and_where(tmp_path, content, says):
    path = tmp_path / "x.md"
    path.write_bytes(content)
    failure = _one(path)
    assert isinstance(failure, Failure)
    assert says in failure.message
    assert str(path) in failure.message
    assert failure.hint


def test_json_lines(tmp_path):
    path = tmp_path / "wire.jsonl"
    path.write_text("\n".join([
        json.dumps({"id": "a", "title": "A", "text": " Kept as it is. ", "date": "2025-11-03T10:00:00Z", "more": 1}),
        "",
        json.dumps({"id": 7, "text": "Numbers are ids too.", "date": ""}),
    ]), "utf-8")
    (place, first), (_, second) = read([path])
    assert place == f"{path}:1"
    assert (first.source.id, first.source.title, first.text) == ("a", "A", " Kept as it is. ")
    assert first.source.date == date(2025, 11, 3)
    assert (second.source.id, second.source.title, second.source.date) == ("7", "7", None)


@pytest.mark.parametrize(("row", "says"), [
    ('{"id": "x"', "not JSON"),
    ("[1]", "row:"),
    ('{"id": "x"}', "text: Field required"),
    ('{"text": "x"}', "id: Field required"),
    ('{"id": "x", "text": " "}', "id or text is empty"),
    ('{"id": "x", "text": "y", "date": "2025-13-01"}', "date:"),
    ("[" * 100_000, "not JSON that can be read"),
    ('{"id": ' + "1" * 5_000 + "}", "not JSON that can be read"),
])
def test_bad_rows_are_named_with_their_line_and_the_rest_is_read(tmp_path, row, says):
    path = tmp_path / "wire.jsonl"
    path.write_text('{"id": "a", "text": "One."}\n' + row + '\n{"id": "b", "text": "Two."}\n', "utf-8")
    first, failure, last = read([path])
    assert isinstance(failure, Failure)
    assert failure.place == f"{path}:2"
    assert says in failure.message
    assert first[1].source.id == "a" and last[1].source.id == "b"


def test_paths_folders_and_patterns(tmp_path, write):
    first, second = write("b", "B."), write("a", "A.")
    (first.parent / "deep").mkdir()
    (first.parent / "deep" / "c.txt").write_text("C.")
    (first.parent / ".hidden.md").write_text("No.")
    (first.parent / "picture.png").write_bytes(b"\0")
    folder = first.parent
    assert [path.name for path in files([folder])] == ["a.md", "b.md", "c.txt"]
    assert files([first, folder / "*.md", folder / "a.md"]) == [first, second]
    assert [path.name for path in files([str(folder / "**" / "*.txt")])] == ["c.txt"]
    (failure,) = read([folder / "picture.png"])
    assert "this kind of file is not read" in failure.message


@pytest.mark.parametrize("path", ["nowhere", "nowhere/*.md", "x" * 5_000, "~nobody-of-that-name/x"])
def test_a_missing_path_is_an_error(tmp_path, path):
    with pytest.raises(UserError) as error:
        list(read([path if path.startswith("~") else tmp_path / path]))
    assert error.value.hint


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(UserError, match="No articles"):
        files([tmp_path])


def test_every_seed_is_read():
    found = list(read([seeds_folder()]))
    assert len(found) >= 62
    assert not [row for row in found if isinstance(row, Failure)]
    assert all(article.source.date and article.source.published for _, article in found)
