"""Opening the database file: who may write, with which settings, and at which version."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from sightglass.store.interface import StateFileError

HEAD = "0001"
"""Version that this release reads and writes."""
_BUSY_MS = 10_000  # how long a reader waits while the writer commits
_CACHE_KIB = 32 * 1024


class WriterLock:
    """Keeps a second writing process away from the file.

    SQLite before 3.51.3 can damage a file when one connection checkpoints while another commits, so there is
    one writing connection per file, and it alone checkpoints.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            StateFileError: When another process has it.
        """
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StateFileError(f"{path} is being written by another process; end it first") from error

    def release(self) -> None:
        """Give it back; only after the last connection is closed, for closing drops SQLite's own locks."""
        os.close(self._descriptor)


def open_writer(path: Path) -> Engine:
    """Open for writing, creating the file; the caller holds the `WriterLock`."""
    return _engine(lambda: sqlite3.connect(path, check_same_thread=False), writing=True)


def open_reader(path: Path) -> Engine:
    """Open for reading only; the file may lie on a medium that cannot be written."""
    modes = ["mode=ro"] if os.access(path.parent, os.W_OK) else ["immutable=1"]
    uri = f"file:{quote(str(path.resolve()))}?{'&'.join(modes)}"
    return _engine(lambda: sqlite3.connect(uri, uri=True, check_same_thread=False), writing=False)


def _engine(connect: Callable[[], sqlite3.Connection], *, writing: bool) -> Engine:
    def settings() -> sqlite3.Connection:
        connection = connect()
        connection.isolation_level = None  # transactions are begun by the event below, not by guessing
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        cursor.execute("PRAGMA trusted_schema=OFF")
        if writing:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()
        return connection

    sizes = {"pool_size": 1, "max_overflow": 0} if writing else {"pool_size": 4, "max_overflow": 8}
    engine = create_engine("sqlite://", creator=settings, poolclass=QueuePool, **sizes)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def version_of(engine: Engine) -> str | None:
    """Version of the file's schema; None when it has none.

    Raises:
        StateFileError: When it is no database of ours.
    """
    try:
        with engine.begin() as connection:
            tables = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master"))}
            if "alembic_version" not in tables:
                if tables:
                    raise StateFileError("not a Sightglass state file")
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DatabaseError as error:
        raise StateFileError(f"not a Sightglass state file: {error.orig}") from error


def check_version(engine: Engine) -> None:
    """Check that this release can read the file.

    Raises:
        StateFileError: When another release wrote it.
    """
    found = version_of(engine)
    if found == HEAD:
        return
    known = f"schema {found or 'none'}, this release reads {HEAD}"
    if found is None or found < HEAD:
        raise StateFileError(
            f"the state file is older: {known}; open it with --edit once to bring it up to date"
        )
    raise StateFileError(f"the state file is newer: {known}; use a newer release")


def migrate(engine: Engine) -> None:
    """Bring the file to `HEAD`.

    Raises:
        StateFileError: When a newer release wrote it.
    """
    found = version_of(engine)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise StateFileError(f"written by a newer release (schema {found}, this one knows {HEAD})")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
