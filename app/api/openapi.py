"""What the contract says beyond what FastAPI derives: problems, and examples that were answered."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from fastapi import FastAPI

from app.api.problems import MEDIA_TYPE

# For each operation and status the requests that are shown, each with its answer over the seed;
# those under `*` are shown wherever a status has none of its own.
_EXAMPLES = Path(__file__).parent / "examples.json"


def install(app: FastAPI) -> None:
    """Complete the contract when it is first asked for."""
    derive = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(derive())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _complete(contract: dict[str, Any]) -> dict[str, Any]:
    examples = orjson.loads(_EXAMPLES.read_bytes())
    for path, item in contract["paths"].items():
        for operation in item.values():
            own = examples.get(operation["operationId"], {})
            for status, response in operation["responses"].items():
                _show(response, status, own.get(status) or examples["*"][status])
            _fill(operation.get("parameters", []), path, next(iter(own.get("200", [path]))))
    return contract


def _show(response: dict[str, Any], status: str, answers: dict[str, Any]) -> None:
    content = response["content"].pop("application/json")
    content["examples"] = {request: {"value": answer} for request, answer in answers.items()}
    response["content"]["application/json" if status == "200" else MEDIA_TYPE] = content


def _fill(parameters: list[dict[str, Any]], path: str, request: str) -> None:
    """Say what each parameter may be; the form in the docs begins as the first example."""
    asked = urlsplit(request.removeprefix("GET "))
    given = parse_qs(asked.query)
    if path.endswith("/{id}"):
        given["id"] = [asked.path.rpartition("/")[2]]
    for parameter in parameters:
        schema, name = parameter["schema"], parameter["name"]
        if examples := schema.pop("examples", []):
            parameter["description"] += f" For example `{examples[0]}`."
            schema.get("items", schema)["examples"] = examples
        if name in given:
            parameter["example"] = given[name] if "items" in schema else given[name][0]
