"""Speakers and their pictures, and who proposes and reviews."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

# --- speakers -----------------------------------------------------------------------------------------------------

images = Table(
    "images",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of data, hexadecimal; the public address
    Column("media_type", String(40), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)

image_sizes = Table(  # the same picture, smaller, or for programs that don't know WebP
    "image_sizes",
    metadata,
    Column("digest", String(64), ForeignKey("images.digest"), primary_key=True),
    Column("width", Integer, primary_key=True, autoincrement=False),
    Column("media_type", String(40), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

speakers = Table(  # a person, the same over all editions
    "speakers",
    metadata,
    row_id(),
    Column("code", String(6), nullable=False, unique=True),
    Column("guid", String(36), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False, server_default=""),  # never public
    Column("image_digest", String(64), ForeignKey("images.digest")),
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
)

edition_speakers = Table(  # what an edition tells about a speaker
    "edition_speakers",
    metadata,
    reference("edition_id", "editions", primary_key=True),
    reference("speaker_id", "speakers", primary_key=True),
    Column("title", String(200), nullable=False, server_default=""),
    Column("organisation", String(200), nullable=False, server_default=""),
    Column("biography", Text, nullable=False, server_default=""),  # Markdown
    Column("website", String(300), nullable=False, server_default=""),
    Column("links", JSON, nullable=False, server_default="[]"),  # [{"title", "url"}]
    Column("status", String(20), nullable=False, server_default="added"),
    Column("secret", String(32), unique=True),  # in the address of the speaker's own page; NULL until invited
    Column("invited_at", UTCDateTime),
    Column("answered_at", UTCDateTime),  # when they confirmed or declined
    Column("message", Text, nullable=False, server_default=""),  # what they wrote with their answer; organisers only
    Column("needs", Text, nullable=False, server_default=""),  # organisers only, deleted as sensitive answers are
    Column("unavailable", JSON, nullable=False, server_default="[]"),  # [[from, until]], naive, by the edition's clocks
    Column("consent", Boolean, nullable=False, server_default="1"),  # picture and texts may be published
    Column("recording", Boolean, nullable=False, server_default="1"),  # may be filmed and streamed
    reference("ticket_id", "tickets", null=True),  # what they got for free
    CheckConstraint("status IN ('added', 'invited', 'confirmed', 'declined')", name="status"),
    Index(None, "speaker_id"),
)

# --- call for proposals -------------------------------------------------------------------------------------------

calls = Table(
    "calls",
    metadata,
    reference("edition_id", "editions", primary_key=True),
    Column("introduction", Text, nullable=False, server_default=""),  # Markdown
    Column("opens_at", UTCDateTime),
    Column("closes_at", UTCDateTime),
    Column("types", JSON, nullable=False, server_default="[]"),  # of programme.model.SessionType; []: talk, workshop
    Column(
        "questions", JSON, nullable=False, server_default="[]"
    ),  # [{"code", "kind", "label", "help", "choices", "required"}]
    Column("blind", Boolean, nullable=False, server_default="0"),  # reviewers don't see who proposes
    Column("active", Boolean, nullable=False, server_default="0"),
    Column("updated_at", UTCDateTime, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("track_id", "tracks", null=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("secret", String(32), nullable=False, unique=True),  # in the address of the proposal's own page
    Column("status", String(20), nullable=False, server_default="draft"),
    Column("type", String(40), nullable=False, server_default="talk"),
    Column("title", String(300), nullable=False, server_default=""),
    Column("abstract", Text, nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default="sv"),
    Column("level", String(20), nullable=False, server_default=""),
    Column("minutes", Integer),
    Column("notes", Text, nullable=False, server_default=""),  # for the organisers only
    Column("answers", JSON, nullable=False, server_default="{}"),  # by the question's code
    Column("decided_by", String(254), nullable=False, server_default=""),
    Column("session_code", String(6)),  # of the session that it became
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("submitted_at", UTCDateTime),
    Column("decided_at", UTCDateTime),
    Column("told_at", UTCDateTime),  # when the decision was mailed
    CheckConstraint("status IN ('draft', 'submitted', 'accepted', 'waiting', 'rejected', 'withdrawn')", name="status"),
)

proposal_people = Table(  # who proposes (position 0) and co-speakers
    "proposal_people",
    metadata,
    row_id(),
    reference("proposal_id", "proposals"),
    reference("speaker_id", "speakers", null=True),  # whom they became
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    Column("title", String(200), nullable=False, server_default=""),
    Column("organisation", String(200), nullable=False, server_default=""),
    Column("biography", Text, nullable=False, server_default=""),
    UniqueConstraint("proposal_id", "position"),
)

proposal_reviews = Table(
    "proposal_reviews",
    metadata,
    reference("proposal_id", "proposals", primary_key=True),
    reference("user_id", "users", primary_key=True),
    Column("score", Integer),  # 1 to 5; NULL: only a comment, or a conflict of interest
    Column("comment", Text, nullable=False, server_default=""),
    Column("conflict", Boolean, nullable=False, server_default="0"),  # has an interest in it: neither sees nor scores
    Column("updated_at", UTCDateTime, nullable=False),
    CheckConstraint("score IS NULL OR (score >= 1 AND score <= 5)", name="score"),
)
