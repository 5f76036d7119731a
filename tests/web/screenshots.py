"""Draws the pictures of the explorer that stand in the README: `make screenshots`."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Browser, expect

from app.database import Database
from seeds.load import load
from tests.browser import browsing
from tests.serving import serving

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"


class Picture(NamedTuple):
    """What is shown, in a window of which size, and whether in dark colours."""

    path: str
    width: int
    height: int
    is_dark: bool


_RECORD = "disputed=true&open=2023-09-20-lianyungang-gorodov"
PICTURES = {
    "wide-light-en": Picture("/", 1400, 1150, is_dark=False),
    "wide-dark-zh": Picture("/?lang=zh&country=RU", 1400, 1150, is_dark=True),
    "narrow-light-zh": Picture("/?lang=zh", 360, 1400, is_dark=False),
    "narrow-dark-en": Picture(f"/?{_RECORD}", 360, 1400, is_dark=True),
}


def main() -> None:
    """Serve the seed, and draw each picture of it."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/seed.db")
        database.migrate()
        load(database)
        with serving(database.url) as served, browsing() as browser:
            for name, picture in PICTURES.items():
                _draw(browser, f"{served.client.base_url}{picture.path[1:]}", name, picture)


def _draw(browser: Browser, address: str, name: str, picture: Picture) -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".view:not([aria-busy]) .calls")).to_have_count(6)
    expect(page.locator("#filters select")).to_have_count(3)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
