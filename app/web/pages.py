"""The pages that are written in Markdown; each question in them leads to its answer."""

import re
import shlex
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from app.web.frame import PAGES, framed
from app.web.policy import POLICY

_FOLDER = Path(__file__).parent.parent.parent / "docs"
_FILE = re.compile(r"(?:\./|/|(?:\.\./|/)?docs/)?(?P<name>\w+)\.md(?P<part>#.*)?")
_SERVER = "localhost:8000"
_EXPLORED = {"/v1/meetings", "/v1/counts", "/v1/dyads"}
_NAMES = {"level": "pairs"}
_OF_VIEWS = {"as_of", "by", "limit", "rollup", "sort", "total"}
"""What the explorer decides itself."""
_NOT_EXPLORED = {"cursor", "not_met_since", "same_side"}


def install(app: FastAPI) -> None:
    """Serve each page at its name."""
    for name, title in PAGES.items():
        app.add_route(f"/{name}", _route(render(name, title)))


def _route(page: str) -> Callable[[object], Awaitable[HTMLResponse]]:
    async def answer(_request: object) -> HTMLResponse:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    return answer


@cache
def render(name: str, title: str) -> str:
    """Write a page as HTML."""
    markdown = MarkdownIt().enable("table")
    markdown.add_render_rule("fence", _block)
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("table_open", _table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    text = (_FOLDER / f"{name}.md").read_text("utf-8")
    content = markdown.render(text, {"written": _written(text)})
    return framed("page.html", name, title=title, content=content)


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any
) -> str:
    """Lead to the page of a file, in whichever way the link names the file."""
    named = _FILE.fullmatch(str(tokens[at].attrs["href"]))
    if named and named["name"] in PAGES:
        tokens[at].attrs["href"] = f"/{named['name']}{named['part'] or ''}"
    return renderer.renderToken(tokens, at, options, env)


def _table(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    """Let a table be moved within the page, also by keys; its name is that of its first column."""
    heads = [one.content for one in tokens[at:] if one.type == "inline"]
    number = 1 + sum(one.type == "table_open" for one in tokens[:at])
    label = escape(f"Table {number}: {heads[0]}")
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>\n'


def _written(text: str) -> list[str]:
    """Give the paths of the records that a page writes: they are examples, which nobody has."""
    lines = [line for line in text.splitlines() if line.startswith("$ curl -X PUT ")]
    return [address(line).partition("?")[0] for line in lines]


def _block(
    _renderer: object, tokens: Sequence[Token], at: int, _options: object, env: dict[str, list[str]]
) -> str:
    lines = "\n".join(_line(line, env["written"]) for line in tokens[at].content.splitlines())
    return f"<pre><code>{lines}</code></pre>\n"


def _line(text: str, written: Sequence[str]) -> str:
    if not text.startswith("$ curl ") or " -X " in text:
        return escape(text)
    asked = address(text)
    if any(f"{asked.partition('?')[0]}/".startswith(f"{path}/") for path in written):
        return escape(text)
    answer = f'<a href="{escape(asked)}">{escape(text.removeprefix("$ "))}</a>'
    return f"{answer} {_explored(asked)}".rstrip()


def _explored(asked: str) -> str:
    """Lead to the same meetings in the explorer, which has filters, but not everything else."""
    path, _, query = asked.partition("?")
    given = dict.fromkeys(parse_qsl(query))
    if path not in _EXPLORED or _NOT_EXPLORED & {name for name, _ in given}:
        return ""
    kept = [(_NAMES.get(name, name), value) for name, value in given if name not in _OF_VIEWS]
    return f'<a class="explore" href="/?{escape(urlencode(kept))}">explore</a>'


def address(command: str) -> str:
    """Give the path that a command asks, with what `-G` makes of its data."""
    words = shlex.split(command)
    path = next(word for word in words if word.startswith(_SERVER)).removeprefix(_SERVER)
    data = [word for option, word in pairwise(words) if option in {"-d", "--data-urlencode"}]
    query = urlencode([(name, value) for name, _, value in (word.partition("=") for word in data)])
    return f"{path}?{query}" if query else path
