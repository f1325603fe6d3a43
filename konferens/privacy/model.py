"""People's rights over what is known of them: requests for erasure, their time limits, and what the law keeps."""

import calendar
from dataclasses import dataclass, fields
from datetime import date, datetime, tzinfo
from enum import StrEnum

from konferens.i18n import gettext
from konferens.questions.ready import ATTENDEE_LIST, PHOTO

ERASED_NAME = "Borttagen"
"""Stands where a name was. Data, not interface: the same in every language."""

ACCOUNTING_YEARS = 7
"""Accounting material is kept to the end of the seventh year after its own (bokföringslagen (1999:1078) 7 kap. 2 §)."""

CONSENTS = frozenset({ATTENDEE_LIST, PHOTO})
"""Codes of questions whose answer is a consent (GDPR article 6.1 a), which can be withdrawn by answering no."""


class RequestStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            RequestStatus.OPEN: gettext("Väntar på svar"),
            RequestStatus.DONE: gettext("Utförd"),
            RequestStatus.REFUSED: gettext("Avslagen"),
        }[self]


def month_after(day: date) -> date:
    """The same date a month later, or that month's last day where it has no such date (regulation 1182/71 article 3.2 c)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def kept_until(issued_on: date, supplied_until: date) -> date:
    """The last day on which an invoice must be kept.

    Seven years are counted from the end of the later year of the two: an invoice of November for a conference in May
    belongs to both years' accounts.
    """
    return date(max(issued_on.year, supplied_until.year) + ACCOUNTING_YEARS, 12, 31)


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """Somebody asked to be erased. `position` is the ticket's in its order; None asks for everything of the order.

    `name` and `email` are those on the ticket or order now, `answer` is why it was refused.
    """

    id: int
    edition_id: int
    order_id: int
    order_code: str
    ticket_id: int | None
    position: int | None
    name: str
    email: str
    status: RequestStatus
    message: str
    answer: str
    asked_at: datetime
    handled_at: datetime | None
    handled_by: str

    @property
    def is_open(self) -> bool:
        return self.status is RequestStatus.OPEN

    def answer_by(self, zone: tzinfo) -> date:
        """The last day for an answer: a month after it came (GDPR article 12.3)."""
        return month_after(self.asked_at.astimezone(zone).date())

    def age(self, today: date, zone: tzinfo) -> int:
        """Whole days since it came."""
        return (today - self.asked_at.astimezone(zone).date()).days


@dataclass(frozen=True, slots=True)
class KeptInvoice:
    """An invoice or credit note that stays: its number, and the last day on which it must be kept."""

    number: int
    is_credit: bool
    until: date


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an erasure leads to, told before it is done.

    `whole` tells that the buyer is erased too. `ending` are names and types of the tickets that stop being valid; `keeps_payer` tells that payments without an invoice
    keep the buyer's name in the accounts; `balance` (öre) is what the order still owes, negative where money is to be paid
    back; `waiting` counts places on the waiting list with the same address.
    """

    whole: bool
    ending: tuple[tuple[str, str], ...]
    invoices: tuple[KeptInvoice, ...]
    keeps_payer: bool
    balance: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Found:
    """Something of a person that the office can erase: an order (`position` None), one of its tickets, a place on the
    waiting list (`waiting_id`), or a proposal (its code)."""

    name: str
    email: str
    organisation: str
    what: str
    code: str = ""
    position: int | None = None
    waiting_id: int | None = None
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the attendee list."""

    name: str
    organisation: str


@dataclass(slots=True)
class PurgeReport:
    """How many rows a purge took away or emptied; all zero when there was nothing to do."""

    sensitive_answers: int = 0
    answers: int = 0
    tickets: int = 0
    orders: int = 0
    chosen_sessions: int = 0
    waiting: int = 0
    mails: int = 0
    scans: int = 0
    phones: int = 0
    audit: int = 0
    requests: int = 0
    speakers: int = 0
    notes: int = 0
    bank_rows: int = 0
    topics: int = 0
    feedback: int = 0
    proposals: int = 0
    invoices: int = 0
    payments: int = 0
    logins: int = 0
    attempts: int = 0

    def __str__(self) -> str:
        """One line for each that isn't zero: 'answers: 12'."""
        lines = [f"{field.name.replace('_', ' ')}: {getattr(self, field.name)}" for field in fields(self)]
        return "\n".join(line for line in lines if not line.endswith(": 0")) or "nothing to purge"
