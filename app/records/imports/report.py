"""What an import did, and what it found wrong or doubtful."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.errors import Flaw
from app.records.imports.doubles import Double
from app.records.imports.rejects import AnyRejects
from app.records.sheets.table import Whole
from app.records.write import Report

MOST_LISTED = 100
"""Flaws, and probable doubles, and records that a table made, that are told one by one."""

_MOST_CHARACTERS = 500

Outcome = Literal["created", "changed", "unchanged"]


class Result(NamedTuple):
    """What became of one record."""

    origin: str
    type: str
    id: str
    outcome: Outcome


@dataclass
class ImportReport:
    """What an import did, or would do; counts are by the plural of the kind of record."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    records: list[Result] = field(default_factory=list)
    """The first of those that were created or changed, as many as were asked for."""
    flaws: list[Flaw] = field(default_factory=list)
    """The first of what is wrong, in the order in which it was found."""
    flaw_count: int = 0
    doubles: list[Double] = field(default_factory=list)
    double_count: int = 0
    made: list[Result] = field(default_factory=list)
    """The first of the people, organizations and so on that rows of a table made by naming them."""
    made_count: int = 0
    rejects: list[AnyRejects] = field(default_factory=list)
    """Of each file what was left out; empty where nothing may be."""
    written: bool = False
    """Whether the database has it all now; else it is as it was."""

    @property
    def rejected(self) -> int:
        """How many records were left out."""
        return sum(map(len, self.rejects))

    @property
    def handled(self) -> int:
        """How many records the database has by now."""
        return sum(counts.total() for counts in (self.created, self.changed, self.unchanged))

    def add(self, report: Report) -> None:
        """Add the counts of a write."""
        self.created.update(report.created)
        self.changed.update(report.changed)
        self.unchanged.update(report.unchanged)

    def blame(self, flaws: Iterable[Flaw]) -> None:
        """Add what is wrong."""
        for flaw in flaws:
            self.flaw_count += 1
            if len(self.flaws) < MOST_LISTED:
                self.flaws.append(flaw._replace(what=_short(flaw.what)))

    def reject(self, file: int, number: int, content: str | Whole, reasons: Sequence[str]) -> None:
        """Keep what is left out, with the reasons, where it may be."""
        if self.rejects:
            self.rejects[file].add(number, content, list(map(_short, reasons)))

    def doubt(self, found: Iterable[Double]) -> None:
        """Add meetings that may be the same."""
        for double in found:
            self.double_count += 1
            if len(self.doubles) < MOST_LISTED:
                self.doubles.append(double)

    def make(self, result: Result) -> None:
        """Add a record that a row of a table made."""
        self.made_count += 1
        if len(self.made) < MOST_LISTED:
            self.made.append(result)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
