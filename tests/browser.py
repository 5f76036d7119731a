"""The browser of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.programs import CHROMIUM


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser until the end of the block.

    It asks nothing of the network on its own account.
    """
    path = CHROMIUM.path()
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
