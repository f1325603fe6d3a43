"""The cancellation terms: what a cancelled ticket or add-on still costs. Money is öre, VAT included.

What is kept is payment for a seat that was held: it stays as sold, with its VAT, and only the rest is credited
(EU Court of Justice, C-250/14 and C-289/14, Air France-KLM).
"""

from dataclasses import dataclass
from datetime import datetime

from konferens.events.model import Edition
from konferens.offering.model import vat_of
from konferens.registration.model import Order, OrderStatus, Ticket, TicketAddon


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of the price of things that are cancelled: `kept` and `credited` are öre, VAT included."""

    kept: int
    credited: int


def percent_kept(edition: Edition, moment: datetime) -> int | None:
    """How much of the price is kept when something is cancelled at `moment` (aware): 0 until the end of the last free day in
    the edition's zone, after it the edition's percentage. None where the edition has no terms.
    """
    if edition.cancel_free_until is None:
        return None
    is_free = moment.astimezone(edition.zone).date() <= edition.cancel_free_until
    return 0 if is_free else edition.cancel_keep_percent


def percent_for_buyer(edition: Edition, order: Order, moment: datetime) -> int | None:
    """As percent_kept, for what the buyer cancels; None where the buyer may not: the office is asked.

    From the first day on nobody cancels without the office. Without terms, only what nothing has been paid for.
    """
    if not order.is_active or moment >= edition.starts_at:
        return None
    if order.is_free:
        return 0
    percent = percent_kept(edition, moment)
    if percent is None and order.status is OrderStatus.PENDING and order.paid <= 0:
        return 0
    return percent


def kept_of(sold: Ticket | TicketAddon, percent: int) -> tuple[int, int]:
    """What is kept of a ticket's or an add-on's price, half an öre rounded up, and the VAT in it; never more than was sold."""
    kept = (2 * sold.price * percent + 100) // 200
    return kept, min(vat_of(kept, sold.vat_rate), sold.vat_amount)


def settlement(sold: list[Ticket | TicketAddon], percent: int) -> Settlement:
    """The sums over things to cancel, each rounded by itself. A ticket's add-ons are to be named too."""
    kept = sum(kept_of(each, percent)[0] for each in sold)
    return Settlement(kept=kept, credited=sum(each.price for each in sold) - kept)
