"""Placing orders with add-ons, discount codes, sessions, answers and waiting-list offers."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import InvalidError, SoldOutError
from konferens.events.model import Edition
from konferens.mail.queries import mails_of_order
from konferens.offering.queries import find_discount_code, quotas_of
from konferens.programme.queries import chosen_sessions, find_session
from konferens.questions.queries import answers_of
from konferens.registration.actions import Desk, place_order
from konferens.registration.model import Buyer, Order, OrderRequest, TicketRequest
from konferens.registration.queries import order_by_id
from konferens.tables import discount_codes, orders, questions, quotas, waiting_entries
from tests.factories import (
    make_addon,
    make_discount_code,
    make_quota,
    make_session,
    make_ticket_type,
    order_request,
    wall,
)

BASE_URL = "http://testserver"


def asked(*tickets: TicketRequest, **values: Any) -> OrderRequest:
    return OrderRequest(**{"buyer": Buyer("Anna Öberg", "anna.oberg@example.org"), "tickets": tickets, **values})


def ticket(kind: str = "ordinarie", **values: Any) -> TicketRequest:
    return TicketRequest(**{"type": kind, "name": "Bo Berg", **values})


async def place(db: Database, edition: Edition, request: OrderRequest) -> Order:
    return await place_order(db, edition, request, base_url=BASE_URL)


async def errors_of(db: Database, edition: Edition, request: OrderRequest) -> dict[str, list[str]]:
    with pytest.raises(InvalidError) as caught:
        await place(db, edition, request)
    return caught.value.errors


@pytest.fixture
async def types(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "volontar", price=0, vat_rate=None)


@pytest.mark.usefixtures("types")
async def test_add_ons_are_sold_with_the_ticket_at_their_own_rate(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 2, "Middag")
    await make_addon(db, edition, "middag", quota=quota, price=39_500, vat_rate=12)
    await make_addon(db, edition, "buss", price=15_000, vat_rate=6, position=2)
    order = await place(db, edition, asked(ticket(addons=("middag", "buss")), ticket("volontar", addons=("middag",))))
    assert order.total == order.charged == order.balance == 125_000 + 39_500 + 15_000 + 39_500
    assert [[(a.code, a.price, a.vat_amount) for a in t.addons] for t in order.tickets] == [
        [("middag", 39_500, 4_232), ("buss", 15_000, 849)],
        [("middag", 39_500, 4_232)],
    ]
    assert [(line.rate, line.amount, line.vat) for line in order.vat_lines] == [
        (25, 125_000, 25_000),
        (12, 79_000, 8_464),
        (6, 15_000, 849),
        (None, 0, 0),
    ]
    assert await order_by_id(db, order.id) == order
    assert [(each.name, each.taken) for each in await quotas_of(db, edition.id)] == [("Middag", 2)]
    with pytest.raises(SoldOutError) as caught:
        await place(db, edition, asked(ticket(addons=("middag",))))
    assert (caught.value.quota, caught.value.ticket_type, caught.value.addon) == ("Middag", "", "middag")
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 1


@pytest.mark.usefixtures("types")
async def test_add_ons_that_cannot_be_had_are_named(db: Database, edition: Edition) -> None:
    await make_addon(db, edition, "middag", types=("ordinarie",))
    await make_addon(db, edition, "buss", on_sale_until=now() - timedelta(days=1))
    found = await errors_of(
        db,
        edition,
        asked(
            ticket("volontar", addons=("middag",)),
            ticket(addons=("buss",)),
            ticket(addons=("lunch",)),
            ticket(addons=("middag", "middag")),
        ),
    )
    assert found == {
        "tickets.0.addons": ["Tillvalet finns inte för den här biljetten."],
        "tickets.1.addons": ["Buss kan inte bokas längre."],
        "tickets.2.addons": ["Tillvalet finns inte för den här biljetten."],
        "tickets.3.addons": ["Varje tillval kan väljas en gång för en deltagare."],
    }
    order = await place(db, edition, asked(ticket(addons=("buss",)), source="organiser"))
    assert [addon.code for addon in order.tickets[0].addons] == ["buss"]


@pytest.mark.usefixtures("types")
async def test_a_code_takes_its_part_off_each_ticket_it_is_for(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, "BYGD20", percent=20, types=("ordinarie",), max_uses=3)
    order = await place(db, edition, asked(ticket(), ticket("volontar"), ticket(), discount_code=" bygd20 "))
    assert [(t.price, t.discount, t.vat_amount) for t in order.tickets] == [
        (100_000, 25_000, 20_000),
        (0, 0, 0),
        (100_000, 25_000, 20_000),
    ]
    code = await find_discount_code(db, edition.id, "BYGD20")
    assert code is not None
    assert (code.used, code.left, order.discount_code_id) == (2, 1, code.id)
    twice = asked(ticket(), ticket(), discount_code="BYGD20")
    assert await errors_of(db, edition, twice) == {"discount_code": ["Koden räcker till 1 biljett till."]}


@pytest.mark.usefixtures("types")
@pytest.mark.parametrize(
    ("typed", "values", "message"),
    [
        ("FEL", {}, "Koden finns inte. Kontrollera hur den skrivs."),
        ("KOD", {"active": False}, "Koden finns inte. Kontrollera hur den skrivs."),
        ("KOD", {"valid_until": now() - timedelta(hours=1)}, "Koden gäller inte längre."),
        ("KOD", {"valid_from": now() + timedelta(hours=1)}, "Koden gäller inte än."),
        ("KOD", {"types": ("volontar",)}, "Koden gäller inte för de biljetter som är valda."),
        ("KOD", {"max_uses": 2, "used": 2}, "Koden är redan använd."),
    ],
)
async def test_a_code_that_cannot_be_used_says_why(
    db: Database, edition: Edition, typed: str, values: dict[str, Any], message: str
) -> None:
    await make_discount_code(db, edition, "KOD", **{"amount": 10_000, **values})
    assert await errors_of(db, edition, asked(ticket(), discount_code=typed)) == {"discount_code": [message]}


@pytest.mark.usefixtures("types")
async def test_an_amount_is_never_more_than_the_price(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, "GRATIS", amount=500_000)
    order = await place(db, edition, asked(ticket(), discount_code="GRATIS"))
    assert (order.total, order.tickets[0].discount, order.status.value) == (0, 125_000, "paid")


@pytest.mark.usefixtures("types")
async def test_a_hidden_type_needs_a_code_that_is_for_it(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "medlem", price=50_000, hidden=True)
    await make_discount_code(db, edition, "RABATT", percent=10)
    await make_discount_code(db, edition, "MEDLEM", types=("medlem",))
    gone = {"tickets.0.type": ["Biljettypen finns inte. Välj en annan."]}
    assert await errors_of(db, edition, asked(ticket("medlem"))) == gone
    refused = await errors_of(db, edition, asked(ticket("medlem"), discount_code="RABATT"))
    assert refused["tickets.0.type"] == gone["tickets.0.type"]
    assert (await place(db, edition, asked(ticket("medlem"), discount_code="MEDLEM"))).total == 50_000
    assert (await place(db, edition, asked(ticket("medlem"), source="organiser"))).total == 50_000


async def test_the_early_price_holds_until_its_time(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "tidig", early_price=90_000, early_until=now() + timedelta(hours=1))
    await make_ticket_type(db, edition, "sen", early_price=90_000, early_until=now() - timedelta(hours=1))
    order = await place(db, edition, asked(ticket("tidig"), ticket("sen")))
    assert [each.price for each in order.tickets] == [90_000, 125_000]


async def test_a_group_ticket_has_a_least_number(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "grupp", min_per_order=3)
    message = ["Minst 3 biljetter av den här typen i en bokning."]
    found = await errors_of(db, edition, asked(ticket("grupp"), ticket("grupp")))
    assert found == {"tickets.0.type": message, "tickets.1.type": message}
    assert (await place(db, edition, asked(*[ticket("grupp")] * 3))).total == 375_000


@pytest.mark.usefixtures("types")
async def test_seats_of_sessions_are_taken_with_the_order(db: Database, edition: Edition) -> None:
    code = await make_session(db, edition, "Studiebesök", wall_starts=wall(11, 9), capacity=2, signup=True)
    order = await place(db, edition, asked(ticket(sessions=(code,)), ticket(sessions=(code,))))
    assert (await find_session(db, edition.id, code)).taken == 2
    assert [each.code for each in await chosen_sessions(db, order.tickets[0].id)] == [code]
    with pytest.raises(SoldOutError) as caught:
        await place(db, edition, asked(ticket(sessions=(code,))))
    assert (caught.value.quota, caught.value.session) == ("Studiebesök", code)
    assert await db.fetch_val(select(func.count()).select_from(orders)) == 1


async def test_sessions_at_the_same_time_or_on_another_day_are_refused(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "onsdag", valid_on=date(2027, 5, 12))
    first = await make_session(db, edition, "Energi", wall_starts=wall(12, 9), signup=True)
    second = await make_session(db, edition, "Mat", wall_starts=wall(12, 9, 30), signup=True)
    early = await make_session(db, edition, "Öppning", wall_starts=wall(11, 9), signup=True)
    found = await errors_of(
        db, edition, asked(ticket("onsdag", sessions=(first, second)), ticket("onsdag", sessions=(early,)))
    )
    assert len(found) == 2
    assert "Energi" in found["tickets.0.sessions"][0]
    assert "Mat" in found["tickets.0.sessions"][0]
    assert "Öppning" in found["tickets.1.sessions"][0]


@pytest.mark.usefixtures("types")
async def test_answers_are_kept_by_ticket_the_sensitive_ones_apart(db: Database, edition: Edition) -> None:
    ids = []
    for code, sensitive in (("titel", False), ("mat", True)):
        row = {"edition_id": edition.id, "code": code, "kind": "text", "label": code, "choices": []}
        new = insert(questions).values(**row, sensitive=sensitive)
        ids.append(await db.fetch_val(new.returning(questions.c.id)))
    order = await place(db, edition, asked(ticket(answers={ids[0]: "Byaråd", ids[1]: "Nötter"}), ticket()))
    assert await answers_of(db, [each.id for each in order.tickets]) == {order.tickets[0].id: {ids[0]: "Byaråd"}}
    sensitive_ones = await answers_of(db, [order.tickets[0].id], sensitive=True)
    assert sensitive_ones == {order.tickets[0].id: {ids[1]: "Nötter"}}


async def an_offer(db: Database, edition: Edition, type_id: int, **values: Any) -> str:
    secret = f"OFFER{await db.fetch_val(select(func.count()).select_from(waiting_entries))}"
    await db.execute(
        insert(waiting_entries).values(
            edition_id=edition.id,
            ticket_type_id=type_id,
            secret=secret,
            name="Cilla",
            email="cilla@example.org",
            created_at=now(),
            **{"status": "offered", "offered_at": now(), "offer_ends_at": now() + timedelta(hours=1), **values},
        )
    )
    return secret


async def test_an_offer_from_the_waiting_list_has_its_seat_already(db: Database, edition: Edition) -> None:
    quota = await make_quota(db, edition, 1)
    type_id = await make_ticket_type(db, edition, quota=quota)
    await db.execute(update(quotas).values(taken=1))
    secret = await an_offer(db, edition, type_id)
    request = asked(ticket(), offer=secret, idempotency_key="once")
    with pytest.raises(SoldOutError):
        await place(db, edition, asked(ticket()))
    with pytest.raises(SoldOutError):  # the offer is one seat
        await place(db, edition, replace(request, tickets=(ticket(), ticket())))
    order = await place(db, edition, request)
    assert [each.taken for each in await quotas_of(db, edition.id)] == [1]
    assert await db.fetch_val(select(waiting_entries.c.order_id)) == order.id
    assert (await place(db, edition, request)).id == order.id  # sent twice


async def test_what_others_wait_for_is_not_sold_past_them(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition, quota=await make_quota(db, edition, 5))
    await an_offer(db, edition, type_id, status="waiting", offered_at=None, offer_ends_at=None)
    with pytest.raises(SoldOutError):
        await place(db, edition, asked(ticket()))
    assert (await place(db, edition, asked(ticket(), source="organiser"))).total == 125_000


@pytest.mark.usefixtures("types")
async def test_the_same_request_again_gives_its_order_though_the_code_is_used_up(
    db: Database, edition: Edition
) -> None:
    await make_discount_code(db, edition, "ENGANG", percent=50, max_uses=1)
    request = asked(ticket(), discount_code="ENGANG", idempotency_key="once")
    desk = Desk(db, BASE_URL)
    first, second = await asyncio.gather(desk.place(edition, request), desk.place(edition, request))
    third = await desk.place(edition, request)
    assert first.id == second.id == third.id
    other = replace(request, idempotency_key="twice")
    assert await errors_of(db, edition, other) == {"discount_code": ["Koden är redan använd."]}


async def test_a_code_is_never_used_more_often_than_it_may_be(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    await make_discount_code(db, edition, "FEM", percent=50, max_uses=5)
    desk = Desk(db, BASE_URL)
    requests = [replace(order_request(), discount_code="FEM", idempotency_key=str(n)) for n in range(12)]
    results = await asyncio.gather(*(desk.place(edition, each) for each in requests), return_exceptions=True)
    placed = [each for each in results if isinstance(each, Order)]
    assert len(placed) == 5
    assert all(isinstance(each, (Order, InvalidError, SoldOutError)) for each in results)
    assert await db.fetch_val(select(discount_codes.c.used)) == 5


async def test_attendees_who_fill_in_the_rest_themselves_get_a_link(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    row = {"edition_id": edition.id, "code": "titel", "kind": "text", "label": "Titel eller roll", "choices": []}
    await db.execute(insert(questions).values(**row))
    later = ticket(email="bo@example.org", details_later=True)
    order = await place(db, edition, asked(ticket(), later))
    mails = await mails_of_order(db, order.id)
    assert [(mail.kind, mail.to_email, mail.ticket_id) for mail in mails] == [
        ("order_confirmation", "anna.oberg@example.org", None),
        ("attendee_details", "bo@example.org", order.tickets[1].id),
    ]
    assert order.tickets[1].own_path in mails[1].body_text
    assert "Titel eller roll" in mails[1].body_text
    assert len(await mails_of_order(db, (await place(db, edition, asked(later, source="api"))).id)) == 1
