"""What is for sale: ticket types, quotas, add-ons, discount codes."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, String, Table, Text, UniqueConstraint

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

quotas = Table(
    "quotas",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    Column("name", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    CheckConstraint("taken >= 0", name="not_negative"),
    UniqueConstraint("edition_id", "name"),
)

ticket_types = Table(
    "ticket_types",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    reference("ticket_type_id", "ticket_types", primary_key=True),
    reference("quota_id", "quotas", primary_key=True),
)

addons = Table(  # dinner, study visit, bus seat, lodging: one of each for an attendee
    "addons",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("quota_id", "quotas", null=True),  # NULL: no limit
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
    Column("sequence", Integer, nullable=False, server_default="0"),  # RFC 5545 SEQUENCE
    Column("changed_at", UTCDateTime),  # when sequence last rose; NULL: never
    UniqueConstraint("edition_id", "code"),
    CheckConstraint("price >= 0", name="price"),
)

addon_ticket_types = Table(  # which types may have it; none: all
    "addon_ticket_types",
    metadata,
    reference("addon_id", "addons", primary_key=True),
    reference("ticket_type_id", "ticket_types", primary_key=True),
)

discount_codes = Table(  # a code takes something off, opens hidden ticket types, or both
    "discount_codes",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
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
    reference("discount_code_id", "discount_codes", primary_key=True),
    reference("ticket_type_id", "ticket_types", primary_key=True),
)
