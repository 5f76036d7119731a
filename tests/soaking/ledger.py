"""What was acknowledged to those who write, and so must be there for everybody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.given import both
from tests.soaking.asking import Asker, Params

WHY: Params = {"reason": "Tried for long."}
COUNTRIES = ("FR", "DE", "CN", "RU")
_DATES = ("2024-02-03", "2024-02-04")
_CITED = ["date", "mode", "participants"]


@dataclass
class Entry:
    """A record as it was last acknowledged."""

    path: str
    text: str
    """In its name or title, and in that of no other version."""
    version: int = 1
    gone: bool = False
    into: str = ""
    """The path of the record that it was merged into."""
    date: str = ""
    people: list[str] = field(default_factory=list)
    """Of a meeting: who takes part, by their ids."""

    @property
    def id(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def is_there(self) -> bool:
        """Whether it can be read."""
        return not (self.gone or self.into)

    @property
    def record(self) -> dict[str, Any]:
        """The record, as it is written."""
        return meeting(self) if self.date else {"id": self.id, "name": both(self.text)}


def meeting(entry: Entry) -> dict[str, Any]:
    """Make a meeting of people whose countries follow from their number."""
    return {
        "id": entry.id,
        "title": both(entry.text),
        "date": {"value": entry.date, "year_basis": "stated"},
        "mode": "video",
        "participants": [
            {"person": person, "country": country, "role": "participant"}
            for person, country in zip(entry.people, COUNTRIES, strict=False)
        ],
        "citations": [
            # Two that are merged have two places in the source.
            {
                "source": "gazette-1",
                "locator": f"P {entry.id}",
                "stance": "supports",
                "fields": _CITED,
            }
        ],
    }


class Ledger:
    """All records of one writer, who alone writes them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._number = 0
        self.entries: dict[str, Entry] = {}

    def text(self) -> str:
        """Make a text that nothing else has."""
        self._number += 1
        return f"Soak {self._name} {self._number} 久试"

    def person(self) -> Entry:
        """Make a person who is not there yet."""
        text = self.text()
        return Entry(f"/v1/people/soak-{self._name}-{self._number}", text)

    def meeting(self, *people: Entry) -> Entry:
        """Make a meeting that is not there yet."""
        text, ids = self.text(), [one.id for one in people]
        path = f"/v1/meetings/soak-{self._name}-{self._number}"
        return Entry(path, text, date=_DATES[self._number % 2], people=ids)

    def keep(self, *entries: Entry) -> None:
        """Note that these were acknowledged."""
        self.entries |= {one.path: one for one in entries}

    def there(self, kind: str) -> list[Entry]:
        """Give the records of a kind that can be read."""
        path = f"/v1/{kind}/"
        return [one for one in self.entries.values() if one.is_there and one.path.startswith(path)]

    def of(self, person: Entry) -> Iterator[Entry]:
        """Give the meetings in which somebody takes part."""
        yield from (one for one in self.there("meetings") if person.id in one.people)

    def merged_into(self, one: Entry) -> list[Entry]:
        """Give the records that became part of this one."""
        return [entry for entry in self.entries.values() if entry.into == one.path]


def check(asker: Asker, entry: Entry, kind: str = "own write") -> None:
    """Read a record, which must be as it was last acknowledged.

    Raises:
        NoAnswer: it could not be read, or is not in that state.
    """
    if entry.gone:
        asker.ask(kind, entry.path, 410)
    elif entry.into:
        answer = asker.ask(kind, entry.path, 308)
        if answer.headers["Location"] != entry.into:
            asker.tally.blame(f"{entry.path} became {answer.headers['Location']}: {entry}")
    else:
        answer = asker.ask(kind, entry.path)
        if answer.json()["version"] != entry.version or entry.text not in answer.text:
            asker.tally.blame(f"not as acknowledged: {entry}; but {answer.text[:500]}")
