"""How meetings are asked for as a calendar or as a feed."""

from typing import Literal

from pydantic import Field

from app.schemas.questions import MeetingExport

Language = Literal["en", "zh"]


class MeetingText(MeetingExport):
    """All meetings that match, in one language."""

    language: Language = Field(default="en", description="In which titles and summaries are.")
