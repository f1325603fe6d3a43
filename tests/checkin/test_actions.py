"""Scans in the database: once each, whoever scans at the same time."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from konferens.checkin import guest_queries, queries
from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.gate import Gate
from konferens.checkin.model import MAX_SCANS, Answer, CheckinList, Counts, Direction, Scan, Status
from konferens.database import Database, open_database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.tables import admissions, orders, scans, tickets
from tests.checkin.factories import MOMENT, make_edition, make_list, make_ticket, make_type


def scan(token: str, *, nonce: str = "", device: str = "Entré 1", direction: Direction = Direction.IN) -> Scan:
    return Scan(token, nonce or str(uuid4()), MOMENT, device, direction)


def told(answers: list[Answer]) -> list[tuple[str, str | None]]:
    return [(answer.status.value, answer.reason.value if answer.reason else None) for answer in answers]


async def rows(db: Database, table: Any) -> int:
    return int(await db.fetch_val(select(func.count()).select_from(table)))


class Door:
    """An edition with one type, one list and some tickets."""

    edition_id: int
    type_id: int
    entrance: CheckinList
    tokens: list[str]


@pytest.fixture
async def door(db: Database) -> Door:
    made = Door()
    made.edition_id = await make_edition(db)
    made.type_id = await make_type(db, made.edition_id)
    made.entrance = await make_list(db, made.edition_id)
    made.tokens = [await make_ticket(db, made.edition_id, made.type_id, name=f"Person {n}") for n in range(3)]
    return made


async def test_the_first_scan_admits_and_the_second_tells_when_and_where(db: Database, door: Door) -> None:
    first, second = await record_scans(
        db, door.entrance, [scan(door.tokens[0]), scan(door.tokens[0], device="Entré 2")], "staff@example.org"
    )
    assert told([first, second]) == [("admitted", None), ("already", None)]
    assert first.guest is not None
    assert (first.guest.name, first.guest.type) == ("Person 0", "Medlem")
    assert second.first_scan is not None
    assert (second.first_scan.scanned_at, second.first_scan.device) == (MOMENT, "Entré 1")
    assert await queries.counts(db, door.entrance) == Counts(1, 3)


async def test_reasons(db: Database, door: Door) -> None:
    other_edition = await make_edition(db)
    other_type = await make_type(db, other_edition)
    dinner_type = await make_type(db, door.edition_id, "Middag")
    dinner = await make_list(db, door.edition_id, "Middag", types=[dinner_type], admit_unpaid=False)
    elsewhere = await make_ticket(db, other_edition, other_type)
    cancelled = await make_ticket(db, door.edition_id, dinner_type, status="cancelled")
    expired = await make_ticket(db, door.edition_id, dinner_type, order_status="expired")
    unpaid = await make_ticket(db, door.edition_id, dinner_type, order_status="pending")
    free = await make_ticket(db, door.edition_id, dinner_type, order_status="pending", total=0)
    answers = await record_scans(
        db, dinner, [scan(t) for t in ("?", elsewhere, cancelled, expired, unpaid, free, door.tokens[0])], "x"
    )
    assert told(answers) == [
        ("refused", "unknown"),
        ("refused", "wrong-event"),
        ("refused", "cancelled"),
        ("refused", "cancelled"),
        ("refused", "unpaid"),
        ("admitted", None),
        ("refused", "wrong-list"),
    ]
    assert answers[1].guest is None
    assert (await rows(db, scans), await rows(db, admissions)) == (7, 1)


async def test_a_nonce_gives_its_first_answer_again_and_records_nothing(db: Database, door: Door) -> None:
    sent = [scan(door.tokens[0]), scan(door.tokens[0]), scan("nobody's"), scan(door.tokens[1])]
    first = await record_scans(db, door.entrance, sent, "x")
    await db.execute(update(tickets).where(tickets.c.token == door.tokens[1]).values(status="cancelled"))
    again = await record_scans(db, door.entrance, [*reversed(sent), scan(door.tokens[2], nonce=sent[0].nonce)], "y")
    assert told(again) == [*reversed(told(first)), ("admitted", None)]
    assert [answer.first_scan for answer in again[:4]] == [answer.first_scan for answer in reversed(first)]
    assert again[4].guest == again[3].guest
    assert (await rows(db, scans), await rows(db, admissions)) == (4, 2)


async def test_out_lets_in_again(db: Database, door: Door) -> None:
    token = door.tokens[0]
    answers = [
        (await record_scans(db, door.entrance, [scan(token, direction=direction)], "x"))[0]
        for direction in (Direction.IN, Direction.OUT, Direction.OUT, Direction.IN, Direction.IN)
    ]
    assert [answer.status.value for answer in answers] == ["admitted", "admitted", "already", "admitted", "already"]


async def test_out_and_in_within_one_upload(db: Database, door: Door) -> None:
    await record_scans(db, door.entrance, [scan(door.tokens[0])], "x")
    sent = [scan(door.tokens[0], direction=Direction.OUT), scan(door.tokens[0], device="Entré 9"), scan(door.tokens[0])]
    answers = await record_scans(db, door.entrance, sent, "x")
    assert [answer.status.value for answer in answers] == ["admitted", "admitted", "already"]
    assert answers[2].first_scan is not None
    assert answers[2].first_scan.device == "Entré 9"
    assert await rows(db, admissions) == 1


async def test_twenty_at_once_admit_one(db: Database, door: Door) -> None:
    answers = await asyncio.gather(*(record_scans(db, door.entrance, [scan(door.tokens[0])], "x") for _ in range(20)))
    assert Counter(answer.status for [answer] in answers) == {Status.ADMITTED: 1, Status.ALREADY: 19}
    assert (await rows(db, scans), await rows(db, admissions)) == (20, 1)


async def test_two_processes_with_shared_commits_admit_each_ticket_once(db: Database, door: Door) -> None:
    """Each gate has its own connections, as another process has; each scan's nonce is uploaded to both."""
    other = open_database(db.url)
    await other.connect()
    gates = [Gate(db), Gate(other)]
    sent = [scan(token) for token in door.tokens for _ in range(10)]
    answers = await asyncio.gather(*(gate.scan(door.entrance, [one], "x") for one in sent for gate in gates))
    await other.disconnect()
    by_nonce = {nonce: {a.status for [a] in answers if a.nonce == nonce} for nonce in {s.nonce for s in sent}}
    assert Counter(len(statuses) for statuses in by_nonce.values()) == {1: 30}
    assert Counter(status for [status] in by_nonce.values()) == {Status.ADMITTED: 3, Status.ALREADY: 27}
    assert (await rows(db, scans), await rows(db, admissions)) == (30, 3)


