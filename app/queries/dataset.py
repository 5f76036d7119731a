"""What the data is and what it covers."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Coverage, Event, Organization, Person, Place, Source, Term, Theme
from app.queries.listing import both, both_or_none
from app.queries.lists import EVERYTHING
from app.queries.sets import members, numbers
from app.queries.spans import Days
from app.queries.state import state
from app.schemas import coverage
from app.schemas.names import Bilingual

_TITLE = Bilingual(en="Parley: diplomatic meetings", zh="Parley：外交会晤数据")
_NOTES = [
    Bilingual(
        en="Read the coverage before you read a zero: where it says “selected”, a meeting that is"
        " missing may still have taken place.",
        zh="解读“零”之前请先看收录范围：标为“selected”时，未收录不等于没有发生。",
    ),
    Bilingual(
        en="Country codes are practical labels and no position on anybody's status. Names and"
        " regions of countries come from Unicode CLDR and UN M49.",
        zh="国家和地区代码只为方便标注，不表示对其地位的任何立场；"
        "名称与区域取自 Unicode CLDR 和联合国 M49。",
    ),
]


def describe(session: Session) -> coverage.DatasetState:
    """Describe the dataset as this snapshot shows it."""
    now = state(session)
    return coverage.DatasetState(
        title=_TITLE,
        licence="CC-BY-4.0",
        citation=f"Parley, dataset {now.epoch}, revision {now.revision}, CC BY 4.0.",
        notes=_NOTES,
        epoch=now.epoch,
        revision=now.revision,
        totals=_totals(session),
        period=_period(session),
        coverage=covered(session),
    )


def covered(session: Session) -> list[coverage.Coverage]:
    """Tell what the data claims to cover."""
    rows = session.scalars(select(Coverage).order_by(Coverage.id))
    return [_coverage(row) for row in rows]


def _totals(session: Session) -> coverage.Totals:
    models = {
        "people": Person,
        "organizations": Organization,
        "places": Place,
        "events": Event,
        "themes": Theme,
        "sources": Source,
    }
    current = Term.retracted.is_(False) & (Term.meetings > 0)
    columns: list[Any] = [
        select(func.count()).select_from(model).scalar_subquery().label(name)
        for name, model in models.items()
    ]
    columns.append(_sum(Term.meetings, current & (Term.facet == "all")).label("meetings"))
    columns.append(_sum(1, current & (Term.facet == "country")).label("countries"))
    return coverage.Totals(**session.execute(select(*columns)).mappings().one())


def _sum(what: Any, condition: Any) -> Any:
    return select(func.coalesce(func.sum(what), 0)).where(condition).scalar_subquery()


def _period(session: Session) -> coverage.Period | None:
    every, days = numbers(members(session, *EVERYTHING)), Days(session)
    if not len(every):
        return None
    return coverage.Period(earliest=days.first(every), latest=days.last(every))


def _coverage(row: Coverage) -> coverage.Coverage:
    return coverage.Coverage(
        id=row.id,
        subject=both(row, "subject"),
        date_from=row.date_from,
        date_to=row.date_to,
        completeness=row.completeness,
        note=both_or_none(row, "note"),
        supplied=row.supplied,
        version=row.version,
        updated_at=row.updated_at,
    )
