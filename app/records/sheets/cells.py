"""What stands in the cells of a row, and how it is told what is wrong with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.records.sheets.table import Whole
from app.spelling import fold, nearest

MOST_FAULTS = 100
"""Of a row: whoever has mended these is told of the next ones."""
_MOST_QUOTED = 60
_NOTHING = Whole((), ())
_BETWEEN = re.compile(r"[;；]")


class CellFault(NamedTuple):
    """What is wrong with a cell, or without a column with its row, and what would be right."""

    column: str | None
    message: str
    suggestion: str | None = None


def quoted(text: str) -> str:
    """Write a value within a message, its beginning alone if it is long."""
    short = text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"
    return f"“{short}”"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Write words as a sentence lists them."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


@dataclass
class Cells:
    """The cells of one row by their column, and the faults that were found in them."""

    line: int
    texts: dict[str, str]
    whole: Whole = _NOTHING
    faults: list[CellFault] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """Give what stands in a cell, or None where nothing does."""
        return self.texts.get(column) or None

    def items(self, column: str) -> list[str]:
        """Give the items of a list, those left empty too; none of an empty cell."""
        text = self.text(column)
        return [item.strip() for item in _BETWEEN.split(text)] if text else []

    def aligned(self, *columns: str) -> list[dict[str, str]]:
        """Give the n-th items of these lists together, for each n.

        An empty cell has nothing at any place; a list shorter than the longest is a fault.
        """
        lists = {column: items for column in columns if (items := self.items(column))}
        longest = max(lists, key=lambda column: len(lists[column]), default="")
        most = len(lists.get(longest, ()))
        for column, items in lists.items():
            if len(items) < most:
                self.fault(
                    column,
                    f"{quoted(self.texts[column])} lists {len(items)}, but {longest} lists {most}:"
                    f" write {most}, with nothing between two semicolons where there is none",
                )
        return [
            {column: items[n] for column, items in lists.items() if n < len(items)}
            for n in range(most)
        ]

    def word(self, column: str, text: str, words: Sequence[str]) -> str | None:
        """Read a word of a closed list; another one is a fault."""
        found = fold(text).replace(" ", "_").replace("-", "_")
        if found in words:
            return found
        near = nearest(found, words)
        hint = f"; did you mean {near}?" if near else ""
        self.fault(column, f"{quoted(text)}: write {listed(words)}{hint}", near)
        return None

    def sort_faults(self) -> None:
        """Put the faults into the order of the columns."""
        order = list(self.texts)
        self.faults.sort(key=lambda one: order.index(one.column) if one.column in order else -1)

    def fault(self, column: str | None, message: str, suggestion: str | None = None) -> None:
        """Note what is wrong, once, unless very much is."""
        found = CellFault(column, message, suggestion)
        if len(self.faults) < MOST_FAULTS and found not in self.faults:
            self.faults.append(found)
