"""What a message can tell: the one place that says what each kind of message has to be given.

`kinds.KINDS` names the placeholders of each kind; `placeholders` tells which of these facts each of them shows. A fact that a
message has no placeholder for needs not be given.
"""

from dataclasses import dataclass
from datetime import date

from konferens.events.model import Edition


@dataclass(frozen=True, slots=True)
class BillRow:
    """One thing that was ordered, for whom, and what it costs now: öre, VAT included."""

    what: str
    who: str
    amount: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What an order costs now. `vat` is (percent, öre) for each rate that has any."""

    rows: tuple[BillRow, ...]
    total: int
    vat: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is left to pay, in öre, until `due_on`, and how; '' where a way isn't there.

    `reference` marks the payment: with `invoiced` it is an invoice's OCR number. `invoice_attached`: the invoice lies in the mail.
    """

    amount: int
    due_on: date | None
    reference: str
    invoiced: bool
    invoice_attached: bool
    bankgiro: str = ""
    swish_number: str = ""
    swish_url: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """How an order stands that was cancelled or changed, in öre: what is kept of what is cancelled, what goes back to the
    buyer, and what the buyer still owes. `credited`: a credit note lies in the mail.
    """

    kept: int
    refund: int
    owed: int
    credited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one message can tell. `path` is the reader's own page and begins after `base_url`.

    Every message: edition, base_url, path. Those about an order: order_code, attendees (name, ticket type) and bill; also

    order_confirmation, payment_reminder: to_pay · order_paid: to_pay, amount (what came)
    order_changed: to_pay, balance, changes · order_cancelled, order_expired: balance
    attendee_details: booked_by, ticket_type, asked · ticket_transferred: booked_by, ticket_type
    event_reminder, event_thanks: attendees

    Others: waiting_joined: ticket_type · waiting_offer: ticket_type, until · session_seat: attendee, session, session_time,
    session_place · session_choice: attendee, changes · proposal_*: proposal (its title), proposed_by, deadline (the call's, or '') ·
    programme_changed_*: changes, release, note (Markdown) · speaker_*: spoken (title, and when and where, of what they do);
    speaker_confirmed: attendees · speaker_declined: speaker, message · account_invitation: invited_by, role, until ·
    account_password: until.
    """

    edition: Edition
    base_url: str
    path: str
    order_code: str = ""
    attendees: tuple[tuple[str, str], ...] = ()
    bill: Bill | None = None
    to_pay: ToPay | None = None
    balance: Balance | None = None
    amount: int = 0
    changes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    booked_by: str = ""
    attendee: str = ""
    ticket_type: str = ""
    until: str = ""
    session: str = ""
    session_time: str = ""
    session_place: str = ""
    proposal: str = ""
    proposed_by: str = ""
    deadline: str = ""
    release: str = ""
    note: str = ""
    spoken: tuple[tuple[str, str], ...] = ()
    speaker: str = ""
    message: str = ""
    invited_by: str = ""
    role: str = ""

    @property
    def url(self) -> str:
        return f"{self.base_url}{self.path}"

    @property
    def edition_url(self) -> str:
        return f"{self.base_url}{self.edition.path}"
