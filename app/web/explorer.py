"""The page at the root: the dataset as pictures, tables and records, made of the API alone."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from app.web.frame import STATIC, framed
from app.web.policy import POLICY


def install(app: FastAPI) -> None:
    """Serve the page at /."""
    # Asked for at once, rather than one after the other as they name each other.
    names = sorted(path.name for path in (STATIC / "explorer").glob("*.js"))
    modules = "\n".join(
        f'<link rel="modulepreload" href="/assets/explorer/{one}">' for one in names
    )
    most = str(app.state.limits.page_limit)
    page = framed("explorer.html", "explorer", modules=modules, most_records=most)

    async def answer(_request: object) -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    app.add_route("/", answer)
