"""The README says what is so: its questions are asked, its tables and paths are checked."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from app.cli import cli
from app.schemas.questions import MeetingQuestion
from app.settings import Settings
from tests.printed import assert_answered_as_printed, fits, questions, read

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("block", questions(README), ids=lambda block: str(block[0][0]))
def test_answers_are_the_printed_ones(block: list[tuple[str, str]], api: httpx.Client) -> None:
    assert_answered_as_printed(block, api)


def test_every_curl_is_asked() -> None:
    assert sum(len(block) for block in questions(README)) == README.count("$ curl ") > 5


@pytest.mark.parametrize(
    ("printed", "given", "expected"),
    [
        ('{"a": 1, …}', {"a": 1, "b": 2}, True),
        ('{"a": 1}', {"a": 1, "b": 2}, False),
        ('{"b": 2, "a": 1}', {"a": 1, "b": 2}, False),
        ('{"a": …}', {"a": [1]}, True),
        ('{"a": …}', {"b": 1}, False),
        ('{"a": null}', {"a": None}, True),
        ('{"a": null}', {"a": "…"}, False),
        ("[1, 2]", [1, 2, 3], False),
        ("[1, …]", [1, 2, 3], True),
        ("[…, 3]", [1, 2, 3], True),
        ("[…, 2]", [1, 2, 3], False),
        ("[1, …, 2, …]", [1, 5, 2], True),
        ("[1, …, 2, …]", [2, 1], False),
        ('"cursor=…"', "cursor=abc", True),
        ('"cursor=…"', "limit=abc", False),
        ("1", True, False),
    ],
)
def test_a_printed_answer_is_held_to_its_words(printed: str, given: Any, expected: object) -> None:
    assert fits(read(printed), given) is expected


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is this."""
    start = README.index(f"\n| {heading} |")
    table = README[start:].strip().split("\n\n")[0]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in table.splitlines()[2:]
    ]


def words(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


def prose() -> str:
    """The README without its blocks of code."""
    return re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("question", "finds"), [row[:2] for row in rows("question")])
def test_questions_find_as_many_as_the_table_says(
    question: str, finds: str, api: httpx.Client
) -> None:
    answer = api.get(f"/v1/meetings?{question.strip('`')}").json()
    assert answer["total"] == {"value": int(finds), "relation": "eq"}
    assert len(answer["data"]) == int(finds)


def test_the_table_of_routes_is_complete(api: httpx.Client) -> None:
    listed = [path for row in rows("route") for path in words(row[0])]
    assert sorted(listed) == sorted(api.get("/openapi.json").json()["paths"])


def test_the_table_of_parameters_is_complete() -> None:
    listed = [name for row in rows("parameter of `/v1/meetings`") for name in words(row[0])]
    assert sorted(listed) == sorted(MeetingQuestion.model_fields)


def test_the_table_of_settings_is_complete() -> None:
    prefix = Settings.model_config["env_prefix"]
    fields = Settings.model_fields.items()
    listed = [
        named
        for row in rows("setting")
        for named in zip(words(row[0]), words(row[1]) or [""], strict=True)
    ]
    assert sorted(listed) == sorted(
        (f"{prefix}{name}".upper(), str(field.default)) for name, field in fields
    )


def test_the_table_of_commands_is_complete() -> None:
    command = typer.main.get_command(cli)
    assert isinstance(command, typer.core.TyperGroup)
    assert {tuple(words(row[0])) for row in rows("command")} == {
        (f"parley {name}", *map(_called, one.params)) for name, one in command.commands.items()
    }


def _called(one: Any) -> str:
    is_argument = isinstance(one, typer.core.TyperArgument)
    return str(one.metavar if is_argument else one.opts[0])


def test_the_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = [*words(prose()), *re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)]
    named = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(code)))
    assert {"serve", "test"} <= named <= targets


def test_paths_in_backticks_exist() -> None:
    tops = {path.name for path in ROOT.iterdir()}
    named = {
        word
        for word in words(prose())
        if re.fullmatch(r"[\w./-]+", word)
        and (word.split("/")[0] in tops or Path(word).suffix in {".md", ".py", ".toml", ".yaml"})
    }
    assert {"LICENSE", "app/schemas/filters.py", "seeds/"} <= named
    assert [word for word in sorted(named) if not (ROOT / word).exists()] == []


def test_the_picture_of_the_house_is_true() -> None:
    picture = re.findall(r"^```text\napp/\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[0]
    described = dict(re.findall(r"^  (\S+) +(.*)$", picture, re.MULTILINE))
    rooms = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "app").iterdir()
        if not path.name.startswith("__")
    }
    assert set(described) == rooms
    for room, description in described.items():
        for module in re.findall(r"\w+\.py", description):
            assert (ROOT / "app" / room / module).exists(), f"{room}{module}"
