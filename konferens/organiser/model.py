"""What the overview of an edition tells."""

from dataclasses import dataclass

from konferens.programme.conflicts import Conflict


@dataclass(frozen=True, slots=True)
class TicketSales:
    """A ticket type: how many are sold (valid tickets) and how many its smallest quota still gives, None without quota."""

    name: str
    colour: str
    active: bool
    sold: int
    left: int | None

    @property
    def size(self) -> int | None:
        return None if self.left is None else self.sold + self.left


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of one edition. Sums are öre, VAT included. `checked_in` are tickets admitted on any list, `drafts` sessions that
    the next version of the programme changes.
    """

    sessions: int
    sessions_tentative: int
    speakers: int
    speakers_without_session: int
    rooms: int
    tracks: int
    tickets: int
    checked_in: int
    orders_pending: int
    orders_overdue: int
    sum_pending: int
    sum_paid: int
    drafts: int
    mail_failed: int
    sales: list[TicketSales]
    conflicts: list[Conflict]
