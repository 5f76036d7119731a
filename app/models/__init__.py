"""What is stored."""

from app.models.alias import Alias
from app.models.attendance import Attendance
from app.models.base import Base
from app.models.calendar import Calendar
from app.models.dataset import Coverage, Dataset
from app.models.event import Event, EventParticipant
from app.models.geography import Country, Region
from app.models.history import Change, Key, Remote, Tombstone, Version
from app.models.meeting import Meeting, MeetingTheme, Participant
from app.models.organization import Organization
from app.models.person import Person
from app.models.place import Place
from app.models.read_model import Document, Mark, Members, Name, Term
from app.models.source import Citation, Source
from app.models.theme import Theme

__all__ = [
    "Alias",
    "Attendance",
    "Base",
    "Calendar",
    "Change",
    "Citation",
    "Country",
    "Coverage",
    "Dataset",
    "Document",
    "Event",
    "EventParticipant",
    "Key",
    "Mark",
    "Meeting",
    "MeetingTheme",
    "Members",
    "Name",
    "Organization",
    "Participant",
    "Person",
    "Place",
    "Region",
    "Remote",
    "Source",
    "Term",
    "Theme",
    "Tombstone",
    "Version",
]
