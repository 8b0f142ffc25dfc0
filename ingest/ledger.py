"""The ledger of an article as it is stored, and as the view holds and finds it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np

from .sources import day, load_source
from .types import FIRM, Article, Claim, Filter, Ledger
from .where import where

BASES = ("reported", "company", "opinion", "forecast", "question")  # from the firmest to the least firm

SCHEMA = """
CREATE TABLE claims (article INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                     actor TEXT NOT NULL, outcome TEXT NOT NULL, basis TEXT NOT NULL, cue TEXT NOT NULL, confidence REAL NOT NULL,
                     event_date TEXT, origin TEXT NOT NULL, day INTEGER NOT NULL, shared TEXT, PRIMARY KEY (article, place)) WITHOUT ROWID;
CREATE INDEX claims_actor ON claims (actor, day);
CREATE TABLE bases (article INTEGER PRIMARY KEY, bases BLOB NOT NULL);
"""
_COLUMNS = "c.id, c.start, c.end, c.actor, c.outcome, c.basis, c.cue, c.confidence, c.event_date"


def dump_ledger(ledger: Ledger) -> str:
    """A ledger as JSON; what the article itself holds is left out."""
    claims = [[claim.id, claim.start, claim.end, claim.actor, claim.outcome, claim.basis, claim.cue, claim.confidence,
               claim.event_date and claim.event_date.isoformat(), claim.origin] for claim in ledger.claims]
    return json.dumps({"claims": claims, "bases": [[start, end, BASES.index(basis)] for start, end, basis in ledger.bases]},
                      ensure_ascii=False, separators=(",", ":"))


def load_ledger(text: str | None, article: Article) -> Ledger:
    """The ledger that `dump_ledger` wrote; an empty one where there is none. Raises ValueError, LookupError or TypeError."""
    if text is None:
        return Ledger()
    found = json.loads(text)
    return Ledger(tuple(_claim(article, row) for row in found["claims"]),
                  tuple((start, end, BASES[n]) for start, end, n in found["bases"]))


def _claim(article: Article, row: tuple | list) -> Claim:
    id, start, end, actor, outcome, basis, cue, confidence, event, origin = row
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"a claim of {article.source.id} lies outside its text")
    return Claim(id, article.source, article.text[start:end], start, end, actor, outcome, basis, cue, confidence,
                 date.fromisoformat(event) if event else None, origin)


def insert(db: sqlite3.Connection, number: int, article: Article, ledger: Ledger) -> None:
    """Puts the ledger of the article with this row number into the view."""
    rows = [(number, place, claim.id, claim.start, claim.end, claim.actor, claim.outcome, claim.basis, claim.cue, claim.confidence,
             claim.event_date and claim.event_date.isoformat(), claim.origin, day(claim.day, 0))
            for place, claim in enumerate(ledger.claims)]
    db.executemany(f"INSERT INTO claims VALUES ({','.join('?' * 13)}, NULL)", rows)
    spans = np.array([(start, end, BASES.index(basis)) for start, end, basis in ledger.bases], dtype="<i8")
    db.execute("INSERT INTO bases VALUES (?, ?)", [number, spans.tobytes()])


def delete(db: sqlite3.Connection, number: int) -> None:
    """Takes it out of the view."""
    db.execute("DELETE FROM claims WHERE article = ?", [number])
    db.execute("DELETE FROM bases WHERE article = ?", [number])


def read(db: sqlite3.Connection, number: int, article: Article) -> Ledger:
    """The ledger of the article with this row number."""
    rows = db.execute(f"SELECT {_COLUMNS}, c.origin FROM claims c WHERE c.article = ? ORDER BY c.place", [number])
    return Ledger(tuple(_claim(article, row) for row in rows), bases(db, number))


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
    parts, values = where(replace(filter, companies=(), since=None, until=None))
    parts = [parts]
    for condition, found in (("a.id = ?", [article] if article else []),
                             (f"c.actor IN ({','.join('?' * len(filter.companies))})", list(filter.companies)),
                             ("(c.confidence >= ? OR c.id IN (SELECT value FROM json_each(?)))", [least, json.dumps(list(besides))]),
                             ("c.day >= ?", [day(filter.since, 0)] if filter.since else []),
                             ("c.day BETWEEN 1 AND ?", [day(filter.until, 0)] if filter.until else [])):
        if found:
            parts.append(condition)
            values += found
    rows = db.execute(f"SELECT c.article, c.place, {_COLUMNS}, {origin} FROM claims c JOIN articles a ON a.number = c.article "
                      f"WHERE {' AND '.join(parts)} ORDER BY c.day, a.id, c.place", values).fetchall()
    articles: dict[int, Article] = {}
    for number in dict.fromkeys(row[0] for row in rows):
        source, text = db.execute("SELECT a.source, t.text FROM articles a JOIN texts t ON t.article = a.number WHERE a.number = ?",
                                  [number]).fetchone()
        articles[number] = Article(load_source(source), text)
    return [(row[:2], _claim(articles[row[0]], row[2:])) for row in rows]
