"""What a calendar and a feed have in common."""

from app.formats.tables import Row
from app.schemas.files import Language

NAMES: dict[Language, str] = {"en": "Diplomatic meetings", "zh": "外交会见"}
"""How either is called."""


def address(meeting: Row, public_url: str) -> str:
    """Say where a meeting is to be read: as a page for people, which leads to its JSON."""
    return f"{public_url}/?open={meeting['id']}"
