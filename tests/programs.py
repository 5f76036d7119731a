"""Programs that pip does not bring: `python -m tests.programs` installs those of the tests."""

import os
import shutil
import subprocess
import sys
from typing import NamedTuple

_INSTALL = "apt-get install --yes --no-install-recommends"


class Program(NamedTuple):
    """A program, what it may be called, and what Debian has it in."""

    title: str
    names: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def variable(self) -> str:
        """The variable of the environment that may name it."""
        return self.title.upper()

    @property
    def how(self) -> str:
        """Say how to get it."""
        return (
            f"{self.title} is needed, and is not here. Install it (on Debian:"
            f" {_INSTALL} {' '.join(self.packages)}), or name it: {self.variable}=path/to/it"
        )

    def find(self) -> str | None:
        """Find the one that the environment names, else one that is installed."""
        installed = filter(None, map(shutil.which, self.names))
        return os.environ.get(self.variable) or next(installed, None)

    def path(self) -> str:
        """Find it, or fail."""
        found = self.find()
        assert found is not None, self.how
        return found

    def install(self) -> None:
        """Install it, if this is root on a Debian."""
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            sys.exit(self.how)
        sys.stderr.write(f"Installing {self.title}, which is needed ...\n")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get update", f"{_INSTALL} {' '.join(self.packages)}"):
            asked = [*command.split(), "--quiet"]
            done = subprocess.run(asked, env=environment, capture_output=True, check=False)
            if done.returncode != 0:
                sys.exit(f"{done.stdout.decode()}{done.stderr.decode()}\n{self.how}")


CHROMIUM = Program("Chromium", ("chromium", "google-chrome"), ("chromium", "fonts-noto-cjk"))
CURL = Program("curl", ("curl",), ("curl", "ca-certificates"))
NODE = Program("Node", ("node", "nodejs"), ("nodejs",))
SQLITE3 = Program("sqlite3", ("sqlite3",), ("sqlite3",))
WRK = Program("wrk", ("wrk",), ("wrk",))


def install(*programs: Program) -> None:
    """Install what is not there, if that is possible; else say what to do, and end."""
    for program in programs:
        if program.find() is None:
            program.install()


if __name__ == "__main__":
    install(CHROMIUM, CURL, NODE)
