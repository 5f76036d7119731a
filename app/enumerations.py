"""The closed lists of words that the database stores and the API speaks."""

from typing import Literal

CountryKind = Literal["state", "territory", "disputed", "former"]
OrganizationKind = Literal[
    "ministry", "police", "prosecution", "party", "government", "intergovernmental", "other"
]
AliasKind = Literal["native", "variant", "former", "misspelling"]
EventKind = Literal["conference", "forum", "visit", "speech", "other"]
EventRole = Literal["host", "organizer", "speaker", "attendee"]
Mode = Literal["in_person", "video", "phone", "hybrid", "unknown"]
Precision = Literal["day", "month", "year", "range"]
YearBasis = Literal["stated", "inferred"]
Status = Literal["reported", "confirmed", "retracted"]
Role = Literal["host", "guest", "participant", "chair"]
TitleBasis = Literal["stated", "inherited", "supplied"]
ThemeBasis = Literal["stated", "grouped", "inferred"]
ParentBasis = Literal["stated", "supplied"]
Stance = Literal["supports", "contradicts"]
CitedField = Literal[
    "date", "place", "event", "mode", "participants", "titles", "themes", "said", "name"
]
Completeness = Literal["selected", "complete"]
Operation = Literal["upsert", "delete", "merge"]
RecordType = Literal[
    "region",
    "country",
    "source",
    "theme",
    "organization",
    "person",
    "place",
    "event",
    "meeting",
    "coverage",
]
