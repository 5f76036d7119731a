"""How a cell writes a name: in one language or both, with an id, a country or a basis."""

import re
from typing import NamedTuple, get_args

from app.enumerations import ThemeBasis
from app.records.sheets.slugs import MOST_REMEMBERED, slug
from app.remembered import remembered
from app.words import plain

NOBODY = ("N/A", "n.a.", "TBD", "TBA", "unknown", "none", "-", "?", "未知", "不详", "无")
"""What people write where they have no name, and what would link all who are called so."""
_NOBODY = frozenset(map(plain, NOBODY))

THEME_BASES: tuple[str, ...] = get_args(ThemeBasis)

_MOST_PARTS = 3
_MOST_ITEMS = 20
"""Of a list that is looked up for what may be meant; each item costs as much as a cell."""

_CHINESE = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_BARS = re.compile(r"[|｜]")
_SEPARATORS = re.compile(r"[,，、/／]")
"""What others write between the items of a list; all may also stand within a name."""
_COLON = re.compile(r"[:：]")
_IN_COUNTRY = re.compile(r"(.*\S)\s*[(（]([^()（）]+)[)）]")


class Written(NamedTuple):
    """A name as a cell has it: `English`, `中文`, `English | 中文` or `English | 中文 | id`."""

    en: str | None
    zh: str | None
    id: str | None

    @property
    def names(self) -> list[str]:
        """What there is of a name."""
        return [name for name in (self.en, self.zh) if name]


def written(text: str) -> Written:
    """Read a name; the two languages may stand in either order.

    Raises:
        ValueError: there are more than three parts, or none.
    """
    first, *rest = (part.strip() or None for part in _BARS.split(text))
    second, record_id = (*rest, None, None)[:2]
    if len(rest) >= _MOST_PARTS or not (first or second or record_id):
        raise ValueError(text)
    turned = _CHINESE.search(first or "") and not _CHINESE.search(second or "")
    en, zh = (second, first) if turned else (first, second)
    return Written(en, zh, record_id)


def placeholder(text: str) -> str | None:
    """Give what stands in the place of a name without being one; an id behind names may be so."""
    names = map(str.strip, _BARS.split(text)[:2])
    return next((name for name in names if plain(name) in _NOBODY), None)


def without_country(text: str) -> tuple[str, str | None]:
    """Take the country off a place such as `Osh (KG)`."""
    found = _IN_COUNTRY.fullmatch(text)
    country = found[2].strip() if found else ""
    return (found[1], country) if found and country else (text, None)


def without_basis(text: str) -> tuple[str, str | None]:
    """Take what stands after the last colon off a theme such as `bri-security:grouped`.

    No basis has a bar behind it: there the colon is part of a name.
    """
    *before, last = _COLON.split(text)
    name = text[: len(text) - len(last) - 1].strip()
    is_basis = before and name and not _BARS.search(last)
    return (name, last.strip()) if is_basis else (text, None)


def separated(text: str) -> list[str]:
    """Give the parts of a text that may be a short list with bars or other signs for semicolons."""
    signs = _BARS if _BARS.search(text) else _SEPARATORS
    items = [part for part in map(str.strip, signs.split(text, _MOST_ITEMS)) if part]
    return items if len(items) <= _MOST_ITEMS else []


@remembered(MOST_REMEMBERED)
def spellings(text: str) -> frozenset[str]:
    """Give all that may be looked up for what a cell has, so that it is there at once."""
    wholes = {text, without_country(text)[0], without_basis(text)[0]}
    names = wholes.union(*(_BARS.split(whole, _MOST_PARTS) for whole in wholes))
    return frozenset(names.union((slug(one) or one for one in names), *map(separated, wholes)))
