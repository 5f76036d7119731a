"""Meetings as a calendar (RFC 5545), each an event of whole days."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vCategory, vText

from app.formats.subscribed import NAMES, address
from app.formats.tables import Row
from app.schemas.files import Language

MEDIA_TYPE = "text/calendar; charset=utf-8"
NOT_TO_THE_DAY = ("month", "year")
"""Precisions of dates for which a calendar has no place."""

_END = b"END:VCALENDAR\r\n"


class _Text(vText):
    r"""A text as it was written; the library takes `\N` in one for the end of a line."""

    def to_ical(self) -> bytes:
        return b"\\\\".join(vText(part).to_ical() for part in self.split("\\"))


def calendar(
    batches: Iterable[Iterable[Row]], language: Language, left_out: int, public_url: str
) -> Iterator[bytes]:
    """Write a calendar; it says how many meetings have no day and so are not in it."""
    yield _head(language, left_out).removesuffix(_END)
    for meetings in batches:
        events = (_event(one, language, public_url) for one in meetings if _has_days(one))
        yield b"".join(event.to_ical() for event in events)
    yield _END


def _head(language: Language, left_out: int) -> bytes:
    head = Calendar()
    head.add("prodid", "-//Parley//EN")
    head.add("version", "2.0")
    said = {
        "en": f"Left out, since the day is not known: {left_out}.",
        "zh": f"因具体日期不详而未列入：{left_out} 次。",
    }[language]
    # By the standard, and as programs knew it before.
    for name in ("name", "x-wr-calname"):
        head.add(name, vText(NAMES[language]))
    for name in ("description", "x-wr-caldesc"):
        head.add(name, vText(said))
    return bytes(head.to_ical())


def _has_days(meeting: Row) -> bool:
    return meeting["date"]["precision"] not in NOT_TO_THE_DAY


def _event(meeting: Row, language: Language, public_url: str) -> Event:
    event, days = Event(), meeting["date"]
    event.add("uid", f"{meeting['id']}@parley")
    event.add("dtstamp", datetime.fromisoformat(meeting["updated_at"]))
    event.add("sequence", meeting["version"] - 1)
    event.add("dtstart", date.fromisoformat(days["earliest"]))
    event.add("dtend", _after(date.fromisoformat(days["latest"])))
    event.add("summary", _Text(meeting["title"][language]))
    event.add("transp", "TRANSPARENT")
    for name, value in _known(meeting, language, public_url):
        event.add(name, value)
    return event


def _known(meeting: Row, language: Language, public_url: str) -> Iterator[tuple[str, Any]]:
    """Give what not every meeting has."""
    if meeting["summary"]:
        yield "description", _Text(meeting["summary"][language])
    if meeting["place"]:
        yield "location", _Text(meeting["place"]["name"][language])
    if meeting["themes"]:
        yield "categories", _categories(one["label"][language] for one in meeting["themes"])
    if meeting["status"] == "retracted":
        yield "status", "CANCELLED"
    if public_url:
        yield "url", address(meeting, public_url)


def _categories(labels: Iterable[str]) -> vCategory:
    categories = vCategory([])
    # Given to it, they would become texts of the library's own kind.
    categories.cats = [_Text(label) for label in dict.fromkeys(labels)]
    return categories


def _after(day: date) -> date:
    # The end of an event is not part of it; on the last day of all there is none after it.
    return day if day == date.max else day + timedelta(days=1)
