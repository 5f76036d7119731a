"""Questions and answers as a page prints them, and how an answer is held to its print."""

import json
import re
import shlex
from typing import Any

import httpx

STRING = r'"(?:[^"\\]|\\.)*"'


def questions(text: str) -> list[list[tuple[str, str]]]:
    """Each block of questions to curl with the answers that are printed below them."""
    return [
        [
            (command.removeprefix("curl "), printed)
            for command, printed in commands(block)
            if command.startswith("curl ") and printed
        ]
        for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a block with what is printed below it."""
    return re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)


def assert_answered_as_printed(block: list[tuple[str, str]], api: httpx.Client) -> None:
    """Ask the questions of a block, and hold each answer to what is printed."""
    following = None
    for command, printed in block:
        answer = ask(api, command, following).json()
        assert fits(read(printed), answer), f"{command}\n{json.dumps(answer, ensure_ascii=False)}"
        following = answer.get("next")


def ask(api: httpx.Client, command: str, following: str | None) -> httpx.Response:
    """Do what curl would; a cursor that the README leaves out is the one of the answer before."""
    words = shlex.split(command)
    address = next(word for word in words if word.startswith("localhost:8000"))
    assert address.replace("…", "").isascii(), "curl sends an address as it stands"
    path = address.removeprefix("localhost:8000")
    if "…" in path:
        assert following is not None
        assert fits(path, following)
        path = following
    options = [word for word in words if word != address]
    if not options:
        return api.get(path)
    assert options[0] == "-G", "with -G curl makes a query of its data"
    assert set(options[1::2]) <= {"-d", "--data-urlencode"}
    pairs = (word.partition("=") for word in options[2::2])
    return api.get(path, params=[(name, value) for name, _, value in pairs])


def read(printed: str) -> Any:
    """Read JSON in which `…` stands for a value, for items, or for the rest of an object."""

    def mark(found: re.Match[str]) -> str:
        if found[0].startswith('"'):
            return found[0]
        return f'{found[1]}"…": 0' if found[1] else '"…"'

    return json.loads(re.sub(rf"{STRING}|([{{,]\s*)…(?=\s*}})|…", mark, printed))


def fits(printed: Any, given: Any) -> bool:
    """Tell whether the answer is the printed one, except where that leaves something out."""
    if printed == "…":
        return True
    if isinstance(printed, dict) and isinstance(given, dict):
        shown = [name for name in printed if name != "…"]
        whole = "…" in printed or len(shown) == len(given)
        in_order = shown == [name for name in given if name in printed]
        return whole and in_order and all(fits(printed[name], given[name]) for name in shown)
    if isinstance(printed, list) and isinstance(given, list):
        return items_fit(printed, given)
    if isinstance(printed, str) and isinstance(given, str):
        pattern = ".*".join(map(re.escape, printed.split("…")))
        return re.fullmatch(pattern, given, re.DOTALL) is not None
    return type(printed) is type(given) and bool(printed == given)


def items_fit(printed: list[Any], given: list[Any]) -> bool:
    if not printed:
        return not given
    if printed[0] == "…":
        return any(items_fit(printed[1:], given[start:]) for start in range(len(given) + 1))
    return bool(given) and fits(printed[0], given[0]) and items_fit(printed[1:], given[1:])
