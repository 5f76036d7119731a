"""Whether the meeting of a row is there already, in its file or in the database, or was there."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.models import Tombstone
from app.records.chunks import chunks
from app.records.kinds import kind_named
from app.records.references import fate
from app.records.rows import Row, Rows
from app.records.sheets.cells import CellFault, quoted
from app.records.sheets.ids import MeetingIds
from app.records.write import stored

_MEETING = kind_named("meeting")


class Said(NamedTuple):
    """What a meeting says, whatever its id: its status, and a digest of all the rest."""

    status: str
    rest: bytes


def said_by(meeting: dict[str, Any]) -> Said:
    """Tell what the meeting of a row says."""
    return _said(_MEETING.rows(_MEETING.shape.model_validate(meeting)))


def _said(rows: Rows) -> Said:
    # As it is stored: themes and citations in one order.
    parts = [
        [_without(row, part.owner) for row in rows.parts[part.model]] for part in _MEETING.parts
    ]
    whole = repr((_without(rows.own, "id", "status"), parts))
    return Said(rows.own["status"], blake2b(whole.encode(), digest_size=16).digest())


def _without(row: Row, *names: str) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in row.items() if name not in names)


class Again:
    """Remembers what rows say, and recognizes what was imported before."""

    def __init__(self, session: Session, ids: MeetingIds) -> None:
        self._session = session
        self._ids = ids
        self._lines: dict[Said, int] = {}
        self._like: defaultdict[tuple[str, bytes], dict[str, str]] = defaultdict(dict)
        self._gone: dict[str, str] = {}

    def load(self, bases: Collection[str]) -> None:
        """Look up at once the meetings that have these ids, or one of them with a number."""
        self._ids.load(bases)
        series = {base: self._ids.series(base) for base in bases}
        here = self._stored([id_ for ids in series.values() for id_ in ids])
        self._like.clear()
        self._gone.clear()
        for base, ids in series.items():
            self._sort(base, ids, here)

    def note(self, one: Said, line: int) -> int:
        """Remember what a row says; give the line that says it first."""
        return self._lines.setdefault(one, line)

    def find(self, base: str, one: Said, line: int) -> str | CellFault | None:
        """Give the meeting that a row without an id is, or say why it can be none.

        None if it is a new one; `base` is the id that it would have.
        """
        first = self.note(one, line)
        if first != line:
            return CellFault(None, f"the same as line {first}")
        like = self._like.get((base, one.rest), {})
        if one.status in like:
            return self._claimed(like[one.status], line)
        if "retracted" in like:
            return _retracted(like["retracted"])
        return self._buried(self._gone[base]) if base in self._gone else None

    def _sort(self, base: str, ids: Sequence[str], here: Mapping[str, Said]) -> None:
        for id_ in ids:
            if id_ in here:
                self._like[base, here[id_].rest].setdefault(here[id_].status, id_)
            else:
                self._gone.setdefault(base, id_)

    def _stored(self, ids: Sequence[str]) -> dict[str, Said]:
        return {
            id_: _said(rows)
            for some in chunks(ids)
            for id_, rows in stored(self._session, _MEETING, some)[0].items()
        }

    def _claimed(self, id_: str, line: int) -> str | CellFault:
        holder = self._ids.claim(id_, line)
        if holder == line:
            return id_
        message = f"the same as the meeting {quoted(id_)}, which line {holder} changes"
        return CellFault(None, f"{message}: leave one of them out")

    def _buried(self, id_: str) -> CellFault:
        stone = self._session.get_one(Tombstone, ("meeting", id_))
        message = f"the meeting {fate(stone)}, and this may be it"
        return CellFault("id", f"{message}: leave it out, or give it an id of its own")


def _retracted(id_: str) -> CellFault:
    message = f"the meeting {quoted(id_)} says the same, but is retracted: write retracted"
    return CellFault("status", f"{message}, or bring it back by its id", "retracted")
