"""How the files of an import are cut into records, whatever their form."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Literal, NamedTuple

import orjson
import yaml

from app.errors import Flaw, InvalidRecords
from app.records.files import DEEPEST, Loader
from app.records.kinds import KINDS
from app.records.lines import Line, lines
from app.records.parse import parse

Form = Literal["ndjson", "yaml", "csv"]
_FORMS: dict[str, Form] = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "csv",
}
_OF_PLURAL = {kind.plural: kind.name for kind in KINDS}
TEXT_MEMBER = "_line"
"""What cannot be read, where it is left out."""


@dataclass(frozen=True)
class Input:
    """A file of an import: how messages call it, its bytes, and how they are to be read.

    What has no name of its own is the only file.
    """

    name: str
    stream: BinaryIO
    form: Form

    def origin(self, number: int) -> str:
        """Name a place in it; records of YAML are counted, and lines of the others."""
        place = f"{'record' if self.form == 'yaml' else 'line'} {number}"
        return f"{self.name}, {place}" if self.name else place

    def blamed(self, error: InvalidRecords) -> InvalidRecords:
        """Say in which file an error is."""
        flaws = [
            one
            if self.name and one.origin.startswith(self.name)
            else one._replace(origin=", ".join(filter(None, (self.name, one.origin))))
            for one in error.flaws
        ]
        return InvalidRecords(flaws)


class Entry(NamedTuple):
    """What stands at one place of a file: as JSON, and what that means, or why it means nothing."""

    number: int
    text: str
    value: Any = None
    flaw: Flaw | None = None


def form_of(name: str) -> Form | None:
    """Tell the form of a file by its name, or None if that tells none."""
    return _FORMS.get(PurePath(name).suffix.lower())


def entries(file: Input) -> Iterator[Entry]:
    """Read the records of a file of NDJSON, one by one, or of YAML.

    Raises:
        InvalidRecords: the file cannot be read any further.
    """
    return _of_yaml(file) if file.form == "yaml" else _of_lines(file)


def _of_lines(file: Input) -> Iterator[Entry]:
    for number, text in lines_of(file):
        if text and not text.isspace():
            yield _entry(number, text, file.origin(number))


def lines_of(file: Input) -> Iterator[Line]:
    """Read the lines of a file.

    Raises:
        InvalidRecords: they cannot be read any further.
    """
    try:
        yield from lines(file.stream)
    except InvalidRecords as error:
        raise file.blamed(error) from None


def _entry(number: int, text: str, origin: str) -> Entry:
    try:
        value = parse(text, origin)
        if text.count("[") + text.count("{") > DEEPEST:
            _check_depth(value, origin)
    except InvalidRecords as error:
        flaw = error.flaws[0]
        # A line is one line, whatever a parser may say.
        flaw = flaw._replace(what=flaw.what.replace("at line 1, ", "at "))
        return Entry(number, orjson.dumps({TEXT_MEMBER: text}).decode(), None, flaw)
    return Entry(number, text, value)


def _check_depth(value: Any, origin: str) -> None:
    depth, level = 0, [value]
    while level:
        depth += 1
        nested = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for some in nested for one in some if isinstance(one, dict | list)]
        if depth > DEEPEST:
            raise InvalidRecords([Flaw(origin, (), "nested too deeply", code="malformed_value")])


def _of_yaml(file: Input) -> Iterator[Entry]:
    assumed = _OF_PLURAL.get(PurePath(file.name).stem)
    for number, value in enumerate(_listed(file), 1):
        typed = {"type": assumed, **value} if assumed and isinstance(value, dict) else value
        try:
            text = orjson.dumps(typed).decode()
        except TypeError as error:
            flaw = Flaw(file.origin(number), (), f"cannot be a record: {error}")
            yield Entry(number, "null", None, flaw)
        else:
            yield Entry(number, text, orjson.loads(text))


def _listed(file: Input) -> list[Any]:
    try:
        content = yaml.load(file.stream.read().decode("utf-8-sig"), Loader)  # noqa: S506 (a safe one)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        origin = ", ".join(filter(None, (file.name, f"line {line}")))
        raise InvalidRecords([Flaw(origin, (), str(error.problem))]) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InvalidRecords([Flaw(file.name, (), f"not a YAML file in UTF-8: {error}")]) from None
    if not isinstance(content, list):
        raise InvalidRecords([Flaw(file.name, (), "must hold a list of records")])
    return content
