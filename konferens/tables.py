"""Every table, as SQLAlchemy Core.

Money is whole öre; VAT rates are whole percent or NULL where the sale is exempt (momsfri). Times are stored in UTC and
read back aware. Rows that people's links or calendars point at are never removed: they get a `deleted_at` or a status.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC and read back in UTC on every database.

    Raises ValueError for a naive datetime: which moment it means would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime: {value!r}"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> "Column[Any]":
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, null: bool = False, index: bool = True, primary_key: bool = False) -> "Column[Any]":
    return Column(
        name,
        Integer,
        ForeignKey(f"{target}.id"),
        nullable=null,
        index=index and not primary_key,
        primary_key=primary_key,
    )


# --- events ---------------------------------------------------------------------------------------------------------

series = Table(
    "series",
    metadata,
    _id(),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),  # Markdown
    Column("organisation", String(200), nullable=False, server_default=""),
    Column("website", String(300), nullable=False, server_default=""),
)

editions = Table(
    "editions",
    metadata,
    _id(),
    _ref("series_id", "series"),
    Column("slug", String(80), nullable=False),
    Column("name", String(200), nullable=False),
    Column("tagline", String(300), nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),  # Markdown
    Column("practical", Text, nullable=False, server_default=""),  # Markdown: travel, lodging, food
    Column("starts_on", Date, nullable=False),  # first day, in the edition's zone
    Column("ends_on", Date, nullable=False),  # last day, inclusive
    Column("time_zone", String(64), nullable=False, server_default="Europe/Stockholm"),
    Column("language", String(8), nullable=False, server_default="sv"),
    Column("theme", String(40), nullable=False, server_default="default"),
    Column("venue_name", String(200), nullable=False, server_default=""),
    Column("venue_address", String(300), nullable=False, server_default=""),
    Column("venue_city", String(100), nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("contact_email", String(254), nullable=False, server_default=""),
    Column("registration_opens_at", UTCDateTime),  # NULL: open from publication
    Column("registration_closes_at", UTCDateTime),  # NULL: open until the last day ends
    Column("payment_terms_days", Integer, nullable=False, server_default="30"),
    Column("bankgiro", String(20), nullable=False, server_default=""),
    Column("swish_number", String(20), nullable=False, server_default=""),
    Column("seller_name", String(200), nullable=False, server_default=""),  # who sells, as invoices name it
    Column("seller_address", Text, nullable=False, server_default=""),
    Column("seller_orgnr", String(20), nullable=False, server_default=""),
    Column("seller_vat_number", String(20), nullable=False, server_default=""),
    Column("f_tax", Boolean, nullable=False, server_default="0"),  # godkänd för F-skatt
    Column("exemption_text", String(300), nullable=False, server_default=""),  # why sales without VAT have none
    Column("accepts_invoice", Boolean, nullable=False, server_default="1"),
    Column("accepts_swish", Boolean, nullable=False, server_default="1"),  # where there is a Swish number
    Column("expire_unpaid_days", Integer),  # days after the due date; NULL: unpaid orders stay
    Column("payment_reminder_days", Integer),  # days after the due date; NULL: none is sent
    Column("event_reminder_days", Integer),  # days before the first day; NULL: none is sent
    Column("thanks_days", Integer),  # days after the last day; NULL: none is sent
    Column("offer_hours", Integer, nullable=False, server_default="48"),  # how long a waiting-list offer holds its seat
    Column(
        "cancel_free_until", Date
    ),  # the last day on which a buyer cancels for nothing; NULL: paid orders by the office
    Column("cancel_keep_percent", Integer, nullable=False, server_default="100"),  # of the price, kept after that day
    Column("sensitive_days", Integer, nullable=False, server_default="30"),  # after the last day, then deleted
    Column("personal_days", Integer, nullable=False, server_default="365"),  # after the last day, then made anonymous
    Column("day_starts", Time),  # when the house opens and closes, by its own clock; NULL: not told
    Column("day_ends", Time),
    Column("recording_license", String(60), nullable=False, server_default=""),  # of all recordings: "CC BY 4.0"
    Column("feedback", Boolean, nullable=False, server_default="1"),  # attendees may judge sessions that have ended
    Column("open_space", Boolean, nullable=False, server_default="0"),  # attendees may propose sessions on site
    Column("open_space_guests", Boolean, nullable=False, server_default="0"),  # and so may people without a ticket
    Column("open_space_self", Boolean, nullable=False, server_default="0"),  # who proposes takes a free slot oneself
    Column("board_message", String(300), nullable=False, server_default=""),  # on the screens in the hall
    Column("speaker_ticket_type", String(40), nullable=False, server_default=""),  # code of what speakers get for free
    Column("release", String(40), nullable=False, server_default=""),  # the version that is public; "": saved is public
    Column("published", Boolean, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),  # rises with each visible change
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),  # when version last rose
    UniqueConstraint("series_id", "slug"),
    CheckConstraint("ends_on >= starts_on", name="dates"),
)

rooms = Table(
    "rooms",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("slug", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("capacity", Integer),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("guid", String(36), nullable=False, server_default=""),  # of an imported file; "": made of the slug
    Column("deleted_at", UTCDateTime),
    UniqueConstraint("edition_id", "slug"),
)

tracks = Table(
    "tracks",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("slug", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("colour", String(7), nullable=False, server_default="#4a6741"),  # #rrggbb
    Column("position", Integer, nullable=False, server_default="0"),
    Column("deleted_at", UTCDateTime),
    UniqueConstraint("edition_id", "slug"),
)

# --- speakers -------------------------------------------------------------------------------------------------------

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
    _id(),
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
    _ref("edition_id", "editions", primary_key=True),
    _ref("speaker_id", "speakers", primary_key=True),
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
    _ref("ticket_id", "tickets", null=True),  # what they got for free
    CheckConstraint("status IN ('added', 'invited', 'confirmed', 'declined')", name="status"),
    Index(None, "speaker_id"),
)

# --- programme ------------------------------------------------------------------------------------------------------

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("code", String(6), nullable=False, unique=True),
    Column("guid", String(36), nullable=False, unique=True),  # frab and iCalendar UID; never changes
    _ref("room_id", "rooms", null=True),
    _ref("track_id", "tracks", null=True),
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
    _ref("session_id", "sessions", primary_key=True),
    _ref("speaker_id", "speakers", primary_key=True),
    Column("role", String(20), nullable=False, server_default="speaker"),  # speaker, moderator
    Column("position", Integer, nullable=False, server_default="0"),
    Index(None, "speaker_id"),
)

session_files = Table(  # slides and papers that are kept here
    "session_files",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
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
    _id(),
    _ref("edition_id", "editions"),
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
    _id(),
    _ref("edition_id", "editions"),
    Column("actor", String(254), nullable=False),
    Column("name", String(200), nullable=False),  # of the files, as people know them
    Column("data", LargeBinary, nullable=False),  # a zip archive of the files
    Column("created_at", UTCDateTime, nullable=False),
)

releases = Table(  # versions of a programme: rows are only added
    "releases",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
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
    _id(),
    _ref("session_id", "sessions"),
    Column("respondent", String(64), nullable=False),  # a digest that says who judged twice, not who it was
    Column("rating", Integer, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("hidden", Boolean, nullable=False, server_default="0"),  # the comment, from speakers
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("session_id", "respondent"),
    CheckConstraint("rating >= 1 AND rating <= 5", name="rating"),
)

# --- search ---------------------------------------------------------------------------------------------------------

search_indexes = Table(  # of which version of an edition search_documents is
    "search_indexes",
    metadata,
    _ref("edition_id", "editions", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # of the documents
    Column("vocabulary", JSON, nullable=False),  # language → stem → words
)

search_documents = Table(  # public sessions and speakers as words; SQLite's FTS5 table search_texts follows by triggers
    "search_documents",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("kind", String(20), nullable=False),  # session, speaker
    Column("code", String(6), nullable=False),
    Column("title", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("rest", Text, nullable=False),
    UniqueConstraint("edition_id", "kind", "code"),
)

# --- open space -----------------------------------------------------------------------------------------------------

open_slots = Table(  # a room and a time for what attendees propose on site
    "open_slots",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("room_id", "rooms"),
    Column("wall_starts", DateTime(timezone=False), nullable=False),
    Column("wall_ends", DateTime(timezone=False), nullable=False),
    _ref("session_id", "sessions", null=True),  # what was placed there
    UniqueConstraint("room_id", "wall_starts"),
)

open_topics = Table(  # what attendees propose
    "open_topics",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("secret", String(32), nullable=False, unique=True),  # in the proposer's own address
    Column("title", String(300), nullable=False),
    Column("abstract", Text, nullable=False, server_default=""),
    Column("name", String(200), nullable=False),  # of who proposes and holds it
    _ref("ticket_id", "tickets", null=True),
    _ref("session_id", "sessions", null=True),
    _ref("speaker_id", "speakers", null=True),  # as whom the programme names them, once placed
    Column("status", String(20), nullable=False, server_default="proposed"),
    Column("created_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('proposed', 'placed', 'withdrawn', 'refused')", name="status"),
)

open_interests = Table(  # who would like to be there: a number for whoever places topics
    "open_interests",
    metadata,
    _ref("topic_id", "open_topics", primary_key=True),
    Column("respondent", String(64), primary_key=True),  # a digest that says who has told before, not who it was
)

# --- call for proposals ---------------------------------------------------------------------------------------------

calls = Table(
    "calls",
    metadata,
    _ref("edition_id", "editions", primary_key=True),
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
    _id(),
    _ref("edition_id", "editions"),
    _ref("track_id", "tracks", null=True),
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
    _id(),
    _ref("proposal_id", "proposals"),
    _ref("speaker_id", "speakers", null=True),  # whom they became
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
    _ref("proposal_id", "proposals", primary_key=True),
    _ref("user_id", "users", primary_key=True),
    Column("score", Integer),  # 1 to 5; NULL: only a comment, or a conflict of interest
    Column("comment", Text, nullable=False, server_default=""),
    Column("conflict", Boolean, nullable=False, server_default="0"),  # has an interest in it: neither sees nor scores
    Column("updated_at", UTCDateTime, nullable=False),
    CheckConstraint("score IS NULL OR (score >= 1 AND score <= 5)", name="score"),
)

# --- offering -----------------------------------------------------------------------------------------------------

quotas = Table(
    "quotas",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    CheckConstraint("taken >= 0", name="not_negative"),
    UniqueConstraint("edition_id", "name"),
)

ticket_types = Table(
    "ticket_types",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("code", String(40), nullable=False),  # a slug, unique in the edition
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("price", Integer, nullable=False),  # öre, VAT included
    Column("vat_rate", Integer),  # percent; NULL: momsfri
    Column("colour", String(7), nullable=False, server_default="#4a6741"),  # on the badge
    Column("position", Integer, nullable=False, server_default="0"),
    Column("on_sale_from", UTCDateTime),
    Column("on_sale_until", UTCDateTime),
    Column("min_per_order", Integer, nullable=False, server_default="1"),
    Column("max_per_order", Integer, nullable=False, server_default="20"),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("early_price", Integer),  # öre, VAT included, until `early_until`
    Column("early_until", UTCDateTime),
    Column("hidden", Boolean, nullable=False, server_default="0"),  # offered only with a code that is for it
    Column("digital", Boolean, nullable=False, server_default="0"),  # takes part from afar: no badge, no check-in
    Column("valid_on", Date),  # the day that it is for; NULL: all days
    Column("waiting_list", Boolean, nullable=False, server_default="1"),  # may be waited for when it is sold out
    UniqueConstraint("edition_id", "code"),
    CheckConstraint("price >= 0", name="price"),
)

ticket_type_quotas = Table(
    "ticket_type_quotas",
    metadata,
    _ref("ticket_type_id", "ticket_types", primary_key=True),
    _ref("quota_id", "quotas", primary_key=True),
)

addons = Table(  # dinner, study visit, bus seat, lodging: one of each for an attendee
    "addons",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("quota_id", "quotas", null=True),  # NULL: no limit
    Column("code", String(40), nullable=False),  # a slug, unique in the edition
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("price", Integer, nullable=False),  # öre, VAT included
    Column("vat_rate", Integer),  # percent; NULL: momsfri
    Column("position", Integer, nullable=False, server_default="0"),
    Column("on_sale_until", UTCDateTime),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("starts_at", UTCDateTime),  # NULL: no time of its own, not in calendars
    Column("ends_at", UTCDateTime),
    Column("location", String(300), nullable=False, server_default=""),
    UniqueConstraint("edition_id", "code"),
    CheckConstraint("price >= 0", name="price"),
)

addon_ticket_types = Table(  # which types may have it; none: all
    "addon_ticket_types",
    metadata,
    _ref("addon_id", "addons", primary_key=True),
    _ref("ticket_type_id", "ticket_types", primary_key=True),
)

discount_codes = Table(  # a code takes something off, opens hidden ticket types, or both
    "discount_codes",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("code", String(40), nullable=False),  # upper case
    Column("note", String(200), nullable=False, server_default=""),  # whom it is for; organisers only
    Column("percent", Integer),  # off each ticket's price; at most one of percent and amount
    Column("amount", Integer),  # öre off each ticket's price
    Column("max_uses", Integer),  # tickets; NULL: no limit
    Column("used", Integer, nullable=False, server_default="0"),  # tickets that hold it
    Column("valid_from", UTCDateTime),
    Column("valid_until", UTCDateTime),
    Column("active", Boolean, nullable=False, server_default="1"),
    UniqueConstraint("edition_id", "code"),
    CheckConstraint("percent IS NULL OR amount IS NULL", name="one_kind"),
    CheckConstraint("percent IS NULL OR (percent >= 1 AND percent <= 100)", name="percent"),
    CheckConstraint("used >= 0", name="used"),
)

discount_code_ticket_types = Table(  # which types it is for; none: all that aren't hidden
    "discount_code_ticket_types",
    metadata,
    _ref("discount_code_id", "discount_codes", primary_key=True),
    _ref("ticket_type_id", "ticket_types", primary_key=True),
)

# --- registration ---------------------------------------------------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("code", String(6), nullable=False, unique=True),
    Column("secret", String(32), nullable=False),
    Column("status", String(20), nullable=False, server_default="pending", index=True),
    Column("buyer_name", String(200), nullable=False),
    Column("buyer_email", String(254), nullable=False),
    Column("buyer_organisation", String(200), nullable=False, server_default=""),
    Column("buyer_orgnr", String(20), nullable=False, server_default=""),
    Column("buyer_address", Text, nullable=False, server_default=""),
    Column("buyer_reference", String(200), nullable=False, server_default=""),
    Column("buyer_peppol", String(60), nullable=False, server_default=""),  # '0007:5560125790', '' for no e-invoice
    Column("message", Text, nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default="sv"),
    Column("total", Integer, nullable=False),  # öre, VAT included, of what is valid and what is kept of the rest
    Column("paid", BigInteger, nullable=False, server_default="0"),  # öre: the sum of `payments`
    Column("payment_method", String(20), nullable=False, server_default="invoice"),  # free, invoice, swish, cash
    _ref("discount_code_id", "discount_codes", null=True),
    Column("currency", String(3), nullable=False, server_default="SEK"),
    Column("ocr", String(25), nullable=False, server_default=""),  # the payment's reference; "" without an invoice
    Column("source", String(20), nullable=False, server_default="web"),  # web, api, organiser, door
    Column("idempotency_key", String(200), unique=True),
    Column("request_digest", String(64)),  # SHA-256 of the request that the key came with
    Column("placed_at", UTCDateTime, nullable=False, index=True),
    Column("due_on", Date),
    Column("paid_at", UTCDateTime),
    Column("cancelled_at", UTCDateTime),
    CheckConstraint("status IN ('pending', 'paid', 'cancelled', 'expired')", name="status"),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    _ref("order_id", "orders"),
    _ref("edition_id", "editions"),
    _ref("ticket_type_id", "ticket_types"),
    Column("position", Integer, nullable=False),  # 1, 2, … in the order
    Column("token", String(32), nullable=False, unique=True),  # in the QR code
    Column("calendar_token", String(32), nullable=False, unique=True),  # in the personal feed's address
    Column("secret", String(32), nullable=False, unique=True),  # in the address of the attendee's own page
    Column("status", String(20), nullable=False, server_default="valid"),
    Column("attendee_name", String(200), nullable=False),
    Column("attendee_email", String(254), nullable=False, server_default=""),
    Column("attendee_organisation", String(200), nullable=False, server_default=""),
    Column("price", Integer, nullable=False),  # öre, VAT included, as sold: after the discount
    Column("discount", Integer, nullable=False, server_default="0"),  # öre that the code took off
    Column("vat_rate", Integer),  # as sold
    Column("vat_amount", Integer, nullable=False, server_default="0"),  # öre
    Column("kept", Integer, nullable=False, server_default="0"),  # öre of the price that a cancelled ticket still costs
    Column("kept_vat", Integer, nullable=False, server_default="0"),  # öre, the VAT in that
    Column("details_later", Boolean, nullable=False, server_default="0"),  # the attendee is to fill in the rest
    Column("badge_printed_at", UTCDateTime),
    Column("note", String(300), nullable=False, server_default=""),  # for the door: "VIP", "rullstol"
    Column("erased_at", UTCDateTime),  # when personal data was taken away
    Column("change", BigInteger, nullable=False, server_default="0"),  # from `counters`: check-in's delta cursor
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('valid', 'cancelled')", name="status"),
    UniqueConstraint("order_id", "position"),
    Index(None, "edition_id", "change"),
)

ticket_sessions = Table(  # the attendee's own programme
    "ticket_sessions",
    metadata,
    _ref("ticket_id", "tickets", primary_key=True),
    _ref("session_id", "sessions", primary_key=True),
    Column("created_at", UTCDateTime, nullable=False),
    Index(None, "session_id"),
)

ticket_addons = Table(
    "ticket_addons",
    metadata,
    _id(),
    _ref("ticket_id", "tickets"),
    _ref("addon_id", "addons"),
    Column("status", String(20), nullable=False, server_default="valid"),
    Column("price", Integer, nullable=False),  # öre, VAT included, as sold
    Column("vat_rate", Integer),
    Column("vat_amount", Integer, nullable=False, server_default="0"),
    Column("kept", Integer, nullable=False, server_default="0"),  # as in `tickets`
    Column("kept_vat", Integer, nullable=False, server_default="0"),
    Column("created_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('valid', 'cancelled')", name="status"),
)

# --- sign-ups and waiting lists -------------------------------------------------------------------------------------

session_waiting = Table(  # who waits for a seat of a session, the lowest id first
    "session_waiting",
    metadata,
    _id(),
    _ref("session_id", "sessions"),
    _ref("ticket_id", "tickets"),
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("session_id", "ticket_id"),
)

waiting_entries = Table(  # who waits for a ticket, the lowest id first
    "waiting_entries",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("ticket_type_id", "ticket_types"),
    _ref("order_id", "orders", null=True),  # the order that took the offer
    Column("secret", String(32), nullable=False, unique=True),  # in the offer's address
    Column("name", String(200), nullable=False),
    Column("email", String(254), nullable=False),
    Column("language", String(8), nullable=False, server_default="sv"),
    Column("status", String(20), nullable=False, server_default="waiting"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("offered_at", UTCDateTime),
    Column("offer_ends_at", UTCDateTime),  # until then, a seat of the type's quotas is held
    CheckConstraint("status IN ('waiting', 'offered', 'accepted', 'expired', 'left')", name="status"),
    Index(None, "status", "offer_ends_at"),
)

# --- questions ------------------------------------------------------------------------------------------------------

questions = Table(
    "questions",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("code", String(40), nullable=False),  # a slug, unique in the edition
    Column("kind", String(20), nullable=False),  # text, long_text, choice, choices, yes_no, date, file
    Column("label", String(300), nullable=False),
    Column("help", Text, nullable=False, server_default=""),
    Column("choices", JSON, nullable=False),  # texts; [] where there is nothing to choose among
    Column("required", Boolean, nullable=False, server_default="0"),
    Column("sensitive", Boolean, nullable=False, server_default="0"),  # answers in `sensitive_answers`
    Column("purpose", String(300), nullable=False, server_default=""),  # why it is asked (GDPR article 13)
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, server_default="1"),
    _ref("shown_by_id", "questions", null=True),  # shown when that question's answer is, or holds, `shown_if`
    Column("shown_if", String(300), nullable=False, server_default=""),
    UniqueConstraint("edition_id", "code"),
)

question_ticket_types = Table(  # which types are asked; none: all
    "question_ticket_types",
    metadata,
    _ref("question_id", "questions", primary_key=True),
    _ref("ticket_type_id", "ticket_types", primary_key=True),
)


def _answers(name: str) -> Table:
    return Table(
        name,
        metadata,
        _ref("ticket_id", "tickets", primary_key=True),
        _ref("question_id", "questions", primary_key=True),
        Column("value", JSON, nullable=False),  # a text, texts, true or false, "2027-05-12", or a file's name
        Column("file_type", String(100), nullable=False, server_default=""),
        Column("file", LargeBinary),
        Column("answered_at", UTCDateTime, nullable=False),
        Index(None, "question_id"),
    )


answers = _answers("answers")
sensitive_answers = _answers("sensitive_answers")  # what may tell of somebody's health: seen by few, deleted early

counters = Table(  # numbers that rise without gaps, inside the transaction that uses them
    "counters",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("value", BigInteger, nullable=False, server_default="0"),
)

# --- payments -------------------------------------------------------------------------------------------------------

invoices = Table(  # accounting material: rows are added and never changed or removed
    "invoices",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("order_id", "orders"),
    Column("seller_orgnr", String(20), nullable=False),  # whose series of numbers
    Column("number", BigInteger, nullable=False),  # from `counters`, without gaps
    Column("kind", String(10), nullable=False),
    _ref("credits_id", "invoices", null=True),  # the invoice that a credit note takes back
    Column("issued_at", UTCDateTime, nullable=False),
    Column("issued_on", Date, nullable=False),  # the day of that in the edition's zone
    Column("due_on", Date),  # NULL: nothing to pay (credit notes)
    Column("supplied_from", Date, nullable=False),  # the days of the conference
    Column("supplied_until", Date, nullable=False),
    Column("language", String(8), nullable=False),
    Column("title", String(200), nullable=False),  # the conference's name
    Column("order_code", String(6), nullable=False),
    Column("seller", JSON, nullable=False),  # payments.model.Seller, as it was
    Column("buyer", JSON, nullable=False),  # payments.model.Customer, as it was
    Column("lines", JSON, nullable=False),  # of payments.model.InvoiceLine
    Column("vat", JSON, nullable=False),  # of payments.model.VatTotal
    Column("ocr", String(25), nullable=False),
    Column("total", Integer, nullable=False),  # öre, VAT included; negative on credit notes
    Column("currency", String(3), nullable=False),
    UniqueConstraint("seller_orgnr", "number"),
    CheckConstraint("kind IN ('invoice', 'credit')", name="kind"),
    CheckConstraint("(kind = 'credit') = (credits_id IS NOT NULL)", name="credits"),
)

payments = Table(  # money that came, or went back (negative): rows are added and never changed
    "payments",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("order_id", "orders"),
    Column("amount", Integer, nullable=False),  # öre
    Column("method", String(20), nullable=False),  # bankgiro, swish, cash, other
    Column("reference", String(200), nullable=False, server_default=""),  # what the payer wrote
    Column("paid_on", Date, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Column("actor", String(254), nullable=False),
    CheckConstraint("amount <> 0", name="amount"),
)

bank_rows = Table(  # lines of the bank's and Swish's reports
    "bank_rows",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("external_id", String(120), nullable=False),  # names the line: the same report can be read twice
    Column("method", String(20), nullable=False),  # bankgiro, swish
    Column("amount", Integer, nullable=False),  # öre
    Column("paid_on", Date, nullable=False),
    Column("payer", String(200), nullable=False, server_default=""),
    Column("reference", String(300), nullable=False, server_default=""),
    Column("status", String(20), nullable=False),
    _ref("payment_id", "payments", null=True),
    Column("imported_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('matched', 'unmatched', 'ignored')", name="status"),
    UniqueConstraint("edition_id", "external_id"),
)

# --- check-in -------------------------------------------------------------------------------------------------------

checkin_lists = Table(
    "checkin_lists",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("all_ticket_types", Boolean, nullable=False, server_default="1"),
    Column("admit_unpaid", Boolean, nullable=False, server_default="1"),
    _ref("session_id", "sessions", null=True),  # only who has chosen, or signed up for, this one
    Column("repeat", String(10), nullable=False, server_default="once"),
    Column("opens_at", UTCDateTime),  # nobody is let in before
    Column("closes_at", UTCDateTime),  # nor after
    Column("shows", JSON, nullable=False, server_default="[]"),  # what staff see beside the name: diet, access
    CheckConstraint("repeat IN ('once', 'daily', 'in-out')", name="repeat"),
    UniqueConstraint("edition_id", "name"),
)

checkin_list_ticket_types = Table(  # which types, where not all
    "checkin_list_ticket_types",
    metadata,
    _ref("list_id", "checkin_lists", primary_key=True),
    _ref("ticket_type_id", "ticket_types", primary_key=True),
)

checkin_list_addons = Table(  # only who has one of these add-ons; none: everybody
    "checkin_list_addons",
    metadata,
    _ref("list_id", "checkin_lists", primary_key=True),
    _ref("addon_id", "addons", primary_key=True),
)

devices = Table(  # a volunteer's phone, let in by a code that the organiser shows
    "devices",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("list_ids", JSON, nullable=False),  # of the check-in lists that it is for
    Column("may_sell", Boolean, nullable=False, server_default="0"),
    Column("setup_digest", String(64), unique=True),  # SHA-256 of the code, NULL once it is used
    Column("setup_expires_at", UTCDateTime),
    Column("token_digest", String(64), unique=True),  # SHA-256 of the phone's own token
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(254), nullable=False),
    Column("claimed_at", UTCDateTime),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
    Column("seen_at", UTCDateTime),
    Column("clock_ms", Integer),  # how much its clock is ahead, as it was told last
    Column("waiting", Integer, nullable=False, server_default="0"),  # scans that it had not sent, as it told last
)

held_scans = Table(  # what a phone sent after it was revoked: kept until somebody has looked
    "held_scans",
    metadata,
    _id(),
    _ref("device_id", "devices"),
    _ref("list_id", "checkin_lists"),
    Column("nonce", String(64), nullable=False, unique=True),
    Column("scan", JSON, nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
    Column("status", String(20), nullable=False, server_default="open"),
    Column("handled_at", UTCDateTime),
    Column("handled_by", String(254), nullable=False, server_default=""),
    CheckConstraint("status IN ('open', 'recorded', 'dropped')", name="status"),
)

scans = Table(  # every answer ever given, refused ones too
    "scans",
    metadata,
    _id(),
    _ref("list_id", "checkin_lists"),
    _ref("ticket_id", "tickets", null=True),
    Column("nonce", String(64), nullable=False, unique=True),
    Column("token", String(200), nullable=False),
    Column("direction", String(3), nullable=False, server_default="in"),
    Column("status", String(20), nullable=False),  # admitted, already, refused
    Column("reason", String(20)),
    Column("scanned_at", UTCDateTime, nullable=False),  # by the device's clock
    Column("received_at", UTCDateTime, nullable=False),
    Column("device", String(120), nullable=False, server_default=""),
    Column("actor", String(254), nullable=False, server_default=""),
    Column("first_nonce", String(64)),  # of the scan that admitted, where this one came second
    _ref("device_id", "devices", null=True),
    Column("told", String(20), nullable=False, server_default=""),  # what the phone said at the door, without network
    Column("conflict", Boolean, nullable=False, server_default="0"),  # let in at the door, and not by the rules
    Column("seen_by", String(254), nullable=False, server_default=""),  # the organiser who has looked at the conflict
    Column("undone_at", UTCDateTime),
    CheckConstraint("status IN ('admitted', 'already', 'refused')", name="status"),
)

admissions = Table(  # who is in; the primary key makes a second admission impossible
    "admissions",
    metadata,
    _ref("list_id", "checkin_lists", primary_key=True),
    _ref("ticket_id", "tickets", primary_key=True),
    Column("scan_nonce", String(64), nullable=False),
    Column("scanned_at", UTCDateTime, nullable=False),
    Column("device", String(120), nullable=False, server_default=""),
)

badge_designs = Table(  # what stands where on a badge
    "badge_designs",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("paper", String(20), nullable=False),  # badges.model.Paper
    Column("elements", JSON, nullable=False),  # badges.model.Element
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("edition_id", "name"),
)

# --- accounts -------------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    _id(),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("name", String(200), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
)

user_roles = Table(
    "user_roles",
    metadata,
    _id(),
    _ref("user_id", "users"),
    _ref("edition_id", "editions", null=True),  # NULL: every edition
    Column("role", String(20), nullable=False),
    CheckConstraint("role IN ('admin', 'organiser', 'staff', 'reviewer')", name="role"),
    UniqueConstraint("user_id", "edition_id", "role"),
)

logins = Table(  # signed-in browsers
    "logins",
    metadata,
    Column("token_digest", String(64), primary_key=True),  # SHA-256 of the cookie's token
    _ref("user_id", "users"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

login_attempts = Table(  # failed ones, to slow down guessing over all processes
    "login_attempts",
    metadata,
    _id(),
    Column("email", String(254), nullable=False),
    Column("address", String(64), nullable=False),
    Column("attempted_at", UTCDateTime, nullable=False, index=True),
    Index(None, "email", "attempted_at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    Column("name", String(120), nullable=False),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),  # separated by commas
    _ref("edition_id", "editions", null=True),  # NULL: every edition
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime),
    Column("revoked_at", UTCDateTime),
)

# --- mail -----------------------------------------------------------------------------------------------------------

mail_outbox = Table(
    "mail_outbox",
    metadata,
    _id(),
    _ref("edition_id", "editions", null=True),
    _ref("order_id", "orders", null=True),
    _ref("ticket_id", "tickets", null=True),  # whose attachments it has, where it is one attendee's
    Column("kind", String(40), nullable=False),  # the message's folder in templates/mail
    Column("message_id", String(200), nullable=False, unique=True),
    Column("to_name", String(200), nullable=False, server_default=""),
    Column("to_email", String(254), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body_text", Text, nullable=False),
    Column("body_html", Text, nullable=False),
    Column("attachments", JSON, nullable=False),  # names that the sender knows to make: "tickets.pdf", "calendar.ics"
    Column("once_key", String(120), unique=True),  # a mail with the same key is never written again
    Column("status", String(20), nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UTCDateTime, nullable=False),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
    CheckConstraint("status IN ('queued', 'sent', 'failed', 'bounced')", name="status"),
    Index(None, "status", "next_attempt_at"),
)

mail_texts = Table(  # an edition's own wording of a message
    "mail_texts",
    metadata,
    _ref("edition_id", "editions", primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),  # Markdown with {placeholders}
    Column("updated_at", UTCDateTime, nullable=False),
)

# --- webhooks -------------------------------------------------------------------------------------------------------

webhooks = Table(  # addresses that are told what happens
    "webhooks",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    Column("url", String(500), nullable=False),
    Column("secret", String(80), nullable=False),  # "whsec_" and base64, to sign with
    Column("events", JSON, nullable=False),  # of webhooks.model.EVENTS
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("deleted_at", UTCDateTime),
)

webhook_deliveries = Table(  # the outbox, and the log
    "webhook_deliveries",
    metadata,
    _id(),
    _ref("webhook_id", "webhooks"),
    Column("message_id", String(40), nullable=False),  # the same for each attempt and each replay
    Column("event", String(40), nullable=False),
    Column("payload", Text, nullable=False),  # the JSON that is signed and sent
    Column("status", String(20), nullable=False, server_default="queued"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UTCDateTime, nullable=False),
    Column("answer", Integer),  # the last HTTP status
    Column("last_error", Text, nullable=False, server_default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("delivered_at", UTCDateTime),
    CheckConstraint("status IN ('queued', 'delivered', 'failed')", name="status"),
    Index(None, "status", "next_attempt_at"),
)

# --- privacy --------------------------------------------------------------------------------------------------------

erasure_requests = Table(  # GDPR article 17
    "erasure_requests",
    metadata,
    _id(),
    _ref("edition_id", "editions"),
    _ref("order_id", "orders"),
    _ref("ticket_id", "tickets", null=True),  # NULL: everything of the order
    Column("status", String(20), nullable=False, server_default="open"),
    Column("message", Text, nullable=False, server_default=""),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("handled_at", UTCDateTime),
    Column("handled_by", String(254), nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),  # why it was refused (GDPR article 12.4)
    CheckConstraint("status IN ('open', 'done', 'refused')", name="status"),
)

# --- jobs -----------------------------------------------------------------------------------------------------------

jobs = Table(  # what one process does for all, from time to time
    "jobs",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("next_at", UTCDateTime, nullable=False),
)

# --- audit ----------------------------------------------------------------------------------------------------------

audit = Table(
    "audit",
    metadata,
    _id(),
    _ref("edition_id", "editions", null=True),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", String(254), nullable=False),  # a user's e-mail, "token:NAME", "buyer:CODE" or "system"
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False),  # "session:ABC234"
    Column("before", JSON),
    Column("after", JSON),
    Index(None, "subject"),
)
