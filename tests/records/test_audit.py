"""`parley check` finds what is wrong, and nothing where nothing is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.database import Database
from app.records.audit import audit
from seeds.generate import generate
from tests.databases import Backend
from tests.given import WORLD, both, incoming, meeting, participant, store
from tests.test_cli import parley

RUSSIA = "2023-12-05-beijing-kolokoltsev"


def findings(database: Database) -> list[str]:
    with database.read() as session:
        return list(audit(session))


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


def test_made_up_meetings_are_sound(database: Database) -> None:
    list(generate(database, 300))
    assert findings(database) == []


def test_an_empty_database_is_sound(database: Database) -> None:
    assert findings(database) == []


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
        "places.country_id: “QQ” is not in countries",
        "place putrajaya: is not what its newest version says",
        "meeting 2023-11-02-putrajaya-anwar: readers are served something else than what is stored",
        "place_country MY: its list holds other meetings than have it",
        "place_country QQ: its list holds other meetings than have it",
    ],
    "DELETE FROM versions WHERE record_id = 'beijing'": [
        "place beijing: version 1 is not in the history"
    ],
    "UPDATE versions SET record = '{}' WHERE record_id = 'beijing'": [
        "place beijing: is not what its newest version says"
    ],
    "DELETE FROM changes WHERE seq = 7": [
        "changes: 341, from 1 to 342, where the revision is 342",
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
    "DELETE FROM postings WHERE meeting_id = '2023-12-05-beijing-kolokoltsev'"
    " AND term_id = (SELECT id FROM terms WHERE facet = 'country' AND value = 'RU')": [
        "country RU: its list holds other meetings than have it",
        "country RU: it counts 3 meetings and lists 2",
    ],
    "UPDATE postings SET starts_on = '2023-12-06' WHERE starts_on = '2023-12-05'"
    " AND term_id = (SELECT id FROM terms WHERE facet = 'country' AND value = 'RU')": [
        "country RU: its list holds other meetings than have it",
    ],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_named(seeded: Database, damage: str) -> None:
    execute(seeded, damage)
    assert findings(seeded) == DAMAGES[damage]


def test_a_meeting_that_is_served_and_not_stored_is_named(seeded: Database) -> None:
    execute(
        seeded,
        *(
            f"DELETE FROM {table} WHERE meeting_id = '{RUSSIA}'"
            for table in ("participants", "meeting_themes", "citations")
        ),
        f"DELETE FROM meetings WHERE id = '{RUSSIA}'",
    )
    found = findings(seeded)
    assert f"meeting {RUSSIA}: readers are served it, and it is not stored" in found
    assert "country RU: its list holds other meetings than have it" in found


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
    assert "damaged" in done.stdout + done.stderr
    backend.remove(database)
