"""How what was measured is set out, table by table."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.benchmarks import files, imports, questions, rival, running, writes
from tests.benchmarks.asking import AGAIN, AGAIN_ALONE, ALONE, FIRST, LIMIT, MANY
from tests.benchmarks.results import Key, Results
from tests.benchmarks.servers import DATASETTE, FLOOR, POSTGRES, SQLITE
from tests.benchmarks.tables import Column, figure, measured, number, short, table
from tests.benchmarks.targets import of_floor, targets

BOTH = (SQLITE, POSTGRES)


def report(results: Results, machine: dict[str, str]) -> str:
    """Write everything, in Markdown."""
    sizes = ", ".join(f"{size:,}" for size in results.sizes)
    parts = [
        "# What `make bench` measured",
        (
            f"On {datetime.now(UTC):%Y-%m-%d}, of {sizes} generated meetings, in"
            f" {results.rounds(ALONE.p50)} rounds, from files on in {results.rounds(files.RATE)}."
            " In each everything is measured in turn, and what is asked beside what it is compared"
            " with. A figure is the median of the turns in which it was quiet"
            f" ({results.quiet_share:.0%} of all), or of the three quietest, with the least and the"
            " most of all in parentheses; a ratio is the median of those of each turn. Everything"
            " is served by one worker, which shares no core with who asks."
        ),
        table("", machine, [("", lambda name: machine[name])]),
        *(f"## {title}\n\n{said}\n\n{made}" for title, said, made in _tables(results)),
    ]
    return "\n\n".join(parts) + "\n"


def _tables(results: Results) -> Iterator[tuple[str, str, str]]:
    yield "Targets", f"Of {results.largest:,} meetings, unless a size is named.", _targets(results)
    yield (
        "Pages, beside the floor",
        (
            "Answers a second: the first page, against the same bytes sent by an application that"
            f" does nothing else, over {MANY} connections; of {results.largest:,} meetings."
        ),
        _floor(results),
    )
    for way, title, said in (
        (AGAIN, "Asked before", "What is asked again is sent again from memory."),
        (FIRST, "Asked for the first time", "No answer is in Parley's memory."),
    ):
        unit = way.rate
        yield (
            f"{title}, over {MANY} connections",
            f"Answers a second. {said}",
            _measured(results, unit, "question"),
        )
    yield (
        "Asked for the first time, by one client alone",
        (
            "Milliseconds within which half of the answers come. No answer is in Parley's memory,"
            " but what counts and pairs are made of is, except right after a write."
        ),
        _measured(results, ALONE.p50, "question"),
    )
    yield "Beside Datasette", _OF_DATASETTE, _datasette(results)
    yield from _of_files(results)
    yield (
        f"Imports of {results.imported:,} meetings",
        (
            "Meetings a second, into an empty database, beside the same rows by executemany"
            " (SQLite) or COPY (Postgres) into the same tables."
        ),
        _imports(results),
    )
    yield "Writes", "Milliseconds, over HTTP.", _writes(results)
    yield (
        "Counted right after a write",
        (
            "Milliseconds of one count, or of pairs, over HTTP. What others are made of, above, was"
            " kept since an earlier one of the same data."
        ),
        _measured(results, writes.COLD, "question"),
    )
    yield "To run it", "", _measured(results, running.VALUE, "")


def _targets(results: Results) -> str:
    held = {target.what: target for target in targets(results)}

    def wanted(what: str) -> str:
        one = held[what]
        sign, bound = ("≥", one.least) if one.least is not None else ("≤", one.most)
        return f"{sign} {bound:g}{one.unit}"

    def reached(what: str) -> str:
        one = held[what]
        return "" if one.reached is None else f"{number(one.reached)}{one.unit}"

    columns = [("target", wanted), ("reached", reached), ("", lambda what: held[what].verdict)]
    return table("", held, columns)


def _floor(results: Results) -> str:
    ways = {"the floor": (FLOOR, AGAIN)} | {
        f"{system}, {said}": (system, way)
        for system in BOTH
        for way, said in ((AGAIN, "asked before"), (FIRST, "asked for the first time"))
    }
    found = {
        name: results.get(results.largest, system, questions.FIRST_PAGE, way.rate)
        for name, (system, way) in ways.items()
    }

    def share(name: str) -> str:
        return number(of_floor(results, *ways[name]))

    return table(
        "", ways, [("a second", lambda name: figure(found[name])), ("of the floor", share)]
    )


def _measured(results: Results, unit: str, first: str, *, grows: bool = True) -> str:
    of_both = [key.case for key in results.turns if key.unit == unit and key.system in BOTH]
    columns = list(measured(results, unit, BOTH, grows=grows))
    return table(first, dict.fromkeys(of_both), columns)


_OF_DATASETTE = (
    "Milliseconds within which half of the answers come to one client alone, from the same file of"
    " SQLite: from Datasette as a table without count and facets, as a table with them, and in SQL"
    f" on `documents`; what takes longer than {LIMIT:g} s is not waited for. Then, how many times"
    " as long that is as Parley takes for the first time, and for what was asked before."
)


def _datasette(results: Results) -> str:
    asked = [questions.FIRST_PAGE, questions.FILTERED]
    rows = {f"{name}: {way}": name for name in asked for way in rival.WAYS}
    columns: list[Column] = []
    for size in results.sizes:
        columns += _beside(results, size, rows)
    return table("", rows, columns)


def _beside(results: Results, size: int, rows: dict[str, str]) -> Iterator[Column]:
    def theirs(row: str) -> str:
        return figure(results.get(size, DATASETTE, row, ALONE.p50))

    def times(unit: str) -> Callable[[str], str]:
        return lambda row: number(
            results.ratio(Key(size, DATASETTE, row, ALONE.p50), Key(size, SQLITE, rows[row], unit))
        )

    yield f"Datasette, {short(size)}", theirs
    yield "× first", times(ALONE.p50)
    yield "× again", times(AGAIN_ALONE.p50)


def _of_files(results: Results) -> Iterator[tuple[str, str, str]]:
    yield (
        "Files",
        (
            f"Meetings a second, of the newest {files.NEWEST:,} where it does not say of all. Alone"
            " is what the databases do by themselves: sqlite3 into nowhere, and Postgres's COPY."
        ),
        _measured(results, files.RATE, "file"),
    )
    yield (
        "Files, beside what the databases do by themselves",
        "NDJSON beside the documents, other files beside a joined row for each meeting.",
        _files(results),
    )
    yield (
        "Memory that files take",
        "Megabytes by which the server grew.",
        _measured(results, files.GROWN, "file", grows=False),
    )
    yield (
        "Others meanwhile",
        "Milliseconds within which 99 of 100 first pages come to another client.",
        _measured(results, files.WAITED, ""),
    )


def _files(results: Results) -> str:
    floors = {name: file.floor for name, file in files.FILES.items()}

    def share(system: str, size: int) -> Callable[[str], str]:
        return lambda name: number(
            results.ratio(*(Key(size, system, one, files.RATE) for one in (name, floors[name])))
        )

    columns = [
        (f"{system}, {short(size)}", share(system, size))
        for system in BOTH
        for size in results.sizes
    ]
    return table("file", floors, columns)


def _imports(results: Results) -> str:
    size = results.imported

    def figures(case: str, unit: str) -> Callable[[str], str]:
        return lambda system: figure(results.get(size, system, case, unit))

    def share(system: str) -> str:
        cases = (imports.IMPORT, imports.ALONE)
        return number(results.ratio(*(Key(size, system, one, imports.RATE) for one in cases)))

    columns = [
        (imports.IMPORT, figures(imports.IMPORT, imports.RATE)),
        (imports.ALONE, figures(imports.ALONE, imports.RATE)),
        ("ratio", share),
        ("MB more", figures(imports.IMPORT, imports.GROWN)),
    ]
    return table("", BOTH, columns)


def _writes(results: Results) -> str:
    return "\n\n".join(
        _measured(results, unit, first) for unit, first in ((writes.MS, ""), (writes.NUMBER, ""))
    )
