"""Who may write: keys of curators, of which only a digest is kept."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidKey, NotAuthorized, NotFound
from app.models import Key

Revoked = Mapping[str, datetime]
"""When keys were revoked, by their digests."""

_BEGINNING = "parley_"
_BYTES = 32
_LONGEST_NAME = 100


def create(session: Session, name: str, expires_at: datetime | None = None) -> str:
    """Make a key, and give its secret, which is shown this once.

    Raises:
        InvalidKey: the name is taken or cannot be one, or the key would have expired already.
    """
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise InvalidKey(f"A key's name has 1 to {_LONGEST_NAME} printable characters.")
    if session.get(Key, name):
        raise InvalidKey(f"There is a key “{name}” already; history names it: choose another name.")
    if expires_at and expires_at <= _now():
        raise InvalidKey(f"{expires_at:%Y-%m-%d} is over: a key expires in the future.")
    secret = _BEGINNING + secrets.token_urlsafe(_BYTES)
    session.add(Key(name=name, sha256=_digest(secret), created_at=_now(), expires_at=expires_at))
    return secret


def revoke(session: Session, name: str) -> None:
    """Take a key's right to write, for good.

    Raises:
        NotFound: there is no key with this name.
    """
    key = session.get(Key, name)
    if key is None:
        raise NotFound("key", name)
    key.revoked_at = key.revoked_at or _now()


def revoked(session: Session) -> Revoked:
    """Tell which keys are revoked."""
    rows = session.execute(select(Key.sha256, Key.revoked_at).where(Key.revoked_at.is_not(None)))
    return {digest: at for digest, at in rows if at}


def revoke_again(session: Session, revoked: Revoked) -> None:
    """Revoke those keys that an older state of the database takes for valid."""
    for key in every(session):
        key.revoked_at = key.revoked_at or revoked.get(key.sha256)


def every(session: Session) -> Sequence[Key]:
    """Give all keys, the oldest first."""
    return session.scalars(select(Key).order_by(Key.created_at, Key.name)).all()


def holder(session: Session, secret: str | None) -> str:
    """Tell which key this is.

    Raises:
        NotAuthorized: it is none, or none any more.
    """
    if secret is None:
        raise NotAuthorized("Writing needs a key: send the header Authorization: Bearer KEY")
    digest = _digest(secret)
    key = session.scalar(select(Key).where(Key.sha256 == digest))
    if key is None or not compare_digest(key.sha256, digest):
        raise NotAuthorized("This key is not known")
    _refuse_what_is_over(key)
    return key.name


def use(session: Session, name: str) -> None:
    """Write by a key, and keep when that was: it may have been revoked since it was shown.

    Raises:
        NotAuthorized: it may not write any more.
    """
    key = session.get(Key, name)
    if key is None:  # As after a restore to what was before it was made.
        raise NotAuthorized(f"There is no key “{name}” any more")
    _refuse_what_is_over(key)
    key.last_used_at = _now()


def _refuse_what_is_over(key: Key) -> None:
    if key.revoked_at:
        raise NotAuthorized(f"The key “{key.name}” was revoked on {key.revoked_at:%Y-%m-%d}")
    if key.expires_at and key.expires_at <= _now():
        raise NotAuthorized(f"The key “{key.name}” expired on {key.expires_at:%Y-%m-%d}")


def _now() -> datetime:
    return datetime.now(UTC)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
