"""What the page for curators prints happens, one step after the other."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.records import keys
from tests.printed import fits, questions, read
from tests.serving import serving
from tests.test_cli import parley

PAGE = (Path(__file__).parent.parent.parent / "docs" / "curating.md").read_text("utf-8")


@pytest.fixture
def curator(seeded: Database) -> Iterator[httpx.Client]:
    """A client of a server of the seed, and in its environment a key."""
    with seeded.write() as session:
        secret = keys.create(session, "ann")
    with serving(seeded.url) as served:
        served.client.headers["X-Key"] = secret
        yield served.client


def done(client: httpx.Client, command: str) -> httpx.Response:
    """Do what curl would."""
    words = shlex.split(command.replace("$KEY", client.headers["X-Key"]))
    given: dict[str, list[str]] = {"-X": ["GET"], "-H": [], "-d": [""]}
    for option, value in pairwise(words):
        if option in given:
            given[option] = [*given[option], value] if option == "-H" else [value]
    address = next(word for word in words if word.startswith("localhost:8000"))
    headers = dict(header.split(": ", 1) for header in given["-H"])
    path = address.removeprefix("localhost:8000")
    return client.request(given["-X"][0], path, content=given["-d"][0].encode(), headers=headers)


def test_every_step_is_answered_as_printed(curator: httpx.Client) -> None:
    steps = [step for block in questions(PAGE) for step in block]
    assert len(steps) == PAGE.count("$ curl ") >= 9
    for command, printed in steps:
        answer = done(curator, command)
        assert fits(read(printed), answer.json()), f"{command}\n{answer.text}"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_left_out_of_an_import_is_where_it_says(seeded: Database, tmp_path: Path) -> None:
    people, meetings = tmp_path / "people.ndjson", tmp_path / "meetings.csv"
    people.write_text('{"type": "perso"}\n')
    meetings.write_text("date,countries\nnever,CN\n")
    options = ["--skip-invalid", "--source", "zhengzhi-2023-12-05"]
    for files in ((people, meetings), (people,)):
        parley(seeded, "import", *options, *map(str, files))
    beside = {path.name for path in tmp_path.iterdir()} - {people.name, meetings.name}
    assert beside == set(re.findall(r"`(\S+\.rejected\S+)`", PAGE))
