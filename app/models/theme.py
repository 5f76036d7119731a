"""The tree of cooperation themes (in SKOS terms: concepts, broader, narrower)."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.enumerations import ParentBasis
from app.models.base import Base, Record, Slug, one_of


class Theme(Record, Base):
    """A theme with at most one broader theme, and whether a source or we put it there."""

    __tablename__ = "themes"
    __table_args__ = (
        one_of("parent_basis", ParentBasis),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("(parent_id IS NULL) = (parent_basis IS NULL)", name="basis_of_parent"),
        CheckConstraint(
            "parent_basis IS NULL OR (parent_basis = 'stated') = (parent_source_id IS NOT NULL)",
            name="source_of_parent",
        ),
    )

    label_en: Mapped[str]
    label_zh: Mapped[str]
    scope_note_en: Mapped[str | None]
    scope_note_zh: Mapped[str | None]
    # Deferred, so that a file of themes may stand in any order.
    parent_id: Mapped[Slug | None] = mapped_column(
        ForeignKey("themes.id", deferrable=True, initially="DEFERRED"), index=True
    )
    parent_basis: Mapped[ParentBasis | None]
    parent_source_id: Mapped[Slug | None] = mapped_column(ForeignKey("sources.id"), index=True)
    parent_locator: Mapped[str | None]

    narrower: Mapped[list["Theme"]] = relationship(order_by="Theme.id")
