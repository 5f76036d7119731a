"""How the seed gets into a database: every record as its file says, or nothing at all."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.database import Database
from app.queries.state import state
from app.records.files import read_folder
from app.records.log import Why
from app.records.write import Report, write
from app.schemas.names import Versioned

FOLDER = Path(__file__).parent

# Databases that begin with the seed begin with the same records, whenever they do.
WRITTEN = Versioned(version=1, updated_at=datetime(2026, 11, 1, tzinfo=UTC))


def load(database: Database, folder: Path = FOLDER) -> Report:
    """Create what is missing and change what differs from the files, in one transaction.

    Raises:
        InvalidRecords: something in the files is wrong; the database is as it was.
    """
    incoming = [replace(one, kept=WRITTEN) for one in read_folder(folder)]
    with database.write() as session:
        return write(session, incoming, Why("Loaded from the seed files."))


def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever written to the database."""
    with database.read() as session:
        return state(session).revision == 0
