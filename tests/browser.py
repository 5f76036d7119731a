"""Where the tests find a browser: `python -m tests.browser` installs one if it may."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_PACKAGES = ("chromium", "fonts-noto-cjk")
_COMMAND = f"apt-get install --yes --no-install-recommends {' '.join(_PACKAGES)}"
_HOW = (
    "The tests of the pages need Chromium, which is not here."
    f" Install it (on Debian: {_COMMAND}), or name it: CHROMIUM=path/to/chromium"
)


def chromium() -> str | None:
    """Find the browser: the one that CHROMIUM names, else one that is installed."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser until the end of the block.

    It asks nothing of the network on its own account.
    """
    path = chromium()
    assert path is not None, _HOW
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def install() -> None:
    """Install a browser where there is none, if this is root on a Debian."""
    if chromium() is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(_HOW)
    sys.stderr.write("Installing Chromium, which the tests of the pages need ...\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update --quiet", f"{_COMMAND} --quiet"):
        done = subprocess.run(command.split(), env=environment, capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{done.stdout.decode()}{done.stderr.decode()}\n{_HOW}")


if __name__ == "__main__":
    install()
