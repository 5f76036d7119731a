"""The documentation page: Swagger UI from its package, no network, a strict policy."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from app.web.policy import POLICY

_OWN = Path(__file__).parent / "static"


def install(app: FastAPI) -> None:
    """Serve the page at /docs and lead there from /."""
    app.mount("/assets/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.mount("/assets", StaticFiles(directory=_OWN), name="assets")
    app.add_route("/docs", _docs)
    app.add_route("/", _start)


async def _docs(_request: object) -> FileResponse:
    return FileResponse(_OWN / "docs.html", headers={"Content-Security-Policy": POLICY})


async def _start(_request: object) -> RedirectResponse:
    return RedirectResponse("/docs")
