"""People try questions in the documentation, in a real browser that has no network."""

import json
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from app.web.frame import PAGES
from tests.contract import examples
from tests.web.conftest import WIDTHS, Opened

# The page is the same whatever the database is; one browser is enough.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
_CUT_OFF = """blocks => blocks
    .filter(block => block.clientWidth && block.scrollWidth > block.clientWidth + 1)
    .map(block => `${block.className}: ${block.scrollWidth} > ${block.clientWidth}`)"""
OPERATIONS = sorted({one.operation for one in examples() if "*" not in one.operation})


def docs(opened: Opened, path: str = "/docs") -> Page:
    opened.page.goto(f"{opened.origin}{path}")
    expect(opened.page.get_by_role("heading", name="Three first questions")).to_be_visible()
    return opened.page


def form(page: Page, operation: str) -> Locator:
    """Open an operation, if it is not open yet."""
    block = page.locator(f"[id$='-{operation}']")
    if not block.get_by_role("button", name="Execute").is_visible():
        block.locator(".opblock-summary").click()
    return block


def type_into(page: Page, name: str, text: str) -> None:
    """Type a parameter of the list of meetings; the form waits a little for more letters."""
    form(page, "list_meetings").locator(f"tr[data-param-name={name}] input").fill(text)
    page.wait_for_function(
        """text => JSON.stringify(
            window.ui.specSelectors.parameterValues(["/v1/meetings", "get"])
        ).includes(text)""",
        arg=text,
    )


def answer(page: Page, operation: str, status: int = 200) -> str:
    """Execute an operation as it stands, and read what is shown below it."""
    block = form(page, operation)
    block.get_by_role("button", name="Execute").click()
    live = block.locator(".live-responses-table")
    expect(live.locator("tbody td.response-col_status")).to_contain_text(str(status))
    return live.locator("tbody td.response-col_description pre").first.inner_text()


def test_the_first_question_shows_the_three_meetings_with_russia(opened: Opened) -> None:
    shown = json.loads(answer(docs(opened), "list_meetings"))
    assert [one["date"]["value"] for one in shown["data"]] == [
        "2023-12-05",
        "2023-09-20",
        "2023-07-13",
    ]
    opened.assert_at_peace()


@pytest.mark.slow
def test_the_address_has_nothing_that_is_taken_for_granted(opened: Opened) -> None:
    page = docs(opened)
    answer(page, "list_meetings")
    address = f"{opened.origin}/v1/meetings?country=RU"
    assert opened.requests[-1] == address
    expect(page.locator(".request-url pre")).to_have_text(address)
    expect(page.locator("pre.curl")).to_contain_text(f"'{address}'")


@pytest.mark.slow
def test_what_is_chosen_beside_a_default_is_kept(opened: Opened) -> None:
    page = docs(opened)
    basis = form(page, "list_meetings").locator("tr[data-param-name=theme_basis] select")
    basis.select_option(["stated", "inferred"])
    answer(page, "list_meetings")
    chosen = "country=RU&theme_basis=stated&theme_basis=inferred"
    assert opened.requests[-1] == f"{opened.origin}/v1/meetings?{chosen}"


@pytest.mark.slow
def test_a_country_may_be_typed(opened: Opened) -> None:
    page = docs(opened)
    type_into(page, "country", "缅甸")
    assert len(json.loads(answer(page, "list_meetings"))["data"]) == 1
    assert opened.requests[-1] == f"{opened.origin}/v1/meetings?country={quote('缅甸')}"
    opened.assert_at_peace()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), [("date_from", "yesterday"), ("limit", "5000")])
def test_the_server_says_what_is_wrong_with_a_value(opened: Opened, name: str, value: str) -> None:
    page = docs(opened)
    answer(page, "list_meetings")
    type_into(page, name, value)
    [fault] = json.loads(answer(page, "list_meetings", 422))["errors"]
    assert fault["name"] == name
    assert opened.requests[-1].endswith(f"&{name}={value}")


@pytest.mark.slow
def test_without_what_is_required_nothing_is_asked_and_no_old_answer_stands(
    opened: Opened,
) -> None:
    page = docs(opened)
    answer(page, "get_meeting")
    block = form(page, "get_meeting")
    block.locator("tr[data-param-name=id] input").fill("")
    block.get_by_role("button", name="Execute").click()
    expect(block.locator("tr[data-param-name=id] input.invalid")).to_be_visible()
    expect(block.locator(".live-responses-table")).to_have_count(0)
    block.locator("tr[data-param-name=id] input").fill("2023-09-20-lianyungang-gorodov")
    assert json.loads(answer(page, "get_meeting"))["disputed"] == ["date"]


