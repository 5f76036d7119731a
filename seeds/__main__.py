"""`python -m seeds` does what `parley seed` does."""

from app.cli import cli

if __name__ == "__main__":
    cli(["seed"])
