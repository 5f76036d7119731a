"""Those who write records one by one, and read what they wrote through another worker."""

from random import Random
from typing import Any

from tests.soaking.asking import Asker
from tests.soaking.ledger import WHY, Entry, Ledger, check
from tests.soaking.world import World

CONTENDED = "/v1/people/soak-contended"
NEW = {"If-None-Match": "*"}
_MOST_THERE = 150
"""People and meetings of a curator; beyond that more is deleted than made."""


class Curator:
    """Somebody who writes records, each of which nobody else writes, but for one."""

    def __init__(self, askers: tuple[Asker, Asker], name: str, random: Random) -> None:
        self._here, self._there = askers
        self._random = random
        self.ledger = Ledger(name)

    def write(self) -> None:
        """Write something, and read it."""
        people = self.ledger.there("people")
        ways = [self._change, self._compete, self._delete, self._restore, self._merge, self._stale]
        if len(people) < _MOST_THERE:
            ways += [self._create, self._create, self._meet, self._meet]
        if len(people) < 5:
            ways = [self._create]
        self._random.choice(ways)()

    def relabel(self, world: World) -> None:
        """Give a theme another label, which all its meetings show at once."""
        theme = self._random.choice([one for one in world.ids("theme") if "made-up" in one])
        path = f"/v1/themes/{theme}"
        entry = self.ledger.entries.get(path) or Entry(path, "")
        text = self.ledger.text()
        record = world.records["theme", theme] | {"label": {"en": text, "zh": text}}
        del record["type"], record["version"], record["updated_at"]
        self._put("relabel", entry, record, text)
        query = {"theme": theme, "theme_match": "exact", "limit": 1}
        found = self._there.ask("own write", "/v1/meetings", params=query)
        if found.json()["data"] and text not in found.text:
            self._here.tally.blame(f"meetings do not show the label {text} of {theme}")

    def _put(self, kind: str, entry: Entry, record: Any, text: str) -> None:
        """Put a version of a record, and read it."""
        known = self.ledger.entries.get(entry.path)
        condition = {"If-Match": f'"v{known.version}"' if known else '"v1"'}
        if known is None and kind != "relabel":
            condition = NEW
        restored = bool(known and known.gone)
        created = condition is NEW or restored
        status = 201 if created else 200
        answer = self._here.ask(
            kind, entry.path, status, method="PUT", json=record, headers=condition, params=WHY
        )
        entry.version, entry.text, entry.gone = answer.json()["version"], text, False
        self.ledger.keep(entry)
        self._see(entry)

    def _see(self, entry: Entry) -> None:
        check(self._there, entry)
        same = self._here.worker == self._there.worker
        self._here.tally.see("same" if same else "other")

    def _create(self) -> None:
        person = self.ledger.person()
        self._put("create", person, person.record, person.text)

    def _meet(self) -> None:
        two = self._random.sample(self.ledger.there("people"), 2)
        made = self.ledger.meeting(*two)
        self._put("create", made, made.record, made.text)

    def _any(self, *, gone: bool = False) -> Entry | None:
        """Give a person or a meeting that is there, or that was deleted."""
        own = [one for one in self.ledger.entries.values() if "/themes/" not in one.path]
        return self._pick([one for one in own if (one.gone if gone else one.is_there)])

    def _pick(self, entries: list[Entry]) -> Entry | None:
        return self._random.choice(entries) if entries else None

    def _change(self) -> None:
        if entry := self._any():
            text = self.ledger.text()
            # What merges have added is taken back.
            self._put("change", entry, _with_text(entry, text), text)

    def _restore(self) -> None:
        entry = self._any(gone=True)
        if entry and all(self.ledger.entries[_path(one)].is_there for one in entry.people):
            text = self.ledger.text()
            self._put("restore", entry, _with_text(entry, text), text)

    def _delete(self) -> None:
        """Delete a record, unless others refer to it."""
        if not (entry := self._any()):
            return
        is_free = not any(self.ledger.of(entry))
        head = {"If-Match": f'"v{entry.version}"'}
        answer = self._here.ask(
            "delete", entry.path, 200 if is_free else 409, method="DELETE", headers=head, params=WHY
        )
        if is_free:
            entry.gone, entry.version = True, answer.json()["version"]
        self._see(entry)

    def _merge(self) -> None:
        """Make a record part of another one, which all that referred to it follow."""
        if (one := self._any()) and (other := self._pick(self._others(one))):
            params = WHY | {"into": other.id}
            self._here.ask("merge", f"{one.path}/merge", method="POST", params=params)
            followers = list(self.ledger.of(one))
            # Who was sent to it is now sent on at once.
            for entry in (one, *self.ledger.merged_into(one)):
                entry.into = other.path
            for entry in (other, *followers):
                entry.version += 1
                entry.people = [other.id if who == one.id else who for who in entry.people]
            for entry in (one, other, *followers):
                self._see(entry)

    def _others(self, one: Entry) -> list[Entry]:
        """Give those that may be the same: of one day, if they are meetings."""
        kind = one.path.split("/")[2]
        shared = {who for entry in self.ledger.of(one) for who in entry.people}
        return [
            other
            for other in self.ledger.there(kind)
            if other is not one and other.date == one.date and other.id not in shared
        ]

    def _stale(self) -> None:
        """Write for a state in which the record is no more."""
        entry = self._any()
        if entry and entry.version > 1:
            head = {"If-Match": f'"v{entry.version - 1}"'}
            ask, path = self._here.ask, entry.path
            ask("stale write", path, 412, method="PUT", json=entry.record, headers=head, params=WHY)
            self._see(entry)

    def _compete(self) -> None:
        """Write what all others write as well: one wins for each version."""
        found = self._there.ask("record", CONTENDED)
        text = self.ledger.text()
        record = {"id": CONTENDED.rpartition("/")[2], "name": {"en": text, "zh": text}}
        head = {"If-Match": found.headers["ETag"]}
        ask = self._here.ask
        done = ask(
            "compete", CONTENDED, 200, 412, method="PUT", json=record, headers=head, params=WHY
        )
        if done.status_code == 200:
            self._here.tally.win()


def _with_text(entry: Entry, text: str) -> dict[str, Any]:
    name = "title" if entry.date else "name"
    return entry.record | {name: {"en": text, "zh": text}}


def _path(person: str) -> str:
    return f"/v1/people/{person}"
