"""Which answer a client has: entity tags, made of what is asked and of the state it is read in."""

import re
from datetime import UTC, datetime
from hashlib import blake2b

from starlette.types import Scope

from app import VERSION
from app.queries.state import State

# Whatever was put behind it when it was compressed, here or on the way.
_TAG = re.compile(r'(?:W/)?"(?:v\d+\.)?([^"]*?)(?:-\w+)?"')
_OF_TODAY = ("/v1/dyads",)
"""Where an answer says how long ago something was, and is another one tomorrow."""


def day(scope: Scope) -> str:
    """Name the day on which it was asked, where the answer is another one tomorrow."""
    if not scope["path"].startswith(_OF_TODAY):
        return ""
    found: str = scope.setdefault("parley.day", f"{datetime.now(UTC):%F}")
    return found


def of_record(scope: Scope, state: State, version: int) -> str:
    """Name a version of the record at this path, by which it may be written, too."""
    return f'"v{version}.{_name({**scope, "query_string": b""}, state)}"'


def of_answer(scope: Scope, state: State) -> str:
    """Name the answer to this question in a state of the data."""
    return f'W/"{_name(scope, state)}"'


def known(scope: Scope, state: State) -> str | None:
    """Find, among the tags that the client has, that of the answer in this state."""
    given = [value for name, value in scope["headers"] if name == b"if-none-match"]
    if not given:
        return None
    tags = _TAG.finditer(b",".join(given).decode("latin-1"))
    wanted = _name(scope, state)
    return next((tag[0] for tag in tags if tag[1] == wanted), None)


def _name(scope: Scope, state: State) -> str:
    app = scope["app"]
    asked = [scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")]
    asked += [VERSION, app.state.public_url, state.mark, day(scope)]
    digest = blake2b("\n".join(asked).encode(), digest_size=8).hexdigest()
    return f"{state.epoch}.{state.revision}.{digest}"
