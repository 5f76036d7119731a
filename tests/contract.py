"""The contract as it is committed: `python -m tests.contract` asks its examples and writes it anew.

Whoever adds an example to `app/api/examples.json` writes its request with `null` for an answer.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from app.database import Database
from app.main import create_app
from app.settings import Settings
from seeds.load import load
from tests.serving import serving

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "app" / "api" / "examples.json"
CONTRACT = ROOT / "openapi.json"

# What is another in each database or answer, and what stands for it in an example.
_VARYING = {
    r'(?<="updated_at":")[^"]+': "2023-12-06T01:30:00Z",
    r'(?<="request_id":")\w+': "5d0a6f3e9c4b4f7f8a0e2b1c7d9e6f31",
    r"(?<=cursor=)[\w-]+": "WyJiYmYwYzRiMjFlZDk0ZTkxIiwiMjAyMy0xMi0wNSJd",
    r'(?<="epoch":")\w+|(?<=, dataset )\w+': "bbf0c4b21ed94e91",
}


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

    def asked(self, client: httpx.Client) -> httpx.Response:
        """Ask it."""
        return client.request(*self.request.split(" "))


def examples() -> Iterator[Example]:
    """Give every example that is committed."""
    for operation, statuses in json.loads(EXAMPLES.read_text("utf-8")).items():
        for status, requests in statuses.items():
            for request, answer in requests.items():
                yield Example(operation, status, request, answer)


def settled(response: httpx.Response) -> Any:
    """Read an answer, without what varies from one database and one request to another."""
    text = response.text
    for pattern, constant in _VARYING.items():
        text = re.sub(pattern, constant, text)
    return json.loads(text)


def contract() -> str:
    """Write the contract as it is committed."""
    return _written(create_app(Settings(database_url="sqlite:///unused.db")).openapi())


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each operation with its path."""
    for path, item in contract["paths"].items():
        for operation in item.values():
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


def _answers(seeded: httpx.Client, empty: httpx.Client) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for example in examples():
        response = example.asked(empty if example.status == "503" else seeded)
        assert response.status_code == example.code, (example.request, response.text)
        of_operation = answers.setdefault(example.operation, {})
        of_operation.setdefault(example.status, {})[example.request] = settled(response)
    return answers


def main() -> None:
    """Ask every example of a server of the seed, and write the answers and the contract."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/seeded.db")
        database.migrate()
        load(database)
        database.engine.dispose()
        with (
            serving(database.url) as seeded,
            serving(f"sqlite:///{folder}/empty.db") as empty,
        ):
            answers = _answers(seeded.client, empty.client)
    EXAMPLES.write_text(_written(answers), "utf-8")
    CONTRACT.write_text(contract(), "utf-8")


if __name__ == "__main__":
    main()
