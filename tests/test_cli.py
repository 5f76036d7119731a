"""The command says what it did, or in a sentence why not."""

import errno
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import IO
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import inspect

from app import VERSION
from app.cli import main
from app.cli.serving import _reached_at
from app.database import Database
from app.records.imports.rejects import RejectedLines
from seeds.load import FOLDER
from tests.records.travelling import exported

_COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


def environment(database: Database | str) -> dict[str, str]:
    url = database if isinstance(database, str) else database.url
    return {"PARLEY_DATABASE_URL": url, "PYTHONPATH": str(FOLDER.parent), "COLUMNS": "200"}


def parley(database: Database | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command within this process, which is how most of it can be tried in little time."""
    made: list[Database] = []

    def opened(url: str) -> Database:
        made.append(Database(url))
        return made[-1]

    out, err = StringIO(), StringIO()
    with (
        patch.dict("os.environ", environment(database), clear=True),
        patch("sys.argv", ["parley", *arguments]),
        patch("app.cli.terminal.Database", opened),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _exit_code_of_main()
    for one in made:
        one.engine.dispose()
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def _exit_code_of_main() -> int:
    try:
        main()
    except SystemExit as exited:
        return exited.code if isinstance(exited.code, int) else 0
    return 0


def test_it_runs_as_a_process_of_its_own(empty: Database) -> None:
    done = subprocess.run(
        [*_COMMAND, "migrate"], env=environment(empty), capture_output=True, text=True, check=True
    )
    assert "up to date now" in done.stdout


def test_migrate_seed_seed_again_and_rebuild(empty: Database) -> None:
    assert "up to date now" in parley(empty, "migrate").stdout
    assert parley(empty, "migrate").stdout == ""
    assert "meetings" in parley(empty, "seed").stdout
    assert parley(empty, "seed").stdout.startswith("Nothing to do: all 342 records")
    assert parley(empty, "seed", "--if-empty").stdout == ""
    assert parley(empty, "rebuild").stdout == "Rendered 9 meetings.\n"


@pytest.mark.parametrize("command", ["seed", "rebuild", "serve"])
def test_a_database_that_was_not_migrated_is_said_to_be_so(empty: Database, command: str) -> None:
    done = parley(empty, command)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].endswith("run `parley migrate`.")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "parley.db",
        "mysql://localhost/parley",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(url: str) -> None:
    done = parley(url, "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("PARLEY_DATABASE_URL must be sqlite:///FILE or postgresql://")
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database at all. " * 100)
    done = parley(f"sqlite:///{path}", "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("The file is not a database.")
    assert path.read_text().startswith("These are notes")


@pytest.mark.parametrize("command", [["migrate"], ["serve", "--prepare"]], ids=" ".join)
@pytest.mark.parametrize("table", ["meetings", "letters"])
def test_a_database_of_another_program_is_left_as_it_is(
    empty: Database, table: str, command: list[str]
) -> None:
    with empty.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)")
    done = parley(empty, *command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"This database holds tables that are not Parley's ({table}): name an empty one.\n"
    )
    with empty.engine.connect() as connection:
        assert inspect(connection).get_table_names() == [table]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_an_extension_or_another_schema_has_is_in_nobodys_way(empty: Database) -> None:
    with empty.engine.begin() as connection:
        for statement in (
            "CREATE EXTENSION pg_stat_statements",
            "CREATE SCHEMA other",
            "CREATE TABLE other.meetings (id INTEGER)",
        ):
            connection.exec_driver_sql(statement)
    assert parley(empty, "migrate").returncode == 0


def test_a_port_that_no_machine_has_is_refused(seeded: Database) -> None:
    assert parley(seeded, "serve", "--port", "99999").returncode == 2


EVERY_COMMAND = [
    ["migrate"],
    ["seed"],
    ["seed", "--if-empty"],
    ["generate", "--meetings", "1"],
    ["rebuild"],
    ["check"],
    ["export"],
    ["import", "-"],
    ["erase", "person", "ann", "--reason", "x", "--yes"],
    ["serve"],
    ["serve", "--prepare"],
]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_a_folder_that_does_not_exist_is_named(tmp_path: Path, command: list[str]) -> None:
    done = parley(f"sqlite:///{tmp_path}/none/x.db", *command)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The database does not answer.",
        f"The file {tmp_path}/none/x.db cannot be opened: there is no folder {tmp_path}/none.",
    ]


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_a_folder_is_said_to_be_no_database(tmp_path: Path, command: list[str]) -> None:
    done = parley(f"sqlite:///{tmp_path}", *command)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The database does not answer.",
        f"The file {tmp_path} cannot be opened: it is a folder.",
    ]


@pytest.mark.parametrize("command", EVERY_COMMAND[1:-1], ids=" ".join)
def test_only_migrating_makes_a_file(tmp_path: Path, command: list[str]) -> None:
    done = parley(f"sqlite:///{tmp_path}/x.db", *command)
    assert done.returncode == 1
    assert f"There is no file {tmp_path}/x.db." in done.stderr.splitlines()
    assert list(tmp_path.iterdir()) == []


def test_what_the_driver_says_is_said_without_sql_and_links() -> None:
    done = parley("postgresql://nobody@127.0.0.1:1/nowhere", "check")
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer.\n")
    assert "Connection refused" in done.stderr
    assert "sqlalche" not in done.stderr


@pytest.mark.parametrize(
    "command", [["migrate"], ["seed"], ["check"], ["serve", "--prepare"]], ids=" ".join
)
def test_a_database_of_a_newer_version_is_said_to_be_one(
    seeded: Database, command: list[str]
) -> None:
    with seeded.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")
    done = parley(seeded, *command)
    assert done.returncode == 1
    assert done.stderr == (
        "A newer version of Parley made the database (its schema is next); install that.\n"
    )


@pytest.mark.parametrize("command", [["generate", "--meetings", "1"], ["seed", "--if-empty"]])
def test_without_the_row_of_the_dataset_a_sentence_says_so(
    seeded: Database, command: list[str]
) -> None:
    with seeded.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM dataset")
    done = parley(seeded, *command)
    assert done.returncode == 1
    assert done.stderr.startswith("The database lacks the row of the table dataset.")


def test_made_up_meetings_are_refused_where_there_are_others(seeded: Database) -> None:
    done = parley(seeded, "generate", "--meetings", "1")
    assert done.returncode == 1
    assert done.stderr == (
        "Made-up meetings go into an empty database only; this one has records.\n"
    )


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_copy_of_the_file_has_what_was_written(empty: Database, tmp_path: Path) -> None:
    file = Path(empty.url.removeprefix("sqlite:///"))
    parley(empty, "migrate")
    # As a server does: while it is connected, SQLite leaves the log where it is.
    with closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM dataset").fetchall()
        for command, meetings in (("migrate", 0), ("seed", 9), ("rebuild", 9)):
            assert parley(empty, command).returncode == 0
            log = Path(f"{file}-wal")
            assert not log.exists() or log.stat().st_size == 0
            shutil.copy(file, tmp_path / "copy.db")
            with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
                assert copy.execute("SELECT count(*) FROM meetings").fetchone() == (meetings,)


def test_the_version_is_said() -> None:
    assert parley("", "--version").stdout == f"Parley {VERSION}\n"


def test_options_have_no_contraries() -> None:
    for command in ("seed", "serve"):
        assert "--no-" not in parley("", command, "--help").stdout


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 (nothing listens)
        ("::1", "[::1]"),
        ("::", "[::1]"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(host: str, shown: str) -> None:
    assert _reached_at(host) == shown


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_found_out_first(seeded: Database, workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = parley(seeded, "serve", "--port", str(port), "--workers", workers)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Port {port} is in use; choose another with --port.\n"


def test_an_address_that_this_machine_has_not_is_refused(seeded: Database) -> None:
    done = parley(seeded, "serve", "--host", "192.0.2.1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Nothing can listen at 192.0.2.1, port 8000: ")


@contextmanager
def served(database: Database, *arguments: str) -> Iterator[str]:
    """Serve as people do, and give the address that is printed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*_COMMAND, "serve", "--port", str(port), *arguments]
    running = subprocess.Popen(
        command,
        env=environment(database) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert running.stdout is not None
        yield re.findall(r"http://\S+:\d+", running.stdout.readline())[0]
    finally:
        running.terminate()
        running.communicate(timeout=30)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 (for a moment)
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_answers_at_the_printed_address(seeded: Database, workers: str, host: str) -> None:
    with served(seeded, "--workers", workers, "--host", host) as address:
        for _ in range(300):
            try:
                assert httpx.get(f"{address}/readyz").json() == {"status": "ok"}
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            pytest.fail(f"nobody answers at {address}")


def test_what_is_exported_is_imported_and_exported_again(
    seeded: Database, empty: Database, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    assert parley(seeded, "export", "-o", str(first)).stdout.startswith("Wrote 342 records to ")
    parley(empty, "migrate")
    done = parley(empty, "import", str(first))
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert re.search(r"meetings +│ 9 ", done.stdout)
    assert "may be one: both with wang-xiaohong." in done.stderr
    parley(empty, "export", "--output", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == [first, second]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_records_go_through_a_pipe(seeded: Database, database: Database) -> None:
    written = subprocess.run(
        [*_COMMAND, "export"], env=environment(seeded), capture_output=True, check=True
    )
    assert (written.stdout.count(b"\n"), written.stderr) == (342, b"")
    taken = subprocess.run(
        [*_COMMAND, "import", "-"],
        env=environment(database),
        input=written.stdout,
        capture_output=True,
        check=True,
    )
    assert "│ 254 " in taken.stdout.decode()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    seeded: Database, tmp_path: Path
) -> None:
    done = parley(seeded, "export", "-o", str(tmp_path / "none" / "x.ndjson"))
    assert done.returncode == 2
    assert f"cannot be written: there is no folder {tmp_path / 'none'}." in said(done)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [["export", "-o"], ["backup"]], ids=" ".join)
def test_a_name_that_no_file_can_have_is_refused(
    seeded: Database, tmp_path: Path, command: list[str]
) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, why in (
        (loop, "Too many levels of symbolic links"),
        ("x" * 300, "File name too long"),
    ):
        done = parley(seeded, *command, str(path))
        assert done.returncode == 2
        assert f"cannot be written: {why}." in said(done)
    assert list(tmp_path.iterdir()) == [loop]


def test_an_export_that_breaks_off_leaves_the_file_as_it_was(
    seeded: Database, tmp_path: Path
) -> None:
    file = tmp_path / "x.ndjson"
    file.write_text("before")
    with seeded.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM versions WHERE type = 'meeting'")
    done = parley(seeded, "export", "-o", str(file))
    assert (done.returncode, file.read_text()) == (1, "before")
    assert "is not in the history" in done.stderr
    assert list(tmp_path.iterdir()) == [file]


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join(done.stderr.replace("│", " ").split())


_PERSON = '{"type": "person", "id": "ann", "name": {"en": "Ann", "zh": "安"}}\n'


def test_what_is_wrong_with_a_file_is_told_and_nothing_written(
    seeded: Database, tmp_path: Path
) -> None:
    file = tmp_path / "x.ndjson"
    file.write_text(_PERSON + '{"type": "perso"}\n')
    done = parley(seeded, "import", str(file))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "x.ndjson, line 2: type: there is no type “perso”; did you mean person?",
        "Nothing was written: 1 to mend.",
    ]
    assert "ann" not in parley(seeded, "erase", "person", "ann", "--reason", "x", "--yes").stdout


