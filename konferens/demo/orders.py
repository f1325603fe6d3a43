"""The demo's orders, placed by registration's own code."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update

from konferens.clock import now
from konferens.database import Database
from konferens.demo.answers import invent_answers
from konferens.demo.people import address_of, invent_name, invent_organisation
from konferens.events.model import Edition
from konferens.offering.model import Addon, DiscountCode, TicketType
from konferens.payments.ledger import Incoming
from konferens.questions.model import Question
from konferens.registration.actions import cancel_order, place_orders
from konferens.registration.model import Buyer, Order, OrderRequest, OrderStatus, TicketRequest
from konferens.registration.settling import receive_payments
from konferens.tables import orders

ACTOR = "system"
_GROUP_SIZES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
_MESSAGES = ("", "", "", "", "", "", "Vi kommer med nattåget.", "Gärna vegetariskt.", "Kan vi få ett bord tillsammans?")
_SPREAD = timedelta(days=60)
"""Orders were placed during so long until now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An order to come: what is asked for, when, and what becomes of it."""

    request: OrderRequest
    placed_at: datetime
    status: OrderStatus


@dataclass(frozen=True, slots=True)
class Extras:
    """What there is beside ticket types; `shares` tell how many of a hundred take an add-on, or use a code, by its code."""

    addons: tuple[Addon, ...] = ()
    codes: tuple[DiscountCode, ...] = ()
    questions: tuple[Question, ...] = ()
    shares: Mapping[str, int] = field(default_factory=dict)

    def code_for(self, ticket_type: TicketType, uses: int, left: dict[str, int | None], chance: random.Random) -> str:
        """The code that an order of so many tickets is placed with, '' for none; takes the uses from `left`."""
        for code in self.codes:
            room = left[code.code]
            wanted = ticket_type.hidden or chance.random() * 100 < self.shares.get(code.code, 0)
            if wanted and code.is_for(ticket_type) and (room is None or room >= uses):
                left[code.code] = None if room is None else room - uses
                return code.code
        return ""

    def addons_for(self, ticket_type: TicketType, left: dict[int, int], chance: random.Random) -> tuple[str, ...]:
        """Codes of the add-ons that one person takes; takes their seats from `left`, by quota id."""
        taken = []
        for addon in self.addons:
            if not addon.is_for(ticket_type.code) or chance.random() * 100 >= self.shares.get(addon.code, 0):
                continue
            if addon.quota is not None:
                if not left[addon.quota.id]:
                    continue
                left[addon.quota.id] -= 1
            taken.append(addon.code)
        return tuple(taken)


def plan_orders(
    types: list[TicketType],
    shares: Mapping[str, int],
    chance: random.Random,
    extras: Extras = Extras(),
    *,
    count: int | None = None,
    attendees: int | None = None,
) -> list[Plan]:
    """Orders until there are `count` of them or so many `attendees`, or no seats are left.

    `shares` tell how often each type (by code) is bought. A seat that somebody cancelled is not planned with again.
    """
    left = {quota.id: quota.left for ticket_type in types for quota in ticket_type.quotas}
    left |= {addon.quota.id: addon.quota.left for addon in extras.addons if addon.quota is not None}
    uses = {code.code: code.left for code in extras.codes}
    plans: list[Plan] = []
    people = 0
    while (count is None or len(plans) < count) and (attendees is None or people < attendees):
        size = chance.choice(_GROUP_SIZES)
        if attendees is not None:
            size = min(size, attendees - people)
        fitting = [
            each
            for each in types
            if shares.get(each.code, 0)
            and size <= each.max_per_order
            and all(left[quota.id] >= size for quota in each.quotas)
        ]
        if not fitting:
            if not any(all(left[quota.id] > 0 for quota in each.quotas) and shares.get(each.code) for each in types):
                break
            continue
        chosen = chance.choices(fitting, [shares[each.code] for each in fitting])[0]
        for quota in chosen.quotas:
            left[quota.id] -= size
        people += size
        code = extras.code_for(chosen, size, uses, chance)
        taken = [extras.addons_for(chosen, left, chance) for _ in range(size)]
        plans.append(_plan(chosen, code, taken, extras.questions, chance))
    return sorted(plans, key=lambda plan: plan.placed_at)


def _plan(
    ticket_type: TicketType,
    code: str,
    taken: Sequence[tuple[str, ...]],
    questions: Sequence[Question],
    chance: random.Random,
) -> Plan:
    """An order placed with `code` of a ticket for each of `taken`: the add-ons that its holder takes."""
    organisation = invent_organisation(chance)
    names = [invent_name(chance) for _ in taken]
    buyer = Buyer(
        name=names[0],
        email=address_of(names[0], chance),
        organisation=organisation.name,
        address=organisation.address,
        reference=organisation.reference,
    )
    requested = tuple(
        TicketRequest(
            ticket_type.code,
            name,
            buyer.email if name == buyer.name else address_of(name, chance),
            buyer.organisation,
            addons=addons,
            answers=invent_answers(questions, chance),
        )
        for name, addons in zip(names, taken, strict=True)
    )
    language = "en" if chance.random() < 0.06 else "sv"  # noqa: PLR2004
    age = _SPREAD * chance.random()
    request = OrderRequest(
        buyer=buyer, tickets=requested, language=language, message=chance.choice(_MESSAGES), discount_code=code
    )
    return Plan(request, now() - age, _status(age, chance))


def _status(age: timedelta, chance: random.Random) -> OrderStatus:
    """Old orders are paid or have expired, new ones often wait."""
    number = chance.random()
    if number < 0.07:  # noqa: PLR2004
        return OrderStatus.CANCELLED
    if age > timedelta(days=33):
        return OrderStatus.EXPIRED if number < 0.16 else OrderStatus.PAID  # noqa: PLR2004
    return OrderStatus.PENDING if number < 0.45 else OrderStatus.PAID  # noqa: PLR2004


async def place_demo_orders(db: Database, edition: Edition, plans: list[Plan], chance: random.Random) -> list[Order]:
    """Place them and bring each to its state, in one transaction and without mail; gives them as they were placed."""
    async with db.transaction():
        placed = await place_orders(
            db,
            edition,
            [plan.request for plan in plans],
            base_url="",
            placed_at=[plan.placed_at for plan in plans],
            announce=False,
        )
        moments, incoming = [], []
        for plan, order in zip(plans, placed, strict=True):
            wait = min(timedelta(days=chance.uniform(0.01, 25)), now() - plan.placed_at)
            moment = plan.placed_at + wait
            row = {"row_id": order.id, "new_status": plan.status.value, "new_paid_at": None, "new_cancelled_at": None}
            if plan.status is OrderStatus.PAID and order.status is OrderStatus.PENDING:
                paid_on = moment.astimezone(edition.zone).date()
                incoming.append(Incoming(order.id, order.balance, "bankgiro", paid_on, order.payment_reference))
                moments.append(row | {"new_paid_at": moment})
            elif plan.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED) and not order.is_free:
                # An expired order has lost its seats as a cancelled one has.
                await cancel_order(db, edition, order, actor=ACTOR, base_url="", announce=False)
                is_cancelled = plan.status is OrderStatus.CANCELLED
                moments.append(row | {"new_cancelled_at": moment if is_cancelled else None})
        await receive_payments(db, edition, incoming, actor=ACTOR, base_url="", announce=False)
        # These happened over the last two months, not all at the moment of loading.
        changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("status", "paid_at", "cancelled_at")}
        await db.execute_many(update(orders).where(orders.c.id == bindparam("row_id")).values(changes), moments)
    return placed
