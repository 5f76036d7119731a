"""The pages that are written in Markdown lead to what is there."""

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from app.web.frame import PAGES
from tests.links import Links
from tests.web.conftest import Opened

# The page is the same whatever the database is.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(api: httpx.Client, name: str) -> None:
    links = [link for link in Links(api.get(f"/{name}").text).found if not link.startswith("http")]
    assert links
    for link in links:
        assert api.get(re.sub("#.*", "", link)).status_code == 200, link


@pytest.mark.slow
def test_a_table_that_is_too_wide_is_moved_by_keys_and_shows_that_there_is_more(
    opened: Opened,
) -> None:
    page = opened.page
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{opened.origin}/limits")
    table = page.get_by_role("region", name="Table 1: limit")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    assert "gradient" in table.evaluate("one => getComputedStyle(one).backgroundImage")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).violations_count == 0
