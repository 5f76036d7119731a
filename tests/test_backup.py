"""A copy of the embedded database is whole while others write, and comes back all at once."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread, Timer

import pytest
from alembic import command
from sqlalchemy import select

from app.backup import back_up, check_may_become_a_copy, restore
from app.database import Database
from app.errors import CannotBackUp, DatabaseNotReady, NotAuthorized
from app.migrating import alembic_config, tables_in_motion
from app.models import Dataset
from app.records import keys
from app.records.audit import audit
from tests.given import person, store
from tests.records.travelling import exported
from tests.serving import serving
from tests.test_cli import parley, said

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where a copy is made."""
    return tmp_path / "copy.db"


def epoch(database: Database) -> str:
    with database.read() as session:
        return str(session.scalar(select(Dataset.epoch)))


@pytest.fixture
def busy(seeded: Database) -> Iterator[list[str]]:
    """The ids of what somebody writes all the time, as soon as it is committed."""
    written: list[str] = []
    over = Event()

    def write() -> None:
        while not over.is_set():
            store(seeded, person(f"somebody-{len(written)}"))
            written.append(f"somebody-{len(written)}")

    writing = Thread(target=write)
    writing.start()
    yield written
    over.set()
    writing.join()


def test_a_copy_has_all_that_was_written_before_it_began(
    seeded: Database, copy: Path, busy: list[str]
) -> None:
    while len(busy) < 5:
        pass
    before = list(busy)
    back_up(seeded, copy)
    made = Database(f"sqlite:///{copy}")
    found = exported(made).decode()
    assert all(f'"id":"{one}"' in found for one in before)
    with made.read() as session:
        assert not [one for one in audit(session) if "somebody" not in one.what]
    assert made.damage() == []
    made.engine.dispose()


def test_what_was_copied_comes_back_and_readers_see_it_at_once(
    seeded: Database, copy: Path
) -> None:
    before, of_before = exported(seeded), epoch(seeded)
    assert parley(seeded, "backup", str(copy)).stdout == f"Copied the database to {copy}.\n"
    with serving(seeded.url) as served:
        store(seeded, person("somebody"))
        seen = served.client.get("/v1/people/somebody")
        people = served.client.get("/v1/people")
        assert seen.status_code == 200
        assert "Say --yes" in parley(seeded, "restore", str(copy)).stderr
        done = parley(seeded, "restore", str(copy), "--yes")
        assert done.stdout == f"The database is that of {copy} now.\n"
        assert served.client.get("/v1/people/somebody").status_code == 404
        known = {"If-None-Match": people.headers["ETag"]}
        again = served.client.get("/v1/people", headers=known)
        assert again.status_code == 200
        assert again.json()["total"]["value"] == people.json()["total"]["value"] - 1
        store(seeded, person("somebody-else"))
        assert served.client.get("/v1/people/somebody-else").status_code == 200
    with seeded.read() as session:
        assert [one.what for one in audit(session) if "somebody-else" not in one.what] == []
    assert set(before.splitlines()) < set(exported(seeded).splitlines())
    assert epoch(seeded) != of_before
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy.db"]


def test_a_copy_is_restored_where_there_was_no_database(
    seeded: Database, copy: Path, tmp_path: Path
) -> None:
    back_up(seeded, copy)
    elsewhere = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    restore(elsewhere, copy)
    assert exported(elsewhere) == exported(seeded)
    assert epoch(elsewhere) != epoch(seeded)


def test_a_copy_of_an_earlier_version_is_brought_up_to_date(seeded: Database, copy: Path) -> None:
    before = exported(seeded)
    back_up(seeded, copy)
    older = Database(f"sqlite:///{copy}")
    with older.engine.connect() as connection, tables_in_motion(connection):
        command.downgrade(alembic_config(connection), "0007")
        connection.commit()
    older.settle()
    restore(seeded, copy)
    seeded.check_ready()
    assert exported(seeded) == before
    with seeded.read() as session:
        assert list(audit(session)) == []


def test_a_key_that_was_revoked_since_stays_so(seeded: Database, copy: Path) -> None:
    with seeded.write() as session:
        secrets = [keys.create(session, name) for name in ("ann", "ben")]
    back_up(seeded, copy)
    with seeded.write() as session:
        keys.revoke(session, "ann")
    restore(seeded, copy)
    with seeded.read() as session:
        with pytest.raises(NotAuthorized, match="was revoked"):
            keys.holder(session, secrets[0])
        assert keys.holder(session, secrets[1]) == "ben"


