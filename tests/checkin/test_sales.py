"""Sales at the door: who comes without a ticket, and who has one that isn't paid."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from konferens.checkin.actions import save_list
from konferens.checkin.devices import claim_device, prepare_device
from konferens.checkin.model import CheckinList, Rules
from konferens.checkin.queries import find_list
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.qr import qr_svg
from konferens.registration.model import Order, TicketRequest
from konferens.registration.queries import order_by_code
from konferens.tables import audit, editions, mail_outbox, orders, payments, quotas, scans
from tests.browser import Browser
from tests.checkin.factories import make_list
from tests.factories import make_addon, make_order, make_quota, make_ticket_type

SWISH = "123 339 22 11"


class Phone:
    """A phone at the entrance of a conference that takes Swish; it sells, unless it was set up not to."""

    def __init__(self, db: Database, client: TestClient, entrance: CheckinList, key: str) -> None:
        self.db, self.client, self.entrance, self.key = db, client, entrance, key

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        address = f"/checkin/api/lists/{self.entrance.id}/{path}"
        return self.client.request(method, address, json=body, headers={"Authorization": f"Device {self.key}"})

    def sell(self, **changes: str) -> Any:
        wish = {"name": "Åsa Öberg", "type": "ordinarie", "payment": "cash", "key": str(uuid4()), **changes}
        return self.ask("POST", "sales", wish)

    async def order(self, answer: Any) -> Order:
        return await order_by_code(self.db, answer.json()["order"])


async def phone_for(db: Database, client: TestClient, entrance: CheckinList, *, may_sell: bool) -> Phone:
    _, code = await prepare_device(
        db,
        entrance.edition_id,
        name="Kassan",
        list_ids=[entrance.id],
        may_sell=may_sell,
        expires_at=now() + timedelta(days=1),
        actor="anna@example.org",
    )
    _, key = await claim_device(db, code, address="127.0.0.1")
    return Phone(db, client, entrance, key)


@pytest.fixture
async def entrance(db: Database, edition: Edition) -> CheckinList:
    """Of a conference with twelve seats left whose registration on the web is over."""
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 12))
    await make_ticket_type(db, edition, "hemlig", hidden=True)
    over = {"registration_closes_at": now() - timedelta(days=1)}
    await db.execute(update(editions).values(accepts_swish=True, swish_number=SWISH, **over))
    return await make_list(db, edition.id, admit_unpaid=False)


@pytest.fixture
async def phone(db: Database, client: TestClient, entrance: CheckinList) -> Phone:
    return await phone_for(db, client, entrance, may_sell=True)


async def taken(db: Database) -> int:
    return int(await db.fetch_val(select(quotas.c.taken)))


async def actors(db: Database, action: str) -> list[str]:
    return [row.actor for row in await db.fetch_all(select(audit.c.actor).where(audit.c.action == action))]


async def test_what_is_for_sale(phone: Phone) -> None:
    ordinary = {"code": "ordinarie", "name": "Ordinarie", "price": 125_000, "left": 12, "sold_out": False}
    assert phone.ask("GET", "offer").json() == {"types": [ordinary], "payments": ["swish", "cash"]}


async def test_cash_is_paid_and_in_at_once_and_only_once(db: Database, phone: Phone) -> None:
    key = str(uuid4())
    first, again = phone.sell(key=key), phone.sell(key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    document = first.json()
    assert (document["status"], document["owes"], document["answer"]["status"]) == ("paid", 0, "admitted")
    assert document["counts"] == {"admitted": 1, "expected": 1}
    assert again.json() == document
    order = await phone.order(first)
    assert (order.source, order.paid, order.payment_method) == ("door", 125_000, "cash")
    [money] = await db.fetch_all(select(payments))
    assert (money.method, money.amount) == ("cash", 125_000)
    assert await taken(db) == 1
    assert [row.device for row in await db.fetch_all(select(scans))] == ["Kassan"]
    assert await actors(db, "door.sale") == await actors(db, "order.payment") == ["device:Kassan"]
    assert phone.sell(key=key, name="Örjan").status_code == 409


async def test_the_receipt_is_mailed_or_read_off_the_screen(db: Database, phone: Phone) -> None:
    without = phone.sell().json()
    order = await order_by_code(db, without["order"])
    assert (without["mailed"], without["receipt"]) == (False, f"http://testserver{order.path}")
    assert without["svg"] == qr_svg(without["receipt"])
    assert await db.fetch_all(select(mail_outbox)) == []
    assert phone.client.get(f"{order.path}receipt.pdf").status_code == 200
    assert phone.sell(email="asa@example.org").json()["mailed"] is True
    [mail] = await db.fetch_all(select(mail_outbox))
    assert (mail.kind, mail.to_email, mail.attachments) == (
        "order_paid",
        "asa@example.org",
        ["tickets.pdf", "receipt.pdf"],
    )


async def test_no_phone_finds_its_way_from_tickets_to_orders(db: Database, phone: Phone, edition: Edition) -> None:
    """Who has an address gets mail; who paid elsewhere is let in, and no more is told of the order."""
    await make_ticket_type(db, edition, "fri", price=0)
    order = await make_order(db, edition, "fri")
    answer = phone.ask("POST", "payments", {"token": order.tickets[0].token, "method": "cash"}).json()
    assert (answer["mailed"], answer["receipt"], answer["svg"]) == (True, None, "")
    await db.execute(update(orders).values(buyer_email=""))
    again = phone.ask("POST", "payments", {"token": order.tickets[0].token, "method": "cash"}).json()
    assert (again["receipt"], again["svg"]) == (None, "")
    page = f"/checkin/list/{phone.entrance.id}/sales/{order.code}"
    shown = phone.client.get(page, headers={"Authorization": f"Device {phone.key}"})
    assert (shown.status_code, "<svg" in shown.text) == (200, False)


async def test_swish_is_shown_and_in_when_the_volunteer_has_seen_the_money(db: Database, phone: Phone) -> None:
    shown = phone.sell(payment="swish")
    order = await phone.order(shown)
    assert (shown.status_code, order.status, order.paid) == (201, "pending", 0)
    assert shown.json()["swish"] == f"C1233392211;1250;{order.code};0"
    assert shown.json()["svg"] == qr_svg(shown.json()["swish"])
    assert await db.fetch_all(select(scans)) == []
    paid = [phone.ask("POST", f"sales/{order.code}/paid", {}).json() for _ in range(2)]
    assert [(each["status"], each["answer"]["status"]) for each in paid] == [("paid", "admitted")] * 2
    assert [row.method for row in await db.fetch_all(select(payments))] == ["swish"]
    assert phone.ask("POST", f"sales/{order.code}/give-up", {}).status_code == 409


async def test_who_changes_their_mind_gives_the_seat_back(db: Database, phone: Phone) -> None:
    order = await phone.order(phone.sell(payment="swish"))
    assert await taken(db) == 1
    assert [phone.ask("POST", f"sales/{order.code}/give-up", {}).status_code for _ in range(2)] == [200, 200]
    assert await taken(db) == 0
    assert phone.ask("POST", f"sales/{order.code}/paid", {}).status_code == 409


async def test_sold_out_is_told_and_nothing_is_kept(db: Database, phone: Phone) -> None:
    await db.execute(update(quotas).values(size=1))
    assert [phone.sell().status_code for _ in range(2)] == [201, 409]
    assert [each["sold_out"] for each in phone.ask("GET", "offer").json()["types"]] == [True]
    assert len(await db.fetch_all(select(payments))) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "asa"}, "email"),
        ({"type": "hemlig"}, "type"),
        ({"type": ""}, "type"),
        ({"payment": "invoice"}, "payment"),
        ({"key": "kort"}, "key"),
    ],
)
async def test_what_is_wrong_is_told_by_field(phone: Phone, wrong: dict[str, str], field: str) -> None:
    answer = phone.sell(**wrong)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])


async def test_a_ticket_that_is_not_paid_is_paid_at_the_door(db: Database, edition: Edition, phone: Phone) -> None:
    await db.execute(update(editions).values(registration_closes_at=None))
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    second = order.tickets[1].token
    scan = {"token": second, "nonce": str(uuid4())}
    assert phone.ask("POST", "scans", [scan]).json()["answers"][0]["reason"] == "unpaid"
    shown = phone.ask("POST", "payments", {"token": second, "method": "swish"}).json()
    assert (shown["owes"], shown["swish"]) == (250_000, f"C1233392211;2500;{order.payment_reference};0")
    paid = phone.ask("POST", "payments", {"token": f"http://testserver/t/{second}", "method": "cash"}).json()
    assert (paid["status"], paid["answer"]["status"], paid["answer"]["attendee"]["name"]) == (
        "paid",
        "admitted",
        "Deltagare 2",
    )
    assert (await order_by_code(db, order.code)).paid == 250_000
    assert phone.ask("POST", "payments", {"token": "OKÄND", "method": "cash"}).status_code == 404


async def test_without_javascript_who_has_not_paid_pays_and_is_in(
    db: Database, entrance: CheckinList, edition: Edition, office: Browser
) -> None:
    await db.execute(update(editions).values(registration_closes_at=None))
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    second = order.tickets[1]
    page = f"/checkin/list/{entrance.id}"
    link = f"{page}/pay?ticket={second.token}"
    assert link in office.get(f"{page}?q={second.token}").text
    assert link in office.post(page, {"token": second.token}, page=f"{page}?q={second.token}").text
    till = office.get(link)
    assert (till.status_code, till.headers["location"]) == (303, f"{page}/sales/{order.code}?ticket={second.token}")
    shown = office.visible(till.headers["location"])
    assert ("Deltagare 2: beloppet gäller 2 biljetter i samma bokning" in shown, "Ska betala 2 500 kr" in shown) == (
        True,
        True,
    )
    paid = office.post(till.headers["location"], {"method": "cash", "ticket": second.token})
    assert ("Välkommen" in paid.text, "Deltagare 2" in paid.text) == (True, True)
    assert "Betala<" not in office.get(f"{page}?q={second.token}").text


@pytest.fixture
async def dining(db: Database, client: TestClient, entrance: CheckinList, edition: Edition) -> Phone:
    """A phone at the door of a dinner with two seats, for which one pays beforehand."""
    dinner = await make_addon(db, edition, quota=await make_quota(db, edition, 2, "Middagen"))
    await db.execute(update(editions).values(registration_closes_at=None))
    list_id = await save_list(
        db,
        edition.id,
        None,
        name="Middag",
        ticket_type_ids=None,
        admit_unpaid=False,
        rules=Rules(addons=frozenset({dinner})),
        actor="system",
    )
    return await phone_for(db, client, await find_list(db, list_id), may_sell=True)


async def test_who_buys_a_ticket_at_the_dinners_door_gets_the_dinner_and_is_in(dining: Phone) -> None:
    both = {"code": "ordinarie+middag", "name": "Ordinarie + Middag", "price": 164_500, "left": 2, "sold_out": False}
    assert dining.ask("GET", "offer").json()["types"] == [both]
    sold = dining.sell(type="ordinarie+middag").json()
    assert (sold["status"], sold["answer"]["status"], sold["counts"]) == (
        "paid",
        "admitted",
        {"admitted": 1, "expected": 1},
    )
    assert (sold["ticket"]["status"], sold["ticket"]["admitted_at"] is not None) == ("valid", True)
    assert dining.sell(type="ordinarie").status_code == 422


async def test_who_has_a_ticket_buys_the_dinner_at_its_door_and_the_next_scan_admits(
    db: Database, edition: Edition, dining: Phone
) -> None:
    await make_ticket_type(db, edition, "fri", price=0)
    order = await make_order(db, edition, "fri")
    token = order.tickets[0].token

    def scan() -> tuple[str, str | None]:
        answer = dining.ask("POST", "scans", [{"token": token, "nonce": str(uuid4())}]).json()["answers"][0]
        return answer["status"], answer["reason"]

    assert scan() == ("refused", "wrong-list")
    dinner = {"code": "+middag", "name": "Middag", "price": 39_500, "left": 2, "sold_out": False}
    assert dining.ask("GET", f"offer?token={token}").json()["types"] == [dinner]
    wish = {"token": token, "type": "+middag", "payment": "swish"}
    assert [dining.ask("POST", "additions", wish).json()["owes"] for _ in range(2)] == [39_500] * 2
    assert scan() == ("refused", "unpaid")
    given_up = {"token": token, "addon": "+middag"}
    assert [dining.ask("POST", f"sales/{order.code}/give-up", given_up).status_code for _ in range(2)] == [200, 200]
    assert scan() == ("refused", "wrong-list")

    shown = dining.ask("POST", "additions", wish).json()
    assert shown["swish"] == f"C1233392211;395;{(await order_by_code(db, order.code)).payment_reference};0"
    paid = dining.ask("POST", f"sales/{order.code}/paid", {"method": "swish", "token": token}).json()
    assert (paid["status"], paid["answer"]["status"], paid["ticket"]["token"]) == ("paid", "admitted", token)
    assert scan() == ("already", None)
    assert dining.ask("POST", f"sales/{order.code}/give-up", given_up).status_code == 409
    assert dining.ask("GET", f"offer?token={token}").json()["types"] == []


async def test_a_door_takes_back_only_the_add_on_that_it_sold(db: Database, edition: Edition, dining: Phone) -> None:
    await make_addon(db, edition, "buss")
    order = await make_order(db, edition, tickets=(TicketRequest("ordinarie", "Anna Ek", addons=("buss",)),))
    token = order.tickets[0].token
    assert dining.ask("POST", "additions", {"token": token, "type": "+middag"}).status_code == 200
    path = f"sales/{order.code}/give-up"
    assert dining.ask("POST", path, {"token": token, "addon": "+buss"}).status_code == 409
    assert dining.ask("POST", path, {"token": token, "addon": "+middag"}).status_code == 200
    [ticket] = (await order_by_code(db, order.code)).tickets
    assert [addon.code for addon in ticket.valid_addons] == ["buss"]


async def test_only_who_may_sell_sells(
    db: Database, client: TestClient, edition: Edition, entrance: CheckinList
) -> None:
    phone = await phone_for(db, client, entrance, may_sell=False)
    order = await make_order(db, edition, source="organiser")
    refused = [
        phone.ask("GET", "offer"),
        phone.sell(),
        phone.ask("POST", f"sales/{order.code}/paid", {}),
        phone.ask("POST", "payments", {"token": order.tickets[0].token, "method": "cash"}),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4
    lists = client.get("/checkin/api/lists", headers={"Authorization": f"Device {phone.key}"}).json()["items"]
    assert [each["may_sell"] for each in lists] == [False]


async def test_without_javascript(db: Database, entrance: CheckinList, office: Browser) -> None:
    page = f"/checkin/list/{entrance.id}/sell"
    assert page in office.get(f"/checkin/list/{entrance.id}").text
    wrong = office.post(page, {"type": "ordinarie", "name": "", "payment": "swish"})
    assert (wrong.status_code, "Skriv namnet" in wrong.text) == (422, True)
    sold = office.post(page, {"type": "ordinarie", "name": "Örjan Ek", "payment": "swish"})
    order = sold.headers["location"]
    assert (sold.status_code, "Ska betala 1 250 kr" in office.visible(order)) == (303, True)
    paid = office.post(order, {"method": "swish"})
    assert ("Välkommen" in paid.text, "Örjan Ek" in paid.text, "QR-kod till kvitto" in paid.text) == (True, True, True)
    again = office.post(page, {"type": "ordinarie", "name": "Ida", "payment": "swish"}).headers["location"]
    assert office.post(again, {"give_up": "1"}).status_code == 303
    assert "Avbokad" in office.visible(again)
