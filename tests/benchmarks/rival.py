"""How Datasette is asked the same, of the same file of SQLite: as a table, and in SQL.

The table is `documents`, whose rows are the JSON of a meeting as Parley sends it. `make bench`
installs Datasette from a lock of its own into an environment of its own.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx

from app.database import Database
from tests.benchmarks.asking import LIMIT
from tests.benchmarks.databases import FOLDER
from tests.benchmarks.questions import DATES, FILTERED, FIRST_PAGE, Case
from tests.processes import started
from tests.queries.frequent import Frequent

TABLE, TABLE_WITH_COUNT, SQL = "table", "table with count and facets", "SQL"
WAYS = (TABLE, TABLE_WITH_COUNT, SQL)
PROGRAM = FOLDER / "datasette" / "bin" / "datasette"

_SIZE = 25


@contextmanager
def datasette(database: Database) -> Iterator[tuple[int, httpx.Client]]:
    """Serve a file; a statement may take longer than it is waited for."""
    if not PROGRAM.exists():
        sys.exit("Datasette is not here: run the benchmark by `make bench`, which installs it.")
    limit = ["--setting", "sql_time_limit_ms", f"{(LIMIT + 1) * 1000:.0f}"]
    file = database.engine.url.database or ""
    with started([f"{PROGRAM}", "serve", file, *limit], database.url) as (process, client):
        client.get("/-/versions.json").raise_for_status()
        yield process, client


def cases(database: Database, most: Frequent) -> list[Case]:
    """Ask for the first page, and for that of a country, a theme and dates."""
    name = quote(Path(database.engine.url.database or "").stem)
    asked = {FIRST_PAGE: [], FILTERED: conditions(most)}
    return [
        Case(f"{question}: {way}", f"/{name}{_path(way, some)}", beside=question)
        for question, some in asked.items()
        for way in WAYS
    ]


def conditions(most: Frequent) -> list[str]:
    """Say in SQL what Parley's parameters say; the themes named are without narrower ones."""
    country, theme = most.countries[0], most.themes[0]
    of_country = f"SELECT meeting_id FROM participants WHERE country_id = '{country}'"
    of_theme = f"theme_id = '{theme}' AND basis = 'stated'"
    return [
        f"meeting_id IN ({of_country})",
        f"meeting_id IN (SELECT meeting_id FROM meeting_themes WHERE {of_theme})",
        f"starts_on BETWEEN '{DATES['date_from']}-01-01' AND '{DATES['date_to']}-12-31'",
    ]


def statement(conditions: list[str]) -> str:
    """Ask for the first page in SQL."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT json FROM documents{where} ORDER BY number DESC LIMIT {_SIZE}"


def _path(way: str, conditions: list[str]) -> str:
    if way == SQL:
        return f".json?{urlencode({'sql': statement(conditions), '_shape': 'array'})}"
    parameters = {"_size": _SIZE, "_sort_desc": "number", "_col": "json", "_shape": "objects"}
    without = {"_nocount": 1, "_nofacet": 1, "_nosuggest": 1}
    more = without if way == TABLE else {"_facet": "starts_on"}
    where_ = [("_where", one) for one in conditions]
    return f"/documents.json?{urlencode([*parameters.items(), *more.items(), *where_])}"
