"""The index: Chroma is the store of record, the view beside it answers, and this keeps the two together."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from .explain import damaged_view, explanation, foreign, outside
from .folder import Folder
from .loaded import Loaded, load
from .place import Place, place_of
from .server import Server
from .snapshot import Snapshot
from .store import Store, put_all
from .types import Busy, Entry, Record, UserError
from .view import View

SCHEMA = 4  # 2: an article's record counts its chunks; 3: and holds its claims; 4: and its relations

Progress = Callable[[int, int], None]  # articles done, of how many


class Index:
    """Articles and chunks in a folder or on a Chroma server: read in snapshots, written by one at a time.

    Reading uses the view alone, which changes all at once when a run has ended. Chroma is opened for writing, and where
    the view is behind it: after a run that was cut off, a copy without its view, another machine's run on a server.
    """

    def __init__(self, place: Place | str | Path, model: str | None = None, model_hash: str | None = None):
        """Opens the index at `place` for vectors of this embedding model; without a model, whatever made it. Raises UserError.

        Nothing is made where there is none yet: it reads as empty until something is written.
        """
        self.place = place if isinstance(place, Folder | Server) else place_of(str(place))
        self._model, self._view = Record(SCHEMA, model, model_hash), View(self.place.files / "view.sqlite")
        self._loaded: tuple[list, Loaded] | None = None  # with the edition of the view that it was read from
        self._one = threading.RLock()  # catching up, which holds it, may have to read the view
        self._follow()

    @property
    def name(self) -> str:
        """Where it lies, as a person would write it."""
        return self.place.name

    @property
    def exists(self) -> bool:
        """Whether there is an index, be it empty."""
        return self._view.record() is not None or self.place.exists()

    @property
    def record(self) -> Record:
        """What the index says of itself, as far as it can be read now."""
        return self._view.record() or Record(SCHEMA)

    # ------------------------------------------------------------------ reading

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The index in its latest finished state, the same until the end of the block. Raises UserError."""
        with self._explained():
            if isinstance(self.place, Server) or not self._view.path.is_file():
                self._follow()
            with self._snapshot() as snapshot:
                yield snapshot

    def _snapshot(self) -> Snapshot:
        try:
            db = self._view.connect()
        except sqlite3.DatabaseError:  # damaged since it was opened
            self._follow()
            db = self._view.connect()
        try:
            with self._one:
                # the state alone would not do: articles that were taken out and came back have other row numbers
                edition = db.execute("SELECT value FROM state WHERE name = 'edition'").fetchone()
                if self._loaded is None or self._loaded[0] != edition:
                    self._loaded = edition, load(db)
                return Snapshot(db, self._loaded[1])
        except BaseException:
            db.close()
            raise

    # ------------------------------------------------------------------ writing

    @contextmanager
    def writing(self, progress: Progress = lambda done, total: None) -> Iterator[Store]:
        """The store, held for writing; at the end of the block readers see what was written, all at once.

        Where the block is left by an error, what is whole of it shows at the next opening. `progress` is told how far the
        view is. Raises Busy where another writes, and UserError.
        """
        with self._explained(), self.place.held() as check, self._store(check) as store:
            self._settle(store)
            yield store
            self._finish(store, check, progress)

    @contextmanager
    def _store(self, check: Callable[[], None]) -> Iterator[Store]:
        """The opened store; one in a folder that is gone or damaged is first made anew from the view."""
        with ExitStack() as opening:
            store = self._whole(opening, check)
            if store is None:
                opening.close()
                kept = self.place.set_aside()
                logging.getLogger(__name__).warning(
                    "The store in %s was %s; it is being made anew from the view beside it.%s", self.name,
                    "damaged" if kept else "gone", f" What was there is kept in {kept}." if kept else "")
                store = Store(opening.enter_context(self.place.opened()), check)
                store.note(replace(self._view.record(), writing=True))  # as if a run had taken everything out: _settle puts it back
            yield store

    def _whole(self, opening: ExitStack, check: Callable[[], None]) -> Store | None:
        """The store; None where Chroma cannot read what the view holds."""
        seen = self._view.record()
        restorable = isinstance(self.place, Folder) and seen is not None and seen.state != ""
        try:
            if restorable and self.place.damaged():
                return None
            store = Store(opening.enter_context(self.place.opened()), check)
            if restorable and self.place.suspect():
                store.probe()
            return None if restorable and store.record is None else store
        except BaseException as error:
            if restorable and foreign(error) and not outside(error, self.place):
                return None
            raise

    def adopt(self, store: Store, record: Record) -> None:
        """Lets a store that is being written to take over the model of another index. Raises UserError."""
        self._check(record)
        store.note(replace(store.record or record, model=record.model, model_hash=record.model_hash, ledger=record.ledger, writing=True))

    def _settle(self, store: Store) -> None:
        """Makes sure that the store is of our kind and holds nothing half written. Raises UserError."""
        self._check(record := store.record or self._model)
        if store.record is None:
            store.note(record)
        if record.writing:
            self.place.calm()
            store.sweep()
            self._put_back(store, record)
        if record.schema < SCHEMA:
            put_all(store, store.entries(sorted(store.hashes())))
            store.note(replace(store.record, ledger=None))  # what the ledger lacks is read when it is asked for

    def _put_back(self, store: Store, record: Record) -> None:
        """What a run that was cut off had taken out, as it was before that run; only a view of just that state knows it."""
        seen = self._view.record()
        if seen and (seen.state, seen.model_hash) == (record.state, record.model_hash):
            lost = self._view.hashes().keys() - store.hashes().keys()
            with self._snapshot() as snapshot:
                put_all(store, (entry for entry in snapshot.entries() if entry.article.source.id in lost))

    def _finish(self, store: Store, check: Callable[[], None], progress: Progress = lambda done, total: None) -> None:
        """Shows what was written, then says in the store that the run has ended. `check` raises where the hold was lost."""
        record = replace(store.record, schema=SCHEMA, writing=False)
        if not record.model:
            record = replace(record, model=self._model.model, model_hash=self._model.model_hash)
        if store.record != (shown := self._publish(store, record, lambda: check() is None, progress)):
            store.note(shown)

    def _publish(self, store: Store, record: Record, still: Callable[[], bool],
                 progress: Progress = lambda done, total: None) -> Record | None:
        """Brings the view up to the store, and returns what it says of itself; None where `still()`, asked last, says no."""
        stored, seen = store.hashes(), self._view.hashes()
        changed = sorted(id for id, digest in stored.items() if seen.get(id) != digest)
        state = hashlib.sha256(repr(sorted(stored.items())).encode()).hexdigest()[:32] if stored else ""
        record = replace(record, state=state, generation=record.generation + (state != record.state))

        def entries() -> Iterator[Entry]:
            for done, entry in enumerate(store.entries(changed)):
                progress(done, len(changed))
                yield entry

        if not self._view.write(seen.keys() - stored.keys(), entries(), record, still):
            return None
        progress(len(changed), len(changed))
        return record

    # ------------------------------------------------------------------ following the store

    def _follow(self) -> None:
        """Brings the view up to the store, where it is behind and nobody is writing. Raises UserError."""
        record = self.place.peek()
        with self._explained(), self._one:
            seen = self._view.record()
            for found in (record, seen):
                if found and found.schema:
                    self._check(found)
            if isinstance(self.place, Folder) and seen is None and self._view.path.is_file() and not self.place.exists():
                raise damaged_view(self.place, self._view)
            if record is None:  # Chroma's files are gone, or cannot be read from outside
                behind = seen is None and self.place.exists()
            else:
                behind = record.writing or 0 < record.schema < SCHEMA or record.state != (seen.state if seen else "")
            if behind:
                self._catch_up(record, seen)

    def _catch_up(self, record: Record | None, seen: Record | None) -> None:
        try:
            if isinstance(self.place, Server) and record and not record.writing and record.schema in (0, SCHEMA):
                self._copy(record)
            else:
                with self._explained(), self.place.held(wait=seen is None) as check, self._store(check) as store:
                    self._settle(store)
                    self._finish(store, check)
        except Busy:
            if seen is None:  # nothing to show meanwhile
                raise
        except UserError:
            # in a folder that may not be written to, a view that was whole before the run that was cut off still is
            if not (seen and record and record.state == seen.state):
                raise

    def _copy(self, record: Record) -> None:
        """Copies what a server holds into the view. Another run may begin meanwhile: then what was read is thrown away."""
        if not record.schema:  # nothing is made by looking
            self._view.write(self._view.hashes(), (), record)
            return
        with self.place.opened() as client:
            store = Store(client)
            for _ in range(3):
                latest = self.place.peek()
                if not latest.writing and self._publish(store, latest, lambda latest=latest: self.place.peek() == latest):
                    return
        raise Busy(f"{self.name} is being written to.", "Wait until that is done, then try again.")

    def _check(self, record: Record) -> None:
        if record.schema > SCHEMA:
            raise UserError(f"{self.name} was made by a newer Longhaul.", "Update Longhaul, or name another index with --index.")
        if (wanted := self._model).model and record.model and (record.model, record.model_hash) != (wanted.model, wanted.model_hash):
            raise UserError(f"{self.name} holds vectors of the model {record.model}, not of {wanted.model}.",
                            "Set LONGHAUL_EMBEDDING to that model, or ingest into another index: longhaul ingest --index FOLDER")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What Chroma, SQLite and the network raise, in words for people."""
        try:
            yield
        except BaseException as error:
            if not foreign(error):
                raise
            raise explanation(error, self.place, self._view) from error
