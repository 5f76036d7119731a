"""Which records somebody may mean who has typed the beginning of a name."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.models import Alias, Name, Term
from app.queries.beginnings import begins
from app.queries.countries import COUNTRIES
from app.queries.events import EVENTS
from app.queries.listing import Vocabulary
from app.queries.organizations import ORGANIZATIONS
from app.queries.people import PEOPLE
from app.queries.places import PLACES
from app.queries.sources import SOURCES
from app.queries.state import State, state
from app.queries.themes import THEMES
from app.records.read_model.names import CODES, COLUMNS, MOST_CHARACTERS
from app.schemas.names import Bilingual
from app.schemas.suggestion import Suggestion, SuggestQuestion
from app.words import begins_within, parts, spaced

_VOCABULARIES: dict[str, Vocabulary[Any]] = {
    one.kind: one for one in (COUNTRIES, THEMES, PEOPLE, ORGANIZATIONS, PLACES, EVENTS, SOURCES)
}

_EXACT, _AT_THE_START, _LATER, _IN_ANY_ORDER = range(4)
_MOST_WORDS = 8
"""More words than these are looked up in their order only: each costs a look at every candidate."""
_MOST_TEXTS = 4  # In one row: a country has two names and two codes.

Found = Row[tuple[Any, ...]]
"""The type and id of a record, and the number of its meetings."""
Texts = dict[tuple[str, str], list[str | None]]
"""Of each type and id the two texts of the name, then codes and other names."""


def suggested(session: Session, question: SuggestQuestion) -> tuple[list[Suggestion], State]:
    """Suggest records, the likeliest first: each once, by that of its names which fits best."""
    now, wanted = state(session), parts(question.q)
    found = session.execute(_likeliest(wanted, question)).all()
    texts = _texts(session, found)
    return [_suggestion(row, texts[row.type, row.record_id], wanted) for row in found], now


def _likeliest(wanted: Sequence[str], question: SuggestQuestion) -> Select[*tuple[Any, ...]]:
    best = _best(wanted, question.type)
    last = select(best.c.rank).order_by(best.c.rank).limit(1).offset(question.limit - 1)
    # Looked up one by one, and only down to the last rank that is shown: a letter begins many
    # names, and if they were joined to the terms, all of those might be read.
    meetings = func.coalesce(_meetings(best).scalar_subquery(), 0).label("meetings")
    return (
        select(best.c.type, best.c.record_id, meetings)
        .where(best.c.rank <= func.coalesce(last.scalar_subquery(), _IN_ANY_ORDER))
        .order_by(best.c.rank, meetings.desc(), best.c.record_id, best.c.type)
        .limit(question.limit)
    )


def _best(wanted: Sequence[str], types: Sequence[str]) -> CTE:
    """Rank each record by that of its names which fits best."""
    ways = [_in_order(" ".join(wanted)[:MOST_CHARACTERS])]
    if 1 < len(wanted) <= _MOST_WORDS:
        ways.append(_in_any_order(wanted))
    if types:
        ways = [way.where(Name.type.in_(types)) for way in ways]
    every = union_all(*ways).subquery()
    return (
        select(every.c.type, every.c.record_id, func.min(every.c.rank).label("rank"))
        .group_by(every.c.type, every.c.record_id)
        .cte()
    )


def _in_order(whole: str) -> Select[*tuple[Any, ...]]:
    first = Name.position == 0
    rank = case(
        (and_(first, Name.text == whole), _EXACT), (first, _AT_THE_START), else_=_LATER
    ).label("rank")
    return select(Name.type, Name.record_id, rank).where(begins(Name.text, whole))


def _in_any_order(wanted: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Find records by the longest word, and look whether their names have the others too."""
    longest, *others = sorted(set(wanted), key=lambda word: (-len(word), word))
    statement = select(Name.type, Name.record_id, literal(_IN_ANY_ORDER).label("rank"))
    statement = statement.where(begins(Name.text, longest))
    for word in others:
        other = aliased(Name)
        same = and_(other.type == Name.type, other.record_id == Name.record_id)
        statement = statement.where(select(other.id).where(same, begins(other.text, word)).exists())
    return statement


def _meetings(best: CTE) -> Select[int]:
    prefixes = {kind: one.term_prefix for kind, one in _VOCABULARIES.items() if one.term_prefix}
    value = case(prefixes, value=best.c.type, else_="") + best.c.record_id
    return select(Term.meetings).where(
        Term.retracted.is_(False), Term.facet == best.c.type, Term.value == value
    )


def _texts(session: Session, found: Sequence[Found]) -> Texts:
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for row in found:
        ids[row.type].append(row.record_id)
    texts: Texts = defaultdict(list)
    if ids:
        every = union_all(*_written(ids)).subquery()
        for kind, record_id, _, *some in session.execute(select(every).order_by(every.c.position)):
            texts[kind, record_id] += some
    return texts


def _written(ids: Mapping[str, Collection[str]]) -> Iterator[Select[*tuple[Any, ...]]]:
    for kind, some in ids.items():
        model: Any = _VOCABULARIES[kind].model
        own = [getattr(model, name) for name in (*COLUMNS, *CODES) if hasattr(model, name)]
        yield _rows(kind, model.id, literal(-1), own).where(model.id.in_(some))
        if owner := getattr(Alias, f"{kind}_id", None):
            yield _rows(kind, owner, Alias.position, [Alias.text]).where(owner.in_(some))


def _rows(
    kind: str, record_id: Any, position: Any, texts: Sequence[Any]
) -> Select[*tuple[Any, ...]]:
    """Select as many texts as the kind with the most has: in a union all have the same number."""
    padded = [*texts, *[cast(null(), Text)] * (_MOST_TEXTS - len(texts))]
    columns = (text.label(f"text_{number}") for number, text in enumerate(padded))
    return select(
        literal(kind).label("type"), record_id.label("id"), position.label("position"), *columns
    )


def _suggestion(row: Found, texts: Sequence[str | None], wanted: Sequence[str]) -> Suggestion:
    every = [*filter(None, texts), row.record_id]
    return Suggestion(
        type=row.type,
        id=row.record_id,
        name=_name(row, texts),
        matched=min(every, key=lambda text: _distance(text, wanted)),
        meetings=row.meetings,
        links=_VOCABULARIES[row.type].links(row.record_id),
    )


def _name(row: Found, texts: Sequence[str | None]) -> Bilingual:
    en, zh = texts[:2]
    if row.type == "source":  # Its texts are a title and a publisher, either of which may be null.
        en = zh = en or zh
    return Bilingual(en=en or row.record_id, zh=zh or row.record_id)


def _distance(text: str, wanted: Sequence[str]) -> int:
    """Tell how far a text is from what is wanted; beyond all ranks, how many words it lacks."""
    name, whole = spaced(text), " ".join(wanted)
    if name == whole:
        return _EXACT
    if name.startswith(whole):
        return _AT_THE_START
    if begins_within(name, whole):
        return _LATER
    return _IN_ANY_ORDER + sum(not begins_within(name, word) for word in wanted)
