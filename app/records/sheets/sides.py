"""Who took part in the meeting of a row: the n-th items of its lists are the n-th participant."""

from itertools import zip_longest
from typing import Any, NamedTuple, get_args

from app.enumerations import Role, TitleBasis
from app.records.sheets.cells import Cells, quoted
from app.records.sheets.columns import PARTICIPANTS
from app.records.sheets.lookup import Known
from app.records.sheets.references import Reference, References

_LISTS = (*PARTICIPANTS, "roles", "titles_en", "titles_zh", "title_bases")
_MOST_LABELS = 5
_ROLES: tuple[str, ...] = get_args(Role)
_BASES: tuple[str, ...] = get_args(TitleBasis)


class Side(NamedTuple):
    """A participant: whom the cells mean, and the rest of the record."""

    country: Known | None
    person: Known | None
    organization: Known | None
    rest: dict[str, Any]

    @property
    def record(self) -> dict[str, Any]:
        """The participant as a record has it."""
        ids = {
            "country": self.country and self.country.id,
            "person": self.person and self.person.id,
            "organization": self.organization and self.organization.id,
        }
        return ids | self.rest


def sides(cells: Cells, references: References) -> list[Side]:
    """Read who took part."""
    slots = cells.aligned(*_LISTS)
    if not slots:
        cells.fault("countries", "who took part? name countries, people or organizations")
    return [_side(cells, references, number, slot) for number, slot in enumerate(slots, 1)]


def _side(cells: Cells, references: References, number: int, slot: dict[str, str]) -> Side:
    def known(column: str, kind: Any, country: str | None = None) -> Known | None:
        text = slot.get(column)
        return references.refer(cells, Reference(column, kind, text, country)) if text else None

    if not any(slot.get(column) for column in PARTICIPANTS):
        column = next(column for column in (*PARTICIPANTS, *_LISTS) if column in slot)
        message = f"{quoted(cells.texts[column])}: number {number} is nobody"
        cells.fault(column, f"{message}: name a country, a person or an organization there")
    country = known("countries", "country")
    role = slot.get("roles")
    return Side(
        country,
        known("people", "person"),
        known("organizations", "organization", country and country.id),
        {"role": cells.word("roles", role, _ROLES) if role else "participant"}
        | _title(cells, number, slot),
    )


def _title(cells: Cells, number: int, slot: dict[str, str]) -> dict[str, Any]:
    en, zh, basis = (slot.get(column) for column in ("titles_en", "titles_zh", "title_bases"))
    if basis and not (en or zh):
        message = f"{quoted(basis)}: number {number} has no title: write nothing there"
        cells.fault("title_bases", message)
    if not (en or zh):
        return {"title": None, "title_basis": None}
    return {
        "title": {"en": en or zh, "zh": zh or en},
        "title_basis": cells.word("title_bases", basis, _BASES) if basis else "stated",
    }


def supplied_titles(cells: Cells) -> list[str]:
    """Tell in which languages titles were taken from the other one."""
    pairs = list(zip_longest(cells.items("titles_en"), cells.items("titles_zh")))
    missing = {"en": any(zh and not en for en, zh in pairs)}
    missing["zh"] = any(en and not zh for en, zh in pairs)
    return [f"participants.title.{language}" for language, is_so in missing.items() if is_so]


def headline(found: list[Side]) -> dict[str, str]:
    """Say who met: the countries, or where there is but one of them, the people."""
    labels = _distinct([side.country or side.organization or side.person for side in found])
    if len(labels) == 1:
        finer = _distinct([side.person or side.organization or side.country for side in found])
        labels = finer if len(finer) > 1 else labels
    if len(labels) == 1:
        return {"en": f"A meeting of {labels[0].en}", "zh": f"{labels[0].zh}会晤"}
    if len(labels) > _MOST_LABELS:
        first, others = labels[:3], len(labels) - 3
        return {
            "en": f"{', '.join(one.en for one in first)} and {others} others meet",
            "zh": f"{'、'.join(one.zh for one in first)}等{len(labels)}方会晤",
        }
    *before, last = labels
    return {
        "en": f"{', '.join(one.en for one in before)} and {last.en} meet",
        "zh": f"{'、'.join(one.zh for one in before)}与{last.zh}会晤",
    }


def _distinct(found: list[Known | None]) -> list[Known]:
    return list(dict.fromkeys(one for one in found if one))


def guests(found: list[Side]) -> list[str]:
    """Give what is most telling of a meeting for its id: who came, or all where nobody hosts."""
    came = [side for side in found if side.rest["role"] != "host"] or found
    known = [side.person or side.organization or side.country for side in came[:3]]
    return [one.id.lower() for one in known if one]
