"""Everything leaves a database as bytes that hang on records alone, and comes back as it was."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from app.database import Database
from app.errors import DatabaseNotReady
from app.models import Version
from app.records.erase import erase
from app.records.files import read_folder
from app.records.kinds import KINDS
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete as remove
from seeds.generate import generate
from seeds.load import FOLDER as SEED
from tests.databases import Backend, Sqlite
from tests.given import WORLD, meeting, person, source, store, theme, touched
from tests.records.travelling import Raw, exported, lines, records, take

KIND = {kind.name: kind for kind in KINDS}
WHY = Why("Gone by a test.")
AWKWARD = Path(__file__).parent / "awkward"


def test_records_come_in_the_order_in_which_they_depend_on_each_other(seeded: Database) -> None:
    written = records(exported(seeded))
    assert [kind for kind, _ in groupby(one["type"] for one in written)] == list(KIND)
    for kind in KIND:
        ids = [one["id"] for one in written if one["type"] == kind]
        assert ids == sorted(ids)


def test_a_line_has_the_members_that_a_curator_writes_in_the_order_of_the_shape(
    seeded: Database,
) -> None:
    for one in records(exported(seeded)):
        first, *members, version, updated_at = one
        assert (first, version, updated_at) == ("type", "version", "updated_at")
        assert members == list(KIND[one["type"]].shape.model_fields)
        assert one["updated_at"].endswith("Z")


def test_the_order_of_themes_and_citations_is_not_that_in_which_they_were_written(
    backend: Backend,
) -> None:
    parts: dict[str, list[Raw]] = {
        "themes": [
            touched("b"),
            touched("a"),
            touched("b", "grouped"),
            touched("b") | {"locator": "P2"},
        ],
        "citations": [
            {"source": "gazette", "stance": "supports", "fields": ["date", "place"]},
            {"source": "annals", "stance": "supports", "fields": ["date"]},
            {"source": "gazette", "stance": "supports", "fields": ["date"]},
        ],
    }
    written = []
    for turn in (1, -1):
        database = backend.migrated()
        members: dict[str, Any] = {name: some[::turn] for name, some in parts.items()}
        store(database, *WORLD, source("annals"), theme("a"), theme("b"), meeting("one", **members))
        written.append(records(exported(database))[-1] | {"updated_at": None})
        backend.remove(database)
    assert written[0] == written[1]
    assert [one["id"] for one in written[0]["themes"]] == ["a", "b", "b", "b"]


def test_neither_history_nor_reasons_are_part_of_it(database: Database) -> None:
    store(database, *WORLD, meeting("one", "2020"))
    store(database, meeting("one", "2021"))
    written = exported(database)
    assert records(written)[-1]["version"] == 2
    assert b"2020" not in written
    assert b"Made up by a test." not in written


def test_a_record_that_is_not_in_the_history_is_never_left_out_in_silence(
    database: Database,
) -> None:
    store(database, person("ann"))
    with database.write() as session:
        session.execute(delete(Version))
    with pytest.raises(DatabaseNotReady, match="person “ann” is not in the history"):
        exported(database)


def test_what_is_deleted_merged_or_erased_leaves_a_tombstone(database: Database) -> None:
    store(database, *map(person, ("ann", "ben", "cid", "dan")))
    with database.write() as session:
        remove(session, KIND["person"], "ann", WHY)
        merge(session, KIND["person"], "ben", "dan", WHY)
        erase(session, KIND["person"], "cid", WHY)
    *_, dan, ann, ben, cid = records(exported(database))
    assert dan["version"] == 2
    assert ann == {
        "type": "tombstone",
        "of": "person",
        "id": "ann",
        "into": None,
        "version": 2,
        "deleted_at": ann["deleted_at"],
        "reason": "Gone by a test.",
        "erased": False,
    }
    assert (ben["id"], ben["into"], ben["erased"]) == ("ben", "dan", False)
    assert (cid["id"], cid["into"], cid["erased"]) == ("cid", None, True)


def test_the_seed_comes_back_byte_by_byte(seeded: Database, database: Database) -> None:
    written = exported(seeded)
    assert take(database, x_ndjson=written).written
    assert exported(database) == written


@pytest.mark.slow
def test_awkward_records_come_back_byte_by_byte(backend: Backend, database: Database) -> None:
    first = backend.migrated()
    geography = [one for one in read_folder(SEED) if one.kind.name in {"region", "country"}]
    store(first, *geography, *read_folder(AWKWARD))
    written = exported(first)
    backend.remove(first)
    # In another order: what an import is given need not be sorted.
    turned = b"".join(written.splitlines(keepends=True)[::-1])
    assert take(database, x_ndjson=turned).flaws == []
    assert exported(database) == written


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Meetings of which some were deleted, merged and changed."""
    backend = Sqlite(tmp_path_factory.mktemp("made-up"))
    database = backend.migrated()
    for _ in generate(database, 200):
        pass
    written = records(exported(database))
    ids = [one["id"] for one in written if one["type"] == "meeting"]
    people = [one["id"] for one in written if one["type"] == "person"]
    twice = [one | {"id": f"{one['id']}-again"} for one in written if one["id"] in ids[1::20]]
    take(database, x_ndjson=lines(*twice))
    with database.write() as session:
        for one in ids[::20]:
            remove(session, KIND["meeting"], one, WHY)
        for one in ids[1::20]:
            merge(session, KIND["meeting"], f"{one}-again", one, WHY)
        merge(session, KIND["person"], people[0], people[1], WHY)
        merge(session, KIND["person"], people[1], people[2], WHY)
        erase(session, KIND["meeting"], ids[3], WHY)
    yield exported(database)
    backend.remove(database)


@pytest.mark.slow
def test_made_up_meetings_come_back_byte_by_byte(made_up: bytes, database: Database) -> None:
    report = take(database, x_ndjson=made_up)
    assert (report.flaws, report.created["tombstones"]) == ([], 23)
    assert exported(database) == made_up
