"""`parley check` finds what is wrong, and nothing where nothing is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from zlib import compress

import psycopg
import pytest
from sqlalchemy import update

from app.database import Database
from app.models import Attendance, Calendar
from app.models.read_model import BITS
from app.records.audit import _newest, audit
from app.records.erase import erase
from app.records.files import read_folder
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.removal import delete
from seeds.generate import generate
from seeds.load import FOLDER
from tests.databases import Backend
from tests.given import WORLD, both, chain, incoming, meeting, participant, store, theme, touched
from tests.test_cli import parley

RUSSIA = "2023-12-05-beijing-kolokoltsev"
KRASNOV = "2023-07-13-beijing-krasnov"
PERSON = kind_named("person")
IN_ORDER = sorted(one.id for one in read_folder(FOLDER) if one.kind.name == "meeting")
NUMBER = (1 << 30) + 2 * 8
"""That of the newest of the nine meetings."""


def findings(database: Database) -> list[str]:
    with database.read() as session:
        return [what for what, _ in audit(session)]


def execute(database: Database, *statements: str) -> None:
    """Change what is stored behind Parley's back, references included."""
    if database.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as file, file:
            for statement in statements:
                file.execute(statement)
    else:
        with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)


def test_the_seed_is_sound_and_every_fact_of_it_is_cited(seeded: Database) -> None:
    assert findings(seeded) == []
    assert list(seeded.damage()) == []


@pytest.mark.slow
def test_made_up_meetings_are_sound(database: Database) -> None:
    list(generate(database, 300))
    assert findings(database) == []


def test_an_empty_database_is_sound(database: Database) -> None:
    assert findings(database) == []


def test_themes_that_no_parley_takes_in_are_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(database, *chain("t", 4))
    monkeypatch.setattr("app.records.trees.MOST_LEVELS", 2)
    assert [what.partition(",")[0] for what in findings(database)] == [
        "theme t2: is on level 3",
        "theme t3: is on level 4",
    ]


