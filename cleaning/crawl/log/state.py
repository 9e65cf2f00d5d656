"""What a crawl knows, on disk: which URLs were seen, which wait, where each exchange lies, how far it came.

One SQLite file beside the WARC files, which remain the truth: an exchange is in them before it is known here, and
what they hold beyond the last commit is taken from there. A state that is gone, broken or ahead of them is
made anew from them. So a kill at any moment loses nothing but what was in flight.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import xxhash

from cleaning.web.urls import key

VERSION = 4  # of these tables; another one is made anew
CACHE = 4096  # kB of pages that SQLite keeps in memory, for each source
NAMES = ("crawl.sqlite", "crawl.sqlite-wal", "crawl.sqlite-journal")

_ENTRY = "n INTEGER, rank INTEGER, host TEXT, url TEXT, depth INTEGER, kind TEXT, via TEXT, hops INTEGER, seed TEXT"
_ENTRY += ", listed INTEGER, shape INTEGER, directory INTEGER, section INTEGER"
_TABLES = f"""
CREATE TABLE urls (
    key INTEGER PRIMARY KEY, seen INTEGER NOT NULL, decided INTEGER NOT NULL, file INTEGER, place INTEGER
);
CREATE TABLE queue ({_ENTRY}, PRIMARY KEY (host, rank, n)) WITHOUT ROWID;
CREATE TABLE flight ({_ENTRY}, PRIMARY KEY (n));
CREATE TABLE again ({_ENTRY}, outcome TEXT, reason TEXT, PRIMARY KEY (n));
CREATE TABLE bodies (digest INTEGER PRIMARY KEY);
CREATE TABLE groups (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE hosts (host TEXT PRIMARY KEY, pages INTEGER, bytes INTEGER, since REAL) WITHOUT ROWID;
CREATE TABLE earlier (
    key INTEGER PRIMARY KEY, file INTEGER, place INTEGER, status INTEGER, etag TEXT, modified TEXT, digest INTEGER,
    url TEXT, mark INTEGER
);
CREATE TABLE origins (site TEXT, path TEXT, url TEXT, PRIMARY KEY (site, path)) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


def hashed(text: str) -> int:
    """64 bits that stand for a text, as SQLite holds an integer: of 10 million, two are one with p = 3e-6."""
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass")) - (1 << 63)


def url_key(url: str) -> int:
    """What stands for a page, however its URL is written."""
    return hashed(key(url))


class State:
    """The tables of one crawl, and how each commit leaves them. Not for two at once: `owner.py` sees to that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fresh = False  # nothing was there to go on from
        try:
            self._db = self._open()
            self.fresh = self.get("version") != VERSION
        except sqlite3.DatabaseError:
            self.fresh = True
        if self.fresh:
            self.renew()

    def renew(self) -> None:
        """Begins anew, with nothing known."""
        if hasattr(self, "_db"):
            self._db.close()
        remove(self.folder)
        self.fresh = True
        self._db = self._open()
        # A script would end the transaction.
        for statement in filter(str.strip, _TABLES.split(";")):
            self._db.execute(statement)
        self.put("version", VERSION)
        self.commit()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.folder / NAMES[0], isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # no shared memory, which some disks have not
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{CACHE}")
        db.execute("BEGIN")
        return db

    def get(self, name: str, default: Any = None) -> Any:
        """A value that was put."""
        try:
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        except sqlite3.OperationalError:  # a new file
            return default
        return default if row is None else json.loads(row[0])

    def put(self, name: str, value: Any) -> None:
        """Keeps a value, of what JSON can carry."""
        self.execute("REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """One statement of the transaction that is open."""
        return self._db.execute(sql, tuple(values))

    def rows(self, sql: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query finds."""
        yield from self._db.execute(sql, tuple(values))

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """One statement for each row."""
        self._db.executemany(sql, rows)

    def commit(self) -> None:
        """What was done until here survives the process."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Closes the file; what was not committed is as if it had not been."""
        self._db.close()


def remove(folder: Path) -> None:
    """Deletes the state of a crawl."""
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
