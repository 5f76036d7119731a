"""What is to be reached, and what was: at the largest size, unless one is named."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.benchmarks import files, imports, questions, rival
from tests.benchmarks.asking import AGAIN, ALONE, FIRST, Way
from tests.benchmarks.results import Key, Results
from tests.benchmarks.servers import DATASETTE, FLOOR, POSTGRES, SQLITE, TOTAL

SMALL, LARGE = 10_000, 1_000_000


class Target(NamedTuple):
    """A figure that is to be at least, or at most, so much; None if it was not measured."""

    what: str
    reached: float | None
    least: float | None = None
    most: float | None = None
    unit: str = "×"

    @property
    def verdict(self) -> str:
        """Say whether it is reached."""
        if self.reached is None:
            return "not measured"
        too_low = self.least is not None and self.reached < self.least
        too_high = self.most is not None and self.reached > self.most
        return "**no**" if too_low or too_high else "yes"


def targets(results: Results) -> Iterator[Target]:
    """Hold what was measured to what is to be reached."""
    yield from _of_floor(results)
    for system in (SQLITE, POSTGRES):
        yield _growth(results, system)
        yield from _of_the_first_page(results, system)
        yield from _of_counts(results, system)
    for size, least in ((SMALL, 20), (LARGE, 300)):
        yield _of_datasette(results, size, least)
    yield from _of_files(results)
    found = _of(results, results.imported, SQLITE, imports.RATE, imports.IMPORT, imports.ALONE)
    yield Target("import, of executemany", found, least=0.4)


def p50(results: Results, size: int, system: str, case: str) -> float | None:
    """Give the milliseconds of an answer to a client that asks alone."""
    return results.median(size, system, case, ALONE.p50)


def _of(results: Results, size: int, system: str, unit: str, case: str, other: str) -> float | None:
    """Divide what one reached by what another did."""
    return results.ratio(*(Key(size, system, name, unit) for name in (case, other)))


def _of_floor(results: Results) -> Iterator[Target]:
    for system, least in ((SQLITE, 0.5), (POSTGRES, 0.3)):
        found = of_floor(results, system, AGAIN)
        yield Target(f"a page that was asked for before, of the floor, {system}", found, least)
    for system, least in ((SQLITE, 0.07), (POSTGRES, 0.04)):
        found = of_floor(results, system, FIRST)
        yield Target(f"a page that was not, of the floor, {system}", found, least)


def of_floor(results: Results, system: str, way: Way) -> float | None:
    """Divide the answers a second by those of the floor, at the largest size."""
    size, page = results.largest, questions.FIRST_PAGE
    floor = Key(size, FLOOR, page, AGAIN.rate)
    return results.ratio(Key(size, system, page, way.rate), floor)


def _growth(results: Results, system: str) -> Target:
    """Find the page that slows most, of those whose total is counted as far at both sizes."""
    found = {
        case: results.ratio(*(Key(size, system, case, ALONE.p50) for size in (LARGE, SMALL)))
        for case in results.cases(TOTAL)
        if results.median(LARGE, system, case, TOTAL) == results.median(SMALL, system, case, TOTAL)
    }
    known = {case: one for case, one in found.items() if one is not None}
    slowest = max(known, key=lambda case: known[case], default=None)
    told = f": {slowest}" if slowest else ""
    what = f"p50 of the page that slows most from {SMALL:,} to {LARGE:,}, {system}{told}"
    return Target(what, known.get(slowest or ""), most=1.3)


def _of_the_first_page(results: Results, system: str) -> Iterator[Target]:
    size, first = results.largest, questions.FIRST_PAGE
    for case, most in ((questions.DEEP, 1.3), (questions.STRANGERS, 3)):
        found = _of(results, size, system, ALONE.p50, case, first)
        yield Target(f"p50 of {case}, of the first page's, {system}", found, most=most)
    chinese = p50(results, size, system, questions.CHINESE)
    yield Target(f"p50 of {questions.CHINESE}, {system}", chinese, most=5, unit=" ms")


def _of_counts(results: Results, system: str) -> Iterator[Target]:
    """Find the counts and the pairs that take longest, without a filter and with one."""
    size = results.largest
    asked = [
        case
        for case in results.cases(ALONE.p50)
        if case.startswith((questions.COUNTS, questions.DYADS))
    ]
    for is_filtered, most in ((False, 300), (True, 100)):
        found = {
            case: took
            for case in asked
            if (questions.OF in case) == is_filtered and (took := p50(results, size, system, case))
        }
        slowest = max(found, key=lambda case: found[case], default="")
        what = "with" if is_filtered else "without"
        told = f"p50 of the slowest count {what} a filter, {system}: {slowest}"
        yield Target(told, found.get(slowest), most=most, unit=" ms")


def _of_datasette(results: Results, size: int, least: float) -> Target:
    theirs = Key(size, DATASETTE, f"{questions.FILTERED}: {rival.TABLE}", ALONE.p50)
    found = results.ratio(theirs, Key(size, SQLITE, questions.FILTERED, ALONE.p50))
    what = f"times as fast as Datasette's {rival.TABLE} at {size:,}, {questions.FILTERED}"
    return Target(what, found, least=least)


def _of_files(results: Results) -> Iterator[Target]:
    size = results.largest
    for case, other, least in (
        (files.NDJSON, files.DOCUMENTS_OF_ALL, 0.6),
        (files.CSV, files.ROWS, 0.5),
    ):
        found = _of(results, size, SQLITE, files.RATE, case, other)
        yield Target(f"{case}, of {other}, by sqlite3", found, least=least)
    for system in (SQLITE, POSTGRES):
        grown = results.get(size, system, files.NDJSON, files.GROWN)
        what = f"memory that {files.NDJSON} takes at most, {system}"
        yield Target(what, grown and grown.most, most=30, unit=" MB")
