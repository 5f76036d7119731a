"""How much memory a process has, as Linux knows it, in megabytes."""

import re
from pathlib import Path


def resident(process: int | str) -> float:
    """Tell what a process has now."""
    return _status(process, "VmRSS")


def most(process: int | str) -> float:
    """Tell the most that a process had since it began, or since that was last forgotten."""
    return _status(process, "VmHWM")


def forget_most(process: int | str) -> None:
    """Let the most that a process had begin anew with what it has now."""
    Path(f"/proc/{process}/clear_refs").write_text("5", "ascii")


def _status(process: int | str, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024
