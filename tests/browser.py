"""The browser of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.programs import CHROMIUM

# On a machine that does much else at once a page may take a while.
expect.set_options(timeout=20_000)


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
