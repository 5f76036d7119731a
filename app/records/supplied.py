"""Where the members that the editors supplied are found, once items of a list stand elsewhere."""

import re
from collections.abc import Iterable, Sequence

_ITEM = re.compile(r"(?P<member>\w+)\[0*(?P<number>[0-9]+)\](?P<rest>.*)")


def renumbered(paths: Iterable[str], member: str, places: Sequence[int]) -> list[str]:
    """Let paths lead to where the items of a list stand now: the n-th at the n-th of these places.

    What leads to an item that there never was is left out.
    """
    paths = list(paths)
    if not any("[" in path for path in paths):
        return paths
    now = {str(number): place for number, place in enumerate(places)}
    found: dict[str, None] = {}
    for path in paths:
        item = _ITEM.fullmatch(path)
        if item is None or item["member"] != member:
            found[path] = None
        elif item["number"] in now:
            found[f"{member}[{now[item['number']]}]{item['rest']}"] = None
    return list(found)


def within(paths: Iterable[str], member: str) -> list[str]:
    """Give the paths of a member, and of what is in it."""
    return [path for path in paths if re.split(r"[.\[]", path, maxsplit=1)[0] == member]
