"""Lists, phones, scans and badges."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Integer, LargeBinary, String, Table, UniqueConstraint

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

checkin_lists = Table(
    "checkin_lists",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("all_ticket_types", Boolean, nullable=False, server_default="1"),
    Column("admit_unpaid", Boolean, nullable=False, server_default="1"),
    reference("session_id", "sessions", null=True),  # only who has chosen, or signed up for, this one
    Column("repeat", String(10), nullable=False, server_default="once"),
    Column("opens_at", UTCDateTime),  # nobody is let in before
    Column("closes_at", UTCDateTime),  # nor after
    Column("shows", JSON, nullable=False, server_default="[]"),  # what staff see beside the name: diet, access
    Column("ended_at", UTCDateTime),  # on no phone from then on, and in the numbers still
    CheckConstraint("repeat IN ('once', 'daily', 'in-out')", name="repeat"),
    UniqueConstraint("edition_id", "name"),
)

checkin_list_ticket_types = Table(  # which types, where not all
    "checkin_list_ticket_types",
    metadata,
    reference("list_id", "checkin_lists", primary_key=True),
    reference("ticket_type_id", "ticket_types", primary_key=True),
)

checkin_list_addons = Table(  # only who has one of these add-ons; none: everybody
    "checkin_list_addons",
    metadata,
    reference("list_id", "checkin_lists", primary_key=True),
    reference("addon_id", "addons", primary_key=True),
)

devices = Table(  # a volunteer's phone, let in by a code that the organiser shows
    "devices",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    row_id(),
    reference("device_id", "devices"),
    reference("list_id", "checkin_lists"),
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
    row_id(),
    reference("list_id", "checkin_lists"),
    reference("ticket_id", "tickets", null=True),
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
    reference("device_id", "devices", null=True),
    Column("told", String(20), nullable=False, server_default=""),  # what the phone said at the door, without network
    Column("conflict", Boolean, nullable=False, server_default="0"),  # let in at the door, and not by the rules
    Column("seen_by", String(254), nullable=False, server_default=""),  # the organiser who has looked at the conflict
    Column("undone_at", UTCDateTime),
    CheckConstraint("status IN ('admitted', 'already', 'refused')", name="status"),
)

admissions = Table(  # who is in; the primary key makes a second admission impossible
    "admissions",
    metadata,
    reference("list_id", "checkin_lists", primary_key=True),
    reference("ticket_id", "tickets", primary_key=True),
    Column("scan_nonce", String(64), nullable=False),
    Column("scanned_at", UTCDateTime, nullable=False),
    Column("device", String(120), nullable=False, server_default=""),
)

badge_designs = Table(  # what stands where on a badge
    "badge_designs",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("paper", String(20), nullable=False),  # badges.model.Paper
    Column("elements", JSON, nullable=False),  # badges.model.Element
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("edition_id", "name"),
)

badge_pictures = Table(  # logos and other pictures on badges
    "badge_pictures",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("digest", String(64), nullable=False),  # SHA-256 of data, hexadecimal
    Column("name", String(200), nullable=False),  # of the file
    Column("is_logo", Boolean, nullable=False, server_default="0"),  # the edition's own: one at most
    Column("data", LargeBinary, nullable=False),  # PNG
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("edition_id", "digest"),
)

badge_prints = Table(  # badges that somebody has asked for, and their PDF while it is needed
    "badge_prints",
    metadata,
    row_id(),
    Column("secret", String(32), nullable=False, unique=True),  # opens the PDF for a while, without signing in
    reference("edition_id", "editions"),
    Column("actor", String(254), nullable=False),
    Column("paper", String(20), nullable=False),  # badges.papers.Paper
    Column("ticket_ids", JSON, nullable=False),  # in the order that they come in
    Column("made", Integer, nullable=False, server_default="0"),  # badges that are typeset
    Column("data", LargeBinary),  # the PDF, of those that took a while
    Column("failed", Boolean, nullable=False, server_default="0"),
    Column("worked_until", UTCDateTime),  # some process makes it until then; past: another one may
    Column("created_at", UTCDateTime, nullable=False),
    Column("printed_at", UTCDateTime),  # somebody said that they came out of the printer
)
