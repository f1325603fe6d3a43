"""What an order's invoices, credit notes and receipts say; its invoice written anew."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.formats import money
from konferens.i18n import gettext, use_language
from konferens.offering.seats import next_ticket_changes
from konferens.payments.actions import InvoiceDraft, credit_order, invoice_more
from konferens.payments.methods import method_named
from konferens.payments.model import Customer, Invoice, InvoiceLine, invoice_lines
from konferens.payments.queries import invoices_of_order
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_id
from konferens.tables import orders


def due_on(edition: Edition, moment: datetime) -> date:
    """The last day to pay what is sold at `moment`.

    The terms' number of days after it, but not later than the day before the conference begins. Someone who registers on the
    last day before it, or later, pays at once.
    """
    ordered_on = moment.astimezone(edition.zone).date()
    latest = max(edition.starts_on - timedelta(days=1), ordered_on)
    return min(ordered_on + timedelta(days=edition.payment_terms_days), latest)


def invoice_draft(edition: Edition, order: Order) -> InvoiceDraft | None:
    """The invoice of what the order charges, but for its number.

    None for an order that isn't paid by invoice, and while the edition's settings lack something that its invoices must say.
    """
    if order.due_on is None or not method_named(order.payment_method).issues_invoice:
        return None
    with use_language(order.language):
        lines = charged_lines(order.tickets)
    draft = InvoiceDraft(
        edition=edition,
        order_code=order.code,
        language=order.language,
        issued_at=order.placed_at,
        due_on=order.due_on,
        buyer=customer_of(order),
        lines=lines,
    )
    return draft if draft.can_be_issued else None


def customer_of(order: Order) -> Customer:
    """The buyer, as invoices and receipts name them."""
    buyer = order.buyer
    return Customer(
        name=buyer.name,
        organisation=buyer.organisation,
        orgnr=buyer.orgnr,
        address=buyer.address,
        reference=buyer.reference,
        email=buyer.email,
        peppol=buyer.peppol,
    )


def charged_lines(tickets: Iterable[Ticket]) -> tuple[InvoiceLine, ...]:
    """All that these tickets cost with their add-ons, in the current language; what is kept of cancelled ones says so."""
    sold = []
    for ticket in tickets:
        valid = (ticket.is_valid, *(addon.is_valid for addon in ticket.addons))
        for name, is_valid, (rate, charged, vat) in zip(_names(ticket), valid, ticket.charges, strict=True):
            if charged:
                text = name if is_valid else gettext("Avbokningsavgift: %(what)s") % {"what": name}
                sold.append((text, ticket.name, charged, rate, vat))
    return invoice_lines(sold)


def _names(ticket: Ticket) -> tuple[str, ...]:
    """What the ticket and its add-ons are called on paper: where a code took something off, what it took."""
    name = ticket.type_name
    if ticket.discount:
        name = gettext("%(what)s, rabatt %(sum)s") % {"what": name, "sum": money(ticket.discount)}
    return (name, *(addon.name for addon in ticket.addons))


def credited_lines(before: Order, after: Order) -> tuple[InvoiceLine, ...]:
    """What the order no longer charges, in the current language: positive lines, as its invoice has them.

    A thing of which something is kept is a line of its own, which says that it is a part.
    """
    sold = []
    for was, now_is in zip(before.tickets, after.tickets, strict=True):
        for name, (rate, charged, vat), (_, left, vat_left) in zip(
            _names(was), was.charges, now_is.charges, strict=True
        ):
            if left < charged:
                text = gettext("Del av priset: %(what)s") % {"what": name} if left else name
                sold.append((text, was.name, charged - left, rate, vat - vat_left))
    return invoice_lines(sold)


async def reissue_invoice(db: Database, edition: Edition, order: Order, *, actor: str) -> Invoice:
    """Credit all that is left of the order's invoices, and invoice what it charges to the buyer as they are called now.

    When the day to pay is past, there is a new one. Gives the new invoice. Raises ConflictError when the order has no invoice,
    charges nothing, or the edition's settings lack something that invoices must say.
    """
    moment = now()
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        current = await order_by_id(db, order.id)
        due = current.due_on
        if due is None or due < moment.astimezone(edition.zone).date():
            due = due_on(edition, moment)
        draft = invoice_draft(edition, replace(current, due_on=due, placed_at=moment))
        if draft is None or not await invoices_of_order(db, order.id):
            raise ConflictError(f"order {order.code} has no invoice to write anew")
        await credit_order(db, edition, order.id, issued_at=moment)
        invoice = await invoice_more(db, draft, order.id)
        await db.execute(update(orders).where(orders.c.id == order.id).values(due_on=due))
        await record(
            db,
            actor=actor,
            action="order.reissue-invoice",
            subject=f"order:{order.code}",
            edition_id=edition.id,
            before={"ocr": current.ocr},
            after={"ocr": invoice.ocr},
        )
    return invoice


def is_addressed_wrongly(order: Order, papers: Iterable[Invoice]) -> bool:
    """Whether the order's latest invoice names another buyer than the order does by now; False without invoices."""
    latest = [paper for paper in papers if not paper.is_credit][-1:]
    return any(paper.buyer != customer_of(order) for paper in latest)
