"""What is written to buyers and attendees: which message, with what in it, in the language of the order.

Each function gives a draft for `mail.actions.queue_mail`, which takes the order's id, and for those to one attendee the ticket's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.mail.facts import Balance, Bill, BillRow, Facts, ToPay
from konferens.mail.model import Draft
from konferens.payments.methods import Instructions, method_named
from konferens.registration.model import Order, OrderStatus, Ticket
from konferens.signups.invited import seat_files


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid. `swish_text` is a prefilled Swish QR code's text, `swish_url` opens the app; '' without Swish.

    `reference` is what tells us which order a payment is for: the invoice's OCR, or without invoice the order's code.
    """

    amount: int
    reference: str
    bankgiro: str
    swish_number: str
    swish_text: str
    swish_url: str


def payment_for(edition: Edition, order: Order) -> Payment | None:
    """What is left to pay and how, also of a fee for what was cancelled; None when there is nothing to pay."""
    amount = order.balance
    if amount <= 0 or order.status is OrderStatus.EXPIRED:
        return None
    reference = order.payment_reference
    how: Instructions = method_named(order.payment_method).instructions(edition, amount, reference)
    return Payment(
        amount=amount,
        reference=reference,
        bankgiro=how.bankgiro,
        swish_number=how.swish_number,
        swish_text=how.swish_text,
        swish_url=how.swish_url,
    )


def confirmation(edition: Edition, order: Order, base_url: str, *, sessions: Iterable[str] = ()) -> Draft:
    """Thanks, how to pay, the link back; with tickets, the event for the calendar, and the invoice where there is one.

    `sessions` are codes of what the buyer's own tickets are signed up for: invitations to them lie in the mail.
    """
    invoice = ("invoice.pdf",) if order.ocr else ()
    files = ("tickets.pdf", *invoice, "calendar.ics", *seat_files(dict.fromkeys(sessions)))
    return _to_buyer("order_confirmation", edition, order, base_url, *files)


def paid(edition: Edition, order: Order, base_url: str) -> Draft:
    """The payment has come, with a receipt, and the tickets once more: now without the remark that they are unpaid."""
    amount = order.paid if order.paid > 0 else order.charged
    return _to_buyer("order_paid", edition, order, base_url, "tickets.pdf", "receipt.pdf", amount=amount)


def changed(
    edition: Edition,
    order: Order,
    base_url: str,
    *,
    before: Order,
    invoiced: bool = False,
    credited: bool = False,
) -> Draft:
    """What the order has now that it didn't have `before`, and the other way round.

    `invoiced`: what is new has an invoice, `credited`: what is gone has a credit note; they are in the mail then.
    """
    kept = sum(ticket.kept + sum(addon.kept for addon in ticket.addons) for ticket in order.tickets)
    refund, owed = max(-order.balance, 0), max(order.balance, 0)
    told = kept or refund or credited
    balance = Balance(kept=kept, refund=refund, owed=owed, credited=credited) if told else None
    papers = (*(("invoice.pdf",) if invoiced else ()), *(("credit-note.pdf",) if credited else ()))
    return _to_buyer(
        "order_changed",
        edition,
        order,
        base_url,
        "tickets.pdf",
        *papers,
        changes=_changes(before, order),
        balance=balance,
    )


def cancelled(edition: Edition, order: Order, base_url: str) -> Draft:
    """The order is no more: what is kept and paid back; with the credit note where something of an invoice is taken back."""
    balance = _final_balance(order)
    papers = ("credit-note.pdf",) if balance.credited else ()
    return _to_buyer("order_cancelled", edition, order, base_url, *papers, balance=balance)


def expired(edition: Edition, order: Order, base_url: str) -> Draft:
    """The order wasn't paid in time and is no more; as `cancelled`."""
    balance = _final_balance(order)
    papers = ("credit-note.pdf",) if balance.credited else ()
    return _to_buyer("order_expired", edition, order, base_url, *papers, balance=balance)


def payment_reminder(edition: Edition, order: Order, base_url: str) -> Draft:
    """Its due date is past; with the invoice once more."""
    draft = _to_buyer("payment_reminder", edition, order, base_url, *(("invoice.pdf",) if order.ocr else ()))
    if draft.facts.to_pay is None:
        return draft
    return replace(draft, facts=replace(draft.facts, to_pay=replace(draft.facts.to_pay, overdue=True)))


def attendee_details(
    edition: Edition, order: Order, ticket: Ticket, base_url: str, *, asked: Sequence[str] = ()
) -> Draft:
    """To an attendee whose details are to be filled in; `asked` are the questions' labels. For a ticket with an address."""
    return _to_attendee("attendee_details", edition, order, ticket, base_url, asked=tuple(asked))


def transferred(
    edition: Edition, order: Order, ticket: Ticket, base_url: str, *, sessions: Iterable[str] = ()
) -> Draft:
    """To the new holder of a ticket, who has it in the mail, and invitations to `sessions` (codes) that go with it. `ticket` as
    it is now.
    """
    files = ("tickets.pdf", *seat_files(sessions))
    return _to_attendee("ticket_transferred", edition, order, ticket, base_url, *files)


