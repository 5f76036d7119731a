"""The documentation page: Swagger UI from its package, no network, a strict policy."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.web.frame import STATIC, framed
from app.web.policy import POLICY


def install(app: FastAPI) -> None:
    """Serve the page at /docs, and what all pages load."""
    app.mount("/assets/swagger", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    app.mount("/assets", StaticFiles(directory=STATIC), name="assets")
    page = framed("docs.html", "docs")

    async def answer(_request: object) -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    app.add_route("/docs", answer)
