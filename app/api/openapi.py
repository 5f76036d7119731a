"""What the contract says beyond what FastAPI derives."""

from typing import Any

from fastapi import FastAPI

from app.api.problems import MEDIA_TYPE


def install(app: FastAPI) -> None:
    """Describe problems by their media type."""
    derive = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(derive())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _with_problems(contract: dict[str, Any]) -> dict[str, Any]:
    for path in contract["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status >= "4":
                    response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
    return contract
