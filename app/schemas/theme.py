"""Cooperation themes, as they are written and as they are read."""

from typing import Self

from pydantic import Field, model_validator

from app.enumerations import ParentBasis
from app.schemas.listing import Collection, Page
from app.schemas.names import Bilingual, Counted, Links, Shape, Slug, Supplied, Text

MOST_LEVELS = 100
"""The tree is one answer, and JSON of more than some 250 levels cannot be written."""


class ThemeFields(Shape):
    """A theme with at most one broader theme."""

    id: Slug
    label: Bilingual
    scope_note: Bilingual | None = Field(
        default=None, description="What is tagged with this theme (SKOS scopeNote)."
    )
    parent: Slug | None = Field(
        default=None,
        description=f"The broader theme (SKOS broader); there are at most {MOST_LEVELS} levels.",
    )
    parent_basis: ParentBasis | None = Field(
        default=None, description="Whether a source or the editors put it under its parent."
    )
    parent_source: Slug | None = Field(
        default=None, description="The source that states it, where `parent_basis` is `stated`."
    )
    parent_locator: Text | None = Field(default=None, description="Where in that source.")

    @model_validator(mode="after")
    def parent_has_a_basis(self) -> Self:
        """A parent is another theme, and comes with a basis; a stated one with its source."""
        if self.parent == self.id:
            raise ValueError("parent is the theme itself")
        if (self.parent is None) != (self.parent_basis is None):
            raise ValueError("parent and parent_basis belong together: give both or neither")
        if (self.parent_basis == "stated") != (self.parent_source is not None):
            raise ValueError("parent_source is given when parent_basis is stated, and only then")
        return self


class ThemeRecord(Supplied, ThemeFields):
    """A theme as a curator writes it."""


class Theme(Counted, ThemeFields):
    """A theme, with its place in the tree. `meetings` counts narrower themes too."""

    narrower: list[str] = Field(description="Ids of the themes right below (SKOS narrower).")


class ThemeBranch(Shape):
    """A theme with everything below it."""

    id: str
    label: Bilingual
    meetings: int = Field(description="Meetings that state it or a narrower theme.")
    links: Links
    narrower: list["ThemeBranch"] = Field(description="The themes right below.")


class ThemePage(Page[Theme]):
    """One page of the themes."""


class ThemeTree(Collection[ThemeBranch]):
    """All themes, the narrower ones below the broader."""
