"""What Parley is put together of is audited, scanned for secrets and listed."""

import json
import os
import re
import secrets
import string
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from tests import supply
from tests.supply import INNOCENT, LOCKS, UNAUDITED, UNSCANNED

ROOT = Path(__file__).parent.parent


class Locked(NamedTuple):
    """A package of a lock file."""

    name: str
    version: str


# What every service knows.
OLD = {Locked("flask", "0.5"): "PYSEC-2018-66"}


def locked(lock: str, *, here: bool = False) -> set[Locked]:
    """The packages that are locked, or those of them that are for a machine such as this."""
    text = (ROOT / lock).read_text("utf-8")
    lines = map(Requirement, re.findall(r"^(\w[^\\\n]*)", text, re.MULTILINE))
    return {
        Locked(one.name, next(iter(one.specifier)).version)
        for one in lines
        if not here or one.marker is None or one.marker.evaluate()
    }


def supplied(*words: object) -> subprocess.CompletedProcess[str]:
    """Do what a recipe of the Makefile does."""
    command = [sys.executable, "-m", "tests.supply", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("target", "recipe"),
    [
        ("check", "-m tests.supply secrets ."),
        ("check", "-m tests.supply audit ."),
        ("sbom", "-m tests.supply sbom sbom.json"),
    ],
)
def test_make_does_it(target: str, recipe: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--dry-run", "--always-make", target]
    done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    assert f"{recipe}\n" in done.stdout


class Service:
    """A service that answers as OSV does, and notes what it is asked."""

    def __init__(self, known: dict[Locked, str], status: int) -> None:
        self.status = status
        self.asked: set[Locked] = set()
        self._known = known

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer whether a package is vulnerable."""
        one = Locked(question["package"]["name"], question["version"])
        self.asked.add(one)
        if one not in self._known:
            return {}
        fixed = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9999.1"}]}
        affected = {"package": {"name": one.name, "ecosystem": "PyPI"}, "ranges": [fixed]}
        return {"vulns": [{"id": self._known[one], "affected": [affected]}]}


@contextmanager
def knowing(
    monkeypatch: pytest.MonkeyPatch, known: dict[Locked, str], status: int = 200
) -> Iterator[Service]:
    """Answer what is asked in this block; after it nobody does."""
    service = Service(known, status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(service.status)
            self.end_headers()
            self.wfile.write(json.dumps(service.answer(json.loads(question))).encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{server.server_port}/v1/query")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield service
        server.shutdown()
        thread.join()


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A folder with lock files of one package each."""
    for lock in LOCKS:
        (tmp_path / lock).write_text(f"parley-{lock[:-5]}==1.0 --hash=sha256:{'0' * 64}\n")
    return tmp_path


def test_a_package_that_is_known_to_be_vulnerable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    one = min(locked("requirements.lock"))
    with knowing(monkeypatch, OLD | {one: "PYSEC-2099-1"}) as service:
        done = supplied("audit", ".")
    assert done.returncode == 1
    assert (
        done.stderr == f"{one.name} {one.version} is vulnerable: PYSEC-2099-1, mended in 9999.1\n"
    )
    assert service.asked == set(OLD).union(*(locked(lock, here=True) for lock in LOCKS))


def test_where_no_service_can_be_reached_that_is_said_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with knowing(monkeypatch, OLD):
        """From here on its port is closed."""
    done = supplied("audit", ".")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{UNAUDITED}\n")


def test_where_nothing_is_vulnerable_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], few: Path
) -> None:
    with knowing(monkeypatch, OLD) as service:
        supply.audit(few)
    assert "".join(capfd.readouterr()) == ""
    assert len(service.asked) == 3


@pytest.mark.parametrize(("known", "status"), [({}, 200), (OLD, 404), (OLD, 503)])
def test_a_service_that_knows_nothing_is_none(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    known: dict[Locked, str],
    status: int,
) -> None:
    with knowing(monkeypatch, known, status) as service:
        supply.audit(ROOT)
    assert "".join(capfd.readouterr()) == f"{UNAUDITED}\n"
    assert service.asked == set(OLD), "the others are not asked about"


def test_a_fault_of_a_lock_file_is_not_taken_for_one_of_the_network(
    monkeypatch: pytest.MonkeyPatch, few: Path
) -> None:
    (few / LOCKS[0]).write_text("parley==1.0\n")
    with knowing(monkeypatch, OLD), pytest.raises(SystemExit, match="does not contain a hash"):
        supply.audit(few)


def test_a_package_that_the_service_does_not_know_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reports = iter(
        [
            [{"name": "flask", "version": "0.5", "vulns": [{"id": "PYSEC-2018-66"}]}],
            [{"name": "ours", "skip_reason": "Dependency not found"}],
        ]
    )
    monkeypatch.setattr(supply, "_reported", lambda *_, **_options: next(reports))
    supply.audit(ROOT)
    assert "".join(capfd.readouterr()) == "Nothing is known of ours.\n"


def made_up(length: int) -> str:
    """A secret that nobody has."""
    return "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(length))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with secrets that are ignored, and what only looks like one."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(f"PGPASSWORD={made_up(12)}\n")
    (tmp_path / "README.md").write_text("postgresql://USER:PASSWORD@HOST/NAME\n")
    return tmp_path


def test_secrets_are_found_before_and_after_they_are_committed(repository: Path) -> None:
    (repository / "aws.py").write_text(f"\nKEY = 'AKIA{made_up(16)}'\n")
    (repository / "id_rsa").write_text(f"-----BEGIN {'RSA PRIVATE'} KEY-----\n{made_up(64)}\n")
    (repository / "remote.sh").write_text(f"curl https://ann:{made_up(12)}@example.org\n")
    found = {"aws.py:2", "id_rsa:1", "remote.sh:1"}
    for _ in range(2):
        done = supplied("secrets", repository)
        assert done.returncode == 1
        *places, last = done.stderr.splitlines()
        assert {re.sub(r": .*", "", place) for place in places} == found
        assert last == INNOCENT
        subprocess.run(["git", "-C", repository, "add", "."], check=True)


def test_what_git_ignores_and_placeholders_are_no_secrets(repository: Path) -> None:
    done = supplied("secrets", repository)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_git_it_is_said_that_nothing_is_scanned(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supply.secrets(tmp_path)
    assert "".join(capfd.readouterr()) == f"{UNSCANNED}\n"


def test_what_is_listed_is_what_is_locked(tmp_path: Path) -> None:
    done = supplied("sbom", tmp_path / "sbom.json")
    text = (tmp_path / "sbom.json").read_text("utf-8")
    packages = json.loads(text)["components"]
    named = {
        Locked(one["purl"].split("/")[1].partition("@")[0], one["version"]) for one in packages
    }
    assert named == locked("requirements.lock")
    assert len(named) == len(packages)
    assert done.stdout == f"{tmp_path}/sbom.json names {len(packages)} packages.\n"
    assert not JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert f"{ROOT}" not in text, "what is listed hangs on no machine"
    assert_all_is_known_of_what_is_installed(packages)


def assert_all_is_known_of_what_is_installed(packages: list[dict[str, Any]]) -> None:
    """Each has hashes, and a licence if it is installed here."""
    here = locked("requirements.lock", here=True)
    text = (ROOT / "requirements.lock").read_text("utf-8")
    for one in packages:
        (distribution,) = one["externalReferences"]
        assert all(f"sha256:{hashed['content']}" in text for hashed in distribution["hashes"])
        name = one["purl"].split("/")[1].partition("@")[0]
        assert one.get("licenses") or Locked(name, one["version"]) not in here, one["purl"]
