"""Which records a name means, looked up for many rows at once and remembered."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import null, select
from sqlalchemy.orm import Session

from app.enumerations import RecordType
from app.models import Name, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import kind_named, table
from app.records.read_model.names import MOST_CHARACTERS
from app.records.sheets.slugs import MOST_REMEMBERED
from app.remembered import remembered
from app.spelling import nearest
from app.words import spaced

_MOST_COMPARED = 5000
_MOST_SUGGESTED = 200
"""In one file: a wrong word is compared with thousands of names."""
_ABBREVIATED = 3
"""Letters of a text that is like another one by chance: it is a code, or short for something."""

# Which columns hold the own names of a record; all others that lead to it are other names.
_NAMES = {"theme": ("label_en", "label_zh"), "source": ("title", "publisher")}
_LYING = {"country", "organization", "place"}


class Known(NamedTuple):
    """A record that the database has, or that an earlier row creates."""

    id: str
    en: str
    zh: str
    country: str | None = None

    def __str__(self) -> str:
        return f"{self.id} ({self.en})" if self.en != self.id else self.id


@remembered(MOST_REMEMBERED)
def key(text: str) -> str:
    """Give a name as it is compared, in the form of the table of names."""
    return spaced(text)


def _is_name(wanted: str) -> bool:
    return 0 < len(wanted) <= MOST_CHARACTERS


class Names:
    """The names of records, loaded when they are first asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: defaultdict[RecordType, dict[str, set[str]]] = defaultdict(dict)
        self._known: defaultdict[RecordType, dict[str, Known]] = defaultdict(dict)
        self._staged: list[tuple[RecordType, Known]] = []
        self._gone: dict[RecordType, set[str]] = {}
        self._compared: dict[RecordType, dict[str, str]] = {}
        self._suggested: dict[tuple[RecordType, str], Known | None] = {}

    def load(self, kind: RecordType, texts: Iterable[str]) -> None:
        """Look up these names, of which none may be known."""
        ids = self._ids[kind]
        new = sorted(filter(_is_name, {key(text) for text in texts}.difference(ids)))
        ids.update((one, set()) for one in new)
        for some in chunks(new):
            found = select(Name.text, Name.record_id).where(
                Name.type == kind, Name.position == 0, among(Name.text, some)
            )
            for text, record_id in self._session.execute(found):
                ids[text].add(record_id)
        self._load_records(kind, {id_ for one in new for id_ in ids[one]})

    def find(self, kind: RecordType, text: str) -> list[Known]:
        """Give the records that this means: by its id, else by its name, else by another name."""
        wanted = key(text)
        if not _is_name(wanted):
            return []
        if wanted not in self._ids[kind]:
            self.load(kind, [text])
        found = [self._known[kind][id_] for id_ in sorted(self._ids[kind][wanted])]
        exact = [one for one in found if one.id == text]
        own = [one for one in found if wanted in {key(one.en), key(one.zh)}]
        return exact or own or found

    def by_id(self, kind: RecordType, record_id: str) -> Known | None:
        """Give the record of this very id."""
        return next((one for one in self.find(kind, record_id) if one.id == record_id), None)

    def is_name(self, kind: RecordType, known: Known, text: str) -> bool:
        """Tell whether a record has this name or other name."""
        self.load(kind, [text])
        return known.id in self._ids[kind].get(key(text), ())

    def gone(self, kind: RecordType, record_id: str) -> Tombstone | None:
        """Give what is left of the record that had this very id."""
        if record_id not in self._gone_of(kind):
            return None
        return self._session.get_one(Tombstone, (kind, record_id))

    def is_taken(self, kind: RecordType, record_id: str) -> bool:
        """Tell whether a record has this id, or had it: it is never given again."""
        return self.by_id(kind, record_id) is not None or record_id in self._gone_of(kind)

    def stage(self, kind: RecordType, known: Known) -> None:
        """Let a record that a row creates be found, until the row turns out right or wrong."""
        self._staged.append((kind, known))
        self._known[kind][known.id] = known
        for text in {known.id, known.en, known.zh}:
            self.load(kind, [text])
            self._ids[kind].setdefault(key(text), set()).add(known.id)

    def keep(self) -> None:
        """Let later rows find what was staged."""
        self._staged.clear()

    def drop(self) -> None:
        """Forget what was staged."""
        for kind, known in self._staged:
            del self._known[kind][known.id]
            for text in (known.id, known.en, known.zh):
                self._ids[kind][key(text)].discard(known.id)
        self._staged.clear()

    def nearest(self, kind: RecordType, text: str) -> Known | None:
        """Give the record of which a name is most like this; not for ever more words of a file."""
        asked = (kind, key(text))
        if asked[1].isascii() and len(asked[1].replace(" ", "")) <= _ABBREVIATED:
            return None
        if asked not in self._suggested and len(self._suggested) < _MOST_SUGGESTED:
            texts = self._to_compare(kind)
            near = nearest(asked[1], texts)
            self._suggested[asked] = self.by_id(kind, texts[near]) if near else None
        return self._suggested.get(asked)

    def _gone_of(self, kind: RecordType) -> set[str]:
        if kind not in self._gone:
            found = select(Tombstone.record_id).where(Tombstone.type == kind)
            self._gone[kind] = set(self._session.scalars(found))
        return self._gone[kind]

    def _to_compare(self, kind: RecordType) -> dict[str, str]:
        if kind not in self._compared:
            rows = self._session.execute(
                select(Name.text, Name.record_id)
                .where(Name.type == kind, Name.position == 0)
                .order_by(Name.record_id, Name.text)
                .limit(_MOST_COMPARED)
            )
            self._compared[kind] = {row.text: row.record_id for row in rows}
        return self._compared[kind]

    def _load_records(self, kind: RecordType, ids: set[str]) -> None:
        own = table(kind_named(kind).model).c
        names = [own[name] for name in _NAMES.get(kind, ("name_en", "name_zh"))]
        lies_in = own["id" if kind == "country" else "country_id"] if kind in _LYING else null()
        for some in chunks(sorted(ids.difference(self._known[kind]))):
            found = select(own["id"], *names, lies_in).where(among(own["id"], some))
            for row in self._session.execute(found):
                name = row[1] or row[2] or row[0]
                self._known[kind][row[0]] = Known(row[0], name, row[2] or name, row[3])
