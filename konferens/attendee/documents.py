"""What an order's people get as files: tickets to print or show, invoices, and the conference for their calendar."""

import asyncio
from collections.abc import Mapping, Sequence

from konferens.attendee.invitations import invitation_for
from konferens.badges.layout import session_lines
from konferens.badges.model import PrintedTicket, TicketOrder, look_of
from konferens.badges.pdf import tickets_pdf
from konferens.calendar.ical import event_ics
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import gettext, use_language
from konferens.mail.model import Attachment, AttachmentMaker, OutgoingMail
from konferens.payments.model import Invoice, InvoiceKind, Payment, seller_of
from konferens.payments.pdf import invoice_pdf
from konferens.payments.queries import invoices_of_order, payments_of_order
from konferens.payments.receipt import Receipt, receipt_pdf
from konferens.registration.invoicing import charged_lines, customer_of
from konferens.registration.letters import payment_for
from konferens.registration.model import Order
from konferens.registration.queries import order_by_id
from konferens.signups.invited import read_name
from konferens.signups.queries import signed_up

INVOICE_KINDS = {"invoice.pdf": InvoiceKind.INVOICE, "credit-note.pdf": InvoiceKind.CREDIT}
"""The documents of an order's money by their names in addresses and mails."""


async def order_tickets_pdf(
    db: Database, edition: Edition, order: Order, *, base_url: str, only: int | None = None
) -> bytes:
    """The order's valid tickets as PDF, or `only` the one with this id, with what each is signed up for; made in a thread.

    Raises ValueError for none.
    """
    signups = await signed_up(db, [ticket.id for ticket in order.valid_tickets])
    with use_language(order.language):
        lines = {ticket_id: session_lines(sessions, edition.zone) for ticket_id, sessions in signups.items()}
        notice = gettext("Inte betald än") if payment_for(edition, order) else ""
    return await asyncio.to_thread(
        tickets_pdf,
        TicketOrder(
            code=order.code,
            edition_name=edition.name,
            starts_on=edition.starts_on,
            ends_on=edition.ends_on,
            venue_name=edition.venue_name,
            venue_address=edition.venue_address,
            venue_city=edition.venue_city,
            organiser=edition.series.organisation or edition.series.name,
            contact_email=edition.contact_email,
            tickets=_printed(order, lines, base_url, only),
            look=look_of(edition.theme),
            language=order.language,
            notice=notice,
        ),
    )


def _printed(
    order: Order, lines: Mapping[int, tuple[str, ...]], base_url: str, only: int | None
) -> Sequence[PrintedTicket]:
    return [
        PrintedTicket(
            attendee=ticket.name,
            organisation=ticket.organisation,
            ticket_type=ticket.type_name,
            qr_text=f"{base_url}{ticket.path}",
            sessions=lines[ticket.id],
        )
        for ticket in order.valid_tickets
        if only in (None, ticket.id)
    ]


async def order_invoice_pdf(edition: Edition, invoice: Invoice) -> bytes:
    """An invoice or credit note as PDF, made in a thread, under the edition's name and in its colour."""
    return await asyncio.to_thread(invoice_pdf, invoice, logo=edition.name, colour=look_of(edition.theme).ground)


async def order_receipt_pdf(
    edition: Edition, order: Order, payments: Sequence[Payment], papers: Sequence[Invoice]
) -> bytes:
    """What the order costs now and what was paid for it, made in a thread. `payments` are at least one.

    `papers` are its invoices and credit notes; the seller is as the last invoice says, else as the edition does.
    """
    invoices = [paper for paper in papers if not paper.is_credit]
    with use_language(order.language):
        lines = charged_lines(order.tickets)
    receipt = Receipt(
        seller=invoices[-1].seller if invoices else seller_of(edition),
        buyer=customer_of(order),
        title=edition.name,
        first_day=edition.starts_on,
        last_day=edition.ends_on,
        order_code=order.code,
        invoice_numbers=[invoice.number for invoice in invoices],
        lines=lines,
        payments=payments,
        language=order.language,
        currency=order.currency,
    )
    return await asyncio.to_thread(receipt_pdf, receipt, logo=edition.name, colour=look_of(edition.theme).ground)


def invoice_filename(edition: Edition, invoice: Invoice) -> str:
    """'lokalekonomidagarna-2027-faktura-1001.pdf'; in English 'invoice', for credit notes 'kreditfaktura', 'credit-note'."""
    kinds = {"sv": ("faktura", "kreditfaktura"), "en": ("invoice", "credit-note")}
    kind = kinds.get(invoice.language, kinds["sv"])[invoice.is_credit]
    return f"{edition.series.slug}-{edition.slug}-{kind}-{invoice.number}.pdf"


def file_stem(edition: Edition, order: Order) -> str:
    """What files of the order are called, without ending: 'lokalekonomidagarna-2027-ABC234'."""
    return f"{edition.series.slug}-{edition.slug}-{order.code}"


def attachment_maker(db: Database, base_url: str) -> AttachmentMaker:
    """Makes 'tickets.pdf', 'receipt.pdf' and 'calendar.ics' for the sender, as the order and the edition are at that time,
    and 'invoice.pdf' and 'credit-note.pdf', as they were issued.

    Invitations to sessions ('seat-CODE.ics', 'left-CODE.ics') are `invitations.invitation_for`'s.

    A mail of one ticket's has that alone. What there isn't (any more) is left out: tickets of an order that was cancelled
    before its mail went, say, or one that its reader has given away meanwhile. Of several invoices the latest is attached.
    """

    async def make(mail: OutgoingMail, name: str) -> Attachment | None:
        if invitation := read_name(name):
            return await invitation_for(db, mail, invitation, base_url=base_url)
        return await _of_order(db, mail, name, base_url)

    return make


async def _of_order(db: Database, mail: OutgoingMail, name: str, base_url: str) -> Attachment | None:
    if mail.order_id is None:
        raise ValueError(f"mail {mail.id} belongs to no order: it can't have {name}")
    order = await order_by_id(db, mail.order_id)
    edition = await edition_by_id(db, order.edition_id)
    stem = file_stem(edition, order)
    if name == "tickets.pdf":
        if not _is_for(mail, order):
            return None
        content = await order_tickets_pdf(db, edition, order, base_url=base_url, only=mail.ticket_id)
        return Attachment(f"{stem}.pdf", "application/pdf", content)
    if name == "calendar.ics":
        return Attachment(f"{stem}.ics", "text/calendar", event_ics(edition, base_url=base_url))
    if name == "receipt.pdf":
        payments = await payments_of_order(db, order.id)
        papers = await invoices_of_order(db, order.id)
        receipt = await order_receipt_pdf(edition, order, payments, papers) if payments else None
        return Attachment(f"{stem}-kvitto.pdf", "application/pdf", receipt) if receipt else None
    if name in INVOICE_KINDS:
        issued = [each for each in await invoices_of_order(db, order.id) if each.kind is INVOICE_KINDS[name]]
        if not issued:
            return None
        return Attachment(
            invoice_filename(edition, issued[-1]), "application/pdf", await order_invoice_pdf(edition, issued[-1])
        )
    raise ValueError(f"no attachment is called {name!r}")


def _is_for(mail: OutgoingMail, order: Order) -> bool:
    """Whether there are tickets that the mail's reader may have: all of the order's, or one that was not given away since."""
    held = [ticket for ticket in order.valid_tickets if mail.ticket_id in (None, ticket.id)]
    if mail.ticket_id is None:
        return bool(held)
    readers = {address.casefold() for ticket in held for address in (ticket.email, order.buyer.email)}
    return mail.to_email.casefold() in readers