DAMAGES = {
    "UPDATE meetings SET mode = 'phone' WHERE id = '2023-12-05-beijing-kolokoltsev'": [
        f"meeting {RUSSIA}: is not what its newest version says",
        f"meeting {RUSSIA}: readers are served something else than what is stored",
        "mode in_person: its list holds other meetings than have it",
        "mode phone: its list holds other meetings than have it",
    ],
    "UPDATE people SET note_en = 'x', note_zh = 'x' WHERE id = 'anwar-ibrahim'": [
        "person anwar-ibrahim: is not what its newest version says"
    ],
    "UPDATE places SET country_id = 'QQ' WHERE id = 'putrajaya'": [
        "places putrajaya: country_id “QQ” is not in countries",
        "place putrajaya: is not what its newest version says",
        "meeting 2023-11-02-putrajaya-anwar: readers are served something else than what is stored",
        "place_country MY: its list holds other meetings than have it",
        "place_country QQ: its list holds other meetings than have it",
    ],
    "DELETE FROM versions WHERE record_id = 'beijing'": [
        "place beijing: version 1 is not in the history"
    ],
    "UPDATE versions SET record = '{}' WHERE record_id = 'beijing'": [
        "place beijing: its newest version is no place"
    ],
    "UPDATE versions SET version = 2 WHERE record_id = 'beijing'": [
        "place beijing: version 1 is not in the history",
        "place beijing: no change made its version 2",
    ],
    "UPDATE places SET version = 2 WHERE id = 'beijing'": [
        "place beijing: version 2 is not in the history",
    ],
    "DELETE FROM changes WHERE record_id = 'beijing'": [
        "changes: 341, from 1 to 342, where the revision is 342",
        "place beijing: no change made its version 1",
    ],
    "UPDATE participants SET country_id = 'QQ'"
    f" WHERE meeting_id = '{RUSSIA}' AND country_id = 'CN'": [
        f"participants {RUSSIA} 0: country_id “QQ” is not in countries",
        f"meeting {RUSSIA}: is not what its newest version says",
    ],
    "UPDATE dataset SET revision = 343": [
        "changes: 342, from 1 to 342, where the revision is 343",
    ],
    f"UPDATE documents SET json = '{{}}' WHERE meeting_id = '{RUSSIA}'": [
        f"meeting {RUSSIA}: readers are served something else than what is stored",
    ],
    "DELETE FROM members WHERE term_id ="
    " (SELECT id FROM terms WHERE facet = 'country' AND value = 'RU')": [
        "country RU: its list holds other meetings than have it",
        "country RU: it counts 3 meetings and lists 0",
    ],
    "UPDATE names SET text = 'nobody' WHERE text = '安瓦尔'": [
        "person anwar-ibrahim: is looked up by other names than it has",
    ],
    f"UPDATE documents SET text = '' WHERE meeting_id = '{RUSSIA}'": [
        f"meeting {RUSSIA}: readers are served something else than what is stored",
    ],
    "UPDATE terms SET meetings = 4 WHERE facet = 'country' AND value = 'RU'": [
        "country RU: it counts 4 meetings and lists 3",
    ],
    "DELETE FROM calendar WHERE block > 0": [
        f"meeting {record_id}: is counted on other days than its own" for record_id in IN_ORDER
    ],
    "DELETE FROM marks WHERE part IN ('block/16384', 'terms/person')": [
        f"{part}: has no mark by which a change of it would be seen"
        for part in ("block/16384", "terms/person")
    ],
    "DELETE FROM attendance": [
        f"meeting {record_id}: is counted with other participants than its own"
        for record_id in IN_ORDER
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_named(seeded: Database, damage: str) -> None:
    execute(seeded, damage)
    assert findings(seeded) == DAMAGES[damage]


@pytest.mark.parametrize("days", [b"", b"no days", compress(bytes(4 << BITS))])
def test_days_that_cannot_be_read_are_named(seeded: Database, days: bytes) -> None:
    with seeded.write() as session:
        session.execute(update(Calendar).values(days=days))
    assert findings(seeded) == DAMAGES["DELETE FROM calendar WHERE block > 0"]


@pytest.mark.parametrize("parts", [b"", b"no participants", bytes(16)])
def test_participants_that_cannot_be_read_are_named(seeded: Database, parts: bytes) -> None:
    with seeded.write() as session:
        session.execute(update(Attendance).values(parts=parts))
    assert findings(seeded) == DAMAGES["DELETE FROM attendance"]


def test_a_meeting_that_is_out_of_order_is_named(seeded: Database) -> None:
    execute(seeded, f"UPDATE documents SET number = 1 WHERE meeting_id = '{RUSSIA}'")
    assert f"meeting {IN_ORDER[0]}: is numbered before what it comes after" in findings(seeded)


DELETED = [
    *(
        f"DELETE FROM {table} WHERE meeting_id = '{RUSSIA}'"
        for table in ("participants", "meeting_themes", "citations")
    ),
    f"DELETE FROM meetings WHERE id = '{RUSSIA}'",
]
LOST = f"meeting {RUSSIA}: is in the history and not stored"


def test_a_meeting_that_is_served_and_not_stored_is_named(seeded: Database) -> None:
    execute(seeded, *DELETED)
    found = findings(seeded)
    assert f"meeting {RUSSIA}: readers are served it, and it is not stored" in found
    assert "country RU: its list holds other meetings than have it" in found


def test_a_meeting_that_was_deleted_is_missed_after_a_rebuild_too(seeded: Database) -> None:
    execute(seeded, *DELETED)
    assert parley(seeded, "rebuild").returncode == 0
    assert findings(seeded) == [LOST]
    done = parley(seeded, "check")
    assert (done.returncode, done.stdout) == (1, f"{LOST}\n")
    assert done.stderr == "Restore the database from a copy.\n"


@pytest.mark.parametrize("operation", ["delete", "merge"])
def test_a_meeting_that_a_change_removed_is_not_missed(seeded: Database, operation: str) -> None:
    removed = (
        "INSERT INTO changes (seq, operation, type, record_id, version, made_at, reason) VALUES"
        f" (343, '{operation}', 'meeting', '{RUSSIA}', 2, '2024-01-01 00:00:00', 'x')"
    )
    stone = (
        "INSERT INTO tombstones (type, record_id, version, deleted_at, reason, erased) VALUES"
        f" ('meeting', '{RUSSIA}', 2, '2024-01-01 00:00:00', 'x', false)"
    )
    execute(seeded, *DELETED, removed, stone, "UPDATE dataset SET revision = 343")
    assert parley(seeded, "rebuild").returncode == 0
    assert findings(seeded) == []


def test_a_record_is_stored_or_has_a_tombstone(seeded: Database) -> None:
    with seeded.write() as session:
        delete(session, kind_named("meeting"), RUSSIA, Why("A test."))
    assert findings(seeded) == []
    moved = f"UPDATE tombstones SET record_id = '{KRASNOV}'"
    execute(seeded, moved)
    assert findings(seeded) == [
        f"meeting {KRASNOV}: is stored and has a tombstone",
        f"meeting {RUSSIA}: was removed and has no tombstone",
    ]


def test_what_was_erased_leads_nowhere(seeded: Database) -> None:
    with seeded.write() as session:
        erase(session, kind_named("meeting"), RUSSIA, Why("A test."))
    assert findings(seeded) == []
    execute(seeded, f"UPDATE tombstones SET into_id = '{KRASNOV}'")
    assert findings(seeded) == [f"meeting {RUSSIA}: was erased and leads to another record"]


def test_of_a_record_only_the_version_that_is_stored_is_read(database: Database) -> None:
    for name in ("a", "b", "c"):
        store(database, incoming("person", id="one", name=both(name)))
    with database.read() as session:
        newest = session.execute(_newest(PERSON, ["one"])).all()
    assert [(record_id, record["name"]) for record_id, record in newest] == [("one", both("c"))]


BROKEN = {
    "UPDATE versions SET record = '{' WHERE record_id = 'beijing'": (
        "versions place beijing 1: record is “{”, which cannot be read",
        "Restore the database from a copy.",
    ),
    f"UPDATE documents SET starts_on = 'x' WHERE meeting_id = '{RUSSIA}'": (
        f"documents {NUMBER}: starts_on is “x”, which cannot be read",
        "What readers are served is made anew by `parley rebuild`.",
    ),
    "UPDATE members SET numbers = 'x' WHERE term_id = 1": (
        "its list holds other meetings than have it",
        "What readers are served is made anew by `parley rebuild`.",
    ),
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("damage", BROKEN)
def test_a_value_that_cannot_be_read_is_named(seeded: Database, damage: str) -> None:
    what, remedy = BROKEN[damage]
    execute(seeded, damage)
    done = parley(seeded, "check")
    assert done.returncode == 1
    assert what in done.stdout
    assert done.stderr == f"{remedy}\n"


def test_a_fault_of_ours_is_not_taken_for_damage(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.records.audit.stale", lambda _: int("x"))
    with pytest.raises(ValueError, match="int"):
        findings(seeded)


@pytest.mark.parametrize("command", ["check", "seed", "rebuild"])
@pytest.mark.parametrize(
    ("damage", "lacking"),
    [
        ("ALTER TABLE people DROP COLUMN note_zh", "in the table people: note_zh"),
        ("DROP TABLE tombstones", "the table tombstones"),
        ("DELETE FROM dataset", "the row of the table dataset"),
    ],
)
def test_what_is_missing_is_named(
    seeded: Database, damage: str, lacking: str, command: str
) -> None:
    execute(seeded, damage)
    done = parley(seeded, command)
    assert done.returncode == 1
    assert done.stderr == f"The database lacks {lacking}. Restore the database from a copy.\n"


def test_remedies_fit_what_was_found_and_are_named_once(seeded: Database) -> None:
    execute(
        seeded,
        "UPDATE people SET note_en = 'x', note_zh = 'x' WHERE id = 'anwar-ibrahim'",
        "UPDATE terms SET meetings = 9 WHERE value = 'RU' AND facet = 'country'",
        "UPDATE terms SET meetings = 9 WHERE value = 'MM' AND facet = 'country'",
    )
    assert parley(seeded, "check").stderr.splitlines() == [
        "`parley seed` writes the records of the seed anew.",
        "What readers are served is made anew by `parley rebuild`.",
    ]
    parley(seeded, "seed")
    parley(seeded, "rebuild")
    assert parley(seeded, "check").returncode == 0


def test_a_meeting_that_is_stored_and_not_served_is_named(seeded: Database) -> None:
    execute(seeded, f"DELETE FROM documents WHERE meeting_id = '{RUSSIA}'")
    found = findings(seeded)
    assert f"meeting {RUSSIA}: readers are served something else than what is stored" in found


def test_facts_that_no_source_supports_are_named(database: Database) -> None:
    sides = [
        participant("AA", title=both("Chief"), title_basis="stated"),
        participant("BB", title=both("Head"), title_basis="supplied"),
    ]
    cited = [
        {"source": "gazette", "stance": "supports", "fields": ["date"]},
        {"source": "gazette", "stance": "contradicts", "fields": ["participants"]},
    ]
    town = incoming("place", id="town", name=both("town"), country="CC")
    store(
        database,
        *WORLD,
        town,
        meeting("one", place="town", participants=sides, mode="phone", citations=cited),
        meeting("two", place="town", mode="phone", citations=cited, supplied=["place", "mode"]),
    )
    assert findings(database) == [
        "meeting one: no citation supports its mode",
        "meeting one: no citation supports its participants",
        "meeting one: no citation supports its place",
        "meeting one: no citation supports its titles",
        "meeting two: no citation supports its participants",
    ]


def test_themes_that_are_inferred_need_no_citation(database: Database) -> None:
    cited = [{"source": "gazette", "stance": "supports", "fields": ["date", "participants"]}]
    told: dict[str, Any] = {"mode": "unknown", "citations": cited}
    store(
        database,
        *WORLD,
        theme("trade"),
        theme("water"),
        meeting("one", **told, themes=[touched("trade", "inferred")]),
        meeting("two", **told, themes=[touched("trade", "inferred"), touched("water", "grouped")]),
    )
    assert findings(database) == ["meeting two: no citation supports its themes"]
    done = parley(database, "check")
    assert done.stderr == "A fact without a citation needs one from a curator, in the record.\n"


def test_the_command_says_so_and_fails(seeded: Database) -> None:
    done = parley(seeded, "check")
    assert (done.returncode, done.stdout) == (0, "Nothing is wrong.\n")
    execute(seeded, "UPDATE terms SET meetings = 9 WHERE value = 'RU' AND facet = 'country'")
    done = parley(seeded, "check")
    assert done.returncode == 1
    assert done.stdout == "country RU: it counts 9 meetings and lists 3\n"
    assert "parley rebuild" in done.stderr
    parley(seeded, "rebuild")
    assert parley(seeded, "check").returncode == 0


def test_after_many_findings_the_rest_is_counted(seeded: Database) -> None:
    execute(seeded, "DELETE FROM versions")
    done = parley(seeded, "check")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 101
    assert done.stdout.startswith("region 002: version 1 is not in the history\n")
    assert done.stdout.splitlines()[-1] == "and 242 more"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_damaged_file_is_named(backend: Backend) -> None:
    database = backend.seeded()
    database.engine.dispose()
    path = Path(database.url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    # Somewhere in the middle: the header and the schema at the beginning still say what it is.
    half = len(whole) // 2
    path.write_bytes(whole[:half] + b"\xa5" * 4096 * 3 + whole[half + 4096 * 3 :])
    done = parley(database, "check")
    assert done.returncode == 1
    assert "the file is damaged: " in done.stdout
    assert done.stderr == "Restore the file from a copy.\n"
    backend.remove(database)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["check", "migrate", "rebuild", "seed"])
def test_a_file_cut_short_is_said_to_be_damaged(backend: Backend, command: str) -> None:
    database = backend.seeded()
    path = Path(database.url.removeprefix("sqlite:///"))
    path.write_bytes(path.read_bytes()[: 4096 * 20])
    done = parley(database, command)
    assert done.returncode == 1
    assert done.stderr.startswith("The file is damaged: restore it from a copy.\n")
    assert len(done.stderr.splitlines()) == 2
    backend.remove(database)