def test_what_is_wrong_can_be_left_out_into_a_file_beside(seeded: Database, tmp_path: Path) -> None:
    file, beside = tmp_path / "x.ndjson", tmp_path / "x.ndjson.rejected.ndjson"
    file.write_text(_PERSON + '{"type": "perso"}\n')
    done = parley(seeded, "import", "--skip-invalid", str(file))
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == f"Left out 1; they are in {beside}, with the reasons."
    assert "did you mean person?" in beside.read_text()


def test_each_file_has_an_own_one_beside_for_what_is_left_out_of_it(
    seeded: Database, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("date,countries\nonce,CN\n")
    (tmp_path / "x.tsv").write_text("date\tcountries\nnever\tCN\n")
    (tmp_path / "x.yaml").write_text("- type: perso\n")
    (tmp_path / "x.ndjson").write_text('{"type": "meting"}\n')
    files = sorted(tmp_path.iterdir())
    options = ["--skip-invalid", "--source", "zhengzhi-2023-12-05"]
    parley(seeded, "import", *options, *map(str, files))
    left = {path.name: path.read_text() for path in tmp_path.glob("*.rejected.*")}
    assert {name.partition(".rejected.")[0] for name in left} == {path.name for path in files}
    assert "“never”" in left["x.tsv.rejected.csv"]
    assert "perso" in left["x.yaml.rejected.ndjson"]


def test_what_was_left_out_before_is_not_overwritten(seeded: Database, tmp_path: Path) -> None:
    file = tmp_path / "x.ndjson"
    names = ["x.ndjson.rejected.ndjson", "x.ndjson.rejected-2.ndjson", "x.ndjson.rejected-3.ndjson"]
    for number, name in enumerate(names):
        file.write_text(f'{{"type": "perso", "id": "{number}"}}\n')
        done = parley(seeded, "import", "--skip-invalid", str(file))
        assert f"they are in {tmp_path / name}, with" in done.stderr
    left = [json.loads((tmp_path / name).read_text())["id"] for name in names]
    assert left == ["0", "1", "2"]


def test_where_what_is_left_out_finds_no_room_nothing_is_imported(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_: object, file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RejectedLines, "write", half)
    file = tmp_path / "x.ndjson"
    file.write_text(_PERSON + '{"type": "perso"}\n')
    done = parley(seeded, "import", "--skip-invalid", str(file))
    assert done.returncode == 2
    assert "cannot be written: No space left on device." in said(done)
    assert list(tmp_path.iterdir()) == [file]
    assert b'"ann"' not in exported(seeded)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("head.csv", "date,countries,source\n"),
        ("empty.ndjson", ""),
        ("empty.yaml", "[]"),
    ],
)
def test_a_file_without_records_is_said_to_have_none(
    seeded: Database, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    done = parley(seeded, "import", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (0, f"There is nothing in {name}.\n")


def test_a_dry_run_lists_what_would_be(seeded: Database, tmp_path: Path) -> None:
    file = tmp_path / "x.ndjson"
    file.write_text(_PERSON)
    done = parley(seeded, "import", "--dry-run", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("would be created: person ann (x.ndjson, line 1)\n")
    assert parley(seeded, "import", str(file)).stdout.count("│ 1 ") == 1


def test_a_dry_run_lists_whom_a_table_names_once(seeded: Database, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("date,countries,people\n2024-01-01,CN,Li Si\n")
    command = ["import", str(file), "--source", "zhengzhi-2023-12-05"]
    done = parley(seeded, *command, "--dry-run")
    assert done.stdout.startswith("would be created: person li-si (x.csv, line 2)\n")
    assert done.stdout.count("person li-si") == 1
    assert "\ncreated: person li-si (x.csv, line 2)\n" in f"\n{parley(seeded, *command).stdout}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.txt"], "is neither .ndjson nor .yaml nor .csv nor .tsv."),
        (["x.XLSX"], "nor .tsv; save it as CSV UTF-8."),
        (["."], "is a folder; name a file."),
        (["none.ndjson"], "cannot be read: No such file or directory."),
        (["x.csv", "--column", "Datum"], "is not FOREIGN=OURS, such as Datum=date."),
    ],
)
def test_an_import_that_cannot_be_meant_is_refused(
    seeded: Database, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "x.txt").touch()
    done = parley(seeded, "import", str(tmp_path / arguments[0]), *arguments[1:])
    assert done.returncode == 2
    assert message in said(done)


def test_a_record_is_erased_only_when_that_is_meant(seeded: Database) -> None:
    command = ["erase", "meeting", "2023-04-13-demelash", "--reason", "A court said so."]
    asked = parley(seeded, *command)
    assert (asked.returncode, "Say --yes" in asked.stderr) == (2, True)
    done = parley(seeded, *command, "--yes")
    assert done.stdout == "Erased the meeting “2023-04-13-demelash”.\n"
    again = parley(seeded, *command, "--yes")
    assert again.returncode == 0 or "erased" in again.stderr
    mistyped = parley(seeded, "erase", "meting", "x", "--reason", "x", "--yes")
    assert "did you mean meeting?" in mistyped.stderr
