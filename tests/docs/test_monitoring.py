"""What the page of monitoring says is so; of numbers, tests/api/test_metrics.py says more."""

import re
from pathlib import Path

import httpx
import orjson
import pytest
import yaml

from app.database import Database
from tests.processes import logging_to

PAGE = (Path(__file__).parent.parent.parent / "docs" / "monitoring.md").read_text("utf-8")
only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@only_sqlite
def test_it_is_served(api: httpx.Client) -> None:
    assert "<h1>Monitoring</h1>" in api.get("/monitoring").text


@only_sqlite
def test_a_line_of_the_log_has_the_members_that_it_shows(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url) as client:
        client.get("/v1/meetings?country=RU", headers={"Accept-Encoding": "identity"})
    [shown] = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    expected = orjson.loads(shown)
    line = (tmp_path / "log").read_text("utf-8").splitlines()[-1]
    lines = [orjson.loads(one) for one in (tmp_path / "log").read_text("utf-8").splitlines()]
    [logged] = [one for one in lines if one["event"] == "request"]
    assert list(logged) == list(expected), line
    differing = {name for name in logged if logged[name] != expected[name]}
    assert differing == {"timestamp", "request_id", "seconds"}


def test_alerts_are_rules_over_metrics_that_there_are() -> None:
    [rules] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    [group] = yaml.safe_load(rules)["groups"]
    there_are = {*re.findall(r"^\| `(parley_\w+)`", PAGE, re.MULTILINE)}
    for rule in group["rules"]:
        asked = {name.removesuffix("_bucket") for name in re.findall(r"\bparley_\w+", rule["expr"])}
        assert asked <= there_are, rule["alert"]
        assert rule["annotations"]["summary"].endswith(".")
