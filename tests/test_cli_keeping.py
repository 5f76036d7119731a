"""Records are taken out on the command line only when that is meant, and for a reason."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.database import Database
from app.models import Participant
from tests.test_cli import environment, parley

MERGE = ["merge", "person", "anwar-ibrahim", "wang-xiaohong", "--reason", "The same."]


def test_a_record_is_merged_however_many_meetings_show_it(seeded: Database) -> None:
    assert "Say --yes" in parley(seeded, *MERGE).stderr
    done = parley(seeded, *MERGE, "--yes")
    assert done.stdout == "Merged the person “anwar-ibrahim” into “wang-xiaohong”.\n"
    with seeded.read() as session:
        people = {one.person_id for one in session.query(Participant)}
    assert "wang-xiaohong" in people
    assert "anwar-ibrahim" not in people
    assert parley(seeded, *MERGE, "--yes").returncode == 1


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001, "a\x1b[31mb"])
def test_a_reason_is_one_that_can_be_kept(seeded: Database, reason: str) -> None:
    refused = parley(seeded, "erase", "person", "x", "--reason", reason, "--yes")
    assert refused.returncode == 2
    assert "A reason has 1 to 1,000 characters" in refused.stderr


@pytest.mark.slow
def test_an_export_to_a_dash_goes_where_an_import_from_it_comes_from(seeded: Database) -> None:
    plain, dashed = (
        subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "export", *more],
            env=environment(seeded),
            capture_output=True,
            check=True,
        ).stdout
        for more in ([], ["-o", "-"])
    )
    assert plain == dashed != b""


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_postgres_has_its_own_means_of_copying(seeded: Database, tmp_path: Path) -> None:
    refused = parley(seeded, "backup", str(tmp_path / "copy.db"))
    assert refused.returncode == 1
    assert "pg_dump" in refused.stderr
    assert not list(tmp_path.iterdir())
