"""Pages in a real browser that has no network."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser import browsing
from tests.serving import Served

WIDTHS = {"wide": 1300, "middling": 800, "narrow": 360}
# Swagger UI says so of every link to an operation whose id has an underscore; the link works.
_OF_THE_LIBRARY = "Deprecated: escaping deep link whitespace with `_`"


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


@pytest.fixture(scope="package")
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
