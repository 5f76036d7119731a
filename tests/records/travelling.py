"""How records leave one database and come into another, for tests."""

import json
from io import BytesIO
from typing import Any

from app.database import Database
from app.records.export import export
from app.records.importing import ImportReport, Input, Manner, form_of, import_files
from app.records.log import Why

Raw = dict[str, Any]
"""A record as a line has it."""


def exported(database: Database) -> bytes:
    """Write everything out."""
    with database.read() as session:
        return b"".join(export(session))


def records(content: bytes) -> list[Raw]:
    """Read the lines of an export."""
    return [json.loads(line) for line in content.splitlines()]


def lines(*raws: Any) -> bytes:
    """Write records, or texts as they are, as lines."""
    texts = [raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False) for raw in raws]
    return "".join(f"{text}\n" for text in texts).encode()


def take(database: Database, manner: Manner | None = None, /, **files: bytes) -> ImportReport:
    """Import files; an underscore in the word before each stands for a point: x_ndjson."""
    inputs = []
    for word, content in files.items():
        name = word.replace("_", ".")
        form = form_of(name)
        assert form is not None
        inputs.append(Input(name, BytesIO(content), form))
    with database.write() as session:
        return import_files(session, inputs, Why("Imported by a test."), manner)


def told(report: ImportReport) -> list[str]:
    """Say what is wrong, in sentences."""
    return list(map(str, report.flaws))
