"""How a command writes a file: whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    try:
        with part.open("wb") as file:
            yield file
        if not is_other:
            part.replace(whole)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise typer.BadParameter(message, param_hint=hint) from None
    finally:
        if not is_other:
            part.unlink(missing_ok=True)
