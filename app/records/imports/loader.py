"""How the records of an import are written, and those left out that cannot be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from app.errors import Flaw, InvalidRecords
from app.records.check import check
from app.records.claims import Claim, verify
from app.records.imports.admission import Ids, Key
from app.records.imports.doubles import doubles
from app.records.imports.kept import MOST_VERSION, in_utc
from app.records.imports.report import ImportReport, Outcome, Result
from app.records.imports.stones import Placed, place
from app.records.imports.tombstone import Given, read_stone
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why, last_seq, written_since
from app.records.read_model.dependants import refuse_too_many
from app.records.read_model.publish import publish
from app.records.reading import read
from app.records.sheets.table import Whole
from app.records.write import Report, Write, store, touched

_IN_TREES = {"region", "theme"}


@dataclass
class Row:
    """What stands at one place of a file, and the records that it becomes."""

    file: int
    number: int
    origin: str
    content: str | Whole
    """As JSON, or the row of a table: as it is written when it is left out."""
    incoming: list[Incoming] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    stone: Given | None = None
    resembles: str | None = None
    """Of a row of a table, a meeting that has the id which its own would have."""

    @property
    def keys(self) -> list[Key]:
        """Name what it is about."""
        return [self.stone.key] if self.stone else [(o.kind.name, o.id) for o in self.incoming]


class Loader:
    """Writes rows within a transaction, and keeps the account of them."""

    def __init__(
        self, session: Session, ids: Ids, why: Why, report: ImportReport, listed: int
    ) -> None:
        self.session, self.why, self.report = session, why, report
        self._ids = ids
        self._listed = listed
        self._alike: list[tuple[str, str]] = []
        self._touched: set[str] = set()
        # Those that are written are not remembered here, but read from the log.
        self._seq = last_seq(session)

    def read(self, row: Row, kind: str, raw: Any) -> bool:
        """Read a record of a row; one that is wrong is left out."""
        found = read(kind_named(kind), raw, row.origin)
        flaws = found.flaws + _unkeepable(found.incoming)
        if not flaws and found.incoming:
            row.incoming.append(found.incoming)
            row.claims += found.claims
            flaws = self._ids.flaws((kind, found.incoming.id), row.file, row.number)
        if flaws:
            record_id = raw.get("id") if isinstance(raw, dict) else None
            self.reject(row, flaws, (kind, str(record_id)))
        return not flaws

    def read_stone(self, row: Row, raw: Any) -> bool:
        """Read a tombstone; one that is wrong is left out."""
        row.stone, flaws = read_stone(raw, row.origin)
        if row.stone:
            flaws = self._ids.flaws(row.stone.key, row.file, row.number)
        if flaws:
            self.reject(row, flaws)
        return not flaws

    def write(self, rows: Sequence[Row]) -> None:
        """Write these rows, but for those that cannot stand beside what is there by now."""
        while rows:
            try:
                self._check_claims(rows)
                with self._undoable(rows):
                    done = store(self.session, _flat(rows), self.why)
            except InvalidRecords as error:
                rows = self._without_bad(rows, error)
            else:
                self._count(done)
                self._alike += [(row.keys[-1][1], row.resembles) for row in rows if row.resembles]
                return

    def place(self, rows: Sequence[Row], *, for_good: bool) -> None:
        """Bury what tombstones stand for."""
        if not rows:
            return
        by_origin = {row.origin: row for row in rows}
        stones = [row.stone for row in rows if row.stone]
        placed = place(self.session, stones, self.why, for_good=for_good)
        self._count_placed(placed)
        for flaw in placed.flaws:
            self.reject(by_origin[flaw.origin], [flaw])

    def publish(self, *, while_waiting: bool) -> None:
        """Publish what was written, all at once.

        Raises:
            Refused: somebody waits, and too many meetings show what was changed.
        """
        if while_waiting:
            advice = "import it with `parley import FILE`"
            refuse_too_many(len(self._touched), "what this file changes", advice)
        written = written_since(self.session, "meeting", self._seq)
        others = (id_ for id_ in written if id_ not in self._touched)
        publish(self.session, chain(sorted(self._touched), others))

    def find_doubles(self) -> None:
        """Look whether what was created was there already."""
        self.report.doubt(doubles(self.session, self._seq, self._alike))

    def reject(self, row: Row, flaws: Sequence[Flaw], *keys: Key) -> None:
        """Leave a row out."""
        told = [self._ids.explained(flaw) for flaw in flaws]
        self._ids.spoil(*keys, *row.keys)
        self.report.blame(told)
        reasons = [str(flaw._replace(origin="")) for flaw in told]
        self.report.reject(row.file, row.number, row.content, reasons)

    def _check_claims(self, rows: Sequence[Row]) -> None:
        """Compare what rows say of other records, which come before them and are written."""
        claims = [claim for row in rows for claim in row.claims]
        if claims:
            check(self.session, _flat(rows))
            if flaws := list(verify(self.session, claims)):
                raise InvalidRecords(flaws)

    def _undoable(self, rows: Sequence[Row]) -> AbstractContextManager[object]:
        # Only whether trees are trees is found out after writing.
        in_trees = any(one.kind.name in _IN_TREES for one in _flat(rows))
        return self.session.begin_nested() if in_trees else nullcontext()

    def _without_bad(self, rows: Sequence[Row], error: InvalidRecords) -> list[Row]:
        flaws: defaultdict[str, list[Flaw]] = defaultdict(list)
        for flaw in error.flaws:
            flaws[flaw.origin].append(flaw)
        bad = [row for row in rows if row.origin in flaws]
        if not bad:
            raise error
        for row in bad:
            self.reject(row, flaws[row.origin])
        return [row for row in rows if row.origin not in flaws]

    def _count(self, done: Report) -> None:
        self.report.add(done)
        others = (one for one in done.written if one.incoming.kind.name != "meeting")
        self._touched |= touched(self.session, others)
        for one in done.written:
            self._list(one)

    def _list(self, one: Write) -> None:
        if len(self.report.records) < self._listed:
            outcome: Outcome = "created" if one.is_new else "changed"
            name, record_id = one.incoming.kind.name, one.incoming.id
            self.report.records.append(Result(one.incoming.origin, name, record_id, outcome))

    def _count_placed(self, placed: Placed) -> None:
        done = Report()
        done.created["tombstones"] = len(placed.created)
        done.changed["tombstones"] = len(placed.changed)
        done.unchanged["tombstones"] = len(placed.unchanged)
        self.report.add(done)


def _flat(rows: Iterable[Row]) -> list[Incoming]:
    return [one for row in rows for one in row.incoming]


def _unkeepable(incoming: Incoming | None) -> list[Flaw]:
    """Find what another database keeps of a record and this one cannot."""
    if incoming is None or incoming.kept is None:
        return []
    flaws = []
    if incoming.kept.version > MOST_VERSION:
        what = f"is more than {MOST_VERSION:,}"
        flaws.append(Flaw(incoming.origin, ("version",), what, code="out_of_range"))
    try:
        in_utc(incoming.kept.updated_at)
    except ValueError as error:
        flaws.append(Flaw(incoming.origin, ("updated_at",), str(error), code="out_of_range"))
    return flaws
