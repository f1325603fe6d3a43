"""What an order's invoice says."""

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.payments.actions import InvoiceDraft
from konferens.payments.model import Customer, InvoiceLine, invoice_lines
from konferens.registration.model import Order, Ticket


def invoice_draft(edition: Edition, order: Order) -> InvoiceDraft | None:
    """The order's invoice, but for its number.

    None for a free order, and while the edition's settings lack something that its invoices must say.
    """
    if order.due_on is None:
        return None
    buyer = order.buyer
    draft = InvoiceDraft(
        edition=edition,
        order_code=order.code,
        language=order.language,
        issued_at=order.placed_at,
        due_on=order.due_on,
        buyer=Customer(
            name=buyer.name,
            organisation=buyer.organisation,
            orgnr=buyer.orgnr,
            address=buyer.address,
            reference=buyer.reference,
            email=buyer.email,
        ),
        lines=invoice_lines(
            (name, ticket.name, amount, rate, vat)
            for ticket in order.tickets
            for name, (rate, amount, vat) in zip(_names(ticket), ticket.charges, strict=True)
            if amount
        ),
    )
    return draft if draft.can_be_issued else None


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


def _names(ticket: Ticket) -> tuple[str, ...]:
    """What its charges are for."""
    return (ticket.type_name, *(addon.name for addon in ticket.addons))
