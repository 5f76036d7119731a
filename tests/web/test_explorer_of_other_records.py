"""The explorer shows records that are less exact than the seed, or otherwise unlike it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.databases import Backend
from tests.given import WORLD, incoming, meeting, participant, person, store
from tests.serving import serving
from tests.web.conftest import WIDTHS, Opened
from tests.web.test_explorer import bars, explorer, settled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]

COURT = incoming(
    "organization", id="court", name={"en": "Court", "zh": "法院"}, kind="intergovernmental"
)
DAYS = ("2024-02-01", "2024-03-05", "2024-03-07", "2024-04-01")
RANGES = {
    "2023-11-09/2023-11-12": "2023年11月9日至12日",
    "2023-11-28/2023-12-31": "2023年11月28日至12月31日",
    "2023-12-28/2024-10-31": "2023年12月28日至2024年10月31日",
}


@pytest.fixture(scope="module")
def origin(backend: Backend) -> Iterator[str]:
    """Where a server has these records."""
    database = backend.migrated()
    store(
        database,
        *WORLD,
        COURT,
        person("bea"),
        *(meeting(f"of-{day}", day) for day in DAYS),
        *(meeting(f"of-some-day-{number}", "2024") for number in range(3)),
        *(
            meeting(f"of-{number}", days, participants=[participant("CC")])
            for number, days in enumerate(RANGES)
        ),
        meeting("of-two-hosts", DAYS[0], participants=[hosts("AA"), hosts("BB"), hosts("BB")]),
        meeting(
            "of-a-court", DAYS[0], participants=[hosts(organization="court"), hosts(person="bea")]
        ),
    )
    with serving(database.url) as served:
        yield str(served.client.base_url).rstrip("/")
    backend.remove(database)


def hosts(country: str | None = None, **members: Any) -> dict[str, Any]:
    return participant(country, role="host", **members)


@pytest.fixture
def other(browser: Browser, origin: str) -> Iterator[Opened]:
    """A page that nothing was asked of yet."""
    context = browser.new_context(viewport={"width": WIDTHS["wide"], "height": 1000})
    yield Opened(context.new_page(), origin)
    context.close()


def test_meetings_that_no_bar_shows_are_told_where_its_month_is_chosen(other: Opened) -> None:
    page = explorer(other, "/?country=BB")
    expect(bars(page)).to_have_count(3)
    assert notes(page) == [NOT_DRAWN]
    bars(page).nth(1).click()
    expect(page.locator("#total")).to_have_text("5 meetings")
    assert notes(settled(page)) == [AMONG_OTHERS, NOT_DRAWN, AT_ANOTHER_TIME]
    explorer(other, "/?country=BB&date_from=2024-03&date_to=2024-03&date_match=within")
    assert notes(page) == [AMONG_OTHERS]
    explorer(other, "/?country=BB&date_from=2024&date_to=2024")
    assert notes(page) == [AMONG_OTHERS, NOT_DRAWN]
    explorer(other, "/?country=BB&date_from=2024-03&date_to=2024-03&lang=zh")
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


@pytest.mark.parametrize(
    ("id_", "named"),
    [
        ("of-two-hosts", "HostAA and BB"),
        ("of-a-court", "HostCourt and bea"),
        ("of-2024-03-05", "Hostnot stated"),
    ],
)
def test_a_record_names_hosts_of_several_countries_or_of_none(
    other: Opened, id_: str, named: str
) -> None:
    page = explorer(other, f"/?open={id_}")
    expect(page.locator(".facts > div", has_text="Host")).to_have_text(named)


@pytest.mark.parametrize(
    ("language", "chip"), [("en", "Host: no hosting country ×"), ("zh", "主方：无主方国家 ×")]
)
def test_where_no_country_hosts_no_more_is_said(other: Opened, language: str, chip: str) -> None:
    page = explorer(other, f"/?host=none&lang={language}")
    expect(page.locator("#chosen")).to_have_text(chip)
    expect(page.locator("#meeting-of-a-court")).to_have_count(1)
    expect(page.locator("#meeting-of-two-hosts")).to_have_count(0)


def test_a_range_of_days_is_written_in_chinese_as_a_day_is(other: Opened) -> None:
    page = explorer(other, "/?lang=zh&country=CC")
    written = page.locator("#meetings time")
    assert {*written.all_inner_texts()} == {*RANGES.values()}
    for one in written.filter(has_text=re.compile("^2023年11月")).all():
        assert one.evaluate("one => one.clientHeight") < 30, "stands in one line"
