"""What the contract says beyond what FastAPI derives: headers, problems, answered examples."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from fastapi import FastAPI

from app.api.problems import MEDIA_TYPE

# For each operation and status the requests that are shown, each with its answer over the seed;
# those under `*` are shown wherever a status has none of its own.
_EXAMPLES = Path(__file__).parent / "examples.json"
_LICENCE = {"name": "CC BY 4.0 for the records (MIT for the code)", "identifier": "CC-BY-4.0"}
_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "Names this request when you report a fault; a proxy may have given it.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'Where there is a next page: its path, as `<…>; rel="next"`.',
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "How many seconds to wait before asking again.",
        "schema": {"type": "integer"},
    },
    "Allow": {
        "description": "With 405: the methods that are allowed.",
        "schema": {"type": "string"},
    },
}
_HEADERS_OF = {"503": ["Retry-After"], "default": ["Allow"]}


def install(app: FastAPI) -> None:
    """Derive the contract before the first request, so that nobody sees it unfinished."""
    app.openapi_schema = _complete(app.openapi())


def _complete(contract: dict[str, Any]) -> dict[str, Any]:
    contract["info"]["license"] = _LICENCE
    contract["components"]["headers"] = _HEADERS
    shapes = contract["components"]["schemas"]
    examples = orjson.loads(_EXAMPLES.read_bytes())
    for path, item in contract["paths"].items():
        for operation in item.values():
            own = examples.get(operation["operationId"], {})
            _describe(operation["responses"], shapes)
            for status, response in operation["responses"].items():
                _show(response, status, own.get(status) or examples["*"].get(status, {}))
            _fill(operation.get("parameters", []), path, next(iter(own.get("200", [path]))))
    return contract


def _describe(responses: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Say what an answer is, in the words of its shape, and which headers come with each status."""
    reference = responses["200"]["content"]["application/json"]["schema"]["$ref"]
    shape = shapes[reference.rpartition("/")[2]]
    responses["200"]["description"] = shape["description"].partition("\n\n")[0]
    of_answer = ["Link"] if "next" in shape["properties"] else []
    for status, response in responses.items():
        names = ["X-Request-ID", *(of_answer if status == "200" else _HEADERS_OF.get(status, []))]
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


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
            if f"`{examples[0]}`" not in parameter["description"]:
                parameter["description"] += f" For example `{examples[0]}`."
            schema.get("items", schema)["examples"] = examples
        if name in given:
            parameter["example"] = _typed(schema, given[name])


def _typed(schema: dict[str, Any], texts: list[str]) -> Any:
    """Read what stands in a URL as what the contract says that it is."""
    if schema["type"] == "array":
        return [_typed(schema["items"], [text]) for text in texts]
    return texts[0] if schema["type"] == "string" else orjson.loads(texts[0])
