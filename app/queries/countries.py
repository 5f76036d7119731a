"""Countries: by their codes, by their names, and as a list."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import Alias, Country, Region
from app.models.among import among_given
from app.queries.listing import Vocabulary, aliases, at_once, both, named
from app.schemas import geography
from app.spelling import nearest
from app.words import plain


def _country(row: Country, common: dict[str, Any]) -> geography.Country:
    region = row.subregion.parent if row.subregion else None
    return geography.Country(
        **common,
        alpha_3=row.alpha_3,
        numeric=row.numeric,
        name=both(row, "name"),
        kind=row.kind,
        aliases=aliases(row),
        region=named(region),
        subregion=named(row.subregion),
    )


COUNTRIES = Vocabulary(
    "country",
    "countries",
    Country,
    _country,
    load=(at_once(Country.aliases), joinedload(Country.subregion).joinedload(Region.parent)),
)


@dataclass(frozen=True)
class Spelled:
    """The countries that codes and plain names mean, and their names in English."""

    code: dict[str, set[str]]
    name: dict[str, set[str]]
    alias: dict[str, set[str]]
    english: dict[str, str]

    def find(self, word: str) -> set[str]:
        """Give the countries of this code or name; a country's own name beats another's alias."""
        name = plain(word)
        return self.code.get(word) or self.name.get(name) or self.alias.get(name) or set()

    def nearest(self, word: str) -> str | None:
        """Give the country whose name is most like this one."""
        near = nearest(plain(word), self.name | self.alias)
        return min(self.find(near)) if near else None


def spelled(session: Session, words: Collection[str]) -> Spelled:
    """Look up what these words mean; names are read only if some of them are no codes."""
    codes = _codes(session, words)
    if codes.keys() >= set(words):
        return Spelled(codes, {}, {}, {})
    rows = session.execute(select(Country.id, Country.name_en, Country.name_zh)).all()
    aliases = select(Country.id, Alias.text).join(Alias, Alias.country_id == Country.id)
    return Spelled(
        codes,
        name=_by_name((code, text) for code, *texts in rows for text in (code, *texts)),
        alias=_by_name((code, text) for code, text in session.execute(aliases)),
        english={code: english for code, english, _ in rows},
    )


_columns = Country.__table__.c
_CODES = (_columns.id, _columns.alpha_3, _columns.numeric)
_CODED = select(*_CODES).where(or_(*(among_given(code, "words") for code in _CODES)))


def _codes(session: Session, words: Collection[str]) -> dict[str, set[str]]:
    upper = {word.upper() for word in words if word.isascii()}
    rows = session.execute(_CODED, {"words": upper}).all()
    known = {code: row.id for row in rows for code in row if code}
    return {
        word: {known[word.upper()]} for word in words if word.isascii() and word.upper() in known
    }


def _by_name(named: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, text in named:
        found[plain(text)].add(code)
    return found
