"""Orders, tickets, sign-ups, waiting lists, questions and answers."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

# --- registration -------------------------------------------------------------------------------------------------

orders = Table(
    "orders",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    reference("discount_code_id", "discount_codes", null=True),
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
    row_id(),
    reference("order_id", "orders"),
    reference("edition_id", "editions"),
    reference("ticket_type_id", "ticket_types"),
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

retired_feeds = Table(  # earlier addresses of personal feeds, which tell calendars that they are no longer right
    "retired_feeds",
    metadata,
    Column("calendar_token", String(32), primary_key=True),
    reference("ticket_id", "tickets"),
    Column("retired_at", UTCDateTime, nullable=False),
)

ticket_sessions = Table(  # the attendee's own programme
    "ticket_sessions",
    metadata,
    reference("ticket_id", "tickets", primary_key=True),
    reference("session_id", "sessions", primary_key=True),
    Column("created_at", UTCDateTime, nullable=False),
    Index(None, "session_id"),
)

ticket_addons = Table(
    "ticket_addons",
    metadata,
    row_id(),
    reference("ticket_id", "tickets"),
    reference("addon_id", "addons"),
    Column("status", String(20), nullable=False, server_default="valid"),
    Column("price", Integer, nullable=False),  # öre, VAT included, as sold
    Column("vat_rate", Integer),
    Column("vat_amount", Integer, nullable=False, server_default="0"),
    Column("kept", Integer, nullable=False, server_default="0"),  # as in `tickets`
    Column("kept_vat", Integer, nullable=False, server_default="0"),
    Column("created_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('valid', 'cancelled')", name="status"),
)

# --- sign-ups and waiting lists -----------------------------------------------------------------------------------

session_waiting = Table(  # who waits for a seat of a session, the lowest id first
    "session_waiting",
    metadata,
    row_id(),
    reference("session_id", "sessions"),
    reference("ticket_id", "tickets"),
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("session_id", "ticket_id"),
)

waiting_entries = Table(  # who waits for a ticket, the lowest id first
    "waiting_entries",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("ticket_type_id", "ticket_types"),
    reference("order_id", "orders", null=True),  # the order that took the offer
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

# --- questions ----------------------------------------------------------------------------------------------------

questions = Table(
    "questions",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    reference("shown_by_id", "questions", null=True),  # shown when that question's answer is, or holds, `shown_if`
    Column("shown_if", String(300), nullable=False, server_default=""),
    UniqueConstraint("edition_id", "code"),
)

question_ticket_types = Table(  # which types are asked; none: all
    "question_ticket_types",
    metadata,
    reference("question_id", "questions", primary_key=True),
    reference("ticket_type_id", "ticket_types", primary_key=True),
)


def _answers(name: str) -> Table:
    return Table(
        name,
        metadata,
        reference("ticket_id", "tickets", primary_key=True),
        reference("question_id", "questions", primary_key=True),
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
