"""How the tests ask a running API, and how they read what it answers."""

from collections.abc import Iterator
from typing import Any

import httpx

PROBLEM = "application/problem+json"

COLLECTIONS = (
    "/v1/meetings",
    "/v1/countries",
    "/v1/themes",
    "/v1/people",
    "/v1/organizations",
    "/v1/places",
    "/v1/events",
    "/v1/sources",
)
"""The lists that have pages."""

VOCABULARIES = COLLECTIONS[1:]
"""Those whose records meetings refer to."""

EXAMPLES = {
    "/v1/meetings/{id}": "/v1/meetings/2023-10-31-naypyidaw-min-aung-hlaing",
    "/v1/countries/{id}": "/v1/countries/RU",
    "/v1/themes/{id}": "/v1/themes/transnational-crime",
    "/v1/people/{id}": "/v1/people/wang-xiaohong",
    "/v1/organizations/{id}": "/v1/organizations/ru-prosecutor-generals-office",
    "/v1/places/{id}": "/v1/places/naypyidaw",
    "/v1/events/{id}": "/v1/events/lianyungang-forum-2023",
    "/v1/sources/{id}": "/v1/sources/xinhua-english",
}
"""For each route of a single record the path of one that the seed has."""

HISTORIES = {f"{route}/history": f"{path}/history" for route, path in EXAMPLES.items()}
VERSIONS = {f"{route}/{{version}}": f"{path}/1" for route, path in HISTORIES.items()}
"""For each route of what happened to a record, and of what it was like, the same."""

QUESTIONS = {
    "/v1/counts": "/v1/counts?by=theme",
    "/v1/counts.csv": "/v1/counts.csv?by=theme",
    "/v1/suggest": "/v1/suggest?q=wang",
}
"""For each route that must be asked something a question."""

_CSV, _NDJSON = "text/csv; charset=utf-8", "application/x-ndjson"
_PARQUET = "application/vnd.apache.parquet"
FILES = {
    "/v1/records.ndjson": _NDJSON,
    "/v1/meetings.ndjson": _NDJSON,
    "/v1/meetings.csv": _CSV,
    "/v1/meetings.parquet": _PARQUET,
    "/v1/meetings.ics": "text/calendar; charset=utf-8",
    "/v1/meetings.atom": "application/atom+xml",
    "/v1/counts.csv": _CSV,
    "/v1/dyads.csv": _CSV,
    **{f"{path}.csv": _CSV for path in VOCABULARIES},
    **{f"{path}.ndjson": _NDJSON for path in VOCABULARIES},
}
"""The media type of each answer that is a file."""

BINARY = {_PARQUET}
"""Media types of files that are no text, and so are not shown."""


def ask(api: httpx.Client, path: str) -> Any:
    """Get an answer, which must be one."""
    response = api.get(path)
    assert response.status_code == 200, response.text[:500]
    assert response.headers["Content-Type"] == "application/json"
    return response.json()


def pages(api: httpx.Client, path: str) -> Iterator[Any]:
    """Follow `next` to the end."""
    following: str | None = path
    while following:
        page = ask(api, following)
        yield page
        following = page["next"]


def walk(api: httpx.Client, path: str) -> list[str]:
    """Give the ids on all pages, in order."""
    return [one["id"] for page in pages(api, path) for one in page["data"]]


def meetings(api: httpx.Client, query: str) -> list[str]:
    """Give the ids of the meetings that a question finds, oldest first."""
    found = ask(api, f"/v1/meetings?limit=1000&sort=date&{query}")
    assert found["next"] is None
    ids = [one["id"] for one in found["data"]]
    assert found["total"] == {"value": len(ids), "relation": "eq"}
    return ids


def dates(api: httpx.Client, query: str) -> str:
    """Give the days of 2023 of the meetings that a question finds: no two share one."""
    return " ".join(one.removeprefix("2023-")[:5] for one in meetings(api, query))


def problem(response: httpx.Response, status: int) -> Any:
    """Read a problem, which must have this status and the declared shape."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["Content-Type"] == PROBLEM
    said = response.json()
    assert set(said) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert said["status"] == status
    assert said["type"] == f"urn:parley:problem:{said['code']}"
    assert said["request_id"] == response.headers["X-Request-ID"]
    for part in said["errors"]:
        members = {"in", "name", "pointer", "code", "message", "suggestion"}
        assert set(part) - {"origin"} == members
        assert part["message"] in said["detail"]
    return said


def refused(api: httpx.Client, path: str) -> Any:
    """Ask what cannot be answered, and give the one thing that is wrong with it."""
    errors = problem(api.get(path), 422)["errors"]
    assert len(errors) == 1, errors
    return errors[0]


def about(api: httpx.Client, query: str) -> tuple[str, str, str | None]:
    """Give what is wrong with this question."""
    fault = refused(api, f"/v1/meetings?{query}")
    return fault["name"], fault["code"], fault["suggestion"]


def routes(contract: dict[str, Any]) -> dict[str, str]:
    """Give a path for each GET operation of the contract, by its route."""
    shown = EXAMPLES | HISTORIES | VERSIONS | QUESTIONS
    paths = contract["paths"].items()
    return {route: shown.get(route, route) for route, item in paths if "get" in item}
