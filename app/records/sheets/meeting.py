"""How a row of a spreadsheet becomes the record of a meeting."""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from app.enumerations import CitedField, Mode, Status, YearBasis
from app.records.flaws import reason
from app.records.sheets import days
from app.records.sheets.cells import Cells, listed, quoted
from app.records.sheets.columns import COLUMNS, NO_SOURCE
from app.records.sheets.lookup import Known
from app.records.sheets.references import Reference, References
from app.records.sheets.sides import Side, guests, headline, sides, supplied_titles
from app.records.sheets.slugs import is_slug, joined, slug
from app.records.sheets.written import THEME_BASES, without_basis
from app.schemas.meeting import MeetingRecord
from app.spelling import nearest

_COLUMN_OF = {
    "participants.role": "roles",
    "participants.title.en": "titles_en",
    "participants.title.zh": "titles_zh",
    "participants.title_basis": "title_bases",
    "participants": "countries",
    "themes.wording": "wordings",
    "citations.locator": "locator",
    "citations": "source",
}


@dataclass(frozen=True)
class Defaults:
    """What holds for all rows: how they write days, and the source of those that name none."""

    date_format: str | None
    source: Known | None


def draft(cells: Cells, references: References, defaults: Defaults) -> dict[str, Any]:
    """Make the meeting of a row; what is wrong is noted in its cells.

    Where the row gives no id, the meeting has one that another may have as well.
    """
    source = references.find(cells, "source", "source") or defaults.source
    if source is None and not cells.text("source"):
        cells.fault("source", NO_SOURCE)
    cited = {"source": source and source.id, "locator": cells.text("locator")}
    found = sides(cells, references)
    meeting = {
        "date": _date(cells, defaults.date_format),
        "mode": _word(cells, "mode", get_args(Mode), "unknown"),
        "status": _word(cells, "status", get_args(Status), "reported"),
        "place": _id(references.find(cells, "place", "place")),
        "event": _id(references.find(cells, "event", "event")),
        "participants": [side.record for side in found],
        "themes": _themes(cells, references, cited),
    }
    texts, supplied = _texts(cells, found)
    meeting |= texts | {"supplied": [*supplied, *supplied_titles(cells)]}
    meeting["citations"] = [cited | {"stance": "supports", "fields": _cited_fields(meeting)}]
    meeting["id"] = _own_id(cells) or _made_id(meeting, found)
    return meeting


def check(cells: Cells, meeting: dict[str, Any]) -> None:
    """Hold a meeting in which nothing was found wrong against the shape of the records."""
    try:
        MeetingRecord.model_validate(meeting)
    except ValidationError as error:
        for one in error.errors():
            steps = [step for step in one["loc"] if isinstance(step, str)]
            message = reason(MeetingRecord, one)
            column = _column(steps or [message.partition(":")[0]])
            if not steps and column:
                # What is wrong with the record as a whole begins with the name of a member.
                message = message.partition(": ")[2]
            given = f"{quoted(one['input'])}: " if isinstance(one["input"], str) else ""
            cells.fault(_filled(cells, column), given + message)


def _column(steps: list[str]) -> str | None:
    """Give the column from which a member of the record comes."""
    for length in range(len(steps), 0, -1):
        member = ".".join(steps[:length])
        column = _COLUMN_OF.get(member, member.replace(".", "_"))
        if column in COLUMNS:
            return column
    return None


def _filled(cells: Cells, column: str | None) -> str | None:
    """Give the column of the other language where the text was taken from there."""
    if column is None or cells.text(column) or column[-3:] not in {"_en", "_zh"}:
        return column
    return column[:-3] + ("_zh" if column.endswith("_en") else "_en")


def _id(known: Known | None) -> str | None:
    return known.id if known else None


