"""People look at the dataset before they ask for it, in a real browser that has no network."""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page, Route, expect

from app.schemas.filters import MeetingFilters
from app.web.frame import PAGES, STATIC
from tests.web.conftest import Opened

# The page is the same whatever the database is.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
TEXTS = set(
    re.findall(
        r'^  "?([\w.]+)"?: \[', (STATIC / "explorer" / "texts.js").read_text("utf-8"), re.MULTILINE
    )
)
VIEWS = ("timeline", "map", "pairs", "matrix", "meetings", "coverage")
WHEN_SETTLED = """(views) =>
  views.every((view) => document.querySelector(`#${view}:not([aria-busy]) .calls`))
  && document.querySelectorAll("#filters select").length === 3
  && performance.now()
"""
"""Asked of each frame by the browser itself: how many milliseconds it took."""


def explorer(opened: Opened, path: str = "/") -> Page:
    opened.page.goto(f"{opened.origin}{path}")
    return settled(opened.page)


def settled(page: Page) -> Page:
    """Wait until every view shows what was asked for."""
    for view in VIEWS:
        expect(page.locator(f"#{view}:not([aria-busy]) .calls")).to_have_count(1)
    expect(page.locator("#filters select")).to_have_count(3)
    return page


def choose(page: Page, name: str, value: str) -> None:
    """Tick a box of a list that folds away."""
    page.locator(f"#{name}").click()
    page.locator(".list[open]").get_by_label(value).check()
    page.keyboard.press("Escape")


def bars(page: Page) -> Locator:
    return page.locator("#timeline .mark-rect path")


def asked(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query)


def titles(page: Page) -> list[str]:
    return page.locator("#meetings .what").all_inner_texts()


@pytest.mark.parametrize("name", MeetingFilters.model_fields)
def test_every_filter_and_its_words_have_names_in_both_languages(
    name: str, backend: object
) -> None:
    assert backend
    assert f"filter.{name}" in TEXTS
    for word in _words(MeetingFilters.model_fields[name].annotation):
        assert {f"value.{word}", f"value.{name}.{word}"} & TEXTS, word


def _words(kind: Any) -> list[str]:
    """Find the closed list of words within the type of a filter."""
    if kind is bool:
        return ["true", "false"]
    if str(get_origin(kind)) == "typing.Literal":
        return [str(word) for word in get_args(kind)]
    return [word for part in get_args(kind) for word in _words(part)]


def test_the_links_of_all_pages_have_names_in_both_languages(backend: object) -> None:
    assert backend
    assert {*PAGES, "explorer", "docs"} <= TEXTS


def test_all_views_show_the_seed(opened: Opened) -> None:
    page = explorer(opened)
    expect(page.locator("#total")).to_have_text("9 meetings")
    expect(bars(page)).to_have_count(8)
    expect(page.locator("#map .mark-symbol path")).to_have_count(8 + 4)
    expect(page.locator("#pairs li")).to_have_count(7)
    expect(page.locator("#matrix thead th")).to_have_count(8)
    assert len(titles(page)) == 9
    expect(page.locator("#coverage")).to_contain_text("may still have taken place")
    opened.assert_at_peace()


def test_who_chooses_russia_sees_three_meetings_in_all_views(opened: Opened) -> None:
    page = explorer(opened)
    choose(page, "country", "Russia")
    expect(page.locator("#total")).to_have_text("3 meetings")
    settled(page)
    assert asked(page) == [("country", "RU")]
    expect(bars(page)).to_have_count(3)
    expect(page.locator("#map .mark-symbol path")).to_have_count(2 + 2)
    expect(page.locator("#pairs li")).to_have_count(1)
    expect(page.locator("#pairs li")).to_have_text("China – Russia3last by 5 Dec 2023")
    expect(page.locator("#matrix thead th")).to_have_count(2)
    assert len(titles(page)) == 3
    opened.assert_at_peace()


@pytest.mark.slow
def test_marks_of_every_view_narrow_the_others(opened: Opened) -> None:
    page = explorer(opened)
    page.locator("#map .mark-symbol path[aria-label*='Russia']").click()
    expect(page.locator("#total")).to_have_text("3 meetings")
    settled(page).get_by_role("button", name="Criminal justice assistance", exact=True).click()
    expect(page.locator("#total")).to_have_text("2 meetings")
    bars(settled(page)).last.click()
    expect(page.locator("#total")).to_have_text("1 meeting")
    assert titles(settled(page)) == ["Wang Xiaohong receives Petr Gorodov in Lianyungang"]
    assert asked(page) == [
        ("country", "RU"),
        ("theme", "criminal-justice-assistance"),
        ("date_from", "2023-09"),
        ("date_to", "2023-09"),
    ]
    opened.assert_at_peace()


