"""People try questions in the documentation, in a real browser that has no network."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser import browsing
from tests.contract import examples
from tests.serving import Served

# The page is the same whatever the database is; one browser is enough.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
# Swagger UI says so of every link to an operation whose id has an underscore; the link works.
_OF_THE_LIBRARY = "Deprecated: escaping deep link whitespace with `_`"
WIDTHS = {"wide": 1300, "narrow": 360}
OPERATIONS = sorted({one.operation for one in examples()} - {"*"})


@dataclass
class Opened:
    """A page, what it asked for, and what the browser complained of."""

    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # A violation of the policy is told here as well.
        if message.type in {"error", "warning"} and not message.text.startswith(_OF_THE_LIBRARY):
            self.complaints.append(message.text)

    def assert_at_peace(self) -> None:
        """No error, no violation of the policy, no request to elsewhere."""
        assert self.complaints == []
        elsewhere = [
            url for url in self.requests if not url.startswith((f"{self.origin}/", "data:"))
        ]
        assert elsewhere == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with browsing() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Opened]:
    """A page that nothing was asked of yet."""
    context = browser.new_context(viewport={"width": WIDTHS["wide"], "height": 1000})
    origin = str(served.client.base_url).rstrip("/")
    yield Opened(context.new_page(), origin)
    context.close()


def docs(opened: Opened, path: str = "/docs") -> Page:
    opened.page.goto(f"{opened.origin}{path}")
    expect(opened.page.get_by_role("heading", name="Three first questions")).to_be_visible()
    return opened.page


def answer(page: Page, operation: str) -> str:
    """Execute an operation as it stands, and read what is shown below it."""
    block = page.locator(f"[id$='-{operation}']")
    if not block.get_by_role("button", name="Execute").is_visible():
        block.locator(".opblock-summary").click()
    block.get_by_role("button", name="Execute").click()
    live = block.locator(".live-responses-table")
    expect(live.locator("tbody td.response-col_status")).to_contain_text("200")
    return live.locator("tbody td.response-col_description pre").first.inner_text()


def test_the_start_page_leads_to_the_documentation(opened: Opened) -> None:
    page = docs(opened, "/")
    assert page.url == f"{opened.origin}/docs"
    expect(page).to_have_title("Parley API")
    opened.assert_at_peace()


def test_the_first_question_shows_the_three_meetings_with_russia(opened: Opened) -> None:
    shown = json.loads(answer(docs(opened), "list_meetings"))
    assert [one["date"]["value"] for one in shown["data"]] == [
        "2023-12-05",
        "2023-09-20",
        "2023-07-13",
    ]
    assert f"{opened.origin}/v1/meetings?country=RU" in "\n".join(opened.requests)
    opened.assert_at_peace()


def test_a_country_may_be_typed(opened: Opened) -> None:
    page = docs(opened)
    block = page.locator("[id$='-list_meetings']")
    block.locator(".opblock-summary").click()
    block.locator("tr[data-param-name=country] input").fill("俄罗斯")
    assert len(json.loads(answer(page, "list_meetings"))["data"]) == 3
    opened.assert_at_peace()


def test_every_operation_works_as_it_stands(opened: Opened) -> None:
    page = docs(opened)
    for operation in OPERATIONS:
        assert json.loads(answer(page, operation)), operation
        page.locator(f"[id$='-{operation}'] .opblock-summary").click()
    opened.assert_at_peace()


def test_a_link_to_an_operation_opens_it(opened: Opened) -> None:
    page = docs(opened, "/docs#/Meetings/list_meetings")
    block = page.locator("[id$='-list_meetings']")
    expect(block.get_by_role("button", name="Execute")).to_be_visible()
    opened.assert_at_peace()


def test_the_first_questions_lead_to_answers(opened: Opened) -> None:
    page = docs(opened)
    questions = page.locator(".info table a").all()
    assert len(questions) == 3
    for question in questions:
        with page.expect_popup() as popup:
            question.click()
        assert json.loads(popup.value.inner_text("pre"))["data"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(opened: Opened, width: str) -> None:
    opened.page.set_viewport_size({"width": WIDTHS[width], "height": 800})
    page = docs(opened)
    answer(page, "list_meetings")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]


def test_a_request_to_elsewhere_would_be_noticed(opened: Opened) -> None:
    # Guards all of the above.
    page = docs(opened)
    page.evaluate("fetch('http://elsewhere.example/').catch(() => null)")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        opened.assert_at_peace()
