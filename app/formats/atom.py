"""Meetings as a feed (RFC 4287), each an entry."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from app.formats.subscribed import NAMES, address
from app.formats.tables import Row
from app.schemas.files import Language

MEDIA_TYPE = "application/atom+xml"

_LONG_AGO = "1970-01-01T00:00:00Z"
# Of what a text may have, all that XML has no place for.
_UNWRITABLE = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")


def feed(
    batches: Iterable[Iterable[Row]], language: Language, path: str, public_url: str
) -> Iterator[bytes]:
    """Write the feed at a path; when it changed last, known only then, stands at its end."""
    yield _begin(language, path, public_url)
    updated = _LONG_AGO
    for some in batches:
        entries = []
        for meeting in some:
            entries.append(_text(_entry(meeting, language, public_url)))
            updated = max(updated, meeting["updated_at"])
        yield "".join(entries).encode()
    yield f"<updated>{updated}</updated></feed>\n".encode()


def _begin(language: Language, path: str, public_url: str) -> bytes:
    author = Element("author")
    SubElement(author, "name").text = "Parley"
    parts = [_element("id", f"urn:parley:{path}"), _element("title", NAMES[language]), author]
    if public_url:
        parts.append(Element("link", rel="self", href=public_url + path))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        + "".join(map(_text, parts))
    ).encode()


def _entry(meeting: Row, language: Language, public_url: str) -> Element:
    entry = Element("entry")
    entry.append(_element("id", f"urn:parley:meeting:{meeting['id']}"))
    entry.append(_element("title", f"{meeting['date']['value']}: {meeting['title'][language]}"))
    entry.append(_element("updated", meeting["updated_at"]))
    if public_url:
        SubElement(entry, "link", href=address(meeting, public_url))
    labels = {one["id"]: one["label"][language] for one in meeting["themes"]}
    for theme, label in labels.items():
        SubElement(entry, "category", term=theme, label=label)
    summary = meeting["summary"] or meeting["title"]
    entry.append(_element("content", summary[language]))
    return entry


def _element(name: str, text: str) -> Element:
    element = Element(name)
    element.text = text
    return element


def _text(element: Element) -> str:
    return tostring(element, encoding="unicode").translate(_UNWRITABLE)
