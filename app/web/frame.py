"""What all pages share: the links from each of them to the others."""

from html import escape
from pathlib import Path
from string import Template

PAGES = {
    "cookbook": "Cookbook",
    "recipes": "Recipes",
    "curating": "How to add and correct",
    "import": "Spreadsheets",
    "operations": "Operations",
    "monitoring": "Monitoring",
    "scaling": "More readers",
    "limits": "Limits",
}
"""The pages that are written in Markdown, by the names of their files."""

STATIC = Path(__file__).parent / "static"
_LINKS = {"explorer": "/", "docs": "/docs"} | {name: f"/{name}" for name in PAGES}
_TEXTS = {"explorer": "Explorer", "docs": "API"} | PAGES


def framed(file: str, current: str, **parts: str) -> str:
    """Put parts and the head into a file of HTML; `current` is the page that it makes."""
    links = "\n".join(_link(name, is_here=name == current) for name in _LINKS)
    return _file(file).substitute(header=_file("header.html").substitute(links=links), **parts)


def _file(name: str) -> Template:
    return Template((STATIC / name).read_text("utf-8"))


def _link(name: str, *, is_here: bool) -> str:
    here = ' aria-current="page"' if is_here else ""
    return f'<a href="{_LINKS[name]}" data-word="{name}"{here}>{escape(_TEXTS[name])}</a>'
