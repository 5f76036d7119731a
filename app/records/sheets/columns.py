"""Which columns a spreadsheet of meetings may have, and how its header is read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from shlex import quote

from app.errors import Flaw, InvalidRecords
from app.records.sheets.cells import listed, quoted
from app.spelling import fold, nearest

COLUMNS: dict[str, str] = {
    "id": "The id of the meeting; where it is empty, one is made of the date, the place and the"
    " participants.",
    "date": "When it was: `2023`, `2023-10`, `2023-10-31` or `2023-03-06/2023-03-10`.",
    "year_basis": "Whether the source writes the year: `stated`, also where it is empty, or"
    " `inferred`.",
    "title_en": "A headline in English; where it is empty, one is made of the countries.",
    "title_zh": "A headline in Chinese; where it is empty, one is made of the countries.",
    "summary_en": "A few sentences in English, in your own words.",
    "summary_zh": "A few sentences in Chinese, in your own words.",
    "mode": "How they met: `in_person`, `video`, `phone`, `hybrid` or `unknown`, also where it is"
    " empty.",
    "status": "`reported`, also where it is empty, `confirmed` or `retracted`.",
    "place": "The town, by its id or a name, also with its country: `Osh (KG)`.",
    "event": "The conference, forum or visit at which it was, by its id or a name.",
    "countries": "List: the country of each participant, by a code or a name.",
    "people": "List: the person who took part, by an id or a name.",
    "organizations": "List: the organization for which they took part, by an id or a name.",
    "roles": "List: `host`, `guest`, `chair` or, also where it is empty, `participant`.",
    "titles_en": "List: the title of office at the time, in English.",
    "titles_zh": "List: the title of office at the time, in Chinese.",
    "title_bases": "List: whether the source states the title, `stated`, also where it is empty,"
    " or elsewhere, `inherited`, or not at all, `supplied`.",
    "themes": "List: what they spoke about, by an id or a name; `stated` by the source unless the"
    " basis follows a colon: `bri-security:grouped`.",
    "wordings": "List: the source's own short words for each of the themes.",
    "source": "The source of the row, by its id, title or publisher.",
    "locator": "Where in the source: `P37` is its 37th paragraph.",
}
"""Each column, and what stands in it; a list has semicolons between its items."""

PARTICIPANTS = ("countries", "people", "organizations")
LISTS_OF_RECORDS = (*PARTICIPANTS, "themes")
NO_SOURCE = "name a source: the column source, or the option source for all rows"
LEFT_OUT = ""
"""What a foreign header stands for that is not read."""


def header(
    cells: Sequence[str], foreign: Mapping[str, str], source: str | None
) -> list[str | None]:
    """Tell the column of each cell: None for one that is not read, nothing for one without a name.

    `foreign` gives the column that a header of another name stands for, or `LEFT_OUT`; `source`
    is that of rows that name none.

    Raises:
        InvalidRecords: a column is unknown, missing or there twice; all such faults at once, and
            the columns that there may be.
    """
    renamed = {_plain(name): column for name, column in foreign.items()}
    columns = [renamed.get(_plain(cell), _plain(cell)) for cell in cells]
    faults = [
        *_misnamed(cells, foreign),
        *_unknown(cells, columns, foreign),
        *_repeated(columns),
        *_missing(columns, source),
    ]
    if faults:
        raise InvalidRecords([*faults, _there_are()])
    left_out = {name for name, column in renamed.items() if column == LEFT_OUT}
    return [
        None if _plain(cell) in left_out else column
        for cell, column in zip(cells, columns, strict=True)
    ]


def no_header() -> InvalidRecords:
    """Say that there is nothing to read."""
    return InvalidRecords(
        [_flaw("the file is empty; its first line names the columns"), _there_are()]
    )


def _plain(name: str) -> str:
    return fold(name).replace(" ", "_").replace("-", "_")


def _flaw(what: str, near: str | None = None) -> Flaw:
    hint = f"; did you mean {near}?" if near else ""
    return Flaw("header", (), what + hint, near)


def _there_are() -> Flaw:
    return _flaw(f"the columns are {listed(list(COLUMNS), 'and')}")


def _misnamed(cells: Sequence[str], foreign: Mapping[str, str]) -> Iterator[Flaw]:
    here = {_plain(cell): cell for cell in cells}
    for name, column in foreign.items():
        if column not in COLUMNS and column != LEFT_OUT:
            what = f"{quoted(name)} cannot stand for {quoted(column)}, which is no column"
            yield _flaw(what, nearest(column, COLUMNS))
        if _plain(name) not in here:
            yield _flaw(f"there is no column {quoted(name)}", nearest(name, here.values()))


def _unknown(
    cells: Sequence[str], columns: Sequence[str], foreign: Mapping[str, str]
) -> Iterator[Flaw]:
    said = {_plain(name) for name in foreign}
    for cell, column in zip(cells, columns, strict=True):
        if column not in COLUMNS and cell and _plain(cell) not in said:
            yield _no_column(cell, nearest(column, COLUMNS))


def _no_column(cell: str, near: str | None) -> Flaw:
    """Say of a header how it is left out; over several lines in the file, it is one line here."""
    name = " ".join(cell.split())
    begun = f"; did you mean {near}? Or" if near else ":"
    out = f"leave it out with --column {quote(f'{name}=')}, over HTTP with column={name}="
    return Flaw("header", (), f"{quoted(cell)} is no column{begun} {out}", near)


def _repeated(columns: Sequence[str]) -> Iterator[Flaw]:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for number, column in enumerate(columns, 1):
        if column in COLUMNS:
            places[column].append(str(number))
    for column, numbers in places.items():
        if len(numbers) > 1:
            yield _flaw(f"{column} stands more than once: {listed(numbers, 'and')}")


def _missing(columns: Sequence[str], source: str | None) -> Iterator[Flaw]:
    if "date" not in columns:
        yield _flaw("the column date is missing")
    if not set(PARTICIPANTS) & set(columns):
        yield _flaw(f"a column of those who took part is missing: {listed(PARTICIPANTS)}")
    if "source" not in columns and source is None:
        yield _flaw(NO_SOURCE)
