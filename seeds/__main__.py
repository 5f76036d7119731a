"""`python -m seeds` does what `parley seed` does."""

import sys

from app.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["seed"]
    main()
