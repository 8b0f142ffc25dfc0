"""The index: Chroma is the store of record, the view beside it answers, and this keeps the two together."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .explain import explanation, foreign
from .folder import Folder
from .server import Server
from .snapshot import Loaded, Snapshot, load
from .store import Store, put_all
from .types import Busy, Entry, Record, UserError
from .view import View

SCHEMA = 2  # 2: an article's record counts its chunks

Progress = Callable[[int, int], None]  # articles done, of how many


class Index:
    """Articles and chunks in a folder or on a Chroma server: read in snapshots, written by one at a time.

    Reading uses the view alone, which changes all at once when a run has ended. Chroma is opened for writing, and where
    the view is behind it: after a run that was cut off, a copy without its view, another machine's run on a server.
    """

    def __init__(self, place: Folder | Server | str | Path, model: str | None = None, model_hash: str | None = None):
        """Opens the index at `place` for vectors of this embedding model; without a model, whatever made it. Raises UserError.

        Nothing is made where there is none yet: it reads as empty until something is written.
        """
        self.place = place if isinstance(place, Folder | Server) else place_of(str(place))
        self._model = Record(SCHEMA, model, model_hash)
        self._view = View(self.place.files / "view.sqlite")
        self._loaded: Loaded | None = None
        self._one = threading.Lock()
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
                state = dict(db.execute("SELECT name, value FROM state").fetchall()).get("state", "")
                if self._loaded is None or self._loaded.state != state:
                    self._loaded = load(db)
                return Snapshot(db, self._loaded)
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
            self._publish(store, self._done(store), progress)

    @contextmanager
    def _store(self, check: Callable[[], None]) -> Iterator[Store]:
        """The opened store; one in a folder that is gone or damaged is first made anew from the view."""
        seen = self._view.record()
        if isinstance(self.place, Folder) and seen and seen.state and self._broken():
            kept = self.place.set_aside()
            logging.getLogger(__name__).warning(
                "The store in %s was %s; it is being made anew from the view beside it.%s", self.name,
                "damaged" if kept else "gone", f" What was there is kept in {kept}." if kept else "")
            with self.place.opened() as client:
                self._restore(Store(client, check), seen)
        with self.place.opened() as client:
            yield Store(client, check)

    def _broken(self) -> bool:
        """Whether Chroma cannot read what the view holds."""
        if self.place.damaged():
            return True
        try:
            with self.place.opened() as client:
                store = Store(client)
                store.probe()
                return store.record is None
        except BaseException as error:
            if foreign(error):
                return True
            raise

    def _restore(self, store: Store, record: Record) -> None:
        store.note(replace(record, writing=True, state=""))
        with self._snapshot() as snapshot:
            put_all(store, snapshot.entries())
        store.note(record)

    def adopt(self, store: Store, record: Record) -> None:
        """Lets a store that is being written to take over the model of another index. Raises UserError."""
        self._check(record)
        store.note(replace(store.record or record, model=record.model, model_hash=record.model_hash, writing=True))

    def _settle(self, store: Store) -> None:
        """Makes sure that the store is of our kind and holds nothing half written. Raises UserError."""
        record = store.record or self._model
        self._check(record)
        if store.record is None:
            store.note(record)
        if record.writing:
            store.sweep()
        if record.schema < SCHEMA:
            put_all(store, store.entries(sorted(store.hashes())))

    def _done(self, store: Store) -> Record:
        """What the store is to say of itself when a run has ended."""
        record = replace(store.record, schema=SCHEMA, writing=False)
        return record if record.model else replace(record, model=self._model.model, model_hash=self._model.model_hash)

    def _publish(self, store: Store, record: Record, progress: Progress = lambda done, total: None,
                 still: Callable[[], bool] = lambda: True) -> bool:
        """Brings the view up to the store, then says so in the store; returns False where `still()` says no."""
        stored, seen = store.hashes(), self._view.hashes()
        changed = sorted(id for id, digest in stored.items() if seen.get(id) != digest)
        state = hashlib.sha256(repr(sorted(stored.items())).encode()).hexdigest()[:32] if stored else ""
        record = replace(record, state=state, generation=record.generation + (state != record.state))

        def entries() -> Iterator[Entry]:
            for done, entry in enumerate(store.entries(changed)):
                progress(done, len(changed))
                yield entry

        if not self._view.write(seen.keys() - stored.keys(), entries(), record, still):
            return False
        progress(len(changed), len(changed))
        if store.record != record:
            store.note(record)
        return True

    # ------------------------------------------------------------------ following the store

    def _follow(self) -> None:
        """Brings the view up to the store, where it is behind and nobody is writing. Raises UserError."""
        record = self.place.peek()
        with self._explained(), self._one:
            seen = self._view.record()
            for found in (record, seen):
                if found and found.schema:
                    self._check(found)
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
                with self.place.held(wait=False) as check, self._store(check) as store:
                    self._settle(store)
                    self._publish(store, self._done(store))
        except Busy:
            if seen is None:  # nothing to show meanwhile
                raise
        except UserError:
            # in a folder that may not be written to, a view that was whole before the run that was cut off still is
            if not (seen and record and record.state == seen.state):
                raise

    def _copy(self, record: Record) -> None:
        """Copies what a server holds into the view. Another run may begin meanwhile: then what was read is thrown away."""
        with self.place.opened() as client:
            store = Store(client)
            for _ in range(3):
                latest = self.place.peek()
                if not latest.writing and self._publish(store, latest, still=lambda latest=latest: self.place.peek() == latest):
                    return
        raise Busy(f"{self.name} is being written to.", "Wait until that is done, then try again.")

    def _check(self, record: Record) -> None:
        if record.schema > SCHEMA:
            raise UserError(f"{self.name} was made by a newer Longhaul.", "Update Longhaul, or name another index with --index.")
        wanted = self._model
        if wanted.model and record.model and (record.model, record.model_hash) != (wanted.model, wanted.model_hash):
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
            raise explanation(error, self.place, bool(self._view.record())) from error


def place_of(name: str, token: str | None = None, tenant: str = "default_tenant", database: str = "default_database",
             view: Path | None = None) -> Folder | Server:
    """A folder by its path, or a Chroma server by its address. Raises UserError."""
    return Server(name, token, tenant, database, view) if "://" in name else Folder(name)