def _date(cells: Cells, form: str | None) -> dict[str, Any]:
    text = cells.text("date")
    value = None
    if text is None:
        cells.fault("date", f"the date is missing: {days.right(form)}")
    else:
        try:
            value = days.read(text, form)
        except ValueError:
            cells.fault("date", *days.fault(text, form))
    return {
        "value": value,
        "year_basis": _word(cells, "year_basis", get_args(YearBasis), "stated"),
    }


def _word(cells: Cells, column: str, words: tuple[str, ...], otherwise: str) -> str | None:
    text = cells.text(column)
    return cells.word(column, text, words) if text else otherwise


def _themes(cells: Cells, references: References, cited: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for slot in cells.aligned("themes", "wordings"):
        if not slot.get("themes"):
            given = quoted(slot["wordings"]) if slot.get("wordings") else "an empty place"
            cells.fault("themes", f"{given} has no theme: name one, or leave the place out")
            continue
        theme, basis = _theme(cells, references, slot["themes"])
        about = {"id": _id(theme), "basis": basis, "wording": slot.get("wordings") or None}
        found.append(about | cited)
    return found


def _theme(cells: Cells, references: References, text: str) -> tuple[Known | None, str]:
    """Read a theme and its basis; a colon may also be part of a name."""
    name, basis = without_basis(text)
    if basis is None or references.names.find("theme", text):
        return references.refer(cells, Reference("themes", "theme", text)), "stated"
    near = nearest(basis.lower(), THEME_BASES)
    if near is None and not references.names.find("theme", name):
        return references.refer(cells, Reference("themes", "theme", text)), "stated"
    if near != basis.lower():
        hint = f"; did you mean {near}?" if near else ""
        message = f"{quoted(text)}: after the colon write {listed(THEME_BASES)}{hint}"
        cells.fault("themes", message, f"{name}:{near}" if near else None)
    return references.refer(cells, Reference("themes", "theme", name)), near or "stated"


def _texts(cells: Cells, found: list[Side]) -> tuple[dict[str, Any], list[str]]:
    """Give title and summary, and what of them the source does not have."""
    title = {language: cells.text(f"title_{language}") for language in ("en", "zh")}
    summary = {language: cells.text(f"summary_{language}") for language in ("en", "zh")}
    supplied = _missing("title", title) if any(title.values()) else ["title"]
    if not all(title.values()) and any(
        side.country or side.person or side.organization for side in found
    ):
        made = headline(found)
        title = {language: text or made[language] for language, text in title.items()}
    if not any(summary.values()):
        return {"title": title, "summary": None}, supplied
    supplied += _missing("summary", summary)
    either = summary["en"] or summary["zh"]
    summary = {language: text or either for language, text in summary.items()}
    return {"title": title, "summary": summary}, supplied


def _missing(member: str, texts: dict[str, str | None]) -> list[str]:
    return [f"{member}.{language}" for language, text in texts.items() if not text]


def _cited_fields(meeting: dict[str, Any]) -> list[CitedField]:
    """Tell which members the source of a row supports: what the row says, and not what is ours."""
    bases = {one["title_basis"] for one in meeting["participants"]}
    supported: dict[CitedField, bool] = {
        "date": True,
        "place": bool(meeting["place"]),
        "event": bool(meeting["event"]),
        "mode": meeting["mode"] != "unknown",
        "participants": True,
        "titles": bool(bases - {None, "supplied"}),
        "themes": any(one["basis"] != "inferred" for one in meeting["themes"]),
    }
    return [member for member, said in supported.items() if said]


def _own_id(cells: Cells) -> str | None:
    text = cells.text("id")
    if text and not is_slug(text):
        near = slug(text)
        hint = f"; did you mean {near}?" if near else ""
        message = f"{quoted(text)}: an id is of small letters, digits and hyphens{hint}"
        cells.fault("id", message, near)
    return text


def _made_id(meeting: dict[str, Any], found: list[Side]) -> str:
    day = (meeting["date"]["value"] or "").partition("/")[0]
    return joined(filter(None, [day, meeting["place"], *guests(found)]))
