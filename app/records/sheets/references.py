"""Which record a cell means, and what is said where it means none or several."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.enumerations import RecordType
from app.records.kinds import kind_named
from app.records.references import fate
from app.records.sheets.cells import Cells, listed, quoted
from app.records.sheets.columns import LISTS_OF_RECORDS
from app.records.sheets.lookup import Known, Names
from app.records.sheets.newcomers import CREATABLE, Newcomers
from app.records.sheets.written import Written, placeholder, separated, without_country, written

_EXAMPLES = "English name | 中文名"
_WITH_BOTH = ", and both names in its record or in the row that names it first"

_SEMICOLONS = "items of a list are parted by semicolons"
_MADE_UNASKED = {"person", "organization"}


@dataclass(frozen=True)
class Reference:
    """A name in a cell, of a record of this kind; organizations and places lie in a country."""

    column: str
    kind: RecordType
    text: str
    country: str | None = None


class References:
    """What the cells of a row refer to; what is unknown is created where that is allowed."""

    def __init__(self, names: Names, newcomers: Newcomers) -> None:
        self.names = names
        self._newcomers = newcomers

    def find(self, cells: Cells, column: str, kind: RecordType) -> Known | None:
        """Give the record that a cell means, or None if it is empty or wrong."""
        text = cells.text(column)
        return self.refer(cells, Reference(column, kind, text)) if text else None

    def refer(self, cells: Cells, asked: Reference) -> Known | None:
        """Give the record that a name means, or note why there is none."""
        if asked.kind == "country":
            return self._country(cells, asked)
        if asked.kind == "place":
            return self._place(cells, asked)
        return self._named(cells, asked)

    def _country(self, cells: Cells, asked: Reference) -> Known | None:
        # Spreadsheets take the zeros off a code such as 020.
        text = asked.text.zfill(3) if asked.text.isdecimal() else asked.text
        if self._is_gone(cells, asked, text):
            return None
        found = self.names.find("country", text)
        return self._only(cells, asked, found)

    def _place(self, cells: Cells, asked: Reference) -> Known | None:
        name, lies_in = without_country(asked.text)
        if lies_in is None or self.names.find("place", asked.text):
            return self._named(cells, asked)
        country = self._country(cells, Reference(asked.column, "country", lies_in))
        if country is None:
            return None
        return self._named(cells, Reference(asked.column, "place", name, country.id))

    def _named(self, cells: Cells, asked: Reference) -> Known | None:
        if asked.kind in _MADE_UNASKED and (nobody := placeholder(asked.text)):
            cells.fault(asked.column, f"{quoted(nobody)} is no name: write nothing there")
            return None
        if self._is_gone(cells, asked, asked.text):
            return None
        whole = self._within(asked, self.names.find(asked.kind, asked.text))
        if whole:
            return self._only(cells, asked, whole)
        try:
            name = written(asked.text)
        except ValueError:
            message = f"{quoted(asked.text)}: write “{_EXAMPLES}”, or “{_EXAMPLES} | id”"
            cells.fault(asked.column, message)
            return None
        return (self._by_id if name.id else self._by_both)(cells, asked, name)

    def _is_gone(self, cells: Cells, asked: Reference, record_id: str) -> bool:
        """Say what became of the record that had this id, if it is no more."""
        stone = self.names.gone(asked.kind, record_id)
        if stone:
            never = "; its id is never given again: write another one, or a name"
            instead = f": write {stone.into_id}" if stone.into_id else never
            cells.fault(asked.column, f"{fate(stone)}{instead}", stone.into_id)
        return stone is not None

    def _by_id(self, cells: Cells, asked: Reference, name: Written) -> Known | None:
        """Give the record of an id that stands after names; they must be its own."""
        record_id = name.id or ""
        if self._is_gone(cells, asked, record_id):
            return None
        known = self.names.by_id(asked.kind, record_id)
        if known is None:
            return self._create(cells, asked, name)
        strange = [one for one in name.names if not self.names.is_name(asked.kind, known, one)]
        if strange:
            self._contradiction(cells, asked, [known], strange)
            return None
        return known

    def _by_both(self, cells: Cells, asked: Reference, name: Written) -> Known | None:
        found = [self._within(asked, self.names.find(asked.kind, one)) for one in name.names]
        common = [one for one in found[0] if all(one in other for other in found)]
        if common:
            return self._only(cells, asked, common)
        if not any(found):
            return self._create(cells, asked, name)
        known = next(one for one in found if one)
        strange = [name.names[found.index([])]] if [] in found else name.names
        items = self._as_list(asked)
        hint = f"; {_SEMICOLONS}: {items}" if items else ""
        self._contradiction(cells, asked, known, strange, hint)
        return None

    def _contradiction(
        self,
        cells: Cells,
        asked: Reference,
        known: Sequence[Known],
        strange: Sequence[str],
        hint: str = "",
    ) -> None:
        """Say that records are not called so; nor is a name added to one that has no other."""
        has_one_name = len(known) == len(strange) == 1 and known[0].en == known[0].zh
        message = (
            f"{quoted(asked.text)}: {listed([str(one) for one in known])} is known, but not as"
            f" {quoted(' | '.join(strange))}: write {known[0].id} if it is meant"
            f"{_WITH_BOTH if has_one_name else ''}, or give another {asked.kind} an id of your own:"
            f" “{_EXAMPLES} | id”"
        )
        cells.fault(asked.column, message + hint, known[0].id)

    def _within(self, asked: Reference, found: list[Known]) -> list[Known]:
        """Keep what lies in the country, if one is given: many have a Ministry of the Interior."""
        if asked.country is None or any(one.id == asked.text for one in found):
            return found
        own = [one for one in found if one.country == asked.country]
        return own or [one for one in found if one.country is None]

    def _create(self, cells: Cells, asked: Reference, name: Written) -> Known | None:
        is_meant = name.id or not self._as_list(asked)
        if is_meant and self._newcomers.may_be(asked.kind):
            return self._newcomers.create(cells, asked.column, asked.kind, name, asked.country)
        return self._only(cells, asked, ())

    def _only(self, cells: Cells, asked: Reference, found: Sequence[Known]) -> Known | None:
        """Give the one record that a name means, or say that there are several, or none."""
        if len(found) == 1:
            return found[0]
        if found:
            several = listed([str(one) for one in found])
            cells.fault(asked.column, f"{quoted(asked.text)} may be {several}; write the id")
        elif items := self._as_list(asked):
            cells.fault(asked.column, f"{quoted(asked.text)}: {_SEMICOLONS}: {items}", items)
        else:
            self._unknown(cells, asked)
        return None

    def _as_list(self, asked: Reference) -> str | None:
        """Write a text with semicolons if it is a list of what is known, with other signs."""
        items = separated(asked.text) if asked.column in LISTS_OF_RECORDS else []
        known = (self._within(asked, self.names.find(asked.kind, one)) for one in items)
        return ";".join(items) if len(items) > 1 and all(known) else None

    def _unknown(self, cells: Cells, asked: Reference) -> None:
        """Say that there is no such record, and what might be written instead."""
        near = self.names.nearest(asked.kind, asked.text)
        hint = (
            f"; did you mean {near}?" if near else ": write the id or a name of one that there is"
        )
        if asked.kind in CREATABLE:
            new = f"allow new {kind_named(asked.kind).plural} (option create: {asked.kind})"
            hint += f" Or {new}" if near else f", or {new}"
        within = f" ({asked.country})" if asked.kind == "place" and asked.country else ""
        message = f"there is no {asked.kind} {quoted(asked.text + within)}{hint}"
        cells.fault(asked.column, message, near.id if near else None)
