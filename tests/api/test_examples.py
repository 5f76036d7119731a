"""What the contract shows as an example is what happens."""

import io
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import httpx
import pandas as pd
import pytest

from app.main import create_app
from app.settings import Settings
from tests.api.asking import BINARY, FILES, problem, routes
from tests.contract import (
    ONCE,
    Example,
    correct,
    declared,
    examples,
    faults,
    operations,
    settled,
)
from tests.databases import Backend
from tests.serving import Served, serving

CONTRACT = create_app(Settings(database_url="sqlite:///unused.db")).openapi()
JSON, PROBLEM = "application/json", "application/problem+json"
SHOWN = list(examples())
GETS = {path: item["get"] for path, item in CONTRACT["paths"].items() if "get" in item}
READING = [path for path, one in GETS.items() if one["responses"].keys() >= {"200", "422", "503"}]
SHOWN_ONCE_FOR_ALL = {"308", "410", "429", "503", "default"}
"""What a status means that is the same for all operations."""


@pytest.fixture(scope="module")
def without_tables(backend: Backend) -> Iterator[Served]:
    """A server whose database was not migrated."""
    database = backend.empty()
    with serving(database.url) as running:
        yield running
    backend.remove(database)


@pytest.fixture(scope="module")
def corrected(backend: Backend) -> Iterator[Served]:
    """A server of the seed with made-up records that were changed in every way."""
    database = backend.seeded()
    correct(database)
    with serving(database.url) as running:
        yield running
    backend.remove(database)


@pytest.fixture(scope="module")
def limited(backend: Backend) -> Iterator[Served]:
    """A server of the seed that answers a client once."""
    database = backend.seeded()
    with serving(database.url, rate_limit=ONCE) as running:
        yield running
    backend.remove(database)


def showing(example: Example) -> list[tuple[str, dict[str, Any]]]:
    """Give the operations that may show it, each with its path."""
    return [
        (path, one)
        for path, one in operations(CONTRACT)
        if fnmatchcase(one["operationId"], example.operation) and example.status in one["responses"]
    ]


def name(example: Example) -> str:
    return f"{example.status} {example.request}"


@pytest.mark.parametrize("example", SHOWN, ids=name)
def test_it_is_answered_as_shown(
    example: Example, api: httpx.Client, corrected: Served, without_tables: Served, limited: Served
) -> None:
    others = {"corrected": corrected, "empty": without_tables, "limited": limited}
    clients = {name: served.client for name, served in others.items()}
    response = example.asked(clients | {"seeded": api})
    assert settled(response) == example.answer, "run `make contract`"
    assert response.status_code == example.code


@pytest.mark.parametrize("example", SHOWN, ids=name)
def test_it_has_the_declared_shape(example: Example) -> None:
    path, operation = showing(example)[0]
    media = FILES.get(path, JSON) if example.status == "200" else PROBLEM
    schema = operation["responses"][example.status]["content"][media]["schema"]
    assert media in BINARY or faults(CONTRACT, schema, example.answer) == []


@pytest.mark.parametrize("example", SHOWN, ids=name)
def test_it_is_one_of_its_operation(example: Example) -> None:
    patterns = [re.sub(r"{\w+}", "[^/?]+", path) for path, _ in showing(example)]
    assert patterns
    asked = any(re.fullmatch(rf"GET {one}(\?.+)?", example.request) for one in patterns)
    assert asked or example.status == "default"


def test_every_response_has_one() -> None:
    own = [one for one in SHOWN if one.operation != "*"]
    shown = {(id(one), example.status) for example in own for _, one in showing(example)}
    for path, operation in operations(CONTRACT, "get"):
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items():
                assert ("examples" in content) is (media not in BINARY), (path, status)
                assert media in BINARY or content["examples"], (path, status)
            assert (
                "content" not in response
                or status in SHOWN_ONCE_FOR_ALL
                or (id(operation), status) in shown
            ), (path, status)


def test_the_first_question_finds_the_three_meetings_with_russia(api: httpx.Client) -> None:
    operation = CONTRACT["paths"]["/v1/meetings"]["get"]
    given = {one["name"]: one["example"] for one in operation["parameters"] if "example" in one}
    assert given == {"country": ["RU"]}
    assert len(api.get("/v1/meetings", params=given).json()["data"]) == 3


@pytest.mark.parametrize("path", GETS)
def test_the_form_begins_with_a_question_that_is_answered(path: str, api: httpx.Client) -> None:
    operation = GETS[path]
    offered = operation.get("parameters", [])
    given = {one["name"]: one["example"] for one in offered if "example" in one}
    parts = {name: given.pop(name) for name in re.findall(r"{(\w+)}", path)}
    response = api.get(path.format(**parts), params=given)
    assert response.status_code == 200
    media = FILES.get(path, JSON)
    if media not in BINARY:
        shown = operation["responses"]["200"]["content"][media]["examples"]
        assert settled(response) == next(iter(shown.values()))["value"]


VALUES = [
    (path, parameter["name"], example)
    for path, operation in GETS.items()
    for parameter in operation.get("parameters", [])
    for schema in [parameter["schema"].get("items", parameter["schema"])]
    for example in schema.get("examples", [])
]


@pytest.mark.parametrize(("path", "parameter", "value"), VALUES)
def test_the_example_of_a_parameter_finds_something(
    path: str, parameter: str, value: str, api: httpx.Client
) -> None:
    offered = CONTRACT["paths"][path]["get"]["parameters"]
    required = {one["name"]: one["example"] for one in offered if one.get("required")}
    response = api.get(path, params=required | {parameter: value})
    if FILES.get(path) in BINARY:
        assert len(pd.read_parquet(io.BytesIO(response.content)))
    elif path in FILES:
        assert len(response.text.splitlines()) > path.endswith(".csv")  # Which has a header.
    else:
        assert response.json().get("data"), response.text


def test_every_parameter_that_takes_any_word_has_an_example() -> None:
    with_example = {(path, parameter) for path, parameter, _ in VALUES}
    for path, operation in operations(CONTRACT, "get"):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"].get("items", parameter["schema"])
            if schema["type"] == "string" and not {"enum", "const"} & set(schema):
                shown = (path, parameter["name"]) in with_example or "example" in parameter
                assert shown or parameter["name"] in {"cursor", "since"}, (path, parameter["name"])


@pytest.mark.parametrize("path", READING)
def test_every_declared_response_happens(
    path: str, api: httpx.Client, without_tables: Served
) -> None:
    real = routes(CONTRACT)[path]
    assert api.get(real).status_code == 200
    problem(api.get(real, params={"nonsense": 1}), 422)
    problem(without_tables.client.get(real), 503)
    problem(api.patch(real), 405)
    if "{id}" in path:
        problem(api.get(path.replace("{id}", "nobody").replace("{version}", "1")), 404)


def test_the_list_of_reading_routes_is_not_empty() -> None:
    # Guards the one above.
    assert len(READING) == len(GETS) - 2
    assert declared(CONTRACT, "/readyz", 503, PROBLEM)
