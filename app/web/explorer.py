"""The page at the root: the dataset as pictures, tables and records, made of the API alone."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from app.web.frame import framed
from app.web.policy import POLICY


def install(app: FastAPI) -> None:
    """Serve the page at /."""
    page = framed("explorer.html", "explorer")

    async def answer(_request: object) -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    app.add_route("/", answer)
