"""The OpenAPI document is valid, complete for its readers, and true."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.main import create_app
from app.settings import Settings
from tests.api.asking import (
    COLLECTIONS,
    EXAMPLES,
    FILES,
    HISTORIES,
    PROBLEM,
    QUESTIONS,
    VERSIONS,
    ask,
    routes,
)
from tests.contract import CONTRACT, declared, faults, operations
from tests.contract import contract as contract_of_the_code
from tests.serving import Declared

JSON = "application/json"


@pytest.fixture(scope="module")
def contract(served: Any) -> dict[str, Any]:
    """The document that the server gives."""
    found: dict[str, Any] = ask(served.client, "/openapi.json")
    return found


def below(value: Any) -> Iterator[dict[str, Any]]:
    """Give each object within a JSON document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from below(inner)


def test_the_committed_one_is_that_of_the_code() -> None:
    assert contract_of_the_code() == CONTRACT.read_text("utf-8"), "run `make contract`"


def test_it_is_derived_once_however_many_ask() -> None:
    # Two requests at once would each derive it, and one would see what the other left unfinished.
    app = create_app(Settings(database_url="sqlite:///unused.db"))
    with ThreadPoolExecutor(4) as threads:
        first, *others = [threads.submit(app.openapi) for _ in range(4)]
        assert all(one.result() is first.result() for one in others)


def test_it_names_the_licence(contract: dict[str, Any]) -> None:
    assert contract["info"]["license"]["identifier"] == "CC-BY-4.0"


def test_it_is_valid(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(contract).iter_errors()) == []


def test_it_names_every_route_of_this_version(contract: dict[str, Any]) -> None:
    others = {"/v1/changes", "/v1/dyads", "/v1/theme-tree", "/v1/dataset", "/healthz", "/readyz"}
    merging = {f"{route}/merge" for route in EXAMPLES}
    reading = {*COLLECTIONS, *EXAMPLES, *HISTORIES, *VERSIONS, *QUESTIONS, *FILES, *others}
    assert set(contract["paths"]) == reading | merging | {"/v1/imports"}
    for path, item in contract["paths"].items():
        methods = {"get", "put", "delete"} if path in EXAMPLES else {"get"}
        assert set(item) == ({"post"} if path not in reading else methods), path


def test_whatever_writes_needs_a_key(contract: dict[str, Any]) -> None:
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            assert operation.get("security", []) == ([] if method == "get" else [{"key": []}]), path


def test_a_record_to_be_put_is_described(contract: dict[str, Any]) -> None:
    shapes = contract["components"]["schemas"]
    for route, path in EXAMPLES.items():
        body = contract["paths"][route]["put"]["requestBody"]["content"][JSON]["schema"]
        shape = shapes[body["$ref"].rpartition("/")[2]]
        assert "id" in shape["required"], path
        assert "description" not in shape or "curator" in shape["description"]


def test_every_operation_is_described_for_its_user(contract: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(contract)]
    assert len(ids) == len(set(ids))
    assert all(
        re.fullmatch(r"(list|get|count|check|export|put|delete|merge|import)_[a-z_]+|suggest", one)
        for one in ids
    ), ids
    for path, operation in operations(contract):
        assert operation["summary"].strip(), path
        assert len(operation["description"].strip()) > 40, path
        assert len(operation["tags"]) == 1, path


