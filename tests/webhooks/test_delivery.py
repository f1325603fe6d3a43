"""Messages reach a real server, signed so that the public library verifies them, and again until it has said yes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from standardwebhooks import WebhookVerificationError

from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.model import Direction, Scan
from konferens.checkin.queries import lists_of
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.releases import add_release
from konferens.registration.changes import cancel_order
from konferens.registration.settling import mark_paid
from konferens.tables import webhook_deliveries
from konferens.webhooks.actions import claim_due, forget_old, remove_webhook, replay, save_webhook, send_test
from konferens.webhooks.addresses import AddressError, is_public, resolve
from konferens.webhooks.delivery import Deliverer
from konferens.webhooks.model import DeliveryStatus, Webhook, new_secret
from konferens.webhooks.queries import deliveries_of, find_webhook
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type
from tests.webhooks.receiver import Receiver, receiver

BASE = "http://testserver"
ALL = ["order.placed", "order.paid", "order.cancelled", "ticket.scanned", "programme.released"]


@pytest.fixture
def listening() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


async def hook(db: Database, edition: Edition, url: str, events: list[str] | None = None) -> Webhook:
    made = await save_webhook(db, edition.id, None, url=url, events=events or ALL, active=True, actor=ACTOR)
    return await find_webhook(db, edition.id, made)


async def deliver(db: Database) -> None:
    while await Deliverer(db, allow_private=True).deliver_due():
        pass


async def make_due(db: Database) -> None:
    await db.execute(update(webhook_deliveries).values(next_attempt_at=datetime(2026, 1, 1, tzinfo=UTC)))


async def test_an_orders_life_is_told_in_order(db: Database, edition: Edition, listening: Receiver) -> None:
    webhook = await hook(db, edition, listening.url)
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 10))
    edition = await edition_by_id(db, edition.id)
    order = await make_order(db, edition)
    order = await mark_paid(db, edition, order, actor=ACTOR, base_url=BASE)
    entrance = await save_list(
        db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR
    )
    [door] = [each for each in await lists_of(db, edition.id) if each.id == entrance]
    scan = Scan(order.tickets[0].token, "a-nonce", now(), "Annas telefon", Direction.IN)
    await record_scans(db, door, [scan], ACTOR)
    await record_scans(db, door, [scan], ACTOR)  # sent again: nothing new has happened
    await cancel_order(db, edition, order, actor=ACTOR, base_url=BASE)
    await deliver(db)
    documents = sorted(listening.documents(webhook.secret), key=lambda document: str(document["timestamp"]))
    assert [document["type"] for document in documents] == [
        "order.placed",
        "order.paid",
        "ticket.scanned",
        "order.cancelled",
    ]
    assert {document["event"] for document in documents} == {"lokalekonomidagarna/2027"}
    assert [document["data"]["order"]["status"] for document in documents if "order" in document["data"]] == [
        "pending",
        "paid",
        "cancelled",
    ]
    told = documents[2]["data"]["scan"]
    assert (told["ticket"], told["status"]) == ({"order": order.code, "position": 1}, "admitted")
    everything = b"".join(body for _, body in listening.got).decode()
    private = (order.buyer.name, order.buyer.email, order.secret, order.tickets[0].token, order.tickets[0].name)
    assert [text for text in private if text in everything] == []


async def test_a_release_is_told(db: Database, edition: Edition, listening: Receiver) -> None:
    webhook = await hook(db, edition, listening.url)
    async with db.transaction():
        await add_release(db, edition, name="1.0", note="Nu gäller det.", actor=ACTOR)
    await deliver(db)
    [document] = listening.documents(webhook.secret)
    assert (document["type"], document["data"]) == (
        "programme.released",
        {"release": {"name": "1.0", "note": "Nu gäller det.", "changes": 0, "path": f"{edition.path}changes"}},
    )


async def test_only_what_it_listens_to_and_only_of_its_own_conference(
    db: Database, edition: Edition, listening: Receiver
) -> None:
    await hook(db, edition, listening.url, ["order.paid"])
    other = await make_edition(db, slug="2028")
    for each in (edition, other):
        await make_ticket_type(db, each, quota=await make_quota(db, each, 10))
        await make_order(db, await edition_by_id(db, each.id))
    await deliver(db)
    assert listening.got == []


async def test_what_fails_is_posted_again_with_the_same_id(db: Database, edition: Edition, listening: Receiver) -> None:
    webhook = await hook(db, edition, listening.url)
    await send_test(db, edition, webhook.id, actor=ACTOR)
    listening.answers = [500]
    await deliver(db)
    [[failed], _] = await deliveries_of(db, webhook.id)
    assert (failed.status, failed.answer, failed.last_error) == (DeliveryStatus.QUEUED, 500, "HTTP 500")
    assert failed.next_attempt_at > now()
    await make_due(db)
    await deliver(db)
    [[arrived], _] = await deliveries_of(db, webhook.id)
    assert (arrived.status, arrived.answer, arrived.attempts) == (DeliveryStatus.DELIVERED, 200, 2)
    assert [headers["webhook-id"] for headers, _ in listening.got] == [arrived.message_id] * 2
    await replay(db, edition.id, webhook.id, arrived.id, actor=ACTOR)
    await deliver(db)
    assert [headers["webhook-id"] for headers, _ in listening.got] == [arrived.message_id] * 3


async def test_after_the_last_attempt_it_has_failed(db: Database, edition: Edition) -> None:
    webhook = await hook(db, edition, "http://127.0.0.1:1/")
    await send_test(db, edition, webhook.id, actor=ACTOR)
    for _ in range(9):
        await make_due(db)
        await deliver(db)
    [[failed], _] = await deliveries_of(db, webhook.id)
    assert (failed.status, failed.attempts, failed.answer) == (DeliveryStatus.FAILED, 9, None)
    assert failed.last_error.startswith("ConnectError")


async def test_who_says_that_it_is_gone_is_told_nothing_more(
    db: Database, edition: Edition, listening: Receiver
) -> None:
    webhook = await hook(db, edition, listening.url)
    await send_test(db, edition, webhook.id, actor=ACTOR)
    listening.answers = [410]
    await deliver(db)
    assert (await find_webhook(db, edition.id, webhook.id)).active is False
    await send_test(db, edition, webhook.id, actor=ACTOR)
    await deliver(db)
    assert len(listening.got) == 1


async def test_a_changed_message_or_secret_is_noticed(db: Database, edition: Edition, listening: Receiver) -> None:
    webhook = await hook(db, edition, listening.url)
    await send_test(db, edition, webhook.id, actor=ACTOR)
    await deliver(db)
    with pytest.raises(WebhookVerificationError):
        listening.documents(new_secret())
    headers, body = listening.got[0]
    listening.got = [(headers, body.replace(b"webhook.test", b"order.placed"))]
    with pytest.raises(WebhookVerificationError):
        listening.documents(webhook.secret)


async def test_a_message_is_one_processs_at_a_time(db: Database, edition: Edition) -> None:
    webhook = await hook(db, edition, "https://example.org/")
    await send_test(db, edition, webhook.id, actor=ACTOR)
    until = now() + timedelta(minutes=1)
    assert [len(await claim_due(db, limit=5, until=until)) for _ in range(2)] == [1, 0]


async def test_a_removed_webhook_leaves_nothing(db: Database, edition: Edition) -> None:
    webhook = await hook(db, edition, "https://example.org/")
    await send_test(db, edition, webhook.id, actor=ACTOR)
    await remove_webhook(db, edition.id, webhook.id, actor=ACTOR)
    assert await db.fetch_all(select(webhook_deliveries)) == []


async def test_the_log_is_cleared_after_a_month(db: Database, edition: Edition, listening: Receiver) -> None:
    webhook = await hook(db, edition, listening.url)
    await send_test(db, edition, webhook.id, actor=ACTOR)
    await deliver(db)
    await forget_old(db, now() + timedelta(days=29))
    assert len((await deliveries_of(db, webhook.id))[0]) == 1
    await forget_old(db, now() + timedelta(days=31))
    assert len((await deliveries_of(db, webhook.id))[0]) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::169.254.169.254]/",
        "https://[2002:7f00:1::]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://224.0.0.1/",
        "https://10.0.0.1:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0/",
        "https://2130706433/",
        "http://example.org/",
        "https://user:pw@example.org/",
        "ftp://example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://[/",
        "https://no-such-host.invalid/",
    ],
)
async def test_nothing_is_posted_to_what_is_not_public(url: str) -> None:
    with pytest.raises(AddressError):
        await resolve(url, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::93.184.216.34"])
async def test_addresses_on_the_public_internet(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert is_public((await resolve(f"https://{host}/", allow_private=False))[1])
