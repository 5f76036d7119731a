"""What the contract shows as an example is what happens."""

import re
from collections.abc import Iterator

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.api.asking import EXAMPLES, QUESTIONS, ask, problem
from tests.contract import Example, declared, examples, faults, operations, settled
from tests.databases import Backend
from tests.serving import Served, serving

CONTRACT = create_app(Settings(database_url="sqlite:///unused.db")).openapi()
JSON, PROBLEM = "application/json", "application/problem+json"
SHOWN = list(examples())
READING = [
    path for path, one in operations(CONTRACT) if one["responses"].keys() >= {"200", "422", "503"}
]


@pytest.fixture(scope="module")
def without_tables(backend: Backend) -> Iterator[Served]:
    """A server whose database was not migrated."""
    database = backend.empty()
    with serving(database.url) as running:
        yield running
    backend.remove(database)


def path_of(operation: str) -> str:
    return next(path for path, one in operations(CONTRACT) if one["operationId"] == operation)


def name(example: Example) -> str:
    return f"{example.status} {example.request}"


@pytest.mark.parametrize("example", SHOWN, ids=name)
def test_it_is_answered_as_shown(
    example: Example, api: httpx.Client, without_tables: Served
) -> None:
    response = example.asked(without_tables.client if example.status == "503" else api)
    assert settled(response) == example.answer, "run `make contract`"
    assert response.status_code == example.code


@pytest.mark.parametrize("example", SHOWN, ids=name)
def test_it_has_the_declared_shape(example: Example) -> None:
    path = "/v1/meetings" if example.operation == "*" else path_of(example.operation)
    media = JSON if example.status == "200" else PROBLEM
    schema = CONTRACT["paths"][path]["get"]["responses"][example.status]["content"][media]["schema"]
    assert faults(CONTRACT, schema, example.answer) == []


@pytest.mark.parametrize("example", [one for one in SHOWN if one.operation != "*"], ids=name)
def test_it_is_one_of_its_operation(example: Example) -> None:
    pattern = re.sub(r"{\w+}", "[^/?]+", path_of(example.operation))
    assert re.fullmatch(rf"GET {pattern}(\?.+)?", example.request)


def test_every_response_has_one() -> None:
    for path, operation in operations(CONTRACT):
        for status, response in operation["responses"].items():
            for content in response["content"].values():
                assert content["examples"], (path, status)
    shown = {(one.operation, one.status) for one in SHOWN if one.operation != "*"}
    assert shown == {
        (operation["operationId"], status)
        for _, operation in operations(CONTRACT)
        for status in operation["responses"]
        if status not in {"503", "default"}
    }


def test_the_first_question_finds_the_three_meetings_with_russia(api: httpx.Client) -> None:
    operation = CONTRACT["paths"]["/v1/meetings"]["get"]
    given = {one["name"]: one["example"] for one in operation["parameters"] if "example" in one}
    assert given == {"country": ["RU"]}
    assert len(api.get("/v1/meetings", params=given).json()["data"]) == 3


@pytest.mark.parametrize("path", CONTRACT["paths"])
def test_the_form_begins_with_a_question_that_is_answered(path: str, api: httpx.Client) -> None:
    operation = CONTRACT["paths"][path]["get"]
    given = {
        one["name"]: one["example"] for one in operation.get("parameters", []) if "example" in one
    }
    if "{id}" in path:
        path = path.replace("{id}", given.pop("id"))
    response = api.get(path, params=given)
    assert response.status_code == 200
    shown = operation["responses"]["200"]["content"][JSON]["examples"]
    assert settled(response) == next(iter(shown.values()))["value"]


VALUES = [
    (path, parameter["name"], example)
    for path, operation in operations(CONTRACT)
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
    assert response.json().get("data"), response.text


def test_every_parameter_that_takes_any_word_has_an_example() -> None:
    with_example = {(path, parameter) for path, parameter, _ in VALUES}
    for path, operation in operations(CONTRACT):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"].get("items", parameter["schema"])
            if schema["type"] == "string" and not {"enum", "const"} & set(schema):
                shown = (path, parameter["name"]) in with_example or "example" in parameter
                assert shown or parameter["name"] == "cursor", (path, parameter["name"])


@pytest.mark.parametrize("path", READING)
def test_every_declared_response_happens(
    path: str, api: httpx.Client, without_tables: Served
) -> None:
    real = (EXAMPLES | QUESTIONS).get(path, path)
    assert ask(api, real)
    problem(api.get(real, params={"nonsense": 1}), 422)
    problem(without_tables.client.get(real), 503)
    problem(api.delete(real), 405)
    if "{id}" in path:
        problem(api.get(path.replace("{id}", "nobody")), 404)


def test_the_list_of_reading_routes_is_not_empty() -> None:
    # Guards the one above.
    assert len(READING) == len(CONTRACT["paths"]) - 2
    assert declared(CONTRACT, "/readyz", 503, PROBLEM)
