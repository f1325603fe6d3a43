"""Adding to an order: tickets for more people, and add-ons to tickets that are there.

Each is one transaction, at the price of the moment, with an invoice of its own. A discount code is for what was ordered with it:
what is added later doesn't use it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes, seats_wanted, take_seats
from konferens.payments.actions import invoice_more
from konferens.payments.methods import methods_for
from konferens.registration import letters
from konferens.registration.catalogue import Catalogue, catalogue_of
from konferens.registration.changes import lock_active
from konferens.registration.checking import addon_problems, check_request
from konferens.registration.invoicing import due_on, invoice_draft
from konferens.registration.model import Order, OrderRequest, OrderStatus, Ticket, TicketAddon, TicketRequest
from konferens.registration.placing import require_nobody_waits
from konferens.registration.pricing import sold_addon, sold_ticket
from konferens.registration.transitions import change_tickets, tell_buyer
from konferens.registration.writing import Sold, write_addons, write_tickets
from konferens.signups.telling import tell_of_choices
from konferens.tables import orders


async def add_tickets(
    db: Database,
    edition: Edition,
    order: Order,
    requests: Sequence[TicketRequest],
    *,
    actor: str,
    base_url: str,
    by_office: bool = False,
    seen: int | None = None,
) -> Order:
    """Add a ticket for each request, with its add-ons, sessions and answers. Gives the order as it is then.

    `seen` is how many tickets, cancelled ones too, the order had when this was asked for: the same form sent twice adds once.
    It waits for payment again if something is to pay. Raises InvalidError (fields such as 'tickets.0.type'), SoldOutError, and
    ConflictError when the order isn't active, has another number of tickets, or registration isn't open; what the office adds need not be on sale.
    """
    async with db.transaction():
        current = await lock_active(db, order)
        if seen not in (None, len(current.tickets)):
            raise ConflictError(f"order {order.code} has other tickets by now")
        moment = now()
        if not by_office:
            _require_open(edition, moment)
        catalogue = await catalogue_of(db, edition.id)
        held = [ticket.type for ticket in current.valid_tickets]
        asked = OrderRequest(current.buyer, tuple(requests), source="organiser" if by_office else "web")
        check_request(edition, asked, catalogue, moment, held=held)
        if not by_office:
            await require_nobody_waits(db, edition, [catalogue.types[each.type] for each in requests])
        first_change = await next_ticket_changes(db, edition.id, len(requests))
        sold = [
            Sold(current.id, _sold(position, each, catalogue, moment), each, moment)
            for position, each in enumerate(requests, max(ticket.position for ticket in current.tickets) + 1)
        ]
        new = [each.ticket for each in sold]
        await _take_seats(db, edition, catalogue, new, [addon for ticket in new for addon in ticket.addons])
        written = await write_tickets(db, edition.id, sold, catalogue, first_change=first_change)
        gained = [
            (ticket.id, catalogue.sessions[code].id)
            for ticket, each in zip(written, sold, strict=True)
            for code in each.asked.sessions
        ]
        await tell_of_choices(db, edition, base_url=base_url, gained=gained)
        changed = replace(current, tickets=(*current.tickets, *written))
        details = {str(ticket.position): [ticket.name, ticket.type_name] for ticket in written}
        return await _charge(
            db,
            edition,
            current,
            changed,
            added=written,
            note=("order.add-tickets", details),
            actor=actor,
            base_url=base_url,
        )


async def add_addons(
    db: Database,
    edition: Edition,
    order: Order,
    position: int,
    codes: Sequence[str],
    *,
    actor: str,
    base_url: str,
    by_office: bool = False,
) -> Order:
    """Add these add-ons to the ticket at `position`. Otherwise as add_tickets; what is wrong stands at the field 'addons'."""
    async with db.transaction():
        current = await lock_active(db, order)
        moment = now()
        if not by_office:
            _require_open(edition, moment)
        ticket = next((each for each in current.valid_tickets if each.position == position), None)
        if ticket is None:
            raise ConflictError(f"order {order.code} has no valid ticket {position}")
        catalogue = await catalogue_of(db, edition.id)
        had = [addon.code for addon in ticket.valid_addons]
        problems = addon_problems(codes, ticket.type, catalogue, moment, free=by_office, held=had)
        if problems or not codes:
            raise InvalidError({"addons": problems or [gettext("Välj minst ett tillval.")]})
        sold = [sold_addon(catalogue.addons[code]) for code in codes]
        await _take_seats(db, edition, catalogue, [], sold)
        bought = (await write_addons(db, [(ticket.id, addon, moment) for addon in sold], catalogue))[ticket.id]
        tickets = tuple(
            replace(each, addons=(*each.addons, *bought)) if each.id == ticket.id else each for each in current.tickets
        )
        changed = replace(current, tickets=tickets)
        only_new = replace(ticket, price=0, vat_amount=0, addons=tuple(bought))
        details = {str(position): [ticket.name, *(addon.name for addon in bought)]}
        return await _charge(
            db,
            edition,
            current,
            changed,
            added=[only_new],
            note=("order.add-addons", details),
            actor=actor,
            base_url=base_url,
        )


def _sold(position: int, asked: TicketRequest, catalogue: Catalogue, moment: datetime) -> Ticket:
    addons = tuple(sold_addon(catalogue.addons[code]) for code in asked.addons)
    return sold_ticket(position, asked, catalogue.types[asked.type], addons=addons, code=None, moment=moment)


def _require_open(edition: Edition, moment: datetime) -> None:
    if edition.registration_state(moment) != "open":
        raise ConflictError(f"registration for {edition.ref} is not open")


async def _take_seats(
    db: Database, edition: Edition, catalogue: Catalogue, added: Sequence[Ticket], sold: Sequence[TicketAddon]
) -> None:
    types = [catalogue.types[ticket.type] for ticket in added]
    addons = [catalogue.addons[addon.code] for addon in sold]
    await take_seats(db, edition.id, seats_wanted(types, addons), types, addons)


async def _charge(
    db: Database,
    edition: Edition,
    before: Order,
    changed: Order,
    *,
    added: Sequence[Ticket],
    note: tuple[str, dict[str, Any]],
    actor: str,
    base_url: str,
) -> Order:
    """The order costs more: invoice what was `added`, see whether something is to pay, write it down and tell the buyer."""
    moment = now()
    changed = replace(changed, total=changed.charged)
    if changed.balance > 0 and changed.total > before.total:  # what is free gives nobody more time to pay the rest
        due = due_on(edition, moment)
        method = changed.payment_method
        if method == "free":
            method = next((each.code for each in methods_for(edition)), "invoice")
        changed = replace(changed, status=OrderStatus.PENDING, due_on=due, paid_at=None, payment_method=method)
    if changed.total > before.total:
        changed = await _invoice(db, edition, changed, added, moment)
    first_change = await next_ticket_changes(db, edition.id, len(changed.tickets))
    await change_tickets(db, changed, first_change, moment)
    await db.execute(
        update(orders)
        .where(orders.c.id == changed.id)
        .values(
            total=changed.total,
            status=changed.status.value,
            due_on=changed.due_on,
            paid_at=changed.paid_at,
            ocr=changed.ocr,
            payment_method=changed.payment_method,
        )
    )
    action, details = note
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"order:{changed.code}",
        edition_id=edition.id,
        before={"status": before.status.value, "charged": before.charged},
        after={**details, "status": changed.status.value, "charged": changed.charged},
    )
    letter = letters.changed(edition, changed, base_url, before=before, invoiced=changed.ocr != before.ocr)
    await tell_buyer(db, letter, changed, base_url)
    return changed


async def _invoice(db: Database, edition: Edition, order: Order, added: Sequence[Ticket], moment: datetime) -> Order:
    """An invoice for what was added, whose OCR is what the order is paid by from now on."""
    due = due_on(edition, moment)
    draft = invoice_draft(edition, replace(order, tickets=tuple(added), placed_at=moment, due_on=due))
    return order if draft is None else replace(order, ocr=(await invoice_more(db, draft, order.id)).ocr)
