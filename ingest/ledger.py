"""The ledger of an article as it is stored, and as the view holds and finds it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from .sources import day, load_source
from .types import FIRM, Article, Claim, Filter, Ledger, Relation
from .where import where

BASES = ("reported", "company", "opinion", "forecast", "question")  # from the firmest to the least firm

SCHEMA = """
CREATE TABLE claims (article INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                     actor TEXT NOT NULL, outcome TEXT NOT NULL, basis TEXT NOT NULL, cue TEXT NOT NULL, confidence REAL NOT NULL,
                     event_date TEXT, origin TEXT NOT NULL, day INTEGER NOT NULL, shared TEXT, PRIMARY KEY (article, place)) WITHOUT ROWID;
CREATE INDEX claims_actor ON claims (actor, day);
CREATE TABLE relations (article INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                        subject TEXT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, date TEXT, basis TEXT NOT NULL,
                        day INTEGER NOT NULL, PRIMARY KEY (article, place)) WITHOUT ROWID;
CREATE INDEX relations_subject ON relations (subject, day);
CREATE INDEX relations_object ON relations (object, day);
CREATE TABLE bases (article INTEGER PRIMARY KEY, bases BLOB NOT NULL);
"""
_COLUMNS = "c.id, c.start, c.end, c.actor, c.outcome, c.basis, c.cue, c.confidence, c.event_date"
_RELATED = "r.id, r.start, r.end, r.subject, r.kind, r.object, r.date, r.basis"


def dump_ledger(ledger: Ledger) -> str:
    """A ledger as JSON; what the article itself holds is left out."""
    claims = [[claim.id, claim.start, claim.end, claim.actor, claim.outcome, claim.basis, claim.cue, claim.confidence,
               claim.event_date and claim.event_date.isoformat(), claim.origin] for claim in ledger.claims]
    relations = [[each.id, each.start, each.end, each.subject, each.kind, each.object, each.date and each.date.isoformat(),
                  BASES.index(each.basis)] for each in ledger.relations]
    return json.dumps({"claims": claims, "bases": [[start, end, BASES.index(basis)] for start, end, basis in ledger.bases],
                       "relations": relations}, ensure_ascii=False, separators=(",", ":"))


def load_ledger(text: str | None, article: Article) -> Ledger:
    """The ledger that `dump_ledger` wrote; an empty one where there is none. Raises ValueError, LookupError or TypeError."""
    if text is None:
        return Ledger()
    found = json.loads(text)
    return Ledger(tuple(_claim(article, row) for row in found["claims"]),
                  tuple((start, end, BASES[n]) for start, end, n in found["bases"]),
                  tuple(_relation(article, (*row[:-1], BASES[row[-1]])) for row in found.get("relations", ())))


def _claim(article: Article, row: tuple | list) -> Claim:
    id, start, end, actor, outcome, basis, cue, confidence, event, origin = row
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"a claim of {article.source.id} lies outside its text")
    return Claim(id, article.source, article.text[start:end], start, end, actor, outcome, basis, cue, confidence,
                 date.fromisoformat(event) if event else None, origin)


def _relation(article: Article, row: tuple | list) -> Relation:
    id, start, end, subject, kind, object, day, basis = row
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"a relation of {article.source.id} lies outside its text")
    return Relation(id, article.source, article.text[start:end], start, end, subject, kind, object,
                    date.fromisoformat(day) if day else None, basis)


def insert(db: sqlite3.Connection, number: int, article: Article, ledger: Ledger) -> None:
    """Puts the ledger of the article with this row number into the view."""
    rows = [(number, place, claim.id, claim.start, claim.end, claim.actor, claim.outcome, claim.basis, claim.cue, claim.confidence,
             claim.event_date and claim.event_date.isoformat(), claim.origin, day(claim.day, 0))
            for place, claim in enumerate(ledger.claims)]
    db.executemany(f"INSERT INTO claims VALUES ({','.join('?' * 13)}, NULL)", rows)
    rows = [(number, place, each.id, each.start, each.end, each.subject, each.kind, each.object, each.date and each.date.isoformat(),
             each.basis, day(each.date, 0)) for place, each in enumerate(ledger.relations)]
    db.executemany(f"INSERT INTO relations VALUES ({','.join('?' * 11)})", rows)
    spans = np.array([(start, end, BASES.index(basis)) for start, end, basis in ledger.bases], dtype="<i8")
    db.execute("INSERT INTO bases VALUES (?, ?)", [number, spans.tobytes()])


def delete(db: sqlite3.Connection, number: int) -> None:
    """Takes it out of the view."""
    for table in ("claims", "relations", "bases"):
        db.execute(f"DELETE FROM {table} WHERE article = ?", [number])


def read(db: sqlite3.Connection, number: int, article: Article) -> Ledger:
    """The ledger of the article with this row number."""
    rows = db.execute(f"SELECT {_COLUMNS}, c.origin FROM claims c WHERE c.article = ? ORDER BY c.place", [number])
    claims = tuple(_claim(article, row) for row in rows)
    rows = db.execute(f"SELECT {_RELATED} FROM relations r WHERE r.article = ? ORDER BY r.place", [number])
    return Ledger(claims, bases(db, number), tuple(_relation(article, row) for row in rows))


def bases(db: sqlite3.Connection, number: int) -> tuple[tuple[int, int, str], ...]:
    """The span and basis of each sentence of the article with this row number."""
    row = db.execute("SELECT bases FROM bases WHERE article = ?", [number]).fetchone()
    spans = np.frombuffer(row[0] if row else b"", dtype="<i8").reshape(-1, 3)
    return tuple((start, end, BASES[n]) for start, end, n in spans.tolist())


def find(db: sqlite3.Connection, filter: Filter, article: str | None, least: float, besides: Iterable[str]) -> list[Claim]:
    """The claims that pass `filter` (companies: about these; since and until: by the claim's own day), by day, article and place.

    Those of less confidence than `least` only where `besides` has their id. Their origins are those that they share.
    """
    return [claim for _, claim in _find(db, filter, article, least, besides, "coalesce(c.shared, c.origin)")]


def share(db: sqlite3.Connection) -> None:
    """Finds out which claims of the view rest on the same thing. Faint ones keep the origin that they have by themselves."""
    from .origins import grouped  # of no use to those who only read

    found = [(place, claim) for place, claim in _find(db, Filter(undated=True), None, FIRM, (), "c.origin")]
    shared = grouped([claim for _, claim in found])
    db.executemany("UPDATE claims SET shared = ? WHERE article = ? AND place = ?",
                   [(claim.origin, *place) for (place, _), claim in zip(found, shared, strict=True)])


def _find(db: sqlite3.Connection, filter: Filter, article: str | None, least: float, besides: Iterable[str],
          origin: str) -> list[tuple[tuple[int, int], Claim]]:
    """Claims with their row numbers, article and place; `origin`: what to take for it."""
    named = f"c.actor IN ({','.join('?' * len(filter.companies))})", list(filter.companies)
    sure = "(c.confidence >= ? OR c.id IN (SELECT value FROM json_each(?)))", [least, json.dumps(list(besides))]
    rows = _passing(db, "claims", f"c.article, c.place, {_COLUMNS}, {origin}", filter, article, [named, sure])
    articles = _articles(db, (row[0] for row in rows))
    return [(row[:2], _claim(articles[row[0]], row[2:])) for row in rows]


def find_relations(db: sqlite3.Connection, filter: Filter, article: str | None, kinds: Sequence[str]) -> list[Relation]:
    """The relations that pass `filter` (companies: that these have; since and until: by the relation's own day), by day, article and place.

    Those of the `kinds` alone, where any are given.
    """
    names = json.dumps(filter.companies)
    named = ("(r.subject IN (SELECT value FROM json_each(?)) OR r.object IN (SELECT value FROM json_each(?)))",
             [names, names] if filter.companies else [])
    rows = _passing(db, "relations", f"r.article, {_RELATED}", filter, article,
                    [named, (f"r.kind IN ({','.join('?' * len(kinds))})", list(kinds))])
    articles = _articles(db, (row[0] for row in rows))
    return [_relation(articles[row[0]], row[1:]) for row in rows]


def _passing(db: sqlite3.Connection, table: str, columns: str, filter: Filter, article: str | None,
             more: Sequence[tuple[str, list]]) -> list[tuple]:
    """Rows of a table of the ledger by day, article and place; `more`: conditions with their values, left out where they have none."""
    short = table[0]
    condition, values = where(replace(filter, companies=(), since=None, until=None))
    parts = [condition]
    for condition, found in (("a.id = ?", [article] if article else []), *more,
                             (f"{short}.day >= ?", [day(filter.since, 0)] if filter.since else []),
                             (f"{short}.day BETWEEN 1 AND ?", [day(filter.until, 0)] if filter.until else [])):
        if found:
            parts.append(condition)
            values += found
    return db.execute(f"SELECT {columns} FROM {table} {short} JOIN articles a ON a.number = {short}.article "
                      f"WHERE {' AND '.join(parts)} ORDER BY {short}.day, a.id, {short}.place", values).fetchall()


def _articles(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Article]:
    """The articles of these row numbers."""
    found = {}
    for number in dict.fromkeys(numbers):
        source, text = db.execute("SELECT a.source, t.text FROM articles a JOIN texts t ON t.article = a.number WHERE a.number = ?",
                                  [number]).fetchone()
        found[number] = Article(load_source(source), text)
    return found
