"""How a table and a figure are written in Markdown, to be read as they stand, too."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from unicodedata import east_asian_width

from tests.benchmarks.asking import LIMIT
from tests.benchmarks.results import Figure, Key, Results

Column = tuple[str, Callable[[str], str]]
"""What stands above it, and the cell of each row."""


def table(first: str, rows: Iterable[str], columns: Sequence[Column]) -> str:
    """Write a table, whose rows are known by their first cell."""
    lines = [[first, *(heading for heading, _ in columns)]]
    lines += [[row, *(cell(row) for _, cell in columns)] for row in rows]
    widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    head, *body = [_line(line, widths) for line in lines]
    return "\n".join([head, f"|{rule}|", *body])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = [
        (cell, " " * (width - _width(cell))) for cell, width in zip(cells, widths, strict=True)
    ]
    return " | ".join(["| " + "".join(first), *(gap + cell for cell, gap in others)]) + " |"


def _width(text: str) -> int:
    return sum(1 + (east_asian_width(letter) in "WF") for letter in text)


def number(value: float | None) -> str:
    """Write a number with as many digits as mean something."""
    if value is None:
        return ""
    if value == inf:
        return "∞"
    digits = sum(abs(value) < bound for bound in (100, 10, 1, 0.1)) if value else 0
    return f"{value:,.{digits}f}"


def figure(found: Figure | None) -> str:
    """Write a median, with the least and the most of the turns."""
    if found is None:
        return ""
    if found.median == inf:
        return f"> {LIMIT * 1000:,.0f}"
    median, least, most = map(number, found)
    return median if least == most else f"{median} ({least}–{most})"


def measured(
    results: Results, unit: str, systems: Sequence[str], *, grows: bool = True
) -> Iterator[Column]:
    """Give a column of each system and size, and how many times as much the largest is."""
    for system in systems:
        for size in results.sizes:
            yield f"{system}, {short(size)}", _cell(results, unit, system, size)
        if grows and len(results.sizes) > 1:
            ends = f"{short(results.largest)} : {short(results.sizes[0])}"
            yield ends, _growth(results, unit, system)


def _cell(results: Results, unit: str, system: str, size: int) -> Callable[[str], str]:
    return lambda case: figure(results.get(size, system, case, unit))


def _growth(results: Results, unit: str, system: str) -> Callable[[str], str]:
    def grown(case: str) -> str:
        ends = (results.largest, results.sizes[0])
        return number(results.ratio(*(Key(size, system, case, unit) for size in ends)))

    return grown


def short(size: int) -> str:
    """Write a size as `make bench` takes it."""
    return f"{size // 1_000_000}m" if size >= 1_000_000 else f"{size // 1000}k"
