"""The command `parley`."""

from app.cli import serving, upkeep, data, keeping, copying, importing, pulling, keys  # noqa: F401, I001 (in the order of the help)
from app.cli.terminal import cli, complain
from app.errors import DatabaseNotReady, InvalidRecords, ParleyError

__all__ = ["cli", "main"]


def main() -> None:
    """Run the command; what is wrong is said in a sentence, not in a traceback."""
    try:
        cli()
    except InvalidRecords as error:
        complain(*map(str, error.flaws), f"Nothing was written: {len(error.flaws)} to mend.")
        raise SystemExit(1) from None
    except DatabaseNotReady as error:
        complain(str(error), error.beside)
        raise SystemExit(1) from None
    except ParleyError as error:
        complain(str(error))
        raise SystemExit(1) from None
