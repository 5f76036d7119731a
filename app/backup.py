"""How the embedded database is kept safe: a copy of it while it is used, and back again."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import update

from app.database import Database
from app.engines import DAMAGED, NO_DATABASE
from app.errors import CannotBackUp, DatabaseNotReady, NotOurs
from app.models import Dataset
from app.records import keys
from app.records.read_model.publish import rebuild
from app.records.whole import check_whole

KEYS_UNKNOWN = "Which keys were revoked since the copy was made is lost: revoke them again."


def check_may_become_a_copy(database: Database, file: Path) -> None:
    """Make sure that a copy of a database may take the place of a file.

    Raises:
        CannotBackUp: the database is no file, or it is this one, or the other is no copy of one.
    """
    _check_embedded(database)
    if not file.is_file():
        return
    if file.samefile(file_of(database)):
        raise CannotBackUp(f"{file} is the database itself; a copy is another file.")
    if file.stat().st_size and not _is_of_parley(file):
        raise CannotBackUp(
            f"{file} is there, and no copy of a database of Parley: name another file."
        )


def _is_of_parley(file: Path) -> bool:
    with suppress(DatabaseNotReady, NotOurs), _opened(file) as copy:
        copy.check_own()
        return copy.schema() is not None
    return False


def back_up(database: Database, file: Path) -> None:
    """Copy a database into a new file.

    It has all that was committed before the copy began, and no part of anything later.

    Raises:
        CannotBackUp: the database is no file.
        DatabaseNotReady: it does not answer, or the copy cannot be written.
    """
    _check_embedded(database)
    database.copy_to(file)


def restore(database: Database, file: Path) -> bool:
    """Put a copy in the place of a database, all at once; what it has been until then is gone.

    The copy is looked through first, and brought up to this version. The epoch is another one
    afterwards, so that nobody takes what he was told before for what is so now. Keys that were
    revoked since the copy was made stay so; tell whether it is known which these are.

    Raises:
        NotOurs: the database is another program's.
        CannotBackUp: the database is no file, or too damaged for another one to take its place, or
            the copy is none of a whole database of Parley.
        DatabaseNotReady: a newer version made the copy, or others write for too long.
    """
    _check_embedded(database)
    if not file.is_file():
        raise CannotBackUp(f"There is no file {file}.")
    revoked = _revoked(database)
    with _beside(file_of(database)) as part:
        with _that_is_whole(file):
            with _opened(file) as copy:
                copy.copy_to(part)
            with _opened(part) as copy:
                _make_ready(copy, file, revoked or {})
        with _that_can_be_replaced(file_of(database)):
            database.take_from(part)
        database.engine.dispose()
    return revoked is not None


def _revoked(database: Database) -> keys.Revoked | None:
    """Read which keys were revoked, if there is a database to put a copy in the place of."""
    with suppress(DatabaseNotReady):
        database.check_own()
        if not database.schema():
            return {}
        with database.read() as session:
            return keys.revoked(session)
    return None


@contextmanager
def _that_can_be_replaced(file: Path) -> Iterator[None]:
    """Say what to do where SQLite cannot even begin to write in a file."""
    try:
        yield
    except DatabaseNotReady as error:
        if str(error) not in {DAMAGED, NO_DATABASE}:
            raise
        raise CannotBackUp(
            f"{file} is too damaged for a copy to take its place: end what serves it, move {file}"
            f" (and {file.name}-wal and {file.name}-shm, if they are there) away, and restore"
            f" again. {KEYS_UNKNOWN}"
        ) from error


@contextmanager
def _that_is_whole(file: Path) -> Iterator[None]:
    try:
        yield
    except DatabaseNotReady as error:
        if str(error) in {DAMAGED, NO_DATABASE}:
            raise CannotBackUp(f"{file} is no whole database: {error.beside}.") from error
        raise


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.engine.dispose()


def file_of(database: Database) -> Path:
    """Tell where an embedded database is.

    Raises:
        CannotBackUp: it is no file.
    """
    _check_embedded(database)
    return Path(database.engine.url.database or "").absolute()


def _check_embedded(database: Database) -> None:
    if not database.is_embedded:
        raise CannotBackUp("Only a file of SQLite is copied so; for Postgres, there is pg_dump.")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give a place for what is not whole yet, on the same disk, and leave nothing there."""
    if not file.parent.is_dir():
        raise CannotBackUp(f"There is no folder {file.parent}.")
    try:
        with TemporaryDirectory(prefix="parley-restore-", dir=file.parent) as aside:
            yield Path(aside) / "part"
    except OSError as error:
        raise CannotBackUp(f"{file} cannot be written: {error.strerror}.") from error


def _make_ready(copy: Database, file: Path, revoked: keys.Revoked) -> None:
    if damage := copy.damage():
        raise CannotBackUp(f"{file} is no whole database: {damage[0]}.")
    if copy.schema() is None:
        raise CannotBackUp(f"{file} is no database of Parley.")
    is_older = copy.migrate()
    with copy.write() as session:
        check_whole(session)
        if is_older:
            rebuild(session)
        keys.revoke_again(session, revoked)
        session.execute(update(Dataset).values(epoch=_random(), mark=_random()))
    copy.settle()


def _random() -> str:
    return secrets.token_hex(8)
