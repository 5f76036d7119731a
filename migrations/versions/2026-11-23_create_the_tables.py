"""create the tables."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SLUG = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
TERM_VALUE = sa.String(length=250).with_variant(sa.String(length=250, collation="C"), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "coverage",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("subject_en", sa.Text(), nullable=False),
        sa.Column("subject_zh", sa.Text(), nullable=False),
        sa.Column("date_from", sa.Text(), nullable=False),
        sa.Column("date_to", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "completeness",
            sa.Enum("selected", "complete", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_zh", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "completeness IN ('selected', 'complete')", name=op.f("ck_coverage_completeness")
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_coverage_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    op.create_table(
        "dataset",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_dataset_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
    )
    op.create_table(
        "documents",
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("term_ids", sa.JSON(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_documents")),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keys")),
        sa.UniqueConstraint("sha256", name=op.f("uq_keys_sha256")),
    )
    op.create_table(
        "people",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_zh", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "postings",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("term_id", "starts_on", "meeting_id", name=op.f("pk_postings")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_postings_longer_than_a_day",
        "postings",
        ["term_id", "starts_on", "meeting_id", "ends_on"],
        unique=False,
        sqlite_where=sa.text("ends_on IS NOT NULL"),
        postgresql_where=sa.text("ends_on IS NOT NULL"),
    )

    op.create_table(
        "redirects",
        sa.Column(
            "type",
            sa.Enum(
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
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("into_id", SLUG, nullable=False),
        sa.CheckConstraint(
            "type IN ('region', 'country', 'source', 'theme', 'organization', 'person', 'place', 'event', 'meeting', 'coverage')",
            name=op.f("ck_redirects_type"),
        ),
        sa.PrimaryKeyConstraint("type", "record_id", name=op.f("pk_redirects")),
    )
    op.create_table(
        "regions",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("parent_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(id) = 3", name=op.f("ck_regions_m49_code")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["regions.id"],
            name=op.f("fk_regions_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
    )
    op.create_table(
        "sources",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("published_from", sa.Date(), nullable=True),
        sa.Column("published_to", sa.Date(), nullable=True),
        sa.Column("retrieved_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("rights_en", sa.Text(), nullable=True),
        sa.Column("rights_zh", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("note_zh", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(published IS NULL) = (published_from IS NULL) AND (published IS NULL) = (published_to IS NULL)",
            name=op.f("ck_sources_published_bounds"),
        ),
        sa.CheckConstraint("published_from <= published_to", name=op.f("ck_sources_published")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", TERM_VALUE, nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint(
            "facet", "value", "retracted", name=op.f("uq_terms_facet_value_retracted")
        ),
    )
    op.create_table(
        "versions",
        sa.Column(
            "type",
            sa.Enum(
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
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "type IN ('region', 'country', 'source', 'theme', 'organization', 'person', 'place', 'event', 'meeting', 'coverage')",
            name=op.f("ck_versions_type"),
        ),
        sa.PrimaryKeyConstraint("type", "record_id", "version", name=op.f("pk_versions")),
    )
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "operation",
            sa.Enum("upsert", "delete", "merge", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "type",
            sa.Enum(
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
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("into_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "operation IN ('upsert', 'delete', 'merge')", name=op.f("ck_changes_operation")
        ),
        sa.CheckConstraint(
            "type IN ('region', 'country', 'source', 'theme', 'organization', 'person', 'place', 'event', 'meeting', 'coverage')",
            name=op.f("ck_changes_type"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["keys.name"], name=op.f("fk_changes_made_by")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
    op.create_table(
        "countries",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("alpha_3", sa.Text(), nullable=False),
        sa.Column("numeric", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("subregion_id", SLUG, nullable=True),
        sa.Column(
            "kind",
            sa.Enum("state", "territory", "disputed", "former", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('state', 'territory', 'disputed', 'former')", name=op.f("ck_countries_kind")
        ),
        sa.CheckConstraint("length(id) = 2", name=op.f("ck_countries_alpha_2")),
        sa.ForeignKeyConstraint(
            ["subregion_id"], ["regions.id"], name=op.f("fk_countries_subregion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countries")),
        sa.UniqueConstraint("alpha_3", name=op.f("uq_countries_alpha_3")),
        sa.UniqueConstraint("numeric", name=op.f("uq_countries_numeric")),
    )
    op.create_index(op.f("ix_countries_subregion_id"), "countries", ["subregion_id"], unique=False)

    op.create_table(
        "themes",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("scope_note_en", sa.Text(), nullable=True),
        sa.Column("scope_note_zh", sa.Text(), nullable=True),
        sa.Column("parent_id", SLUG, nullable=True),
        sa.Column(
            "parent_basis",
            sa.Enum("stated", "supplied", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("parent_source_id", SLUG, nullable=True),
        sa.Column("parent_locator", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "parent_basis IN ('stated', 'supplied')", name=op.f("ck_themes_parent_basis")
        ),
        sa.CheckConstraint(
            "parent_basis IS NULL OR (parent_basis = 'stated') = (parent_source_id IS NOT NULL)",
            name=op.f("ck_themes_source_of_parent"),
        ),
        sa.CheckConstraint(
            "(parent_id IS NULL) = (parent_basis IS NULL)", name=op.f("ck_themes_basis_of_parent")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_themes_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["themes.id"],
            name=op.f("fk_themes_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["parent_source_id"], ["sources.id"], name=op.f("fk_themes_parent_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
    )
    op.create_index(op.f("ix_themes_parent_id"), "themes", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_themes_parent_source_id"), "themes", ["parent_source_id"], unique=False
    )

    op.create_table(
        "organizations",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ministry",
                "police",
                "prosecution",
                "party",
                "government",
                "intergovernmental",
                "other",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("country_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ministry', 'police', 'prosecution', 'party', 'government', 'intergovernmental', 'other')",
            name=op.f("ck_organizations_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_organizations_country_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_index(
        op.f("ix_organizations_country_id"), "organizations", ["country_id"], unique=False
    )

    op.create_table(
        "places",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("country_id", SLUG, nullable=False),
        sa.Column("division_en", sa.Text(), nullable=True),
        sa.Column("division_zh", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_places_coordinates")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_places_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_places_longitude")),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_places_country_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index(op.f("ix_places_country_id"), "places", ["country_id"], unique=False)

    op.create_table(
        "aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", SLUG, nullable=True),
        sa.Column("organization_id", SLUG, nullable=True),
        sa.Column("place_id", SLUG, nullable=True),
        sa.Column("country_id", SLUG, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("native", "variant", "former", "misspelling", native_enum=False, length=20),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('native', 'variant', 'former', 'misspelling')", name=op.f("ck_aliases_kind")
        ),
        sa.CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END + CASE WHEN place_id IS NULL THEN 0 ELSE 1 END + CASE WHEN country_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_aliases_exactly_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_aliases_country_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_aliases_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_aliases_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_aliases_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_country_id"), "aliases", ["country_id"], unique=False)
    op.create_index(
        op.f("ix_aliases_organization_id"), "aliases", ["organization_id"], unique=False
    )
    op.create_index(op.f("ix_aliases_person_id"), "aliases", ["person_id"], unique=False)
    op.create_index(op.f("ix_aliases_place_id"), "aliases", ["place_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("summary_zh", sa.Text(), nullable=True),
        sa.Column("date_as_written", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum("day", "month", "year", "range", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "year_basis",
            sa.Enum("stated", "inferred", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "conference", "forum", "visit", "speech", "other", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person", "video", "phone", "hybrid", "unknown", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("place_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('conference', 'forum', 'visit', 'speech', 'other')",
            name=op.f("ck_events_kind"),
        ),
        sa.CheckConstraint(
            "mode IN ('in_person', 'video', 'phone', 'hybrid', 'unknown')",
            name=op.f("ck_events_mode"),
        ),
        sa.CheckConstraint(
            "precision IN ('day', 'month', 'year', 'range')", name=op.f("ck_events_precision")
        ),
        sa.CheckConstraint(
            "year_basis IN ('stated', 'inferred')", name=op.f("ck_events_year_basis")
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_events_dates")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_events_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_place_id"), "events", ["place_id"], unique=False)

    op.create_table(
        "event_participants",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", SLUG, nullable=True),
        sa.Column("organization_id", SLUG, nullable=True),
        sa.Column("country_id", SLUG, nullable=True),
        sa.Column(
            "role",
            sa.Enum("host", "organizer", "speaker", "attendee", native_enum=False, length=20),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role IN ('host', 'organizer', 'speaker', 'attendee')",
            name=op.f("ck_event_participants_role"),
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organization_id IS NOT NULL OR country_id IS NOT NULL",
            name=op.f("ck_event_participants_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_event_participants_country_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_participants_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_event_participants_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_event_participants_person_id")
        ),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_event_participants")),
    )
    op.create_index(
        op.f("ix_event_participants_country_id"), "event_participants", ["country_id"], unique=False
    )
    op.create_index(
        op.f("ix_event_participants_organization_id"),
        "event_participants",
        ["organization_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_event_participants_person_id"), "event_participants", ["person_id"], unique=False
    )

    op.create_table(
        "meetings",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("summary_zh", sa.Text(), nullable=True),
        sa.Column("date_as_written", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum("day", "month", "year", "range", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "year_basis",
            sa.Enum("stated", "inferred", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "in_person", "video", "phone", "hybrid", "unknown", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("reported", "confirmed", "retracted", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("place_id", SLUG, nullable=True),
        sa.Column("event_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplied", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(precision = 'day') = (starts_on = ends_on)",
            name=op.f("ck_meetings_precision_of_dates"),
        ),
        sa.CheckConstraint(
            "mode IN ('in_person', 'video', 'phone', 'hybrid', 'unknown')",
            name=op.f("ck_meetings_mode"),
        ),
        sa.CheckConstraint(
            "precision IN ('day', 'month', 'year', 'range')", name=op.f("ck_meetings_precision")
        ),
        sa.CheckConstraint(
            "status IN ('reported', 'confirmed', 'retracted')", name=op.f("ck_meetings_status")
        ),
        sa.CheckConstraint(
            "year_basis IN ('stated', 'inferred')", name=op.f("ck_meetings_year_basis")
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_meetings_dates")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_meetings_event_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_meetings_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_event_id"), "meetings", ["event_id"], unique=False)
    op.create_index(op.f("ix_meetings_place_id"), "meetings", ["place_id"], unique=False)

    op.create_table(
        "citations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", SLUG, nullable=True),
        sa.Column("event_id", SLUG, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", SLUG, nullable=False),
        sa.Column("locator", sa.Text(), nullable=True),
        sa.Column(
            "stance",
            sa.Enum("supports", "contradicts", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("asserted", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "asserted IS NULL OR stance = 'contradicts'", name=op.f("ck_citations_asserted")
        ),
        sa.CheckConstraint(
            "stance IN ('supports', 'contradicts')", name=op.f("ck_citations_stance")
        ),
        sa.CheckConstraint(
            "CASE WHEN meeting_id IS NULL THEN 0 ELSE 1 END + CASE WHEN event_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_citations_exactly_one_subject"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_citations_event_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_citations_meeting_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_citations_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citations")),
    )
    op.create_index(op.f("ix_citations_event_id"), "citations", ["event_id"], unique=False)
    op.create_index(op.f("ix_citations_meeting_id"), "citations", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_citations_source_id"), "citations", ["source_id"], unique=False)

    op.create_table(
        "meeting_themes",
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", SLUG, nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column(
            "basis",
            sa.Enum("stated", "grouped", "inferred", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("raised_by_id", SLUG, nullable=True),
        sa.Column("source_id", SLUG, nullable=False),
        sa.Column("locator", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "basis IN ('stated', 'grouped', 'inferred')", name=op.f("ck_meeting_themes_basis")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_themes_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["people.id"], name=op.f("fk_meeting_themes_raised_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_meeting_themes_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_meeting_themes_theme_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "position", name=op.f("pk_meeting_themes")),
        sa.UniqueConstraint(
            "meeting_id",
            "theme_id",
            "basis",
            "wording",
            "source_id",
            "locator",
            name="uq_meeting_themes_assertion",
        ),
    )
    op.create_index(
        op.f("ix_meeting_themes_raised_by_id"), "meeting_themes", ["raised_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_meeting_themes_source_id"), "meeting_themes", ["source_id"], unique=False
    )
    op.create_index(
        op.f("ix_meeting_themes_theme_id"), "meeting_themes", ["theme_id"], unique=False
    )

    op.create_table(
        "participants",
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", SLUG, nullable=True),
        sa.Column("organization_id", SLUG, nullable=True),
        sa.Column("country_id", SLUG, nullable=True),
        sa.Column(
            "role",
            sa.Enum("host", "guest", "participant", "chair", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("title_zh", sa.Text(), nullable=True),
        sa.Column(
            "title_basis",
            sa.Enum("stated", "inherited", "supplied", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("said_en", sa.Text(), nullable=True),
        sa.Column("said_zh", sa.Text(), nullable=True),
        sa.Column("said_source_id", SLUG, nullable=True),
        sa.Column("said_locator", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('host', 'guest', 'participant', 'chair')", name=op.f("ck_participants_role")
        ),
        sa.CheckConstraint(
            "title_basis IN ('stated', 'inherited', 'supplied')",
            name=op.f("ck_participants_title_basis"),
        ),
        sa.CheckConstraint(
            "(said_en IS NULL) = (said_source_id IS NULL)",
            name=op.f("ck_participants_source_of_said"),
        ),
        sa.CheckConstraint(
            "(title_zh IS NULL) = (title_basis IS NULL)",
            name=op.f("ck_participants_basis_of_title"),
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organization_id IS NOT NULL OR country_id IS NOT NULL",
            name=op.f("ck_participants_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["country_id"], ["countries.id"], name=op.f("fk_participants_country_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_participants_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_participants_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_participants_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["said_source_id"], ["sources.id"], name=op.f("fk_participants_said_source_id")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "position", name=op.f("pk_participants")),
    )
    op.create_index(
        "ix_participants_country", "participants", ["country_id", "meeting_id"], unique=False
    )
    op.create_index(
        "ix_participants_organization",
        "participants",
        ["organization_id", "meeting_id"],
        unique=False,
    )
    op.create_index(
        "ix_participants_person", "participants", ["person_id", "meeting_id"], unique=False
    )
    op.create_index(
        op.f("ix_participants_said_source_id"), "participants", ["said_source_id"], unique=False
    )

    dataset = sa.table("dataset", sa.column("id"), sa.column("epoch"), sa.column("revision"))
    op.bulk_insert(dataset, [{"id": 1, "epoch": secrets.token_hex(8), "revision": 0}])


def downgrade() -> None:
    """Take back."""
    op.drop_table("participants")
    op.drop_table("meeting_themes")
    op.drop_table("citations")
    op.drop_table("meetings")
    op.drop_table("event_participants")
    op.drop_table("events")
    op.drop_table("aliases")
    op.drop_table("places")
    op.drop_table("organizations")
    op.drop_table("themes")
    op.drop_table("countries")
    op.drop_table("changes")
    op.drop_table("versions")
    op.drop_table("terms")
    op.drop_table("sources")
    op.drop_table("regions")
    op.drop_table("redirects")
    op.drop_table("postings")
    op.drop_table("people")
    op.drop_table("keys")
    op.drop_table("documents")
    op.drop_table("dataset")
    op.drop_table("coverage")
