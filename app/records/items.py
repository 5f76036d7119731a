"""Which items of the lists of a record are the same."""

from typing import Any

import orjson


def likeness(item: Any) -> bytes:
    """Give what only items that are the same have in common; members may stand in any order."""
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
