"""Whatever is asked, the answer is one that the contract declares: schemathesis asks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from app.database import Database
from app.main import create_app
from app.records.audit import audit
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
    return _contract_of(at_hand)


def _contract_of(client: httpx.Client) -> Any:
    load_all_checks()
    contract = schemathesis.openapi.from_dict(_CONTRACT)
    contract.config.update(base_url=str(client.base_url))
    return contract


def _checks(*names: str) -> list[Any]:
    return [CHECKS.get_one(name) for name in names]


def test_two_thousand_are_asked(backend: object) -> None:
    assert backend
    assert len(ASKED) * EXAMPLES >= 2000


@pytest.mark.parametrize(("mode", "path", "method"), ASKED)
def test_every_answer_is_declared(
    mode: GenerationMode, path: str, method: str, contract: Any, at_hand: httpx.Client
) -> None:
    headers = {"Authorization": at_hand.headers["Authorization"]}
    excluded = _checks(*_NOT_SO)

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


class _Walking:
    """What goes from answer to answer, by the ids in them: where to, is found in the contract.

    Whatever it wrote must be there from then on, and what it deleted or merged must not.
    """

    recorder: Any
    client: httpx.Client
    records: dict[str, Any]
    """By their path in the contract, those that were read last."""
    left: dict[str, tuple[int, int | None]]
    """By their path, the status with which each is found, and the version of a tombstone."""
    walked: Counter[tuple[str, int]]
    faults: list[str]

    def get_call_kwargs(self, _: Any) -> dict[str, Any]:
        key = {"Authorization": self.client.headers["Authorization"]}
        return {"headers": key, "allow_redirects": False}

    def before_call(self, case: Any) -> None:
        """Write what was read: what is made up would hardly ever be taken."""
        record = self.records.get(case.path.removesuffix("/merge"), {"id": "nobody"})
        if case.method == "PUT" and case.path in self.records:
            if self.walked.total() % 2:
                case.path_parameters["id"] = f"walked-{self.walked.total()}"
            case.body = record | {"id": case.path_parameters["id"]}
        elif case.path.endswith("/merge"):
            case.query["into"] = record["id"]
        if case.method in {"PUT", "DELETE"}:
            path = case.formatted_path
            _, version = self.left.get(path, (200, None))
            is_new = "/walked-" in path and path not in self.left
            case.headers = {
                "If-None-Match" if is_new else "If-Match": f'"v{version}"' if version else "*"
            }

    def after_call(self, response: Any, case: Any) -> None:
        """Remember what a step did, and look whether it is so."""
        self.recorder.record_response(case_id=case.id, response=response)
        path, status = case.formatted_path.removesuffix("/merge"), response.status_code
        self.walked[case.method, status] += 1
        if case.method == "GET":
            self._expect(path, status)
            if status == 200 and case.path.endswith("{id}"):
                self.records[case.path] = response.json()
        elif status in {200, 201} and "{id}" in case.path:
            version = response.json()["version"] if case.method == "DELETE" else None
            self.left[path] = (_FOUND_AFTER[case.method], version)
            self._expect(path, self.client.get(path).status_code)

    def _expect(self, path: str, status: int) -> None:
        expected, _ = self.left.get(path, (status, None))
        if status != expected:
            self.faults.append(f"{path} answers {status} instead of {expected}")

    def validate_response(self, response: Any, case: Any, **more: Any) -> None:
        """Note what is not declared; to stop would be to try it again in another state."""
        excluded = _checks(*_NOT_SO, *_NOT_AFTER)
        try:
            case.validate_response(
                response,
                excluded_checks=excluded,
                transport_kwargs=more,
                recorder=self.recorder,
            )
        except BaseExceptionGroup as error:
            self.faults += map(str, error.exceptions)


_NOT_AFTER = [
    # The history of what was deleted stays.
    "use_after_free",
]
_FOUND_AFTER = {"PUT": 200, "DELETE": 410, "POST": 308}
STEPS = 1000
"""Of each database, at least."""
MET = {("PUT", 200), ("PUT", 201), ("DELETE", 200), ("POST", 200)}
"""Methods and statuses of writes that came to something."""
_walking = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_what_is_written_is_found_and_what_is_deleted_is_gone(
    curator: httpx.Client, seeded: Database
) -> None:
    walked, faults = Counter[tuple[str, int]](), list[str]()
    own = {"client": curator, "records": {}, "left": {}, "walked": walked, "faults": faults}
    contract = _contract_of(curator)
    contract.config.generation.update(modes=[GenerationMode.POSITIVE])
    walk: Any = type("Walk", (_Walking, contract.as_state_machine()), own)
    for number in range(50):
        # A walk finds what one before wrote, and then is another than its seed says.
        with suppress(Flaky):
            seed(number)(walk).run(settings=_walking)
        if walked.total() >= STEPS and set(walked) >= MET:
            break
    assert faults == []
    assert set(walked) >= MET
    with seeded.read() as session:
        # What was damaged may lack a citation, which is no half of a record.
        assert [what for what, _ in audit(session) if "no citation supports" not in what] == []
    assert seeded.damage() == []
