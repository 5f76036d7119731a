"""The pages that are written in Markdown; each question in them leads to its answer."""

import shlex
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.web.policy import POLICY

_FOLDER = Path(__file__).parent.parent.parent / "docs"
_FRAME = Path(__file__).parent / "static" / "page.html"
PAGES = {
    "cookbook": "Cookbook",
    "recipes": "Recipes",
    "curating": "How to add and correct",
    "import": "Spreadsheets",
    "scaling": "More readers",
    "limits": "Limits",
}
_LINKS = {"docs": "Parley"} | PAGES
_SERVER = "localhost:8000"


def install(app: FastAPI) -> None:
    """Serve each page at its name."""
    for name, title in PAGES.items():
        app.add_route(f"/{name}", _route(render(name, title)))


def _route(page: str) -> Callable[[object], Awaitable[HTMLResponse]]:
    async def answer(_request: object) -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    return answer


def render(name: str, title: str) -> str:
    """Write a page as HTML."""
    markdown = MarkdownIt().enable("table")
    markdown.add_render_rule("fence", _block)
    content = markdown.render((_FOLDER / f"{name}.md").read_text("utf-8"))
    links = " ".join(f'<a href="/{page}">{escape(other)}</a>' for page, other in _LINKS.items())
    frame = Template(_FRAME.read_text("utf-8"))
    return frame.substitute(title=title, links=links, content=content)


def _block(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    lines = "\n".join(map(_line, tokens[at].content.splitlines()))
    return f"<pre><code>{lines}</code></pre>\n"


def _line(text: str) -> str:
    if not text.startswith("$ curl ") or " -X " in text:
        return escape(text)
    return f'<a href="{escape(address(text))}">{escape(text.removeprefix("$ "))}</a>'


def address(command: str) -> str:
    """Give the path that a command asks, with what `-G` makes of its data."""
    words = shlex.split(command)
    path = next(word for word in words if word.startswith(_SERVER)).removeprefix(_SERVER)
    data = [word for option, word in pairwise(words) if option in {"-d", "--data-urlencode"}]
    query = urlencode([(name, value) for name, _, value in (word.partition("=") for word in data)])
    return f"{path}?{query}" if query else path
