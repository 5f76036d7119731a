"""The recipes do what their page prints, with the real programs, against a running server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.database import Database
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.removal import delete
from tests.given import WORLD, meeting, person, store
from tests.printed import commands, fits, read
from tests.programs import CURL, NODE
from tests.serving import serving

PAGE = (Path(__file__).parent.parent.parent / "docs" / "recipes.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```(?:\s*```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)

# The recipes are the same whatever the database is.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class Recipe(NamedTuple):
    """A block of code, in which language it is, and what it prints."""

    language: str
    code: str
    printed: str

    def __str__(self) -> str:
        """Its first line names it."""
        return f"{self.language}: {self.code.partition(chr(10))[0]}"


RECIPES = [Recipe(*found) for found in BLOCK.findall(PAGE)]


def recipes(*languages: str) -> list[Recipe]:
    """Give those in these languages."""
    return [one for one in RECIPES if one.language in languages]


def interpreter(language: str) -> list[str]:
    """Give the command that runs what it reads."""
    if language == "js":
        return [NODE.path(), "--input-type=module", "-"]
    return [sys.executable, "-"] if language == "python" else ["sh"]


def run(language: str, code: str, server: str, folder: Path) -> str:
    """Run a recipe in this folder, with this server in the place of the page's."""
    done = subprocess.run(
        interpreter(language),
        input=code.replace("localhost:8000", server).encode(),
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1", "no_proxy": "*"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{code}\n{done.stderr.decode()}"
    return done.stdout.decode()


def at(client: httpx.Client) -> str:
    """Give host and port of a server."""
    return client.base_url.netloc.decode()


def test_every_recipe_is_of_a_known_kind(backend: object) -> None:
    assert backend
    assert {one.language for one in RECIPES} == {"console", "python", "js", "sh", "r", "text"}
    assert all(one.printed for one in recipes("python", "js"))
    assert len(RECIPES) >= 8


@pytest.mark.parametrize("recipe", recipes("console"), ids=str)
def test_curl_prints_what_the_page_prints(
    api: httpx.Client, recipe: Recipe, tmp_path: Path
) -> None:
    assert CURL.path()
    for command, printed in commands(recipe.code):
        given = run("sh", command, at(api), tmp_path)
        is_json = printed.startswith("{")
        assert fits(read(printed), json.loads(given)) if is_json else fits(printed, given), given


@pytest.mark.parametrize("recipe", recipes("python", "js"), ids=str)
def test_programs_print_what_the_page_prints(
    api: httpx.Client, recipe: Recipe, tmp_path: Path
) -> None:
    given = run(recipe.language, recipe.code, at(api), tmp_path)
    assert fits(recipe.printed, given), given


def test_a_nightly_table_is_fetched_once(api: httpx.Client, tmp_path: Path) -> None:
    (recipe,) = recipes("sh")
    table = tmp_path / "meetings.csv"
    run(recipe.language, recipe.code, at(api), tmp_path)
    first = table.stat().st_ino
    assert table.read_bytes() == api.get("/v1/meetings.csv").content
    run(recipe.language, recipe.code, at(api), tmp_path)
    assert table.stat().st_ino == first


def test_a_nightly_table_outlives_a_server_that_is_down(api: httpx.Client, tmp_path: Path) -> None:
    (recipe,) = recipes("sh")
    run(recipe.language, recipe.code, at(api), tmp_path)
    with pytest.raises(AssertionError, match=r"curl: \(7\)"):
        run(recipe.language, recipe.code, "127.0.0.1:1", tmp_path)
    assert (tmp_path / "meetings.csv").read_bytes() == api.get("/v1/meetings.csv").content


def of_the_copy() -> Recipe:
    (recipe,) = (one for one in recipes("python") if "/v1/changes" in one.code)
    return recipe


def remove_a_meeting(database: Database) -> None:
    with database.write() as session:
        delete(session, kind_named("meeting"), "2023-11-02-putrajaya-anwar", Why("A mistake."))


def add_one_and_retract_one(database: Database) -> None:
    store(database, meeting("kept"), meeting("withdrawn"))
    store(database, meeting("withdrawn", status="retracted"))


def rename_somebody(database: Database) -> None:
    store(database, person("igor-krasnov"))


def test_a_copy_follows_what_happens(seeded: Database, tmp_path: Path) -> None:
    recipe = of_the_copy()
    store(seeded, *WORLD)
    with serving(seeded.url) as served:
        before: Any = None
        for happen in (remove_a_meeting, add_one_and_retract_one, rename_somebody):
            run(recipe.language, recipe.code, at(served.client), tmp_path)
            happen(seeded)
            run(recipe.language, recipe.code, at(served.client), tmp_path)
            copy = json.loads((tmp_path / "meetings.json").read_text("utf-8"))["meetings"]
            answer = served.client.get("/v1/meetings?limit=1000").json()["data"]
            assert copy == {one["id"]: one for one in answer} != before
            before = copy


def test_a_copy_of_another_database_is_made_anew(api: httpx.Client, tmp_path: Path) -> None:
    recipe = of_the_copy()
    (tmp_path / "meetings.json").write_text('{"since": "foreign", "meetings": {"x": {}}}')
    assert run(recipe.language, recipe.code, at(api), tmp_path) == recipe.printed