@pytest.mark.slow
def test_the_days_that_are_chosen_are_seen_among_the_others(opened: Opened) -> None:
    page = explorer(opened, "/?date_from=2023-10&date_to=2023-11")
    expect(page.locator("#total")).to_have_text("3 meetings")
    expect(bars(page)).to_have_count(8)
    expect(page.locator("#timeline .mark-rect path[fill='var(--accent)']")).to_have_count(2)
    expect(page.locator("#timeline")).to_contain_text("The years of 3 meetings are inferred")
    expect(page.locator("#timeline")).not_to_contain_text("contradict")


@pytest.mark.slow
@pytest.mark.parametrize(("width", "months"), [(1300, 9), (360, 5)])
def test_months_stand_beneath_their_bars(opened: Opened, width: int, months: int) -> None:
    opened.page.set_viewport_size({"width": width, "height": 900})
    page = explorer(opened)
    labels = page.locator("#timeline .role-axis-label text", has_text=re.compile("[a-z]"))
    expect(labels).to_have_count(months)
    expect(labels.first).to_have_text("Apr2023")
    boxes = [one.bounding_box() for one in labels.all()]
    first, last = bars(page).first.bounding_box(), bars(page).last.bounding_box()
    assert _middle(boxes[0]) == pytest.approx(_middle(first), abs=2)
    assert _middle(boxes[-1]) == pytest.approx(_middle(last), abs=2)
    for one, other in pairwise(boxes):
        assert one
        assert other
        assert one["x"] + one["width"] + 4 < other["x"]


def _middle(box: FloatRect | None) -> float:
    assert box
    return box["x"] + box["width"] / 2


@pytest.mark.slow
def test_a_cell_of_the_matrix_asks_for_both(opened: Opened) -> None:
    page = explorer(opened)
    page.get_by_role("button", name="Russia, Cybersecurity: 1 meeting").click()
    expect(page.locator("#total")).to_have_text("1 meeting")
    assert asked(page) == [("country", "RU"), ("theme", "cybersecurity")]


@pytest.mark.slow
def test_the_number_on_a_mark_is_what_it_finds(opened: Opened, api: httpx.Client) -> None:
    page = explorer(opened)
    cells = page.locator("#matrix .shade").all()
    assert len(cells) > 50
    for cell in cells:
        country, _, theme = str(cell.get_attribute("data-key")).partition("-")
        found = api.get("/v1/meetings", params={"country": country, "theme": theme}).json()
        assert found["total"]["value"] == int(cell.inner_text()), (country, theme)


@pytest.mark.slow
def test_a_mark_beside_what_is_chosen_finds_both(opened: Opened) -> None:
    page = explorer(opened, "/?country=MM&country=RU")
    expect(page.locator("#total")).to_have_text("4 meetings")
    expect(page.locator("#chosen")).to_have_text("Country: Myanmar ×orCountry: Russia ×Clear all")
    page.get_by_role("button", name="Counter-narcotics", exact=True).click()
    expect(page.locator("#total")).to_have_text("2 meetings")
    page.locator("#map .mark-symbol path[aria-label*='Russia']").click()
    expect(page.locator("#total")).to_have_text("1 meeting")
    assert asked(page) == [("theme", "counter-narcotics"), ("country", "RU")]
    settled(page).locator("#matrix thead").get_by_role("button", name="China").click()
    expect(page.locator("#chosen .chip").last).to_contain_text("With: China")
    expect(page.locator("#total")).to_have_text("1 meeting")
    settled(page).locator("#matrix thead").get_by_role("button", name="Russia").click()
    expect(page.locator("#total")).to_have_text("3 meetings")


