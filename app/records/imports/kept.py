"""What of another database's numbers and times this one can keep."""

from datetime import UTC, datetime

MOST_VERSION = 999_000_000
"""Behind it there is room for a million more, each of which `If-Match` can name."""


def in_utc(at: datetime) -> datetime:
    """Give a time in UTC.

    Raises:
        ValueError: it is before the year 1 there, or after 9999.
    """
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not between the years 1 and 9999 in UTC") from None
