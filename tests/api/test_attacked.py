"""Whatever is asked, the answer is one that the contract declares: schemathesis asks."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.slow

_CONTRACT = create_app(Settings(database_url="sqlite:///unused.db")).openapi()
_METHODS = {"get", "head", "put", "post", "delete"}


def _asked() -> Iterator[tuple[GenerationMode, str, str]]:
    """Name what is asked rightly, and what can be asked wrongly: an id may be any text."""
    for path, item in _CONTRACT["paths"].items():
        for method in _METHODS & item.keys():
            yield GenerationMode.POSITIVE, path, method
            parameters = item[method].get("parameters", [])
            if "requestBody" in item[method] or any(one["in"] == "query" for one in parameters):
                yield GenerationMode.NEGATIVE, path, method


ASKED = sorted(_asked())
EXAMPLES = 14
"""Of each: more than 2,000 in all."""
_NOT_SO = [
    # A schema of JSON cannot say all that makes a question or a record valid: 422 tells.
    "positive_data_acceptance",
    # A file that is imported tells in its report what is wrong with it.
    "negative_data_rejection",
]


@pytest.fixture(scope="module")
def contract(at_hand: httpx.Client) -> Any:
    """What this server says that it answers."""
    load_all_checks()
    contract = schemathesis.openapi.from_dict(_CONTRACT)
    contract.config.update(base_url=str(at_hand.base_url))
    return contract


def test_two_thousand_are_asked(backend: object) -> None:
    assert backend
    assert len(ASKED) * EXAMPLES >= 2000


@pytest.mark.parametrize(("mode", "path", "method"), ASKED)
def test_every_answer_is_declared(
    mode: GenerationMode, path: str, method: str, contract: Any, at_hand: httpx.Client
) -> None:
    headers = {"Authorization": at_hand.headers["Authorization"]}
    excluded = [CHECKS.get_one(name) for name in _NOT_SO]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(contract[path][method].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    ask()
