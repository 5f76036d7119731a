"""The contract as it is committed: `python -m tests.contract` asks its examples and writes it anew.

Whoever adds an example to `app/api/examples.json` writes its request with `null` for an answer.
Most are asked of the seed; what names an id that begins with `example-`, of a copy in which records
were made up, corrected, merged, deleted and erased.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from app.database import Database
from app.main import create_app
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from app.settings import Settings
from seeds.load import load
from tests.api.asking import BINARY
from tests.given import meeting, participant, person, touched
from tests.serving import serving

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "app" / "api" / "examples.json"
CONTRACT = ROOT / "openapi.json"

# What is another in each database or answer, and what stands for it in an example.
_VARYING = {
    r"\d{4}-\d\d-\d\dT[\d:.]+Z": "2023-12-06T01:30:00Z",
    r"(?<=DTSTAMP:)\d+T\d+Z": "20231206T013000Z",
    r'(?<="request_id":")\w+': "5d0a6f3e9c4b4f7f8a0e2b1c7d9e6f31",
    r'(?<="next_since":")[\w-]+': "WyJiYmYwYzRiMjFlZDk0ZTkxIiw0Ml0",
    r"(?<=cursor=)[\w-]+": "WyJiYmYwYzRiMjFlZDk0ZTkxIiwiMjAyMy0xMi0wNSJd",
    r"(?<=ask again in )\d+": "1800",
    r'(?<="epoch":")\w+|(?<=, dataset )\w+': "bbf0c4b21ed94e91",
}


_SERVED_OTHERWISE = {"429": "limited", "503": "empty"}
ONCE = "1/hour"
"""How often the limited one answers a client."""


class Example(NamedTuple):
    """A request that the contract shows, under its operation and status, with its answer."""

    operation: str
    status: str
    request: str
    answer: Any

    @property
    def code(self) -> int:
        """The status as a number; what `default` stands for is shown by a method not allowed."""
        return 405 if self.status == "default" else int(self.status)

    @property
    def database(self) -> str:
        """Which one it is asked of: one without tables, the one that was corrected, or the seed.

        The seed is also served by one that answers a client once.
        """
        if self.status in _SERVED_OTHERWISE:
            return _SERVED_OTHERWISE[self.status]
        return "corrected" if "/example-" in self.request else "seeded"

    def asked(self, clients: Mapping[str, httpx.Client]) -> httpx.Response:
        """Ask it of the server of its database, which for a 501 lacks what may be lacking."""
        with pytest.MonkeyPatch.context() as patch:
            if self.status == "501":
                patch.setitem(sys.modules, "pyarrow", None)
            client, asked = clients[self.database], self.request.split(" ")
            if self.status == "429":
                client.request(*asked)
            return client.request(*asked)


def examples() -> Iterator[Example]:
    """Give every example that is committed."""
    for operation, statuses in json.loads(EXAMPLES.read_text("utf-8")).items():
        for status, requests in statuses.items():
            for request, answer in requests.items():
                yield Example(operation, status, request, answer)


def correct(database: Database) -> None:
    """Make records up in a seeded database and change them in every way, at a fixed time."""
    people = kind_named("person")
    ids = [f"example-{name}" for name in ("kept", "merged", "deleted", "erased")]
    with database.write() as session:
        write(session, [_meeting("2023-06"), *map(person, ids)], _why("A made-up example."))
        write(session, [_meeting("2023-06-08", touched("gambling"))], _why("The day was found."))
        merge(session, people, "example-merged", "example-kept", _why("They are one person."))
        delete(session, people, "example-deleted", _why("Taken for somebody else."))
        erase(session, people, "example-erased", _why("They asked for it."))


def _meeting(date: str, *themes: dict[str, Any]) -> Incoming:
    source = "xinhua-english"
    return meeting(
        "example-meeting",
        date,
        participants=[participant("CN"), participant("RU")],
        themes=[one | {"source": source} for one in themes],
        citations=[{"source": source, "stance": "supports", "fields": ["date"]}],
    )


def _why(reason: str) -> Why:
    return Why(reason, at=datetime(2023, 12, 6, 1, 30, tzinfo=UTC))


def settled(response: httpx.Response) -> Any:
    """Read an answer, a file as text, without what varies with the database and the request.

    A file that is no text is not shown.
    """
    if response.headers["Content-Type"] in BINARY:
        return None
    text = response.text
    for pattern, constant in _VARYING.items():
        text = re.sub(pattern, constant, text)
    return text if "Content-Disposition" in response.headers else json.loads(text)


def contract() -> str:
    """Write the contract as it is committed."""
    return _written(create_app(Settings(database_url="sqlite:///unused.db")).openapi())


def operations(
    contract: dict[str, Any], only: str | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each operation, or those of one method, with its path."""
    for path, item in contract["paths"].items():
        for method, operation in item.items():
            if only in {None, method}:
                yield path, operation


def faults(contract: dict[str, Any], schema: dict[str, Any], answer: Any) -> list[str]:
    """Tell what in this answer is not as declared."""
    whole = schema | {"components": contract["components"]}
    validator = OAS31Validator(whole, format_checker=oas31_format_checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]


def declared(contract: dict[str, Any], path: str, status: int, media: str) -> dict[str, Any]:
    """Give the schema of an answer."""
    operation = contract["paths"][path]["get"]
    schema: dict[str, Any] = operation["responses"][str(status)]["content"][media]["schema"]
    return schema


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _answers(clients: Mapping[str, httpx.Client]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for example in examples():
        response = example.asked(clients)
        assert response.status_code == example.code, (example.request, response.text)
        of_operation = answers.setdefault(example.operation, {})
        of_operation.setdefault(example.status, {})[example.request] = settled(response)
    return answers


def main() -> None:
    """Ask every example of a server of the seed, and write the answers and the contract."""
    with TemporaryDirectory() as folder:
        databases = {
            name: Database(f"sqlite:///{folder}/{name}.db")
            for name in ("seeded", "corrected", "empty")
        }
        databases["seeded"].migrate()
        load(databases["seeded"])
        databases["seeded"].settle()
        shutil.copy(f"{folder}/seeded.db", f"{folder}/corrected.db")
        correct(databases["corrected"])
        with ExitStack() as servers:
            clients = {
                name: servers.enter_context(serving(database.url)).client
                for name, database in databases.items()
            }
            limited = serving(databases["seeded"].url, rate_limit=ONCE)
            answers = _answers(clients | {"limited": servers.enter_context(limited).client})
    EXAMPLES.write_text(_written(answers), "utf-8")
    CONTRACT.write_text(contract(), "utf-8")


if __name__ == "__main__":
    main()
