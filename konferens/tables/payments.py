"""Invoices, payments and the bank's reports. Accounting material is added, never changed."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Date, Integer, String, Table, UniqueConstraint

from konferens.tables.columns import UTCDateTime, metadata, reference, row_id

invoices = Table(  # accounting material: rows are added and never changed or removed
    "invoices",
    metadata,
    row_id(),
    reference("edition_id", "editions"),
    reference("order_id", "orders"),
    Column("seller_orgnr", String(20), nullable=False),  # whose series of numbers
    Column("number", BigInteger, nullable=False),  # from `counters`, without gaps
    Column("kind", String(10), nullable=False),
    reference("credits_id", "invoices", null=True),  # the invoice that a credit note takes back
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
    row_id(),
    reference("edition_id", "editions"),
    reference("order_id", "orders"),
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
    row_id(),
    reference("edition_id", "editions"),
    Column("external_id", String(120), nullable=False),  # names the line: the same report can be read twice
    Column("method", String(20), nullable=False),  # bankgiro, swish
    Column("amount", Integer, nullable=False),  # öre
    Column("paid_on", Date, nullable=False),
    Column("payer", String(200), nullable=False, server_default=""),
    Column("reference", String(300), nullable=False, server_default=""),
    Column("status", String(20), nullable=False),
    reference("payment_id", "payments", null=True),
    Column("imported_at", UTCDateTime, nullable=False),
    CheckConstraint("status IN ('matched', 'unmatched', 'ignored')", name="status"),
    UniqueConstraint("edition_id", "external_id"),
)
