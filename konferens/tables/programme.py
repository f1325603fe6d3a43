"""Sessions, their drafts, versions and files; what search finds; open space."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

# --- programme ----------------------------------------------------------------------------------------------------

sessions = Table(
    "sessions",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("code", String(6), nullable=False, unique=True),
    Column("guid", String(36), nullable=False, unique=True),  # frab and iCalendar UID; never changes
    reference("room_id", "rooms", null=True),
    reference("track_id", "tracks", null=True),
    Column("type", String(40), nullable=False, server_default="talk"),
    Column("status", String(20), nullable=False, server_default="confirmed"),
    Column("title", String(300), nullable=False),
    Column("subtitle", String(300), nullable=False, server_default=""),
    Column("abstract", Text, nullable=False, server_default=""),  # Markdown, a paragraph
    Column("description", Text, nullable=False, server_default=""),  # Markdown, the rest
    Column("language", String(8), nullable=False, server_default="sv"),
    Column("wall_starts", DateTime(timezone=False)),  # what the clock in the edition's zone shows
    Column("wall_ends", DateTime(timezone=False)),
    Column("starts_at", UTCDateTime, index=True),  # the same moments, resolved by today's zone rules
    Column("ends_at", UTCDateTime),
    Column("capacity", Integer),
    Column("signup", Boolean, nullable=False, server_default="0"),  # attendees sign up, at most `capacity` of them
    Column("taken", Integer, nullable=False, server_default="0"),  # seats of those who signed up
    Column("meeting_point", String(300), nullable=False, server_default=""),
    Column("stream_url", String(500), nullable=False, server_default=""),
    Column("recording_url", String(500), nullable=False, server_default=""),
    Column("level", String(20), nullable=False, server_default=""),  # "", beginner, intermediate, advanced
    Column("recording", Boolean, nullable=False, server_default="1"),  # may be filmed; false: frab's do_not_record
    Column("license", String(60), nullable=False, server_default=""),  # of the recording; "": the edition's
    Column("links", JSON, nullable=False, server_default="[]"),  # [{"title", "url", "kind": "link" or "attachment"}]
    Column("extras", JSON, nullable=False, server_default="{}"),  # what an imported file tells and its export repeats
    Column("all_rooms", Boolean, nullable=False, server_default="0"),  # breaks and meals span the grid
    Column("sequence", Integer, nullable=False, server_default="0"),  # RFC 5545 SEQUENCE
    Column("departures", Integer, nullable=False, server_default="0"),  # how often somebody gave a seat back
    Column("told", JSON(none_as_null=True)),  # how it stood when those who chose it last knew; NULL: as it stands now
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    Column("deleted_at", UTCDateTime),
    CheckConstraint("status IN ('tentative', 'confirmed', 'cancelled')", name="status"),
    CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="times"),
    CheckConstraint("taken >= 0", name="taken"),
)

session_speakers = Table(
    "session_speakers",
    metadata,
    reference("session_id", "sessions", primary_key=True),
    reference("speaker_id", "speakers", primary_key=True),
    Column("role", String(20), nullable=False, server_default="speaker"),  # speaker, moderator
    Column("position", Integer, nullable=False, server_default="0"),
    Index(None, "speaker_id"),
)

session_files = Table(  # slides and papers that are kept here
    "session_files",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("session_code", String(6), nullable=False, index=True),  # of a session, or of one that is only a draft
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("actor", String(254), nullable=False),
)

session_drafts = Table(  # what the next release brings; a session without a row stays as it is
    "session_drafts",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("code", String(6), nullable=False, unique=True),  # of `sessions`, or of one that the release will add
    Column("guid", String(36), nullable=False, unique=True),
    Column("planned", JSON, nullable=False),  # all of programme.editing.FIELDS
    Column("deleted", Boolean, nullable=False, server_default="0"),
    Column("actor", String(254), nullable=False),  # who changed it last
    Column("updated_at", UTCDateTime, nullable=False),
)

uploads = Table(  # files between their preview and their import; deleted after a day
    "uploads",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("actor", String(254), nullable=False),
    Column("name", String(200), nullable=False),  # of the files, as people know them
    Column("data", LargeBinary, nullable=False),  # a zip archive of the files
    Column("created_at", UTCDateTime, nullable=False),
)

releases = Table(  # versions of a programme: rows are only added
    "releases",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("name", String(40), nullable=False),  # "1.2"
    Column("note", Text, nullable=False, server_default=""),  # Markdown, public
    Column("released_at", UTCDateTime, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("snapshot", JSON, nullable=False),  # the whole programme, as programme.snapshots writes it
    Column("changes", JSON, nullable=False),  # against the version before, as programme.snapshots compares
    UniqueConstraint("edition_id", "name"),
)

session_feedback = Table(
    "session_feedback",
    metadata,
    row_id(),
    reference("session_id", "sessions"),
    Column("respondent", String(64), nullable=False),  # a digest that says who judged twice, not who it was
    Column("rating", Integer, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("hidden", Boolean, nullable=False, server_default="0"),  # the comment, from speakers
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("session_id", "respondent"),
    CheckConstraint("rating >= 1 AND rating <= 5", name="rating"),
)

# --- search -------------------------------------------------------------------------------------------------------

search_indexes = Table(  # of which version of an edition search_documents is
    "search_indexes",
    metadata,
    reference("edition_id", "editions", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # of the documents
    Column("vocabulary", JSON, nullable=False),  # language → stem → words
)

search_documents = Table(  # public sessions and speakers as words; SQLite's FTS5 table search_texts follows by triggers
    "search_documents",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("kind", String(20), nullable=False),  # session, speaker
    Column("code", String(6), nullable=False),
    Column("title", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("rest", Text, nullable=False),
    UniqueConstraint("edition_id", "kind", "code"),
)

# --- open space ---------------------------------------------------------------------------------------------------

open_slots = Table(  # a room and a time for what attendees propose on site
    "open_slots",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("room_id", "rooms"),
    Column("wall_starts", DateTime(timezone=False), nullable=False),
    Column("wall_ends", DateTime(timezone=False), nullable=False),
    reference("session_id", "sessions", null=True),  # what was placed there
    UniqueConstraint("room_id", "wall_starts"),
)

open_topics = Table(  # what attendees propose
    "open_topics",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("secret", String(32), nullable=False, unique=True),  # in the proposer's own address
    Column("title", String(300), nullable=False),
    Column("abstract", Text, nullable=False, server_default=""),
    Column("name", String(200), nullable=False),  # of who proposes and holds it
    reference("ticket_id", "tickets", null=True),
    reference("session_id", "sessions", null=True),
    reference("speaker_id", "speakers", null=True),  # as whom the programme names them, once placed
    Column("status", String(20), nullable=False, server_default="proposed"),
    Column("created_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('proposed', 'placed', 'withdrawn', 'refused')", name="status"),
)

open_interests = Table(  # who would like to be there: a number for whoever places topics
    "open_interests",
    metadata,
    reference("topic_id", "open_topics", primary_key=True),
    Column("respondent", String(64), primary_key=True),  # a digest that says who has told before, not who it was
)
