"""The one SQLite file to a connection with its tables as this version knows them. Knows nothing of what they hold.

A connection is opened for each use and never shared, so that threads and processes may keep and read side by side.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from advisor import paths
from advisor.errors import AdvisorError

NAME = "advisor.db"
PATIENCE = 10.0  # seconds to wait while somebody else writes
AGAIN = 0.02  # seconds until the next try where SQLite itself does not wait

# Script n brings a file of version n to version n + 1. What was released is never changed: add a script. No statement
# may hold a semicolon, for they are parted there, so that all of them are one transaction.
MIGRATIONS = (
    """
    CREATE TABLE votes (
        id INTEGER PRIMARY KEY,
        time TEXT NOT NULL,
        question TEXT NOT NULL,
        blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
        winner INTEGER,
        FOREIGN KEY (id, winner) REFERENCES rivals (vote, place) DEFERRABLE INITIALLY DEFERRED
    );
    CREATE TABLE rivals (
        vote INTEGER NOT NULL REFERENCES votes (id),
        place INTEGER NOT NULL,
        model TEXT NOT NULL,
        prompt TEXT NOT NULL,
        PRIMARY KEY (vote, place)
    );
    CREATE TABLE feedback (
        id TEXT PRIMARY KEY,
        time TEXT NOT NULL,
        thumb TEXT NOT NULL CHECK (thumb IN ('up', 'down')),
        question TEXT NOT NULL,
        history TEXT NOT NULL,
        answer TEXT NOT NULL,
        reason TEXT NOT NULL,
        note TEXT NOT NULL,
        absent INTEGER NOT NULL CHECK (absent IN (0, 1))
    )
    """,
    """
    CREATE TABLE conversations (
        id TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        sought TEXT NOT NULL,
        created TEXT NOT NULL,
        changed TEXT NOT NULL
    );
    CREATE TABLE exchanges (
        id TEXT NOT NULL PRIMARY KEY,
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        question TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'whole', 'stopped', 'failed')),
        told TEXT NOT NULL,
        settings TEXT NOT NULL,
        time TEXT NOT NULL,
        sought TEXT NOT NULL,
        answer TEXT NOT NULL,
        UNIQUE (conversation, place)
    )
    """,
)

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_WRONG = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_CLOSED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def place() -> Path:
    """Return the file that holds what people gave."""
    return paths.user_data() / NAME


@contextmanager
def opened() -> Iterator[sqlite3.Connection]:
    """Yield a connection; what is written in the block is kept whole at its end, or not at all if it raises.

    :raises AdvisorError: the file cannot be made, read or written, is no database, or is of a newer version.
    """
    file = place()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise AdvisorError(f"{file.parent} cannot be made: {error}; set ADVISOR_DATA to a folder of yours") from error
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
            _migrate(connection, file)
            with connection:
                yield connection
    except sqlite3.DatabaseError as error:
        if (told := _told(error)) is None:
            raise
        raise AdvisorError(f"{file} {told} ({error}); nothing in it was lost") from error


def scrub() -> None:
    """Empty the log beside the file, so that what was deleted is in neither; if others read just now, they do it last.

    :raises AdvisorError: the file cannot be opened or written.
    """
    with opened() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the tables of `file` up to date."""
    version = _version(connection)
    if version < len(MIGRATIONS):
        _make_private(file)
        _log_ahead(connection)
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            version = _version(connection)  # another process may have been faster
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {max(version, len(MIGRATIONS))}")
    if version > len(MIGRATIONS):
        found = f"{file} is of version {version}, this advisor knows versions up to {len(MIGRATIONS)}"
        raise AdvisorError(f"{found}; use a newer advisor, or set ADVISOR_DATA to another folder")


def _make_private(file: Path) -> None:
    """Let nobody but its owner read the file; SQLite gives the log beside it the same mode."""
    try:
        file.chmod(0o600)
    except OSError as error:
        raise AdvisorError(f"{file} is not yours ({error}); set ADVISOR_DATA to another folder") from error


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side from now on. Two programs that ask for this at once are told BUSY at
    once, whatever the connection's timeout: SQLite does not let them wait for each other here."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _BUSY or time.monotonic() > until:
                raise
        time.sleep(AGAIN)


def _version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA user_version")
    return int(version)


def _told(error: sqlite3.Error) -> str | None:
    """Return what a person can mend, or None for a fault of the program."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the rest says only where it was found
    if code in _WRONG:
        return "is no database of the advisor: move it away, or set ADVISOR_DATA to another folder"
    if code in _BUSY:
        return f"was being written by another program for {PATIENCE:.0f} seconds: try again"
    if code in _CLOSED:
        return "cannot be opened to write: make it yours, or set ADVISOR_DATA to another folder"
    return "cannot be written: make room on its disk, or set ADVISOR_DATA to another folder" if code in _DISK else None
