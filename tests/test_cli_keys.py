"""Keys are made, listed and revoked on the command line."""

import re

import pytest

from app.database import Database
from app.records import keys
from tests.test_cli import parley


def test_a_key_is_made_listed_and_revoked(empty: Database) -> None:
    parley(empty, "migrate")
    secret = parley(empty, "key", "create", "ann", "--expires", "2099-01-01").stdout.strip()
    assert re.fullmatch(r"parley_[\w-]{43}", secret)
    with empty.read() as session:
        assert keys.holder(session, secret) == "ann"
    listed = parley(empty, "key", "list").stdout
    assert "ann" in listed
    assert "2099-01-01" in listed
    assert secret not in listed
    assert parley(empty, "key", "revoke", "ann").returncode == 0
    assert parley(empty, "key", "list").stdout.count(":") == 3


@pytest.mark.parametrize("name", ["[/x]", "[bold]ann[/bold]", ":warning: ann", "ann\\"])
def test_a_name_that_looks_like_markup_is_a_name_like_others(seeded: Database, name: str) -> None:
    parley(seeded, "key", "create", name)
    assert f" {name} " in parley(seeded, "key", "list").stdout
    revoked = parley(seeded, "key", "revoke", name).stdout
    assert revoked == f"The key “{name}” may not write any more.\n"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["revoke", "ben"], "There is no key “ben”"),
        (["create", "ann"], "There is a key “ann” already"),
        (["create", "ben", "--expires", "2020-01-01"], "is over: a key expires in the future"),
    ],
)
def test_what_cannot_be_is_said(seeded: Database, command: list[str], sentence: str) -> None:
    with seeded.write() as session:
        keys.create(session, "ann")
    ended = parley(seeded, "key", *command)
    assert ended.returncode == 1
    assert sentence in ended.stderr
