"""What the page for curators prints happens, one step after the other."""

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
