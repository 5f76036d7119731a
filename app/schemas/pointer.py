"""Where in a JSON document something stands, as RFC 6901 writes it."""

from collections.abc import Iterable


def pointer(steps: Iterable[str | int]) -> str:
    """Write a JSON pointer; without a step it means the whole document."""
    return "".join(f"/{_escaped(str(step))}" for step in steps)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
