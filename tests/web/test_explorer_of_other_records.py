"""The explorer shows records that are less exact than the seed, or otherwise unlike it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.databases import Backend
from tests.given import WORLD, meeting, store
from tests.serving import serving
from tests.web.conftest import WIDTHS, Opened
from tests.web.test_explorer import bars, explorer, settled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

DAYS = ("2024-02-01", "2024-03-05", "2024-03-07", "2024-04-01")


@pytest.fixture(scope="module")
def origin(backend: Backend) -> Iterator[str]:
    """Where a server has these records."""
    database = backend.migrated()
    store(
        database,
        *WORLD,
        *(meeting(f"of-{day}", day) for day in DAYS),
        *(meeting(f"of-some-day-{number}", "2024") for number in range(3)),
    )
    with serving(database.url) as served:
        yield str(served.client.base_url).rstrip("/")
    backend.remove(database)


@pytest.fixture
def other(browser: Browser, origin: str) -> Iterator[Opened]:
    """A page that nothing was asked of yet."""
    context = browser.new_context(viewport={"width": WIDTHS["wide"], "height": 1000})
    yield Opened(context.new_page(), origin)
    context.close()


def test_meetings_that_no_bar_shows_are_told_where_its_month_is_chosen(other: Opened) -> None:
    page = explorer(other)
    expect(bars(page)).to_have_count(3)
    assert notes(page) == [NOT_DRAWN]
    bars(page).nth(1).click()
    expect(page.locator("#total")).to_have_text("5 meetings")
    assert notes(settled(page)) == [AMONG_OTHERS, NOT_DRAWN, AT_ANOTHER_TIME]
    explorer(other, "/?date_from=2024-03&date_to=2024-03&date_match=within")
    assert notes(page) == [AMONG_OTHERS]
    explorer(other, "/?date_from=2024&date_to=2024")
    assert notes(page) == [AMONG_OTHERS, NOT_DRAWN]
    explorer(other, "/?date_from=2024-03&date_to=2024-03&lang=zh")
    assert notes(page)[1:] == [
        "所得会晤中有 3 次日期跨越多个月，未绘出。",
        "所得会晤中有 3 次日期超出所选范围，可能发生在其他时间。",
    ]


NOT_DRAWN = "3 of the meetings found are not drawn: their dates span several months."
AMONG_OTHERS = "The dates that are chosen are dark; the others are shown beside them."
AT_ANOTHER_TIME = (
    "3 of the meetings found may have been at another time: their dates reach beyond those chosen."
)


def notes(page: Page) -> list[str]:
    return page.locator("#timeline .note").all_inner_texts()
