"""What the contract says beyond what FastAPI derives: headers, problems, answered examples."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args, get_origin
from urllib.parse import parse_qs, urlsplit

import orjson
from fastapi import FastAPI

from app import enumerations
from app.api.parameters import lowered
from app.api.problems import MEDIA_TYPE
from app.errors import FaultCode
from app.schemas.counts import Dimension
from app.schemas.problem import ProblemCode

# For each operation and status the requests that are shown, each with its answer over the seed;
# those under a pattern are shown by the operations that it fits and that have none of their own.
_EXAMPLES = Path(__file__).parent / "examples.json"
_LICENCE = {"name": "CC BY 4.0 for the records (MIT for the code)", "identifier": "CC-BY-4.0"}
HEADERS: dict[str, dict[str, Any]] = {
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
        "description": "How many seconds to wait before asking again, where waiting helps.",
        "schema": {"type": "integer"},
    },
    "ETag": {
        "description": "Names this answer, for `If-None-Match`; that of a record, which begins with"
        ' its version, is for `If-Match` as well: `"v3…"`.',
        "schema": {"type": "string"},
    },
    "Parley-Stale": {
        "description": "`true` while the database is gone and a replica answers: what was written"
        " last may be missing. Such an answer has no `ETag`, and is not to be kept.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Content-Disposition": {
        "description": "How the file is called when it is saved.",
        "schema": {"type": "string"},
    },
    "Sync-Token": {
        "description": "The state of the data, as `since` of `/v1/changes`: what changed after it.",
        "schema": {"type": "string"},
    },
    "Record-Count": {
        "description": "Of a file of all records, how many lines it has once it is whole.",
        "schema": {"type": "integer"},
    },
    "Location": {
        "description": "With 308: the path of the record that it is part of.",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {
        "description": "With 401: how a key is sent.",
        "schema": {"type": "string"},
    },
    "Allow": {
        "description": "With 405: the methods that are allowed.",
        "schema": {"type": "string"},
    },
}
_WORDS = {
    get_args(words): name
    for name, words in vars(enumerations).items()
    if get_origin(words) is Literal
} | {
    get_args(Dimension): "Dimension",
    get_args(FaultCode): "FaultCode",
    get_args(ProblemCode): "ProblemCode",
}
"""Of each closed list of words its name."""
_NOT_MODIFIED = "Nothing was written since the answer that `If-None-Match` names."
_OF_DATA = {"200", "308", "404", "410", "422", "501"}
"""Statuses of answers for which the data is read, wherever that is there."""
_HEADERS_OF = {
    "304": ["ETag"],
    "308": ["Location"],
    "401": ["WWW-Authenticate"],
    "429": ["Retry-After"],
    "503": ["Retry-After"],
    "default": ["Allow"],
}


def install(app: FastAPI) -> None:
    """Derive the contract when it is asked for first; meanwhile others wait for the whole of it."""
    derive, lock, made = app.openapi, Lock(), list[dict[str, Any]]()

    def complete() -> dict[str, Any]:
        with lock:
            if not made:
                made.append(lowered(_complete(derive()), app.state.limits))
        return made[0]

    app.openapi = complete  # type: ignore[method-assign]  # as FastAPI documents it


def _complete(contract: dict[str, Any]) -> dict[str, Any]:
    contract["info"]["license"] = _LICENCE
    contract["components"]["headers"] = HEADERS
    shapes = contract["components"]["schemas"]
    examples = orjson.loads(_EXAMPLES.read_bytes())
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            if method == "get" and path.startswith("/v1/"):
                operation["responses"]["304"] = {"description": _NOT_MODIFIED}
                _may_be_stale(operation["responses"])
            _name_inputs(operation.get("requestBody", {"content": {}}), shapes)
            _describe(operation["responses"], shapes)
            shown = {
                status: _examples(examples, operation["operationId"], status)
                for status in operation["responses"]
            }
            for status, response in operation["responses"].items():
                _show(response, status, shown[status])
            own = shown["200"] or _examples(examples, f"get_{_last_word(operation)}", "200")
            _fill(operation.get("parameters", []), path, next(iter(own), ""))
            if operation["operationId"].startswith("put_"):
                # A record that is put is, to begin with, as it is read.
                _exemplify(operation["requestBody"]["content"]["application/json"], own)
    _name_words(shapes)
    return contract


def _last_word(operation: dict[str, Any]) -> str:
    """Name what an operation is about: `put_person` changes what `get_person` shows."""
    name: str = operation["operationId"]
    return name.partition("_")[2]


def _name_inputs(body: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Put a record as it is written, with its parts, beside the records as they are read."""
    for content in body["content"].values():
        if title := content["schema"].get("title"):
            parts = content["schema"].pop("$defs", {}) | {title: content["schema"]}
            shapes |= {f"{name}Input": part for name, part in parts.items()}
            content["schema"] = {"$ref": f"#/components/schemas/{title}Input"}


