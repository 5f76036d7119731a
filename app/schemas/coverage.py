"""What the dataset is: its coverage and its state, as they are written and as they are read."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from app.enumerations import Completeness
from app.schemas.dates import PartialDate, partial_date
from app.schemas.names import Bilingual, Kept, Shape, Slug, Supplied


class CoverageFields(Shape):
    """What the data claims to cover."""

    id: Slug
    subject: Bilingual = Field(description="Whose meetings.")
    date_from: PartialDate = Field(description="The first day, month or year.")
    date_to: PartialDate = Field(description="The last one, included.")
    completeness: Completeness = Field(
        description="`selected`: a meeting that is missing may still have taken place;"
        " `complete`: what is not here did not take place, as far as the sources know."
    )
    note: Bilingual | None = Field(default=None, description="How the selection came about.")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """A period begins before it ends."""
        if self.earliest > self.latest:
            raise ValueError("date_from is after date_to")
        return self

    @property
    def earliest(self) -> date:
        """The first day that is covered."""
        return partial_date(self.date_from).earliest

    @property
    def latest(self) -> date:
        """The last day that is covered."""
        return partial_date(self.date_to).latest


class CoverageRecord(Supplied, CoverageFields):
    """A statement of coverage as a curator writes it."""


class Coverage(Kept, CoverageFields):
    """One statement of coverage."""


class Totals(Shape):
    """How many records of each kind there are."""

    meetings: int = Field(description="Without retracted ones.")
    countries: int = Field(description="That took part in a meeting.")
    people: int = Field(description="Whether in a meeting or not.")
    organizations: int = Field(description="Whether in a meeting or not.")
    places: int = Field(description="Whether of a meeting or not.")
    events: int = Field(description="Whether with meetings or not.")
    themes: int = Field(description="Whether touched or not.")
    sources: int = Field(description="Whether cited or not.")


class Period(Shape):
    """From the first to the last day on which there is a meeting."""

    earliest: date
    latest: date


class DatasetState(Shape):
    """What the data is, what it covers, and how to cite it."""

    title: Bilingual
    licence: str = Field(description="Of the records, as an SPDX id.")
    citation: str = Field(description="How to cite what you took from here.")
    notes: list[Bilingual] = Field(description="What to know before using the data.")
    epoch: str = Field(description="Another epoch is another database.")
    revision: int = Field(description="The number of the last change.")
    totals: Totals
    period: Period | None = Field(description="Null where there is no meeting.")
    coverage: list[Coverage] = Field(description="Empty where the data claims nothing.")
