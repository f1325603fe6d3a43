"""What attendees other than the buyer are written when their tickets are ordered."""

from collections.abc import Iterator
from typing import Any

from konferens.events.model import Edition
from konferens.mail.actions import outbox_row
from konferens.questions.model import asked_of
from konferens.registration.catalogue import Catalogue
from konferens.registration.letters import attendee_details
from konferens.registration.model import Order, OrderRequest, Ticket
from konferens.signups.letters import choice_rows
from konferens.signups.model import Holder


def letters_to_attendees(
    edition: Edition, order: Order, request: OrderRequest, catalogue: Catalogue, base_url: str
) -> Iterator[dict[str, Any]]:
    """Rows for `mail.actions.enqueue`: to those who fill in the rest themselves, and to those who have seats at sessions.

    The order's tickets stand as they were asked for, and have their ids.
    """
    if order.source != "api":  # programs ask for details themselves
        yield from _asked_for_details(edition, order, catalogue, base_url)
    for ticket, asked in zip(order.tickets, request.tickets, strict=True):
        if asked.sessions and not ticket.is_read_by(order.buyer.email):
            gained = [catalogue.sessions[code] for code in asked.sessions]
            choice = (_holder(order, ticket), gained, ())
            yield from choice_rows(edition, [choice], base_url=base_url, own_texts=catalogue.texts)


def _asked_for_details(edition: Edition, order: Order, catalogue: Catalogue, base_url: str) -> Iterator[dict[str, Any]]:
    for ticket in order.tickets:
        if ticket.details_later and ticket.email and ticket.email != order.buyer.email:
            asked = [question.label for question in asked_of(catalogue.questions, ticket.type, {})]
            yield outbox_row(
                attendee_details(edition, order, ticket, base_url, asked=asked),
                base_url=base_url,
                edition_id=edition.id,
                order_id=order.id,
                ticket_id=ticket.id,
                own_texts=catalogue.texts,
            )


def _holder(order: Order, ticket: Ticket) -> Holder:
    return Holder(
        ticket_id=ticket.id,
        name=ticket.name,
        email=ticket.email,
        secret=ticket.secret,
        order_id=order.id,
        buyer_name=order.buyer.name,
        buyer_email=order.buyer.email,
        language=order.language,
    )
