"""What a database does for each statement of a page: which plan it follows, and how much work."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, select

from app.database import Database
from app.models import Document
from app.queries import cursor
from app.queries.candidates import candidates
from app.queries.meetings import page
from app.queries.resolve import resolve
from app.queries.state import state
from app.schemas.questions import MeetingQuestion

Node = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """What was done for one statement."""

    whole: set[str]
    """The tables, or indexes of them, that were read from end to end."""
    indexes: set[str]
    work: float
    """Instructions of SQLite; of Postgres the rows given or thrown away, and the blocks touched."""


def statements(database: Database, question: MeetingQuestion) -> list[Done]:
    """Answer a question, and tell what was done for each statement of the answer."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    with database.read() as session:
        connection = session.connection()
        event.listen(database.engine, "before_cursor_execute", note)
        page(session, question)
        event.remove(database.engine, "before_cursor_execute", note)
        explain = {"sqlite": _on_sqlite, "postgresql": _on_postgres}[connection.dialect.name]
        return [explain(connection, *one) for one in asked]


def from_place(database: Database, question: MeetingQuestion, share: float) -> MeetingQuestion:
    """Ask for the page that begins after this share of the answer, and is full."""
    newest_first = question.sort == "-date"
    with database.read() as session:
        resolved = resolve(session, question)
        walk = candidates(session, resolved).walk(expected=1, newest_first=newest_first)
        sets = (sorted(some, reverse=newest_first) for some in walk)
        numbers = [number for some in sets for number in some][: -question.limit - 1]
        number = numbers[round(share * (len(numbers) - 1))]
        columns = select(Document.starts_on, Document.meeting_id)
        place = session.execute(columns.where(Document.number == number)).one()
        token = cursor.encode("meetings", resolved, state(session).epoch, tuple(place))
    return question.model_copy(update={"cursor": token})


def _on_sqlite(connection: Connection, statement: str, values: Any) -> Done:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    steps = [what for *_, what in rows]
    return Done(
        # Another name of the same table ends in a number.
        whole={name for step in steps for name in re.findall(r"^SCAN ([a-z_]+?)(?:_\d+)?\b", step)},
        indexes={name for step in steps for name in re.findall(r"INDEX (\w+)", step)},
        work=_instructions(connection, statement, values),
    )


def _instructions(connection: Connection, statement: str, values: Any) -> int:
    counted: list[None] = []
    driver: Any = connection.connection.dbapi_connection
    driver.set_progress_handler(lambda: counted.append(None), 1)
    connection.exec_driver_sql(statement, values).all()
    driver.set_progress_handler(None, 1)
    return len(counted)


def _on_postgres(connection: Connection, statement: str, values: Any) -> Done:
    explain = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)"
    root = connection.exec_driver_sql(f"{explain} {statement}", values).scalar_one()[0]["Plan"]
    nodes = list(_nodes(root))
    scans = [node for node in nodes if "Relation Name" in node]
    return Done(
        whole={node["Relation Name"] for node in scans if _is_whole(node)},
        indexes={node["Index Name"] for node in nodes if "Index Name" in node},
        work=sum(map(_visited, nodes)) + root["Shared Hit Blocks"] + root["Shared Read Blocks"],
    )


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node.get("Plans", []):
        yield from _nodes(part)


def _is_whole(scan: Node) -> bool:
    kind = scan["Node Type"]
    return kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in scan)


def _given(node: Node) -> float:
    rows: float = node["Actual Rows"] * node["Actual Loops"]
    return rows


def _visited(node: Node) -> float:
    removed = sum(rows for name, rows in node.items() if name.startswith("Rows Removed by"))
    return _given(node) + float(removed * node["Actual Loops"])