async def test_concurrent_scans_share_transactions(db: Database, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 0
    transaction = db.transaction

    def counted() -> Any:
        nonlocal begun
        begun += 1
        return transaction()

    monkeypatch.setattr(db, "transaction", counted)
    gate = Gate(db)
    answers = await asyncio.gather(*(gate.scan(door.entrance, [scan(door.tokens[n % 3])], "x") for n in range(50)))
    assert Counter(answer.status for [answer] in answers) == {Status.ADMITTED: 3, Status.ALREADY: 47}
    assert begun == 1


async def test_a_scan_that_cannot_be_kept_fails_alone(db: Database, door: Door) -> None:
    gate = Gate(db)
    missing_list = CheckinList(999_999, door.edition_id, "", 0, True, True, frozenset())
    results = await asyncio.gather(
        gate.scan(door.entrance, [scan(door.tokens[0])], "x"),
        gate.scan(missing_list, [scan(door.tokens[1])], "x"),
        gate.scan(door.entrance, [scan(door.tokens[2])], "x"),
        return_exceptions=True,
    )
    assert isinstance(results[1], Exception)
    assert told([*results[0], *results[2]]) == [("admitted", None), ("admitted", None)]  # type: ignore[misc]
    assert await rows(db, scans) == 2


async def test_a_full_upload(db: Database, door: Door) -> None:
    answers = await Gate(db).scan(door.entrance, [scan(door.tokens[n % 3]) for n in range(MAX_SCANS)], "x")
    assert Counter(answer.status for answer in answers) == {Status.ADMITTED: 3, Status.ALREADY: MAX_SCANS - 3}
    with pytest.raises(InvalidError):
        await record_scans(db, door.entrance, [scan("x")] * (MAX_SCANS + 1), "x")


async def test_the_delta_tells_scans_and_changes_and_who_left(db: Database, door: Door) -> None:
    start = await guest_queries.delta(db, door.entrance, "")
    assert (start.full, [(i.guest.name, i.status, i.admitted_at) for i in start.items]) == (
        True,
        [("Person 0", "valid", None), ("Person 1", "valid", None), ("Person 2", "valid", None)],
    )
    assert (await guest_queries.delta(db, door.entrance, start.cursor)).items == []
    await record_scans(db, door.entrance, [scan(door.tokens[0])], "x")
    await db.execute(update(tickets).where(tickets.c.token == door.tokens[1]).values(status="cancelled", change=7))
    delta = await guest_queries.delta(db, door.entrance, start.cursor)
    assert (delta.full, [(i.guest.name, i.status, i.admitted_at) for i in delta.items]) == (
        False,
        [("Person 0", "valid", MOMENT), ("Person 1", "cancelled", None)],
    )
    other_type = await make_type(db, door.edition_id, "Utställare")
    await save_list(
        db,
        door.edition_id,
        door.entrance.id,
        name="Entré",
        ticket_type_ids=[door.type_id],
        admit_unpaid=True,
        actor="x",
    )
    changed = await queries.find_list(db, door.entrance.id)
    narrowed = await guest_queries.delta(db, changed, delta.cursor)
    assert (narrowed.full, len(narrowed.items)) == (True, 3)
    await db.execute(
        update(tickets).where(tickets.c.token == door.tokens[2]).values(ticket_type_id=other_type, change=8)
    )
    left = await guest_queries.delta(db, changed, narrowed.cursor)
    assert [(i.guest.name, i.status) for i in left.items if i.guest.name == "Person 2"] == [("Person 2", "gone")]
    with pytest.raises(InvalidError):
        await guest_queries.delta(db, door.entrance, "yesterday")


async def test_counts_leave_out_the_cancelled(db: Database, door: Door) -> None:
    await record_scans(db, door.entrance, [scan(token) for token in door.tokens[:2]], "x")
    order = select(tickets.c.order_id).where(tickets.c.token == door.tokens[0]).scalar_subquery()
    await db.execute(update(orders).where(orders.c.id == order).values(status="cancelled"))
    assert await queries.counts(db, door.entrance) == Counts(1, 2)
    assert await queries.counts_by_list(db, [door.entrance]) == {door.entrance.id: Counts(1, 2)}


async def test_search_finds_by_beginning_of_words_and_by_code(db: Database, door: Door) -> None:
    await make_ticket(db, door.edition_id, door.type_id, name="Örjan Ågren", organisation="Byns el")
    names = [
        [i.guest.name for i in await guest_queries.search(db, door.entrance, words)]
        for words in ("ör åg", "EL", "jan", " ")
    ]
    assert names == [["Örjan Ågren"], ["Örjan Ågren"], [], []]
    assert [i.guest.name for i in await guest_queries.search(db, door.entrance, door.tokens[1].lower())] == ["Person 1"]


async def test_lists_are_named_once_and_take_only_their_own_types(db: Database, door: Door) -> None:
    stranger = await make_type(db, await make_edition(db))
    with pytest.raises(ConflictError):
        await make_list(db, door.edition_id)
    with pytest.raises(NotFoundError):
        await make_list(db, door.edition_id, "Middag", types=[stranger])
    with pytest.raises(NotFoundError):
        await queries.find_list(db, 999_999)
    second = await make_list(db, door.edition_id, "Middag", types=[door.type_id])
    assert [(one.name, one.ticket_types) for one in await queries.lists_of(db, door.edition_id)] == [
        ("Entré", frozenset()),
        ("Middag", {door.type_id}),
    ]
    assert second.position == 1