def event_reminder(edition: Edition, order: Order, base_url: str, *, ticket: Ticket | None = None) -> Draft:
    """Practical facts and the tickets, soon before the event: to the attendee of `ticket`, or to the buyer."""
    return _to_either("event_reminder", edition, order, ticket, base_url, "tickets.pdf", "calendar.ics")


def event_thanks(edition: Edition, order: Order, base_url: str, *, ticket: Ticket | None = None) -> Draft:
    """Thanks after the event, with the way to the certificate: to the attendee of `ticket`, or to the buyer."""
    return _to_either("event_thanks", edition, order, ticket, base_url)


def _changes(before: Order, after: Order) -> tuple[str, ...]:
    """A line for each ticket that has another holder, and for each ticket and add-on that is new or gone; in the order's language.

    What goes with a ticket to its new holder is neither new nor gone.
    """
    holders = {ticket.position: ticket.name for ticket in after.valid_tickets}
    given = [
        (ticket.name, holders[ticket.position])
        for ticket in before.valid_tickets
        if holders.get(ticket.position, ticket.name) != ticket.name
    ]
    renamed = (replace(each, name=holders.get(each.position, each.name)) for each in before.tickets)
    had, has = _held(replace(before, tickets=tuple(renamed))), _held(after)
    with use_language(after.language):
        return (
            *(gettext("Ny innehavare: %(new)s i stället för %(old)s") % {"old": old, "new": new} for old, new in given),
            *(
                gettext("Nytt: %(what)s, %(name)s") % {"what": what, "name": name}
                for what, name in (has - had).elements()
            ),
            *(
                gettext("Avbokat: %(what)s, %(name)s") % {"what": what, "name": name}
                for what, name in (had - has).elements()
            ),
        )


def _held(order: Order) -> Counter[tuple[str, str]]:
    """(what, for whom) of all that is valid."""
    held = Counter((ticket.type_name, ticket.name) for ticket in order.valid_tickets)
    held.update((addon.name, ticket.name) for ticket in order.valid_tickets for addon in ticket.valid_addons)
    return held


def _final_balance(order: Order) -> Balance:
    """What is kept is what an order that is no more still costs; the rest of its invoice has been credited."""
    return Balance(
        kept=order.charged,
        refund=max(-order.balance, 0),
        owed=max(order.balance, 0),
        credited=bool(order.ocr) and order.charged < order.total,
    )


def _to_either(
    kind: str, edition: Edition, order: Order, ticket: Ticket | None, base_url: str, *attachments: str
) -> Draft:
    if ticket is None:
        return _to_buyer(kind, edition, order, base_url, *attachments)
    return _to_attendee(kind, edition, order, ticket, base_url, *attachments)


def _to_attendee(
    kind: str, edition: Edition, order: Order, ticket: Ticket, base_url: str, *attachments: str, **more: Any
) -> Draft:
    """The bill is the buyer's business: attendees are told of their own ticket only."""
    facts = Facts(
        edition=edition,
        base_url=base_url,
        path=ticket.own_path,
        order_code=order.code,
        attendees=((ticket.name, ticket.type_name),),
        booked_by=order.buyer.name,
        attendee=ticket.name,
        ticket_type=ticket.type_name,
        **more,
    )
    return Draft(kind, ticket.name, ticket.email, order.language, facts, attachments)


def _to_buyer(kind: str, edition: Edition, order: Order, base_url: str, *attachments: str, **more: Any) -> Draft:
    held = order.valid_tickets if order.is_active else order.tickets
    facts = Facts(
        edition=edition,
        base_url=base_url,
        path=order.path,
        order_code=order.code,
        attendees=tuple((ticket.name, ticket.type_name) for ticket in held),
        booked_by=order.buyer.name,
        bill=_bill(order),
        to_pay=_to_pay(edition, order, invoice_attached="invoice.pdf" in attachments),
        **more,
    )
    return Draft(kind, order.buyer.name, order.buyer.email, order.language, facts, attachments)


def _bill(order: Order) -> Bill:
    """What it costs now, a line for each ticket and add-on that is valid or of which something is kept."""
    rows: list[BillRow] = []
    for ticket in order.tickets:
        own = (ticket.type_name, ticket.price, True) if ticket.is_valid else (ticket.type_name, ticket.kept, False)
        things = [own, *((addon.name, addon.charge[0], addon.is_valid) for addon in ticket.addons)]
        rows += [BillRow(what, ticket.name, amount) for what, amount, is_valid in things if is_valid or amount]
    vat = tuple((line.rate, line.vat) for line in order.vat_lines if line.rate and line.vat)
    return Bill(rows=tuple(rows), total=order.charged, vat=vat)


def _to_pay(edition: Edition, order: Order, *, invoice_attached: bool) -> ToPay | None:
    payment = payment_for(edition, order)
    if payment is None:
        return None
    return ToPay(
        amount=payment.amount,
        due_on=order.due_on,
        reference=payment.reference,
        invoiced=bool(order.ocr),
        invoice_attached=invoice_attached,
        bankgiro=payment.bankgiro,
        swish_number=payment.swish_number,
        swish_url=payment.swish_url,
    )