def test_every_parameter_is_described(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        for parameter in operation.get("parameters", []):
            assert parameter["description"].strip(), (path, parameter["name"])


def test_every_example_of_a_parameter_is_a_value_of_it(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            shown = [(schema, parameter["example"])] if "example" in parameter else []
            shown += [(part, one) for part in below(schema) for one in part.get("examples", [])]
            for part, one in shown:
                assert faults(contract, part, one) == [], (path, parameter["name"])


def test_no_description_says_the_same_example_twice(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        for parameter in operation.get("parameters", []):
            text, _, example = parameter["description"].partition(" For example ")
            assert not example or example.rstrip(".") not in text, (path, parameter["name"])


def test_no_parameter_offers_a_choice_of_types(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            for part in below(schema):
                assert not {"anyOf", "oneOf", "allOf"} & set(part), (path, parameter["name"])
            assert schema["type"] in {"string", "integer", "boolean", "array"}


def test_problems_are_declared_as_problems(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        for status, response in operation["responses"].items():
            assert response["description"].strip() not in {"", "Successful Response"}
            if status == "304":
                assert "content" not in response
                continue
            media = [FILES.get(path, JSON)] if status.startswith("2") else [PROBLEM]
            assert list(response["content"]) == media, (path, status)
            if not status.startswith("2"):
                schema = response["content"][PROBLEM]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_response_says_which_headers_come_with_it(contract: dict[str, Any]) -> None:
    of_status = {
        "304": {"ETag"},
        "308": {"Location"},
        "401": {"WWW-Authenticate"},
        "429": {"Retry-After"},
        "503": {"Retry-After"},
        "default": {"Allow"},
    }
    for path, operation in operations(contract):
        for status, response in operation["responses"].items():
            has_next = status == "200" and path in COLLECTIONS
            expected = {"X-Request-ID"} | ({"Link"} if has_next else of_status.get(status, set()))
            if status.startswith("2") and {"201", "304"} & set(operation["responses"]):
                expected.add("ETag")
            if status == "200" and path in FILES:
                expected |= {"Content-Disposition", "Sync-Token"}
            if status == "200" and path == "/v1/records.ndjson":
                expected.add("Record-Count")
            if "304" in operation["responses"] and status not in {"304", "429", "503", "default"}:
                expected.add("Parley-Stale")
            assert set(response["headers"]) == expected, (path, status)


def test_a_header_that_is_not_declared_is_noticed(contract: dict[str, Any]) -> None:
    # Guards every answer that any test gets.
    asked = httpx.Request("GET", "http://parley/v1/meetings")
    usual = {"Content-Type": JSON, "X-Request-ID": "x"}
    Declared(contract).hold(httpx.Response(200, headers=usual, request=asked))
    for bad in (usual | {"Retry-After": "5"}, {"Content-Type": JSON}):
        with pytest.raises(AssertionError):
            Declared(contract).hold(httpx.Response(200, headers=bad, request=asked))


def test_an_answer_is_held_to_what_is_declared_for_its_method(contract: dict[str, Any]) -> None:
    # Guards every answer that any test gets.
    usual = {"X-Request-ID": "x"}
    for method, media, good, bad in (
        ("HEAD", JSON, 200, 201),
        ("PATCH", PROBLEM, 405, 422),
    ):
        asked = httpx.Request(method, "http://parley/v1/meetings")
        headers = usual | {"Content-Type": media}
        Declared(contract).hold(httpx.Response(good, headers=headers, request=asked))
        with pytest.raises(AssertionError, match="not declared"):
            Declared(contract).hold(httpx.Response(bad, headers=headers, request=asked))


def test_codes_are_closed_lists(contract: dict[str, Any]) -> None:
    shapes = contract["components"]["schemas"]
    for name, example in {"ProblemCode": "not_found", "FaultCode": "unknown_value"}.items():
        assert example in shapes[name]["enum"]
    assert shapes["Problem"]["properties"]["code"]["$ref"].endswith("/ProblemCode")
    assert shapes["ProblemPart"]["properties"]["code"]["$ref"].endswith("/FaultCode")


def test_a_closed_list_that_occurs_twice_has_a_name(contract: dict[str, Any]) -> None:
    shapes = contract["components"]["schemas"]
    lists = Counter(tuple(part["enum"]) for part in below(shapes) if "enum" in part)
    assert [words for words, times in lists.items() if times > 1] == []


@pytest.mark.parametrize("route", EXAMPLES)
def test_a_record_may_not_be_found_or_be_no_more(contract: dict[str, Any], route: str) -> None:
    for status in (308, 404, 410):
        assert declared(contract, route, status, PROBLEM)


@pytest.mark.parametrize("route", [*HISTORIES, *VERSIONS])
def test_a_history_may_not_be_found_or_be_erased(contract: dict[str, Any], route: str) -> None:
    for status in (404, 410):
        assert declared(contract, route, status, PROBLEM)


def test_whatever_reads_the_database_may_not_be_ready(contract: dict[str, Any]) -> None:
    for path, operation in operations(contract):
        assert "503" in operation["responses"] or path == "/healthz", path


def test_fastapis_own_errors_do_not_appear(contract: dict[str, Any]) -> None:
    assert not {"HTTPValidationError", "ValidationError"} & set(contract["components"]["schemas"])
    assert "ValidationError" not in str(contract)


def test_every_answer_is_as_declared(api: httpx.Client, contract: dict[str, Any]) -> None:
    for route, path in routes(contract).items():
        if route in FILES:
            continue
        answer = ask(api, f"{path}?limit=1000" if route in COLLECTIONS else path)
        assert faults(contract, declared(contract, route, 200, JSON), answer) == [], route


@pytest.mark.parametrize("query", ["limit=1", "total=none", "country=DE"])
def test_every_kind_of_page_is_as_declared(
    api: httpx.Client, contract: dict[str, Any], query: str
) -> None:
    answer = ask(api, f"/v1/meetings?{query}")
    assert faults(contract, declared(contract, "/v1/meetings", 200, JSON), answer) == []


def test_an_answer_that_is_not_as_declared_is_noticed(
    api: httpx.Client, contract: dict[str, Any]
) -> None:
    # Guards the two above: a member that is missing, one too many, and one of the wrong kind.
    schema = declared(contract, "/v1/meetings/{id}", 200, JSON)
    good = ask(api, EXAMPLES["/v1/meetings/{id}"])
    assert faults(contract, schema, good) == []
    for bad in (
        {name: value for name, value in good.items() if name != "countries"},
        good | {"colour": "red"},
        good | {"date": good["date"] | {"earliest": "yesterday"}},
        good | {"mode": "by_pigeon"},
    ):
        assert len(faults(contract, schema, bad)) == 1


def test_what_is_always_there_is_declared_as_required(contract: dict[str, Any]) -> None:
    # An answer has no member that may be missing, so that clients need no guard for it; but that
    # only faults of imports have an origin.
    missing = {
        (name, member)
        for name, schema in contract["components"]["schemas"].items()
        if not name.endswith("Input")
        for member in set(schema.get("properties", ())).difference(schema.get("required", ()))
    }
    assert missing == {("ProblemPart", "origin")}


def test_a_lone_value_of_a_repeatable_parameter_needs_no_brackets(
    contract: dict[str, Any],
) -> None:
    for parameter in contract["paths"]["/v1/meetings"]["get"]["parameters"]:
        assert parameter["in"] == "query"
        assert parameter.get("style", "form") == "form"
        assert parameter.get("explode", True)
        assert not parameter.get("required")
