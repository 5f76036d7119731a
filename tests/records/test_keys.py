"""Curators' keys: shown once, kept as a digest, and refused when they are over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.database import Database
from app.errors import InvalidKey, NotAuthorized, NotFound
from app.models import Key
from app.records import keys


def test_only_a_digest_of_a_key_is_kept(database: Database) -> None:
    with database.write() as session:
        secret = keys.create(session, "ann")
    with database.read() as session:
        (key,) = keys.every(session)
        assert secret not in str(vars(key))
        assert keys.holder(session, secret) == "ann"


def test_each_key_is_another_one(database: Database) -> None:
    with database.write() as session:
        secrets = {keys.create(session, str(number)) for number in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) > 40 for secret in secrets)


@pytest.mark.parametrize("secret", [None, "", "parley_", "parley_wrong", "x" * 10_000, "ключ"])
def test_a_key_that_is_not_known_may_not_write(database: Database, secret: str | None) -> None:
    with database.read() as session, pytest.raises(NotAuthorized):
        keys.holder(session, secret)


def test_a_revoked_key_may_not_write_and_its_name_stays_taken(database: Database) -> None:
    with database.write() as session:
        secret = keys.create(session, "ann")
        keys.revoke(session, "ann")
    with database.read() as session, pytest.raises(NotAuthorized, match="was revoked on 20"):
        keys.holder(session, secret)
    with database.write() as session, pytest.raises(InvalidKey, match="a key “ann” already"):
        keys.create(session, "ann")
    with database.write() as session, pytest.raises(NotFound, match="no key “ben”"):
        keys.revoke(session, "ben")


def test_a_key_expires(database: Database) -> None:
    now = datetime.now(UTC)
    with database.write() as session:
        secret = keys.create(session, "ann", now + timedelta(days=1))
        assert keys.holder(session, secret) == "ann"
        session.execute(update(Key).values(expires_at=now - timedelta(seconds=1)))
        with pytest.raises(NotAuthorized, match="expired on"):
            keys.holder(session, secret)
        with pytest.raises(InvalidKey, match="is over: a key expires in the future"):
            keys.create(session, "ben", now - timedelta(days=1))


def test_the_last_use_is_kept(database: Database) -> None:
    with database.write() as session:
        keys.create(session, "ann")
        keys.use(session, "ann")
    with database.read() as session:
        used = session.scalars(select(Key.last_used_at)).one()
    assert used
    assert datetime.now(UTC) - used < timedelta(minutes=1)


def test_a_key_that_was_revoked_meanwhile_writes_nothing(database: Database) -> None:
    with database.write() as session:
        keys.create(session, "ann")
        keys.revoke(session, "ann")
        with pytest.raises(NotAuthorized, match="was revoked on 20"):
            keys.use(session, "ann")


def test_a_key_that_is_not_there_any_more_writes_nothing(database: Database) -> None:
    with database.write() as session, pytest.raises(NotAuthorized, match="no key “ann” any more"):
        keys.use(session, "ann")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_key_has_a_name_that_can_be_shown(database: Database, name: str) -> None:
    with database.write() as session, pytest.raises(InvalidKey, match="printable"):
        keys.create(session, name)
