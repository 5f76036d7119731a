"""The file of an embedded database: whether it can be reached, and how it is copied."""

import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import URL

from app.errors import DatabaseNotReady

_BYTES_TO_BEGIN_WITH = 32_768
"""Of the file that those who use a database share, which has to be there to read as well."""


def no_file(url: URL) -> str:
    """Say that there is no file, if so: by connecting, SQLite would make one of a mistyped path."""
    file = Path(url.database or "").absolute()
    if url.get_backend_name() != "sqlite" or file.exists():
        return ""
    if not file.parent.is_dir():
        reason = f"The file {file} cannot be opened: there is no folder {file.parent}."
        raise DatabaseNotReady("The database does not answer.", reason)
    return f"There is no file {file}."


def out_of_reach(url: URL) -> str:
    """Say what keeps this process from the file of a database, if that is known."""
    if url.get_backend_name() != "sqlite":
        return ""
    file = Path(url.database or "").absolute()
    if file.is_dir():
        return f"The file {file} cannot be opened: it is a folder."
    if file.exists() and not os.access(file, os.R_OK):
        return f"The file {file} cannot be opened: it may not be read."
    if not os.access(file.parent, os.W_OK):
        return f"The file {file} cannot be opened: SQLite cannot write in the folder {file.parent}."
    if shutil.disk_usage(file.parent).free < _BYTES_TO_BEGIN_WITH:
        return f"The disk of the file {file} seems to be full: SQLite needs another one beside it."
    return ""


def copy_file(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy one file of SQLite into another, unless a lock on one of them is not gone in time."""

    def give_up(status: int, _remaining: int, _pages: int) -> None:
        # The driver would ask again without end; SQLite has waited by then as long as it may.
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorname = "SQLITE_BUSY"
            raise error

    source.backup(target, progress=give_up)