@pytest.mark.slow
def test_every_operation_works_as_it_stands(opened: Opened) -> None:
    page = docs(opened)
    for operation in OPERATIONS:
        shown = answer(page, operation)
        if operation.startswith("export_"):
            download = form(page, operation).get_by_role("link", name="Download file")
            expect(download).to_be_visible()
            assert "content-disposition" in shown, operation
        else:
            assert json.loads(shown), operation
        page.locator(f"[id$='-{operation}'] .opblock-summary").click()
    opened.assert_at_peace()


@pytest.mark.slow
def test_a_link_to_an_operation_opens_it(opened: Opened) -> None:
    page = docs(opened, "/docs#/Meetings/list_meetings")
    block = page.locator("[id$='-list_meetings']")
    expect(block.get_by_role("button", name="Execute")).to_be_visible()
    opened.assert_at_peace()


@pytest.mark.slow
def test_the_first_questions_lead_to_answers(opened: Opened) -> None:
    page = docs(opened)
    questions = page.locator(".info table a").all()
    assert len(questions) == 3
    for question in questions:
        with page.expect_popup() as popup:
            question.click()
        assert json.loads(popup.value.inner_text("pre"))["data"]


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(opened: Opened, width: str) -> None:
    opened.page.set_viewport_size({"width": WIDTHS[width], "height": 800})
    page = docs(opened)
    answer(page, "list_meetings")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
    blocks = page.locator(".swagger-ui :is(select, pre, pre code, td, .opblock-summary)")
    assert blocks.evaluate_all(_CUT_OFF) == []


def test_no_other_page_is_wider_than_a_narrow_window(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": WIDTHS["narrow"], "height": 800})
    for name in PAGES:
        opened.page.goto(f"{opened.origin}/{name}")
        width = opened.page.evaluate("document.documentElement.scrollWidth")
        assert width <= WIDTHS["narrow"], name
    opened.assert_at_peace()


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_said_is_seen(opened: Opened, width: str) -> None:
    opened.page.set_viewport_size({"width": WIDTHS[width], "height": 800})
    page = docs(opened)
    answer(page, "list_meetings")
    for summary in page.locator(".opblock-summary-description").all():
        expect(summary).to_be_visible()
    expect(page.get_by_text("No links").locator("visible=true")).to_have_count(0)
    text = page.locator(".live-responses-table .highlight-code > pre").bounding_box()
    button = page.locator(".live-responses-table .download-contents").bounding_box()
    assert text is not None
    assert button is not None
    assert text["y"] + text["height"] <= button["y"]


@pytest.mark.slow
def test_the_choices_of_an_example_have_the_width_of_a_narrow_window(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": WIDTHS["narrow"], "height": 800})
    page = docs(opened)
    answer(page, "list_meetings")
    for choice in page.locator(".response-controls select").all():
        box = choice.bounding_box()
        assert box is not None
        assert box["width"] > 0.8 * WIDTHS["narrow"]


@pytest.mark.slow
def test_all_words_are_of_one_family_but_code(opened: Opened) -> None:
    page = docs(opened)
    answer(page, "list_meetings")
    words = page.locator(
        ".swagger-ui :is(p, li, td, th, label, h2, h3, h4, h5, button, select, input, small)"
    )
    families = words.evaluate_all("all => all.map(one => getComputedStyle(one).fontFamily)")
    assert {family.partition(",")[0] for family in families} == {"system-ui"}


@pytest.mark.slow
def test_all_words_stand_out_from_what_is_behind_them(opened: Opened) -> None:
    found = Axe().run(docs(opened), options={"runOnly": ["color-contrast"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.slow
def test_what_an_answer_is_made_up_of_is_not_random(opened: Opened) -> None:
    page = docs(opened)
    block = form(page, "put_person")
    shown = block.locator(".responses-table .highlight-code").first
    expect(shown).to_contain_text('"en": "string"')


@pytest.mark.slow
def test_what_the_policy_forbids_would_be_noticed(opened: Opened) -> None:
    # Guards all of the above.
    page = docs(opened)
    page.evaluate("fetch('http://elsewhere.example/').catch(() => null)")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        opened.assert_at_peace()


def test_a_request_to_elsewhere_would_be_noticed(opened: Opened) -> None:
    # Guards all of the above, from a page that has no policy that would prevent it.
    page = opened.page
    page.route(f"{opened.origin}/page", lambda route: route.fulfill(body="A page."))
    page.goto(f"{opened.origin}/page")
    page.evaluate("fetch('http://elsewhere.example/').catch(() => null)")
    opened.complaints.clear()
    with pytest.raises(AssertionError, match=r"elsewhere\.example"):
        opened.assert_at_peace()
