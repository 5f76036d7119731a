"""How a command writes a file: whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import typer


@contextmanager
def replacing(path: Path, hint: str) -> Iterator[BinaryIO]:
    """Open a file of which there is all in the end, or what was there before.

    `hint` is the parameter to name if it cannot be written.
    """
    whole = path.resolve()
    # Nothing must take the place of a device or a pipe.
    is_other = whole.exists() and not whole.is_file()
    part = whole if is_other else whole.with_name(whole.name + ".part")
    with _writing(path, hint):
        try:
            with part.open("wb") as file:
                yield file
            if not is_other:
                part.replace(whole)
        finally:
            if not is_other:
                part.unlink(missing_ok=True)


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
        message = f"{path} cannot be written: {error.strerror}."
        raise typer.BadParameter(message, param_hint=hint) from None
