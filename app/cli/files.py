"""How a command writes a file: whole, or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import typer


@contextmanager
def replacing(path: Path, hint: str) -> Iterator[BinaryIO]:
    """Open a file of which there is all in the end, or what was there before.

    A device or a pipe is written as it is. `hint` is the parameter to name if that cannot be.
    """
    with _writing(path, hint):
        if _is_other(path):
            with path.open("wb") as file:
                yield file
        else:
            with whole(path, hint) as part, part.open("wb") as file:
                yield file


@contextmanager
def whole(path: Path, hint: str) -> Iterator[Path]:
    """Give a place for a new file, which in the end takes the place of one, also behind a link.

    `hint` is the parameter to name if that cannot be.
    """
    with _writing(path, hint):
        if _is_other(path):
            message = f"{path} is a folder, a device or a pipe; name a file."
            raise typer.BadParameter(message, param_hint=hint)
        target = _target(path)
        # Others may write to the same file, and SQLite writes beside its own.
        with TemporaryDirectory(prefix="parley-whole-", dir=target.parent) as aside:
            part = Path(aside) / "part"
            yield part
            part.replace(target)


def _is_other(path: Path) -> bool:
    """Tell whether there is something of which nothing must take the place."""
    return path.exists() and not path.is_file()


def _target(path: Path) -> Path:
    """Follow links to where there is a file, or will be one."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


@contextmanager
def adding(path: Path, hint: str) -> Iterator[BinaryIO]:
    """Open a new file of which there is all in the end, or nothing; a taken name gets a number.

    `hint` is the parameter to name if it cannot be written.
    """
    with _writing(path, hint):
        file = _new(path)
        try:
            with file:
                yield file
        except BaseException:
            Path(file.name).unlink()
            raise


def _new(path: Path) -> BinaryIO:
    name, number = path, 1
    while True:
        with suppress(FileExistsError):
            return name.open("xb")
        number += 1
        name = path.with_stem(f"{path.stem}-{number}")


@contextmanager
def _writing(path: Path, hint: str) -> Iterator[None]:
    """Say why a file cannot be written, if so."""
    try:
        yield
    except OSError as error:
        lacks_folder = error.errno in {errno.ENOENT, errno.ENOTDIR} and not path.parent.is_dir()
        why = f"there is no folder {path.parent}" if lacks_folder else error.strerror
        message = f"{path} cannot be written: {why}."
        raise typer.BadParameter(message, param_hint=hint) from None
