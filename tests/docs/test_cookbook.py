"""The cookbook's questions have the answers that it prints, and its page leads to them."""

from pathlib import Path

import httpx
import pytest

from tests.api.asking import ask
from tests.links import Links
from tests.printed import assert_answered_as_printed, questions

COOKBOOK = (Path(__file__).parent.parent.parent / "docs" / "cookbook.md").read_text("utf-8")


@pytest.mark.parametrize("block", questions(COOKBOOK), ids=lambda block: str(block[0][0]))
def test_answers_are_the_printed_ones(block: list[tuple[str, str]], api: httpx.Client) -> None:
    assert_answered_as_printed(block, api)


def test_it_answers_all_its_questions() -> None:
    asked = sum(len(block) for block in questions(COOKBOOK))
    assert asked == COOKBOOK.count("$ curl ") >= COOKBOOK.count("\n### ") >= 15


def test_the_page_leads_to_every_answer(api: httpx.Client) -> None:
    response = api.get("/cookbook")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    links = Links(response.text).found
    assert len([link for link in links if link.startswith("/v1/")]) > COOKBOOK.count("$ curl ")
    for link in links:
        if link.startswith("/v1/"):
            assert ask(api, link)
        else:
            assert api.get(link).status_code == 200
