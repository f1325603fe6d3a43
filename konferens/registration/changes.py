"""Taking something out of an order: tickets, add-ons, or all of it.

Each is one transaction: seats, session seats and code uses are given back and passed on to those who wait, what is kept stands
on the ticket, the rest is credited, the buyer is told. Always: the total of an active order is what its tickets charge.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.offering.code_uses import give_back_uses
from konferens.offering.queries import addons_of, discount_codes_of, ticket_types_of
from konferens.offering.seats import free_quota_seats, next_ticket_changes, seats_wanted
from konferens.payments.actions import credit_lines
from konferens.registration import letters
from konferens.registration.announcing import announce_orders
from konferens.registration.invoicing import credited_lines
from konferens.registration.model import Order, OrderStatus, Ticket, TicketAddon
from konferens.registration.queries import order_by_id
from konferens.registration.terms import kept_of, percent_for_buyer
from konferens.registration.transitions import change_tickets, tell_buyer
from konferens.signups.actions import leave_sessions
from konferens.tables import orders, ticket_addons, tickets
from konferens.waiting.actions import pass_on_seats


async def cancel_tickets(
    db: Database,
    edition: Edition,
    order: Order,
    positions: Collection[int],
    *,
    keep: int | None,
    actor: str,
    base_url: str,
    announce: bool = True,
) -> Order:
    """Cancel the tickets at `positions`, with their add-ons. Gives the order as it is then: cancelled, when no ticket is left.

    `keep` is how many percent of the price the office keeps; None: what the terms say, for the buyer who cancels.
    Raises ConflictError when one of them isn't valid by now, or the buyer may not cancel.
    """
    async with db.transaction():
        current = await lock_active(db, order)
        gone = [ticket for ticket in current.valid_tickets if ticket.position in positions]
        if not gone or len(gone) < len(set(positions)):
            raise ConflictError(f"order {order.code} has other tickets by now")
        return await _cancel(
            db,
            edition,
            current,
            _Gone(gone, [addon for ticket in gone for addon in ticket.valid_addons]),
            keep=keep,
            actor=actor,
            base_url=base_url,
            announce=announce,
        )


async def cancel_addons(
    db: Database,
    edition: Edition,
    order: Order,
    addon_ids: Collection[int],
    *,
    keep: int | None,
    actor: str,
    base_url: str,
) -> Order:
    """Cancel add-ons (TicketAddon.id) of tickets that stay. Otherwise as cancel_tickets."""
    async with db.transaction():
        current = await lock_active(db, order)
        gone = [addon for ticket in current.valid_tickets for addon in ticket.valid_addons if addon.id in addon_ids]
        if not gone or len(gone) < len(set(addon_ids)):
            raise ConflictError(f"order {order.code} has other add-ons by now")
        return await _cancel(db, edition, current, _Gone([], gone), keep=keep, actor=actor, base_url=base_url)


async def cancel_order(
    db: Database,
    edition: Edition,
    order: Order,
    *,
    actor: str,
    base_url: str,
    by_buyer: bool = False,
    keep: int = 0,
    announce: bool = True,
) -> Order:
    """Cancel all of the order's valid tickets, see cancel_tickets. The office keeps `keep` percent, of a buyer the terms' part.

    Raises ConflictError unless it was pending or paid, and for a buyer who may not cancel.
    """
    current = await order_by_id(db, order.id)
    return await cancel_tickets(
        db,
        edition,
        order,
        [ticket.position for ticket in current.valid_tickets],
        keep=None if by_buyer else keep,
        actor=actor,
        base_url=base_url,
        announce=announce,
    )


async def expire_order(db: Database, edition: Edition, order: Order, *, base_url: str) -> bool:
    """Cancel an order that nothing was paid for in time; the buyer is told why. Everything it held is given back once.

    False, and nothing is done, where by now it is paid, also in part, or no longer active.
    """
    async with db.transaction():
        await next_ticket_changes(db, order.edition_id, 0)
        current = await order_by_id(db, order.id)
        if current.status is not OrderStatus.PENDING or current.paid or current.due_on != order.due_on:
            return False
        held = current.valid_tickets
        gone = _Gone(held, [addon for ticket in held for addon in ticket.valid_addons])
        await _cancel(
            db, edition, current, gone, keep=0, actor="system", base_url=base_url, ends_as=OrderStatus.EXPIRED
        )
    return True


@dataclass(frozen=True, slots=True)
class _Gone:
    """What is cancelled: `addons` are those of `tickets` too."""

    tickets: Sequence[Ticket]
    addons: Sequence[TicketAddon]


async def lock_active(db: Database, order: Order) -> Order:
    """The order as it is now, alone with its edition's orders until the transaction ends.

    Raises ConflictError when it is neither pending nor paid.
    """
    await next_ticket_changes(db, order.edition_id, 0)
    current = await order_by_id(db, order.id)
    if not current.is_active:
        raise ConflictError(f"order {order.code} is {current.status}")
    return current


async def _cancel(
    db: Database,
    edition: Edition,
    order: Order,
    gone: _Gone,
    *,
    keep: int | None,
    actor: str,
    base_url: str,
    announce: bool = True,
    ends_as: OrderStatus = OrderStatus.CANCELLED,
) -> Order:
    """`ends_as` is what the order is when no ticket is left."""
    moment = now()
    percent = percent_for_buyer(edition, order, moment) if keep is None else keep
    if percent is None:
        raise ConflictError(f"the buyer may not cancel in order {order.code}")
    changed = _without(order, gone, percent, moment, ends_as)
    await _write(db, changed, gone, moment)
    await _give_back(db, edition, order, gone, base_url=base_url, announce=announce)
    credited = False
    if order.ocr:
        with use_language(order.language):
            lines = credited_lines(order, changed)
        if credited := bool(lines):
            await credit_lines(db, edition, order.id, lines, issued_at=moment)
    await record(db, edition_id=edition.id, actor=actor, subject=f"order:{order.code}", **_trace(order, changed, gone))
    await pass_on_seats(db, edition, base_url=base_url)
    if not changed.is_active:
        await announce_orders(db, edition, "order.cancelled", [changed])
    if announce:
        if changed.is_active:
            letter = letters.changed(edition, changed, base_url, before=order, credited=credited)
        else:
            ended = letters.expired if changed.status is OrderStatus.EXPIRED else letters.cancelled
            letter = ended(edition, changed, base_url)
        await tell_buyer(db, letter, changed, base_url)
    return changed


def _without(order: Order, gone: _Gone, percent: int, moment: datetime, ends_as: OrderStatus) -> Order:
    """The order when these things are cancelled. One that is cancelled whole keeps the total that it had."""
    gone_tickets, gone_addons = {each.id for each in gone.tickets}, {each.id for each in gone.addons}
    left = []
    for ticket in order.tickets:
        bought = tuple(_cancelled(addon, percent) if addon.id in gone_addons else addon for addon in ticket.addons)
        left.append(replace(_cancelled(ticket, percent) if ticket.id in gone_tickets else ticket, addons=bought))
    changed = replace(order, tickets=tuple(left))
    if not changed.valid_tickets:
        return replace(changed, status=ends_as, cancelled_at=moment)
    changed = replace(changed, total=changed.charged)
    if changed.status is OrderStatus.PENDING and changed.balance <= 0:
        return replace(changed, status=OrderStatus.PAID, paid_at=moment)
    return changed


_Sold = TypeVar("_Sold", Ticket, TicketAddon)


def _cancelled(sold: _Sold, percent: int) -> _Sold:
    kept, kept_vat = kept_of(sold, percent)
    return replace(sold, status="cancelled", kept=kept, kept_vat=kept_vat)


async def _write(db: Database, changed: Order, gone: _Gone, moment: datetime) -> None:
    """All the order's tickets get new numbers: at the door it matters too whether the order is paid."""
    first_change = await next_ticket_changes(db, changed.edition_id, len(changed.tickets))
    await change_tickets(db, changed, first_change, moment)
    await _write_cancelled(db, tickets, changed.tickets, gone.tickets)
    await _write_cancelled(
        db, ticket_addons, [each for ticket in changed.tickets for each in ticket.addons], gone.addons
    )
    await db.execute(
        update(orders)
        .where(orders.c.id == changed.id)
        .values(
            status=changed.status.value,
            total=changed.total,
            paid_at=changed.paid_at,
            cancelled_at=changed.cancelled_at,
        )
    )