def _name_words(shapes: dict[str, Any]) -> None:
    """Put closed lists of words beside the shapes, so that a generated client has types of them."""
    for schema in list(_objects(shapes)):
        if name := _WORDS.get(tuple(schema.get("enum", []))):
            shapes[name] = {"type": "string", "enum": schema.pop("enum"), "title": name}
            for told_there in ("type", "title"):
                schema.pop(told_there, None)
            schema["$ref"] = f"#/components/schemas/{name}"


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _objects(inner)


def _examples(examples: dict[str, Any], operation: str, status: str) -> dict[str, Any]:
    """Find the examples of an operation, or else of the pattern that fits it most closely."""
    fitting = [name for name in examples if fnmatchcase(operation, name)]
    by_closeness = sorted(fitting, key=lambda name: (name != operation, -len(name)))
    found: Iterator[dict[str, Any]] = (examples[name].get(status) for name in by_closeness)
    return next(filter(None, found), {})


def _describe(responses: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Say what an answer is, in the words of its shape, and which headers come with each status."""
    of_answer = _describe_answer(responses, shapes)
    for status, response in responses.items():
        of_status = of_answer if status in {"200", "201"} else _HEADERS_OF.get(status, [])
        names = ["X-Request-ID", *of_status]
        named = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        response["headers"] = response.get("headers", {}) | named


def _may_be_stale(responses: dict[str, Any]) -> None:
    for status in _OF_DATA & responses.keys():
        response = responses[status]
        named = {"Parley-Stale": {"$ref": "#/components/headers/Parley-Stale"}}
        response["headers"] = response.get("headers", {}) | named


def _describe_answer(responses: dict[str, Any], shapes: dict[str, Any]) -> list[str]:
    """Say what an answer is, and name the headers that come with it."""
    answer = responses["200"]
    named = ["ETag"] if {"201", "304"} & set(responses) else []
    if "application/json" not in answer["content"]:
        answer["description"] = "The file, of one state of the data."
        return [*named, "Content-Disposition", "Sync-Token"]
    reference = answer["content"]["application/json"]["schema"]["$ref"]
    shape = shapes[reference.rpartition("/")[2]]
    answer["description"] = shape["description"].partition("\n\n")[0]
    if "201" in responses:
        responses["201"]["description"] = "It was not there before."
    return named + (["Link"] if "next" in shape["properties"] else [])


def _show(response: dict[str, Any], status: str, answers: dict[str, Any]) -> None:
    """Show answers, as what they are sent as; FastAPI takes problems for what answers are."""
    for media, content in list(response.get("content", {}).items()):
        _exemplify(content, answers)
        response["content"] = {media if status.startswith("2") else MEDIA_TYPE: content}


def _exemplify(content: dict[str, Any], answers: dict[str, Any]) -> None:
    # What is no text cannot be shown.
    if answers and "contentMediaType" not in content["schema"]:
        content["examples"] = {request: {"value": answer} for request, answer in answers.items()}


def _fill(parameters: list[dict[str, Any]], path: str, request: str) -> None:
    """Say what each parameter may be; the form in the docs begins as the first example."""
    asked = urlsplit(request.removeprefix("GET "))
    given = parse_qs(asked.query)
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path.removesuffix("/merge"))
    if found := re.fullmatch(pattern, asked.path):
        given |= {name: [value] for name, value in found.groupdict().items()}
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
