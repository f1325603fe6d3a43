"""Conferences: series, their editions, rooms and tracks."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

series = Table(
    "series",
    metadata,
    row_id(),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),  # Markdown
    Column("organisation", String(200), nullable=False, server_default=""),
    Column("website", String(300), nullable=False, server_default=""),
)

editions = Table(
    "editions",
    metadata,
    row_id(),
    reference("series_id", "series"),
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
    Column("sequence", Integer, nullable=False, server_default="0"),  # RFC 5545 SEQUENCE of the whole conference
    Column("changed_at", UTCDateTime),  # when sequence last rose; NULL: never
    Column("created_at", UTCDateTime, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),  # when version last rose
    UniqueConstraint("series_id", "slug"),
    CheckConstraint("ends_on >= starts_on", name="dates"),
)

rooms = Table(
    "rooms",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    row_id(),
    reference("edition_id", "editions"),
    Column("slug", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("colour", String(7), nullable=False, server_default="#4a6741"),  # #rrggbb
    Column("position", Integer, nullable=False, server_default="0"),
    Column("deleted_at", UTCDateTime),
    UniqueConstraint("edition_id", "slug"),
)