async def _write_cancelled(
    db: Database, table: Table, now_sold: Sequence[Ticket | TicketAddon], gone: Sequence[Ticket | TicketAddon]
) -> None:
    ids = {each.id for each in gone}
    await db.execute_many(
        update(table)
        .where(table.c.id == bindparam("row"))
        .values(status="cancelled", kept=bindparam("part"), kept_vat=bindparam("part_vat")),
        [{"row": each.id, "part": each.kept, "part_vat": each.kept_vat} for each in now_sold if each.id in ids],
    )


async def _give_back(
    db: Database, edition: Edition, order: Order, gone: _Gone, *, base_url: str, announce: bool
) -> None:
    """Seats of quotas and sessions, and uses of the discount code."""
    types = {each.code: each for each in await ticket_types_of(db, edition.id, active_only=False)}
    addons = {each.code: each for each in await addons_of(db, edition.id, active_only=False)}
    freed = seats_wanted([types[each.type] for each in gone.tickets], [addons[each.code] for each in gone.addons])
    await free_quota_seats(db, edition.id, freed)
    if not gone.tickets:
        return
    await leave_sessions(db, edition, [ticket.id for ticket in gone.tickets], base_url=base_url, tell=announce)
    if order.discount_code_id is not None:
        codes = {code.id: code for code in await discount_codes_of(db, edition.id)}
        code = codes[order.discount_code_id]
        first = await _placed_with_the_order(db, order)
        used = [ticket for ticket in gone.tickets if ticket.id in first and code.is_for(types[ticket.type])]
        await give_back_uses(db, code.id, len(used))


async def _placed_with_the_order(db: Database, order: Order) -> set[int]:
    """The ids of the tickets that were there from the start: those added later don't use the order's code."""
    first = select(tickets.c.created_at).where(tickets.c.order_id == order.id, tickets.c.position == 1)
    query = select(tickets.c.id).where(tickets.c.order_id == order.id, tickets.c.created_at == first.scalar_subquery())
    return {row.id for row in await db.fetch_all(query)}


def _trace(order: Order, changed: Order, gone: _Gone) -> dict[str, Any]:
    """The audit row: who and what is gone, and what the order costs before and after."""
    owners = {addon.id: ticket for ticket in order.tickets for addon in ticket.addons}
    gone_tickets = {ticket.id for ticket in gone.tickets}
    before: dict[str, Any] = {str(ticket.position): [ticket.name, ticket.type_name] for ticket in gone.tickets}
    for addon in gone.addons:
        if (owner := owners[addon.id]).id not in gone_tickets:
            before.setdefault(str(owner.position), [owner.name]).append(addon.name)
    after: dict[str, Any] = dict.fromkeys(before, "")
    if changed.is_active:
        what = "order.cancel-tickets" if gone.tickets else "order.cancel-addons"
    else:
        what = "order.expire" if changed.status is OrderStatus.EXPIRED else "order.cancel"
    return {
        "action": what,
        "before": {**before, "status": order.status.value, "charged": order.charged},
        "after": {**after, "status": changed.status.value, "charged": changed.charged},
    }
