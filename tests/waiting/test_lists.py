"""Joining and leaving waiting lists, and what organisers decide by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError, SoldOutError
from konferens.events.model import Edition
from konferens.offering.quota_actions import save_quota
from konferens.offering.seats import recount_seats
from konferens.registration.actions import cancel_order
from konferens.registration.queries import orders_of
from konferens.tables import mail_outbox, quotas, waiting_entries
from konferens.waiting.duties import keep_lists_moving
from konferens.waiting.lists import join_list, leave_list, promote
from konferens.waiting.model import WaitingStatus
from konferens.waiting.queries import place_in_queue, types_to_wait_for, waiting_counts
from tests.factories import ACTOR, make_edition, make_order, make_quota, make_ticket_type
from tests.waiting.factories import BASE_URL, entry, make_entry, make_queue, statuses, taken

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


async def sold_out(db: Database, edition: Edition, size: int = 1, **values: Any) -> tuple[int, int]:
    """A ticket type whose every seat is sold; gives (type id, quota id)."""
    quota = await make_quota(db, edition, size)
    type_id = await make_ticket_type(db, edition, quota=quota, **values)
    if size:
        await make_order(db, edition, *["ordinarie"] * size)
    return type_id, quota


async def join(db: Database, edition: Edition, name: str = "Vera", email: str = "vera@example.org") -> None:
    await join_list(db, edition, "ordinarie", name=name, email=email, language="sv", base_url=BASE_URL)


async def mails(db: Database, kind: str) -> list[str]:
    query = select(mail_outbox.c.to_name).where(mail_outbox.c.kind == kind).order_by(mail_outbox.c.id)
    return [row.to_name for row in await db.fetch_all(query)]


async def test_who_joins_stands_last_and_is_told(db: Database, edition: Edition) -> None:
    type_id, _ = await sold_out(db, edition)
    await join(db, edition, "Vera", "vera@example.org")
    await join(db, edition, "Nils", "nils@example.org")
    ids = [row.id for row in await db.fetch_all(select(waiting_entries.c.id).order_by(waiting_entries.c.id))]
    assert [await place_in_queue(db, await entry(db, each)) for each in ids] == [1, 2]
    assert await mails(db, "waiting_joined") == ["Vera", "Nils"]
    assert await waiting_counts(db, edition.id) == {type_id: 2}


async def test_the_same_person_joins_once_and_gets_the_link_at_most_once_a_day(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    for address in ("vera@example.org", "Vera@Example.org", "vera@example.org"):
        await join(db, edition, "Vera", address)
    assert await statuses(db, edition) == {"Vera": "waiting"}
    assert await db.fetch_val(select(func.count()).select_from(waiting_entries)) == 1
    assert await mails(db, "waiting_joined") == ["Vera"]


async def test_who_has_left_may_join_again(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    await join(db, edition)
    first = int(await db.fetch_val(select(waiting_entries.c.id)))
    await leave_list(db, edition, first, actor="waiting", base_url=BASE_URL)
    await leave_list(db, edition, first, actor="waiting", base_url=BASE_URL)
    await join(db, edition)
    query = select(waiting_entries.c.status).order_by(waiting_entries.c.id)
    assert [row.status for row in await db.fetch_all(query)] == ["left", "waiting"]


@pytest.mark.parametrize(
    "values",
    [{"waiting_list": False}, {"hidden": True}, {"active": False}, {"on_sale_until": NOON.replace(year=2020)}],
    ids=["no waiting list", "hidden", "put aside", "sale over"],
)
async def test_what_cannot_be_waited_for(db: Database, edition: Edition, values: dict[str, Any]) -> None:
    await sold_out(db, edition, 0, **values)
    assert await types_to_wait_for(db, edition, now()) == []
    with pytest.raises(ConflictError):
        await join(db, edition)


async def test_nobody_waits_while_there_are_seats_unless_others_wait_already(db: Database, edition: Edition) -> None:
    type_id = await make_ticket_type(db, edition, quota=await make_quota(db, edition, 3))
    with pytest.raises(ConflictError):
        await join(db, edition)
    await make_entry(db, edition, type_id, "Nils")
    await join(db, edition)
    assert await statuses(db, edition) == {"Nils": "waiting", "Vera": "waiting"}


async def test_nobody_waits_after_registration_has_closed(db: Database) -> None:
    edition = await make_edition(db)
    await sold_out(db, edition)
    closed = await make_edition(db, slug="2026", registration_closes_at=now() - timedelta(days=1))
    await make_ticket_type(db, closed, quota=await make_quota(db, closed, 0))
    assert [each.code for each in await types_to_wait_for(db, edition, now())] == ["ordinarie"]
    assert await types_to_wait_for(db, closed, now()) == []


async def test_a_cancelled_order_s_seats_are_offered_in_the_same_transaction(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition, 1)
    await make_queue(db, edition, type_id, 2)
    (sold,) = (await orders_of(db, edition.id)).orders
    await cancel_order(db, edition, sold, actor=ACTOR, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "offered", "Nr2": "waiting"}
    assert await taken(db, quota) == 1
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 1


async def test_who_leaves_with_an_offer_passes_the_seat_on(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition)
    first, _ = await make_queue(db, edition, type_id, 2)
    await save_quota(db, edition.id, quota, name="Platser", size=2, actor=ACTOR)
    await keep_lists_moving(db, NOON, base_url=BASE_URL)
    await leave_list(db, edition, first, actor="waiting", base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "left", "Nr2": "offered"}
    assert await taken(db, quota) == 2


async def test_an_entry_that_became_a_ticket_cannot_be_left(db: Database, edition: Edition) -> None:
    type_id, _ = await sold_out(db, edition)
    only = await make_entry(db, edition, type_id, status="accepted")
    with pytest.raises(ConflictError):
        await leave_list(db, edition, only, actor="waiting", base_url=BASE_URL)


async def test_seats_of_a_quota_that_grows_are_offered_by_the_clock(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition)
    await make_queue(db, edition, type_id, 3)
    await save_quota(db, edition.id, quota, name="Platser", size=3, actor=ACTOR)
    await keep_lists_moving(db, NOON, base_url=BASE_URL)
    await keep_lists_moving(db, NOON, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "offered", "Nr2": "offered", "Nr3": "waiting"}
    assert await mails(db, "waiting_offer") == ["Nr1", "Nr2"]
    assert await taken(db, quota) == 3


async def test_an_offer_whose_time_is_over_moves_on(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition)
    await db.execute(update(quotas).where(quotas.c.id == quota).values(size=2, taken=2))
    await make_entry(db, edition, type_id, "Vera", status="offered", offer_ends_at=NOON)
    (following,) = await make_queue(db, edition, type_id, 1)
    await keep_lists_moving(db, NOON - timedelta(seconds=1), base_url=BASE_URL)
    assert await statuses(db, edition) == {"Vera": "offered", "Nr1": "waiting"}
    for _ in range(2):
        await keep_lists_moving(db, NOON, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Vera": "expired", "Nr1": "offered"}
    assert (await entry(db, following)).offer_ends_at == NOON + timedelta(hours=48)
    assert await taken(db, quota) == 2
    await recount_seats(db, edition.id)
    assert await taken(db, quota) == 2


async def test_who_is_next_at_night_is_written_to_in_the_morning_and_has_the_time_from_then(
    db: Database, edition: Edition
) -> None:
    """At ten in the evening, Swedish time; at eight the next morning it is seven in UTC."""
    type_id, _ = await sold_out(db, edition)
    night, morning = NOON.replace(hour=21), NOON.replace(hour=7) + timedelta(days=1)
    await make_entry(db, edition, type_id, "Vera", status="offered", offer_ends_at=night)
    await recount_seats(db, edition.id)
    await db.execute(update(quotas).values(size=2))
    (following,) = await make_queue(db, edition, type_id, 1)
    await keep_lists_moving(db, night, base_url=BASE_URL)
    offered = await entry(db, following)
    assert (offered.status, offered.offer_ends_at) == (WaitingStatus.OFFERED, morning + timedelta(hours=48))
    query = select(mail_outbox.c.next_attempt_at).where(mail_outbox.c.kind == "waiting_offer")
    assert await db.fetch_val(query) == morning


async def test_a_promoted_one_gets_the_seat_before_the_others(db: Database, edition: Edition) -> None:
    """Registration is closed, so that seats stay free while people wait."""
    edition = await make_edition(db, slug="2028", registration_closes_at=now() - timedelta(days=1))
    type_id = await make_ticket_type(db, edition, quota=await make_quota(db, edition, 1))
    _, second = await make_queue(db, edition, type_id, 2)
    await promote(db, edition, second, actor=ACTOR, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "waiting", "Nr2": "offered"}
    assert await mails(db, "waiting_offer") == ["Nr2"]
    with pytest.raises(ConflictError):
        await promote(db, edition, second, actor=ACTOR, base_url=BASE_URL)


async def test_a_promoted_one_needs_a_seat_or_gets_a_new_one(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition)
    _, second = await make_queue(db, edition, type_id, 2)
    with pytest.raises(SoldOutError):
        await promote(db, edition, second, actor=ACTOR, base_url=BASE_URL)
    assert await statuses(db, edition) == {"Nr1": "waiting", "Nr2": "waiting"}
    await promote(db, edition, second, actor=ACTOR, base_url=BASE_URL, add_seat=True)
    assert await statuses(db, edition) == {"Nr1": "waiting", "Nr2": "offered"}
    row = await db.fetch_one(select(quotas.c.size, quotas.c.taken).where(quotas.c.id == quota))
    assert row is not None
    assert (row.size, row.taken) == (2, 2)


async def test_somebody_whose_offer_is_over_can_be_offered_again(db: Database, edition: Edition) -> None:
    type_id, quota = await sold_out(db, edition, 0)
    late = await make_entry(db, edition, type_id, status="expired")
    await promote(db, edition, late, actor=ACTOR, base_url=BASE_URL, add_seat=True)
    assert (await entry(db, late)).status is WaitingStatus.OFFERED
    assert await taken(db, quota) == 1


async def test_entries_of_another_conference_are_not_there(db: Database, edition: Edition) -> None:
    other = await make_edition(db, slug="2028")
    theirs = await make_entry(db, other, await make_ticket_type(db, other))
    for attempt in (
        promote(db, edition, theirs, actor=ACTOR, base_url=BASE_URL),
        leave_list(db, edition, theirs, actor=ACTOR, base_url=BASE_URL),
    ):
        with pytest.raises(NotFoundError):
            await attempt
