"""Those who import files over HTTP: right ones, wrong ones, and to see what would happen."""

import json
from collections.abc import Iterable
from copy import deepcopy
from random import Random
from typing import Any

from tests.soaking.asking import Asker
from tests.soaking.ledger import COUNTRIES, WHY, Entry, Ledger, check

_NDJSON, _CSV = "application/x-ndjson", "text/csv"
_COLUMNS = "id,date,mode,title_en,title_zh,countries,people,source,locator"
_WRONG_LINE = '{"type": "person", "id": "soak-wrong", "name": {"en": "Without Chinese"}}\n'
_AT_ONCE = 20
_MOST_CHANGED = 10


class Importer:
    """Somebody who imports files of records that nobody else writes."""

    def __init__(self, askers: tuple[Asker, Asker], name: str, random: Random) -> None:
        self._here, self._there = askers
        self._random = random
        self.ledger = Ledger(name)

    def take_in(self) -> None:
        """Import something, and read it."""
        ways = (self._lines, self._lines, self._table, self._wrong, self._wrong_table, self._try)
        self._random.choice(ways)()

    def _lines(self) -> None:
        """Import new people and meetings, and older ones anew."""
        new, changed = self._new(), self._changed()
        self._send("import", _lines([*new, *changed]), _NDJSON, 200)
        self.ledger.keep(*new, *changed)
        self._see(self._random.sample([*new, *changed], 3))

    def _table(self) -> None:
        """Import meetings as a spreadsheet has them, with people whom nobody knows yet."""
        people = [self.ledger.person() for _ in range(2 * _AT_ONCE)]
        for one in people:
            # It is their name that they are known by, in the file.
            one.text = one.text.removesuffix(" 久试")
        meetings = [self.ledger.meeting(*people[at : at + 2]) for at in range(0, len(people), 2)]
        self._send("import of a table", _table(meetings, people), _CSV, 200)
        self.ledger.keep(*people, *meetings)
        self._see(self._random.sample([*people, *meetings], 3))

    def _wrong(self) -> None:
        """Import a file of which one line is wrong: nothing of it is taken in."""
        new = self._new()
        self._send("wrong import", _lines(new) + _WRONG_LINE, _NDJSON, 422)
        self._there.ask("own write", new[0].path, 404)

    def _wrong_table(self) -> None:
        people = [self.ledger.person(), self.ledger.person()]
        content = _table([self.ledger.meeting(*people)], people).replace("gazette-1", "no-gazette")
        self._send("wrong import", content, _CSV, 422)
        self._there.ask("own write", people[0].path, 404)

    def _try(self) -> None:
        """Ask what would happen: nothing does."""
        new = self._new()
        content = _lines(new) + self._random.choice(("", _WRONG_LINE))
        report = self._send("dry run", content, _NDJSON, 200, dry_run=True)
        if report["written"] or report["counts"]["people"]["created"] < _AT_ONCE:
            self._here.tally.blame(f"a dry run tells {report}")
        self._there.ask("own write", new[0].path, 404)

    def _new(self) -> list[Entry]:
        people = [self.ledger.person() for _ in range(_AT_ONCE)]
        return [*people, *(self.ledger.meeting(one, people[0]) for one in people[1:10])]

    def _changed(self) -> list[Entry]:
        """Give older records as they are to become."""
        every = list(self.ledger.entries.values())
        changed = deepcopy(self._random.sample(every, min(len(every), _MOST_CHANGED)))
        for one in changed:
            one.text, one.version = self.ledger.text(), one.version + 1
        return changed

    def _send(self, kind: str, content: str, media: str, status: int, **more: Any) -> Any:
        head, params = {"Content-Type": media}, WHY | more
        answer = self._here.ask(
            kind,
            "/v1/imports",
            status,
            method="POST",
            content=content.encode(),
            headers=head,
            params=params,
        )
        return answer.json()

    def _see(self, entries: Iterable[Entry]) -> None:
        for one in entries:
            check(self._there, one)
            same = self._here.worker == self._there.worker
            self._here.tally.see("same" if same else "other")


def _lines(entries: Iterable[Entry]) -> str:
    typed = ({"type": "meeting" if one.date else "person"} | one.record for one in entries)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in typed)


def _table(meetings: Iterable[Entry], people: Iterable[Entry]) -> str:
    names = {one.id: f"{one.text} | {one.text} | {one.id}" for one in people}
    rows = [_COLUMNS]
    for one in meetings:
        who, where = ";".join(names[person] for person in one.people), ";".join(COUNTRIES[:2])
        titles = f"{one.text},{one.text}"
        rows.append(f"{one.id},{one.date},video,{titles},{where},{who},gazette-1,P1")
    return "\n".join(rows) + "\n"
