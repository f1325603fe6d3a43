"""What an order's invoice says."""

from konferens.events.model import Edition
from konferens.payments.actions import InvoiceDraft
from konferens.payments.model import Customer, invoice_lines
from konferens.registration.model import Order


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
            (ticket.type_name, ticket.name, ticket.price, ticket.vat_rate, ticket.vat_amount)
            for ticket in order.tickets
            if ticket.price
        ),
    )
    return draft if draft.can_be_issued else None