@pytest.mark.slow
def test_alternatives_stand_together_wherever_the_address_has_them(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU&theme=cybersecurity&country=MM")
    expect(page.locator("#chosen")).to_have_text(
        "Country: Russia ×orCountry: Myanmar ×Theme: Cybersecurity ×Clear all"
    )


@pytest.mark.slow
def test_a_pair_asks_for_meetings_of_both(opened: Opened) -> None:
    page = explorer(opened, "/?pairs=person")
    page.get_by_role("button", name="Anwar Ibrahim – Wang Xiaohong").click()
    expect(page.locator("#total")).to_have_text("1 meeting")
    assert asked(page)[1:] == [("person_all", "anwar-ibrahim"), ("person_all", "wang-xiaohong")]


@pytest.mark.slow
@pytest.mark.parametrize("level", ["country", "person", "organization"])
def test_seen_from_a_country_a_pair_finds_as_many_meetings_as_it_says(
    opened: Opened, level: str
) -> None:
    page = explorer(opened, f"/?anchor=CN&pairs={level}&theme=cybersecurity")
    first = page.locator("#pairs li").first
    meetings = int(first.locator(".number").inner_text())
    first.get_by_role("button").click()
    expect(page.locator("#total")).to_have_text(re.compile(f"^{meetings} meetings?$"))
    pair = settled(page).locator("#pairs li").first.get_by_role("button")
    expect(pair).to_have_attribute("aria-pressed", "true")
    assert ("theme", "cybersecurity") in asked(page)
    pair.click()
    expect(pair).to_have_attribute("aria-pressed", "false")
    opened.assert_at_peace()


@pytest.mark.slow
def test_a_pair_whose_meetings_no_question_finds_is_no_button(opened: Opened) -> None:
    page = explorer(opened, "/?anchor=CN&region=150&pairs=person")
    expect(page.locator("#pairs li").first).to_contain_text("Wang Xiaohong")
    expect(page.locator("#pairs li").get_by_role("button")).to_have_count(0)


@pytest.mark.slow
def test_a_list_opens_within_the_window(opened: Opened) -> None:
    page = explorer(opened)
    for width in (360, 700, 768, 1280, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("country", "theme"):
            page.locator(f"#{name}").click()
            tree = page.locator(".list[open] .tree")
            # As wide as it may be, as with a long name.
            tree.evaluate("one => { one.style.width = '60rem'; }")
            box = tree.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            page.keyboard.press("Escape")


def test_an_address_shows_the_same_to_somebody_else(opened: Opened) -> None:
    page = explorer(opened, "/?theme=bri-security&country=ZM&open=2023-11-20-beijing-mwiimbu")
    expect(page.get_by_role("button", name="Remove Country: Zambia")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Theme: Belt and Road security")).to_be_visible()
    assert titles(page) == ["Wang Xiaohong receives Jack Mwiimbu in Beijing"]
    expect(page.locator("#meetings .record")).to_contain_text("赞比亚内政与国内安全部部长")


@pytest.mark.slow
@pytest.mark.parametrize("spelling", ["俄罗斯", "RUS", "643", "ru", "Russian Federation"])
def test_a_country_may_be_spelled_in_other_ways(opened: Opened, spelling: str) -> None:
    page = explorer(opened, f"/?country={spelling}&open=2023-07-13-beijing-krasnov&region=150")
    expect(page.locator("#chosen")).to_contain_text("Country: Russia")
    expect(page.locator("#chosen")).to_contain_text("Region: Europe")
    expect(page.locator("#country")).to_have_text("1 chosen")
    expect(page.locator("#meetings .record:visible")).to_have_count(1)
    assert ("country", "RU") in asked(page)
    opened.assert_at_peace()


@pytest.mark.slow
def test_what_a_link_was_given_on_its_way_is_dropped(opened: Opened) -> None:
    way = "fbclid=a&gclid=b&utm_source=c&utm_medium=d&mc_cid=e&mc_eid=f&limit=3"
    page = explorer(opened, f"/?{way}&country=RU")
    expect(page.locator("#total")).to_have_text("3 meetings")
    assert asked(page) == [("country", "RU")]
    opened.assert_at_peace()


@pytest.mark.slow
def test_one_can_go_back_and_forth(opened: Opened) -> None:
    page = explorer(opened)
    choose(page, "country", "Myanmar")
    expect(page.locator("#total")).to_have_text("1 meeting")
    page.go_back()
    expect(page.locator("#total")).to_have_text("9 meetings")
    page.go_forward()
    expect(page.locator("#total")).to_have_text("1 meeting")
    page.get_by_role("button", name="Remove Country: Myanmar").click()
    expect(page.locator("#total")).to_have_text("9 meetings")


@pytest.mark.slow
def test_the_language_is_switched_at_once_and_remembered(opened: Opened) -> None:
    page = explorer(opened, "/?country=MY")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("外交会晤")
    assert ("lang", "zh") in asked(settled(page))
    assert titles(page) == ["安瓦尔在布城接待王小洪"]
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#total")).to_have_text("1 次会晤")
    expect(page.locator("#timeline text", has_text="11月").first).to_be_visible()
    words = page.locator("body").inner_text()
    assert not {"Meetings", "Country", "Theme", "Host", "Loading"} & set(words.split())
    page.goto(opened.origin)
    expect(page.locator("h1")).to_have_text("外交会晤")
    opened.assert_at_peace()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_date_boxes_have_room_for_a_date(opened: Opened, language: str) -> None:
    page = explorer(opened, f"/?lang={language}&date_from=2020-06-08&date_to=2028-12-28")
    for width in (360, 700, 721, 768, 961, 1280, 1281, 1300, 1366, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("date_from", "date_to"):
            box = page.locator(f"#{name}")
            assert box.evaluate("one => one.scrollWidth <= one.clientWidth"), (name, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_what_is_there_more_than_once_has_names_of_its_own(opened: Opened) -> None:
    page = explorer(opened, "/?theme=cybersecurity")
    names = {"country": "Country: Any", "theme": "Theme: 1 chosen", "map-switch": "Table Where"}
    for id_, name in names.items():
        expect(page.locator(f"#{id_}")).to_have_accessible_name(name)
    for view in VIEWS:
        title = page.locator(f"#{view}-title").inner_text()
        named = f"Use this: API call, CSV, code {title}"
        expect(page.locator(f"#{view} .calls > summary")).to_have_accessible_name(named)


def test_words_are_searched_for(opened: Opened) -> None:
    page = explorer(opened)
    page.get_by_label("Search").fill("禁毒")
    page.get_by_label("Search").press("Enter")
    expect(page.locator("#total")).to_have_text("3 meetings")
    assert asked(page) == [("q", "禁毒")]


def test_who_types_is_led_to_records(opened: Opened) -> None:
    page = explorer(opened)
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("kolok")
    option = page.get_by_role("option", name="Vladimir Kolokoltsev")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(page.locator("#total")).to_have_text("1 meeting")
    assert asked(page) == [("person", "vladimir-kolokoltsev")]
    expect(page.get_by_role("button", name="Remove Person: Vladimir Kolokoltsev")).to_be_visible()


def test_an_answer_that_comes_late_leaves_what_is_chosen(opened: Opened) -> None:
    page = explorer(opened)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/suggest?q=kolok&*", hold)
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("kol")
    option = page.get_by_role("option", name="Vladimir Kolokoltsev")
    expect(option).to_be_visible()
    with page.expect_request("**/v1/suggest?q=kolok&*"):
        box.press_sequentially("ok")
    box.press("ArrowDown")
    box.press("ArrowDown")
    held[0].continue_()
    expect(page.get_by_role("option", name="Search all texts for “kolok”")).to_be_visible()
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("o")
    expect(option).to_have_attribute("aria-selected", "false")


@pytest.mark.slow
def test_the_language_of_a_link_is_kept_for_the_way_back(opened: Opened) -> None:
    page = explorer(opened, "/?lang=zh")
    expect(page.locator("#coverage")).to_contain_text("标为“选录”时")
    page.get_by_role("link", name="查询示例").click()
    page.get_by_role("link", name="Explorer", exact=True).click()
    expect(page.locator("h1")).to_have_text("外交会晤")


@pytest.mark.slow
def test_a_record_tells_titles_wordings_and_who_contradicts(opened: Opened) -> None:
    page = explorer(opened, "/?disputed=true")
    page.get_by_text("Wang Xiaohong receives Petr Gorodov").click()
    record = page.locator("#meetings .record")
    expect(record).to_contain_text("俄罗斯联邦副总检察长")
    expect(record.locator("q", has_text="刑事司法协助")).to_be_visible()
    against = record.locator("li.contradicts")
    expect(against).to_contain_text("Xinhua News Agency, English service")
    expect(against).to_contain_text("has 19 Sept 2023")
    expect(record.locator("dd", has_text="20 Sept 2023")).to_contain_text("disputed")
    expect(record.get_by_role("link", name="This record as JSON")).to_have_attribute(
        "href", "/v1/meetings/2023-09-20-lianyungang-gorodov"
    )
    assert ("open", "2023-09-20-lianyungang-gorodov") in asked(page)
    opened.assert_at_peace()


@pytest.mark.slow
def test_only_what_somebody_said_is_quoted(opened: Opened) -> None:
    page = explorer(opened, "/?said=true")
    page.locator("#meetings summary").first.click()
    expect(page.locator("#meetings blockquote")).to_contain_text("Vladimir Kolokoltsev, at P22")


def test_every_view_is_a_call_of_the_api(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU")
    shown = [one.get_attribute("href") or "" for one in page.locator(".address a").all()]
    assert len(shown) == 2 * (len(VIEWS) + 1) - 1
    for path in shown:
        answer = page.request.get(f"{opened.origin}{path}")
        assert answer.ok, path
        assert "RU" in path or path.startswith("/v1/dataset"), path
    snippets = page.locator("#meetings .snippet code").all_text_contents()
    address = f"{opened.origin}/v1/meetings?country=RU&limit=20"
    assert len(snippets) == 3
    assert all(address in one for one in snippets)


@pytest.mark.slow
def test_what_is_shown_comes_as_a_table(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU")
    page.locator("#meetings .calls > summary").click()
    with page.expect_download() as download:
        page.locator("#meetings .file").click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == 1 + 3
    assert lines[0].startswith("id,")


@pytest.mark.slow
def test_code_is_copied(opened: Opened) -> None:
    page = explorer(opened)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#pairs .calls > summary").click()
    page.locator("#pairs").get_by_role("button", name="Copy curl").click()
    expect(page.locator("#pairs")).to_contain_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"curl '{opened.origin}/v1/dyads?level=country&limit=10'"


@pytest.mark.slow
def test_code_is_there_to_be_copied_where_the_browser_does_not_let_a_page_do_so(
    opened: Opened,
) -> None:
    opened.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = explorer(opened)
    page.locator("#pairs .calls > summary").click()
    page.locator("#pairs").get_by_role("button", name="Copy curl").click()
    expect(page.locator("#pairs")).to_contain_text("Selected; press Ctrl+C")
    assert page.evaluate("() => String(getSelection())").startswith("curl '")
    opened.assert_at_peace()


@pytest.mark.slow
def test_the_keyboard_is_enough(opened: Opened) -> None:
    page = explorer(opened)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the meetings")).to_be_focused()
    _tab_to(page, page.locator("#country"))
    page.keyboard.press("Enter")
    _tab_to(page, page.locator(".list[open]").get_by_label("Russia"))
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#total")).to_have_text("3 meetings")
    _tab_to(settled(page), page.locator("#timeline .switch"))
    page.keyboard.press("Enter")
    expect(page.locator("#timeline .switch")).to_be_focused()
    _tab_to(page, page.get_by_role("button", name="Sept 2023"))
    page.keyboard.press("Space")
    expect(page.locator("#total")).to_have_text("1 meeting")
    _tab_to(settled(page), page.locator("#meetings summary").first)
    page.keyboard.press("Enter")
    expect(page.locator("#meetings .record")).to_be_visible()
    opened.assert_at_peace()


def _tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"{wanted} is not reached")


@pytest.mark.slow
def test_a_filter_that_does_not_exist_is_explained_once(opened: Opened) -> None:
    page = opened.page
    page.goto(f"{opened.origin}/?theme=cybersecurty")
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("This question cannot be answered: Theme")
    expect(alert).to_contain_text("There is no theme “cybersecurty”; did you mean cybersecurity?")
    expect(page.locator("#map").get_by_role("link")).to_have_attribute("href", "#fault")
    page.get_by_role("button", name="Remove Theme: cybersecurty").click()
    expect(page.locator("#total")).to_have_text("9 meetings")
    expect(alert).to_have_count(0)
    assert titles(settled(page))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "taken", "chip"),
    [
        ("2023年6月", "2023-06", "From: Jun 2023"),
        ("2023年", "2023", "From: 2023"),
        pytest.param("2023/6/8", "2023-06-08", "From: 8 Jun 2023", marks=pytest.mark.slow),
        pytest.param("2023-13", "2023-13", "From: 2023-13", marks=pytest.mark.slow),
        pytest.param("2023-02-30", "2023-02-30", "From: 2023-02-30", marks=pytest.mark.slow),
        ("in May", "in May", "From: in May"),
    ],
)
def test_a_date_is_taken_in_other_clothes_and_else_told(
    opened: Opened, typed: str, taken: str, chip: str
) -> None:
    page = explorer(opened, "/?country=RU")
    page.locator("#date_from").fill(typed)
    page.keyboard.press("Tab")
    expect(page.locator("#date_to")).to_be_focused()
    expect(page.get_by_role("button", name=f"Remove {chip}")).to_be_visible()
    assert asked(page)[1:] == [("date_from", taken)]
    expect(page.get_by_role("alert")).to_have_count(0 if typed != taken else 1)


@pytest.mark.slow
def test_the_controls_follow_the_address(opened: Opened) -> None:
    page = explorer(opened, "/?country_all=CN&country_all=RU&q=禁毒")
    expect(page.locator("#country")).to_have_text("2 chosen")
    page.locator("#country").click()
    page.locator(".list[open]").get_by_label("China").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#country")).to_have_text("1 chosen")
    assert asked(page) == [("q", "禁毒"), ("country_all", "RU")]
    page.get_by_label("Search").fill("kolok")
    page.get_by_role("option", name="Vladimir Kolokoltsev").click()
    expect(page.locator("#total")).to_have_text("1 meeting")
    expect(page.get_by_label("Search")).to_have_value("禁毒")
    page.locator("#date_from").fill("2023-06")
    page.keyboard.press("Enter")
    expect(page.locator("#quick option:checked")).to_have_text("Others")
    page.go_back()
    expect(page.locator("#date_from")).to_have_value("")
    expect(page.locator("#quick option:checked")).to_have_text("All dates")


def test_words_that_are_left_in_the_box_are_told_not_to_be_searched_for(opened: Opened) -> None:
    page = explorer(opened)
    box = page.get_by_role("combobox", name="Search")
    box.fill("禁毒")
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Not searched for yet: search")
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.locator("#total")).to_have_text("3 meetings")
    expect(button).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_and_bars_that_are_not_chosen_stand_out(opened: Opened, scheme: str) -> None:
    opened.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page = explorer(opened, "/?date_from=2023-10")
    paper = _luminance(page.locator("body"), "backgroundColor")
    edges = [(page.locator(f"#{name}"), "borderTopColor") for name in ("q", "country", "host")]
    for place, colour in [*edges, (bars(page).first, "fill")]:
        both = sorted((paper, _luminance(place, colour)))
        assert (both[1] + 0.05) / (both[0] + 0.05) >= 3


def _luminance(place: Locator, colour: str) -> float:
    written = place.evaluate(f"one => getComputedStyle(one).{colour}")
    parts = [int(one) / 255 for one in re.findall(r"\d+", written)[:3]]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.slow
def test_what_is_slow_does_not_overtake_what_was_asked_later(opened: Opened) -> None:
    page = opened.page
    release: list[Route] = []

    def hold(route: Route) -> None:
        release.append(route)

    page.route("**/v1/sources/xinhua-english", hold)
    explorer(opened, "/?source=xinhua-english")
    choose(page, "country", "Russia")
    page.evaluate("() => { history.pushState(null, '', '/?country=MM'); }")
    page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.locator("#total")).to_have_text("1 meeting")
    for route in release:
        route.continue_()
    expect(page.locator("#chosen")).to_have_text("Country: Myanmar ×")
    page.wait_for_timeout(300)
    expect(page.locator("#chosen")).to_have_text("Country: Myanmar ×")


@pytest.mark.slow
def test_where_too_much_is_asked_it_is_asked_again(opened: Opened) -> None:
    page = opened.page
    busy = {"type": "about:blank", "title": "", "status": 503, "code": "too_busy", "detail": "no"}
    headers = {"Retry-After": "1", "Content-Type": "application/problem+json"}
    page.route(
        "**/v1/dyads*",
        lambda route: route.fulfill(status=503, headers=headers, body=json.dumps(busy)),
        times=2,
    )
    explorer(opened)
    expect(page.locator("#pairs li")).to_have_count(7)


@pytest.mark.slow
def test_a_record_stays_open_beside_others_and_one_that_is_not_there_is_told(
    opened: Opened,
) -> None:
    page = explorer(opened, "/?country=RU&open=2023-11-20-beijing-mwiimbu")
    expect(page.locator("#meetings .apart")).to_contain_text("Opened, beside the meetings below")
    expect(page.locator("#meetings .apart .record")).to_contain_text("Zambia · Guest")
    choose(page, "theme", "Cybersecurity")
    expect(page.locator("#meetings .apart")).to_have_count(0)
    page = explorer(opened, "/?country=RU&theme=gambling&open=nowhere")
    expect(page.locator("#meetings")).to_contain_text("There is no meeting “nowhere”.")


@pytest.mark.slow
def test_a_record_that_stays_open_stays_in_the_address(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU")
    summaries = page.locator("#meetings .meeting > summary")
    for at in (2, 0):
        summaries.nth(at).click()
        expect(page.locator("#meetings .record:visible")).to_have_count(1 if at else 2)
    expect(page).to_have_url(re.compile("open=2023-12-05-beijing-kolokoltsev"))
    summaries.nth(0).click()
    expect(page).to_have_url(re.compile("open=2023-07-13-beijing-krasnov"))
    summaries.nth(2).click()
    expect(page).not_to_have_url(re.compile("open="))


@pytest.mark.slow
def test_focus_stays_near_what_was_done(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU&theme=cybersecurity")
    page.get_by_role("button", name="Remove Country: Russia").press("Enter")
    expect(page.get_by_role("button", name="Remove Theme: Cybersecurity")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search")).to_be_focused()
    page.get_by_role("button", name="中文").press("Enter")
    expect(page.get_by_role("button", name="中文")).to_be_focused()
    settled(page).locator("#theme").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#theme")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".list[open]")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#country")).to_be_focused()
    expect(page.locator(".list[open]")).to_have_count(0)


@pytest.mark.slow
def test_what_is_typed_is_kept_while_something_else_is_chosen(opened: Opened) -> None:
    page = explorer(opened)
    page.get_by_label("Search").fill("drug")
    choose(page, "country", "Russia")
    expect(page.locator("#total")).to_have_text("3 meetings")
    expect(page.get_by_label("Search")).to_have_value("drug")
    page.get_by_label("Search").fill("")
    page.wait_for_timeout(300)
    assert asked(page) == [("country", "RU")]


def test_no_more_is_asked_than_has_changed(opened: Opened) -> None:
    page = explorer(opened)
    opened.requests.clear()
    page.get_by_role("link", name="see what the data covers").or_(
        page.get_by_role("link", name="Skip to the meetings")
    ).press("Enter")
    page.get_by_label("People").check()
    expect(page.locator("#pairs li").first).to_contain_text("Wang Xiaohong")
    assert [url for url in opened.requests if "/v1/" in url] == [
        f"{opened.origin}/v1/dyads?level=person&limit=10"
    ]


def test_nothing_found_is_said_with_what_it_does_not_mean(opened: Opened) -> None:
    page = explorer(opened, "/?country=RU&theme=gambling")
    expect(page.locator("#total")).to_have_text("0 meetings")
    expect(page.locator("#meetings .empty")).to_contain_text("need not mean that there was none")


@pytest.mark.slow
def test_a_server_that_is_gone_is_said_and_asked_again(opened: Opened) -> None:
    page = explorer(opened)
    page.route("**/v1/**", lambda route: route.abort())
    choose(page, "country", "Russia")
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("The server does not answer.")
    expect(page.locator("#meetings")).to_contain_text("This was not loaded.")
    page.unroute("**/v1/**")
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator("#meetings .what")).to_have_count(3)


@pytest.mark.slow
def test_a_server_that_is_too_busy_is_no_fault_of_the_question_and_all_is_asked_again(
    opened: Opened,
) -> None:
    page = opened.page
    busy = {"type": "about:blank", "title": "", "status": 503, "detail": "Too much is asked"}
    page.route("**/v1/**", lambda route: route.fulfill(status=503, body=json.dumps(busy)))
    page.goto(f"{opened.origin}/?country=RU")
    alert = page.get_by_role("alert")
    for view in VIEWS:
        expect(page.locator(f"#{view}")).to_contain_text("This was not loaded.")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("The server cannot answer now:Too much is asked")
    page.unroute("**/v1/**")
    page.locator("#pairs").get_by_role("button", name="Try again").press("Enter")
    expect(page.locator("#pairs h2")).to_be_focused()
    expect(page.locator("#total")).to_have_text("3 meetings")
    settled(page)
    expect(alert).to_have_count(0)


@pytest.mark.slow
def test_a_total_that_is_not_loaded_is_said_and_asked_for_again(opened: Opened) -> None:
    page = opened.page
    busy = {"type": "about:blank", "title": "", "status": 503, "detail": "Too much is asked"}
    answer = "**/v1/meetings?limit=1&total=exact"
    page.route(answer, lambda route: route.fulfill(status=503, body=json.dumps(busy)))
    explorer(opened)
    expect(page.locator("#total")).to_have_text("This was not loaded.")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server cannot answer now:Too much is asked")
    page.unroute(answer)
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator("#total")).to_have_text("9 meetings")
    expect(alert).to_have_count(0)


def test_text_is_never_taken_for_html(opened: Opened) -> None:
    page = opened.page
    page.goto(f"{opened.origin}/?q=<img src=x onerror=alert(1)>&person=<b>x</b>")
    expect(page.get_by_role("alert")).to_contain_text("<b>x</b>")
    expect(page.locator("main img, main b")).to_have_count(0)


STATES = {
    "light": ("/", 1600, "light"),
    "dark and narrow, in Chinese": ("/?lang=zh&country=RU", 360, "dark"),
    "nothing found": ("/?country=RU&theme=gambling", 800, "light"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "state",
    [*list(STATES)[:2], *(pytest.param(one, marks=pytest.mark.slow) for one in list(STATES)[2:])],
)
def test_nobody_is_kept_out_and_nothing_is_cut_off(opened: Opened, state: str) -> None:
    path, width, scheme = STATES[state]
    page = opened.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    explorer(opened, path)
    for one in page.locator("#meetings .meeting > summary").all()[:2]:
        one.click()
    page.locator("#pairs .calls > summary").click()
    page.locator("#theme").click()
    for _ in range(2):
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")
        for switch in page.locator(".switch").all():
            switch.click()
        settled(page)
    opened.assert_at_peace()


def _with_long_words(value: Any) -> Any:
    """Write every text of a record as one word, as an address of the web is."""
    if isinstance(value, dict):
        texts = {"en": "https://example.org/" + 40 * "minutes_of_", "zh": 400 * "x"}
        return {
            name: texts[name] if name in texts else _with_long_words(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_with_long_words(one) for one in value]
    return value


def answer_otherwise(page: Page, pattern: str, change: Callable[[Any], Any]) -> None:
    """Change what the server answers."""

    def answer(route: Route) -> None:
        found = route.fetch()
        route.fulfill(response=found, json=change(found.json()))

    page.route(pattern, answer)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [375, 1280])
def test_a_long_word_is_broken_and_an_open_record_is_in_sight(
    opened: Opened, width: int, language: str
) -> None:
    page = opened.page
    page.set_viewport_size({"width": width, "height": 800})
    answer_otherwise(page, "**/v1/**", _with_long_words)
    every = ["date", "place", "event", "mode", "participants", "titles", "themes", "said", "name"]
    answer_otherwise(
        page,
        "**/v1/meetings?*limit=20",
        lambda found: _with_long_words(
            {**found, "data": [{**one, "disputed": every} for one in found["data"]]}
        ),
    )
    explorer(opened, f"/?lang={language}&said=true&open=2023-12-05-beijing-kolokoltsev")
    record = page.locator("#meetings .record")
    expect(record.locator("blockquote")).to_be_visible()
    expect(page.locator("#meetings .what").first).to_be_in_viewport()
    for switch in (None, *page.locator(".switch").all()):
        if switch:
            switch.click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    title = page.locator("#meetings .what").first.bounding_box()
    assert title
    assert title["width"] > 200
    opened.assert_at_peace()


@pytest.mark.slow
def test_pages_lead_to_each_other_and_questions_into_the_explorer(opened: Opened) -> None:
    page = explorer(opened)
    page.get_by_role("link", name="Cookbook").click()
    expect(page.locator("nav a[aria-current=page]")).to_have_text("Cookbook")
    page.get_by_role("link", name="explore", exact=True).first.click()
    settled(page)
    assert asked(page)
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.locator("nav a[aria-current=page]")).to_have_text("API")
    page.get_by_role("link", name="Explorer").click()
    settled(page)
    opened.assert_at_peace()


@pytest.mark.slow
def test_every_question_of_the_cookbook_can_be_explored(opened: Opened) -> None:
    opened.page.goto(f"{opened.origin}/cookbook")
    paths = [one.get_attribute("href") for one in opened.page.locator("a.explore").all()]
    assert len(paths) > 5
    for path in paths:
        explorer(opened, str(path))
    opened.assert_at_peace()


def test_without_javascript_it_leads_to_the_data(opened: Opened) -> None:
    text = opened.page.request.get(opened.origin).text()
    assert '<a href="/v1/meetings">' in text
    assert '<a href="/docs">' in text


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 768, 1280, 1440])
def test_nothing_jumps_while_the_page_is_loaded(opened: Opened, width: int) -> None:
    page = opened.page
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => {"
        " for (const one of list.getEntries()) window.moved += one.value;"
        "}).observe({ type: 'layout-shift', buffered: true });"
    )
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/assets/vega.js", hold)
    page.goto(opened.origin)
    expect(page.locator("#timeline .body")).to_have_text("Loading …")
    expect(page.locator("#map .body")).to_have_text("Loading …")
    for route in held:
        route.continue_()
    settled(page)
    expect(bars(page)).to_have_count(8)
    assert page.evaluate("() => window.moved") < 0.05


@pytest.mark.slow
@pytest.mark.alone
def test_the_first_view_is_there_within_a_second(opened: Opened) -> None:
    explorer(opened)  # The first page of a browser takes longer.
    took = []
    for _ in range(5):
        opened.page.goto("about:blank")
        opened.page.goto(opened.origin)
        took.append(opened.page.wait_for_function(WHEN_SETTLED, arg=VIEWS).json_value())
    assert sorted(took)[2] < 1000