@pytest.mark.parametrize("made", [b"This is a letter." * 1000, "half"])
def test_a_copy_that_is_damaged_is_named_and_not_the_database(
    seeded: Database, copy: Path, made: bytes | str
) -> None:
    back_up(seeded, copy)
    content = copy.read_bytes()
    copy.write_bytes(made if isinstance(made, bytes) else content[: len(content) // 2])
    with pytest.raises(CannotBackUp, match=f"{copy} is no whole database: "):
        restore(seeded, copy)


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def without_a_header(content: bytes) -> bytes:
    return bytes(100) + content[100:]


def with_a_schema_of_noise(content: bytes) -> bytes:
    return content[:100] + b"\xff" * 3996 + content[4096:]


@pytest.mark.parametrize("spoil", [cut_short, without_a_header, with_a_schema_of_noise])
def test_a_copy_comes_back_where_the_database_is_damaged_if_need_be_once_that_is_moved(
    seeded: Database, copy: Path, spoil: Callable[[bytes], bytes]
) -> None:
    back_up(seeded, copy)
    before, file = exported(seeded), Path(str(seeded.engine.url.database))
    seeded.settle()
    file.write_bytes(spoil(file.read_bytes()))
    done = parley(seeded, "restore", str(copy), "--yes")
    if done.returncode:
        assert f"move {file} (and {file.name}-wal and {file.name}-shm" in done.stderr
        file.rename(copy.with_name("damaged.db"))
        assert parley(seeded, "restore", str(copy), "--yes").returncode == 0
    assert "revoke them again" in done.stderr
    assert exported(seeded) == before


def test_a_copy_takes_no_other_file_s_place(seeded: Database, copy: Path) -> None:
    for make in (no_database, no_parley, of_another_alembic):
        make(copy, seeded)
        before = copy.read_bytes()
        assert "is there, and no copy of a database of Parley" in refused(seeded, copy)
        assert copy.read_bytes() == before
        copy.unlink()
    copy.touch()
    check_may_become_a_copy(seeded, copy)
    back_up(seeded, copy)
    check_may_become_a_copy(seeded, copy)


def nothing(copy: Path, _: Database) -> None:
    assert not copy.exists()


def no_database(copy: Path, _: Database) -> None:
    copy.write_bytes(b"This is a letter." * 1000)


def no_parley(copy: Path, _: Database) -> None:
    connection = sqlite3.connect(copy)
    connection.execute("CREATE TABLE letters (text)")
    connection.close()


def of_another_alembic(copy: Path, _: Database) -> None:
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('8f2c')")
        connection.execute("CREATE TABLE letters (text)")


def damaged(copy: Path, database: Database) -> None:
    back_up(database, copy)
    content = bytearray(copy.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 50_000] = bytes(50_000)
    copy.write_bytes(content)


def newer(copy: Path, database: Database) -> None:
    back_up(database, copy)
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


def without_a_table(copy: Path, database: Database) -> None:
    back_up(database, copy)
    connection = sqlite3.connect(copy)
    connection.execute("DROP TABLE names")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("made", [nothing, no_database, no_parley, damaged, newer, without_a_table])
def test_what_is_no_whole_copy_is_refused_and_changes_nothing(
    made: object, seeded: Database, copy: Path
) -> None:
    assert callable(made)
    made(copy, seeded)
    before, of_before = exported(seeded), epoch(seeded)
    with pytest.raises((CannotBackUp, DatabaseNotReady)):
        restore(seeded, copy)
    assert exported(seeded) == before
    assert epoch(seeded) == of_before
    folder = Path(str(seeded.engine.url.database)).parent
    assert not list(folder.glob("parley-*"))


@pytest.mark.parametrize("made", [no_parley, of_another_alembic])
def test_no_copy_comes_in_the_place_of_what_another_program_made(
    made: Callable[[Path, Database], None], seeded: Database, copy: Path, tmp_path: Path
) -> None:
    back_up(seeded, copy)
    other = tmp_path / "letters.db"
    made(other, seeded)
    before = other.read_bytes()
    done = parley(f"sqlite:///{other}", "restore", str(copy), "--yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds tables that are not Parley's (" in done.stderr
    assert other.read_bytes() == before


def test_it_asks_by_name_whether_a_database_is_to_be_replaced(
    seeded: Database, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("app.cli.copying.confirm", lambda question, _: asked.append(question))
    back_up(seeded, copy)
    parley(seeded, "restore", str(copy))
    assert asked == [f"Replace the whole database {seeded.engine.url.database} by {copy}?"]


@contextmanager
def written(file: Path, seconds: float) -> Iterator[None]:
    """Let somebody else write in a database, for so long at most."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    ending = Timer(seconds, connection.rollback)
    ending.start()
    yield
    ending.cancel()
    ending.join()
    connection.close()


def test_a_copy_waits_to_come_back_while_others_write(seeded: Database, copy: Path) -> None:
    back_up(seeded, copy)
    store(seeded, person("somebody"))
    with written(Path(str(seeded.engine.url.database)), 1):
        assert parley(seeded, "restore", str(copy), "--yes").returncode == 0
    assert b'"somebody"' not in exported(seeded)


def test_where_others_write_for_too_long_no_copy_comes_back(
    seeded: Database, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(seeded, copy)
    before, own = exported(seeded), Path(str(seeded.engine.url.database))
    monkeypatch.setattr("app.engines.SECONDS_TO_WAIT_FOR_A_LOCK", 0.2)
    with written(own, 10):
        done = parley(seeded, "restore", str(copy), "--yes")
    assert done.returncode == 1
    assert done.stderr == "The database is locked by another process.\ndatabase is locked\n"
    assert exported(seeded) == before
    assert not list(own.parent.glob("parley-*"))


def test_a_copy_that_cannot_be_written_leaves_nothing(seeded: Database, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    why = refused(seeded, nowhere / "copy.db")
    assert f"cannot be written: there is no folder {nowhere}." in why
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_no_copy_of_itself(seeded: Database, tmp_path: Path) -> None:
    before = exported(seeded)
    link = tmp_path / "link.db"
    link.symlink_to(str(seeded.engine.url.database))
    for file in (Path(str(seeded.engine.url.database)), link):
        assert "is the database itself; a copy is another file." in refused(seeded, file)
    store(seeded, person("somebody"))
    assert set(before.splitlines()) < set(exported(seeded).splitlines())


def test_a_copy_goes_where_a_link_leads_to(seeded: Database, copy: Path, tmp_path: Path) -> None:
    before, link = exported(seeded), tmp_path / "link.db"
    link.symlink_to(copy)
    for _ in ("a new copy", "one in the place of an older one"):
        assert parley(seeded, "backup", str(link)).returncode == 0
        assert link.readlink() == copy
        made = Database(f"sqlite:///{copy}")
        assert exported(made) == before
        made.settle()
    assert sorted(tmp_path.iterdir()) == [copy, link]


@pytest.mark.parametrize("other", [".", "/", "pipe", "folder"])
def test_what_is_no_file_stays_what_it_is(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()

    def found() -> list[tuple[Path, int, int]]:
        every = [(path, path.lstat()) for path in sorted(tmp_path.iterdir())]
        return [(path, status.st_mode, status.st_ino) for path, status in every]

    before = found()
    why = refused(seeded, Path(other))
    assert "is a folder, a device or a pipe; name a file." in why
    assert found() == before


def refused(database: Database, file: Path) -> str:
    """Tell why a file cannot become a copy, in one line."""
    done = parley(database, "backup", str(file))
    assert done.returncode in {1, 2}
    return said(done)


def test_of_two_that_copy_into_a_file_at_once_each_copies_all(
    seeded: Database, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Database.copy_to

    def slow(self: Database, file: Path) -> None:
        whole(self, file)
        monkeypatch.undo()
        assert parley(seeded, "backup", str(copy)).returncode == 0
        store(seeded, person("somebody"))

    monkeypatch.setattr(Database, "copy_to", slow)
    before = exported(seeded)
    assert parley(seeded, "backup", str(copy)).returncode == 0
    made = Database(f"sqlite:///{copy}")
    assert exported(made) == before
    made.settle()
    assert list(copy.parent.iterdir()) == [copy]
