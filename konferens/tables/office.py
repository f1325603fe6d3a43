"""Accounts, mail, webhooks, and what the office keeps of its own work."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

# --- accounts -----------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    row_id(),
    Column("email", String(254), nullable=False, unique=True),  # lower case
    Column("name", String(200), nullable=False, server_default=""),
    Column("password_hash", String(200), nullable=False),  # '' until the invited person has chosen one
    Column("created_at", UTCDateTime, nullable=False),
)

user_roles = Table(
    "user_roles",
    metadata,
    row_id(),
    reference("user_id", "users"),
    reference("edition_id", "editions", null=True),  # NULL: every edition
    Column("role", String(20), nullable=False),
    CheckConstraint("role IN ('admin', 'organiser', 'staff', 'reviewer')", name="role"),
    UniqueConstraint("user_id", "edition_id", "role"),
)

logins = Table(  # signed-in browsers
    "logins",
    metadata,
    Column("token_digest", String(64), primary_key=True),  # SHA-256 of the cookie's token
    reference("user_id", "users"),
    Column("browser", String(200), nullable=False, server_default=""),  # what it calls itself (User-Agent)
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

password_links = Table(  # mailed, to choose a password with, once
    "password_links",
    metadata,
    Column("token_digest", String(64), primary_key=True),  # SHA-256 of what stands in the address
    reference("user_id", "users"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False, index=True),
)

attempts = Table(  # failed or costly ones of today, to slow down guessing and floods over all processes
    "attempts",
    metadata,
    row_id(),
    Column("kind", String(20), nullable=False),  # "login", "device", "code", …
    Column("name", String(254), nullable=False, server_default=""),  # whose account; "" where only the address counts
    Column("address", String(64), nullable=False),
    Column("attempted_at", UTCDateTime, nullable=False, index=True),
    Index(None, "kind", "address", "attempted_at"),
    Index(None, "kind", "name", "attempted_at"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    row_id(),
    Column("name", String(120), nullable=False),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),  # separated by commas
    reference("edition_id", "editions", null=True),  # NULL: every edition
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime),
    Column("revoked_at", UTCDateTime),
)

# --- mail ---------------------------------------------------------------------------------------------------------

mail_outbox = Table(
    "mail_outbox",
    metadata,
    row_id(),
    reference("edition_id", "editions", null=True),
    reference("order_id", "orders", null=True),
    reference("ticket_id", "tickets", null=True),  # whose attachments it has, where it is one attendee's
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
    reference("edition_id", "editions", primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),  # Markdown with {placeholders}
    Column("updated_at", UTCDateTime, nullable=False),
)

# --- webhooks -----------------------------------------------------------------------------------------------------

webhooks = Table(  # addresses that are told what happens
    "webhooks",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    row_id(),
    reference("webhook_id", "webhooks"),
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

# --- privacy ------------------------------------------------------------------------------------------------------

erasure_requests = Table(  # GDPR article 17
    "erasure_requests",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("order_id", "orders"),
    reference("ticket_id", "tickets", null=True),  # NULL: everything of the order
    Column("status", String(20), nullable=False, server_default="open"),
    Column("message", Text, nullable=False, server_default=""),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("handled_at", UTCDateTime),
    Column("handled_by", String(254), nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),  # why it was refused (GDPR article 12.4)
    CheckConstraint("status IN ('open', 'done', 'refused')", name="status"),
)

# --- jobs ---------------------------------------------------------------------------------------------------------

jobs = Table(  # what one process does for all, from time to time
    "jobs",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("next_at", UTCDateTime, nullable=False),
)

# --- audit --------------------------------------------------------------------------------------------------------

audit = Table(
    "audit",
    metadata,
    row_id(),
    reference("edition_id", "editions", null=True),
    Column("at", UTCDateTime, nullable=False),
    Column("actor", String(254), nullable=False),  # a user's e-mail, "token:NAME", "buyer:CODE" or "system"
    Column("action", String(60), nullable=False),
    Column("subject", String(120), nullable=False),  # "session:ABC234"
    Column("before", JSON),
    Column("after", JSON),
    Index(None, "subject"),
)
