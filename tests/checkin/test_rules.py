"""Lists for some: who has an add-on, who has chosen a session, whose day it is; and what they show of people."""

from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from konferens.checkin import guest_queries
from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.afterwards import undo
from konferens.checkin.copies import standing
from konferens.checkin.documents import door_delta_document
from konferens.checkin.marks import offered_marks, with_marks
from konferens.checkin.model import Answer, CheckinList, Counts, Direction, Mark, Repeat, Rules, Scan, Status
from konferens.checkin.queries import counts_by_list, find_list, scan_count
from konferens.clock import now
from konferens.database import Database
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.programme.queries import find_session
from konferens.questions.actions import purge_sensitive, save_answers
from konferens.questions.model import Answer as Answered
from konferens.questions.queries import questions_of
from konferens.questions.ready import add_ready_made
from konferens.registration.additions import add_addons
from konferens.registration.changes import cancel_addons
from konferens.registration.model import Ticket, TicketRequest
from konferens.signups.choosing import choose_sessions
from konferens.tables import audit, scans, tickets
from tests.factories import ACTOR, make_addon, make_edition, make_order, make_session, make_ticket_type, wall

DAY = datetime(2027, 5, 11, 8, tzinfo=UTC)


async def rule(db: Database, edition: Edition, name: str, **rules: object) -> CheckinList:
    asked = Rules(**rules)  # type: ignore[arg-type]
    list_id = await save_list(
        db, edition.id, None, name=name, ticket_type_ids=None, admit_unpaid=True, rules=asked, actor=ACTOR
    )
    return await find_list(db, list_id)


async def scanned(
    db: Database, one: CheckinList, token: str, at: datetime = DAY, way: Direction = Direction.IN
) -> Answer:
    return (await record_scans(db, one, [Scan(token, str(uuid4()), at, "Grind", way)], ACTOR))[0]


async def told(db: Database, one: CheckinList, token: str, at: datetime = DAY) -> str:
    answer = await scanned(db, one, token, at)
    return answer.reason.value if answer.reason else answer.status.value


def person(name: str, *addons: str, kind: str = "ordinarie") -> TicketRequest:
    return TicketRequest(type=kind, name=name, email=f"{name}@example.org", addons=addons)


async def test_phones_know_tickets_of_other_lists_by_keys_alone(db: Database, edition: Edition) -> None:
    """Keys are the first 8 bytes of the tokens' SHA-256 (FIPS 180-4)."""

    def keys(*found: Ticket) -> str:
        digests = sorted(sha256(each.token.encode()).digest()[:8] for each in found)
        return b64encode(b"".join(digests)).decode()

    def names(document: Any) -> list[str]:
        return sorted(item["name"] for item in document["items"])

    await make_ticket_type(db, edition)
    dinner = await make_addon(db, edition)
    order = await make_order(db, edition, tickets=(person("eva", "middag"), person("bengta"), person("kristoffer")))
    _, bengta, kristoffer = order.tickets
    dining = await rule(db, edition, "Middag", addons=frozenset({dinner}))
    copy = await guest_queries.delta(db, dining, "")
    told_first = door_delta_document(copy)
    assert (names(told_first), told_first["elsewhere"]) == (["eva"], keys(bengta, kristoffer))
    secrets = ("bengta", bengta.token, "kristoffer", kristoffer.token)
    assert [secret in dumps(told_first) for secret in secrets] == [False] * 4

    bought = {"actor": ACTOR, "base_url": "http://testserver"}
    order = await add_addons(db, edition, order, bengta.position, ["middag"], by_office=True, **bought)
    news = await guest_queries.delta(db, dining, copy.cursor)
    assert names(door_delta_document(news)) == ["bengta", "eva"]
    assert [await told(db, dining, each.token) for each in (bengta, kristoffer)] == ["admitted", "wrong-list"]

    [addon] = next(each for each in order.tickets if each.id == bengta.id).addons
    await cancel_addons(db, edition, order, [addon.id], keep=0, **bought)
    left = door_delta_document(await guest_queries.delta(db, dining, news.cursor))
    assert (names(left), left["elsewhere"]) == (["eva"], keys(bengta, kristoffer))
    assert bengta.token not in dumps(left)


async def test_an_addon_or_a_session_lets_in_and_the_phones_hear_of_it(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    dinner = await make_addon(db, edition)
    code = await make_session(db, edition, wall_starts=wall(11, 10), signup=True)
    session = await find_session(db, edition.id, code)
    order = await make_order(db, edition, tickets=(person("eva", "middag"), person("bo")))
    eva, bo = order.tickets
    entrance = await rule(db, edition, "Entré")
    dining = await rule(db, edition, "Middag", addons=frozenset({dinner}))
    room = await rule(db, edition, "Verkstad", session_id=session.id)
    assert [await told(db, dining, each.token) for each in (eva, bo, eva)] == ["admitted", "wrong-list", "already"]
    copy = await guest_queries.delta(db, room, "")
    assert (copy.items, await told(db, room, bo.token)) == ([], "wrong-list")
    await choose_sessions(db, edition, bo.id, [session.id], actor=ACTOR, base_url="http://testserver")
    news = await guest_queries.delta(db, room, copy.cursor)
    assert (news.full, [(item.guest.name, item.status) for item in news.items]) == (False, [("bo", "unpaid")])
    assert await told(db, room, bo.token) == "admitted"
    assert await counts_by_list(db, [entrance, dining, room]) == {
        entrance.id: Counts(0, 2),
        dining.id: Counts(1, 1),
        room.id: Counts(1, 1),
    }
    await choose_sessions(db, edition, bo.id, [], actor=ACTOR, base_url="http://testserver")
    left = await guest_queries.delta(db, room, news.cursor)
    assert [(item.guest.name, item.status) for item in left.items if item.guest.name == "bo"] == [("bo", "gone")]
    assert (await counts_by_list(db, [room]))[room.id] == Counts(0, 0)
    with pytest.raises(NotFoundError):
        await rule(db, await make_edition(db, "annan"), "Middag", addons=frozenset({dinner}))


async def test_a_list_for_all_types_leaves_out_the_digital_and_other_days_tickets(
    db: Database, edition: Edition
) -> None:
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "digital", digital=True)
    tuesday = await make_ticket_type(db, edition, "tisdag", valid_on=date(2027, 5, 11))
    order = await make_order(db, edition, "ordinarie", "digital", "tisdag")
    usual, digital, day = (ticket.token for ticket in order.tickets)
    both = await rule(db, edition, "Entré", repeat=Repeat.DAILY)
    opens = datetime(2027, 5, 11, 22, tzinfo=UTC)
    wednesday = await rule(db, edition, "Onsdag", opens_at=opens, closes_at=opens + timedelta(days=1))
    named = await save_list(
        db, edition.id, None, name="Vald", ticket_type_ids=[tuesday], admit_unpaid=True, actor=ACTOR
    )
    tomorrow = DAY + timedelta(days=1)
    assert [await told(db, both, each) for each in (usual, digital, day)] == ["admitted", "wrong-list", "admitted"]
    assert [await told(db, both, each, tomorrow) for each in (usual, day)] == ["admitted", "wrong-list"]
    assert [await told(db, wednesday, each, tomorrow) for each in (usual, day)] == ["admitted", "wrong-list"]
    assert await told(db, wednesday, usual, DAY) == "already"
    assert await told(db, await find_list(db, named), day, tomorrow) == "admitted"
    copy = {item.guest.token: item for item in (await guest_queries.delta(db, both, "")).items}
    assert {token: item.valid_on for token, item in copy.items()} == {usual: None, day: date(2027, 5, 11)}
    assert {item.guest.token for item in (await guest_queries.delta(db, wednesday, "")).items} == {usual}
    numbers = await counts_by_list(db, [both, wednesday])
    assert (numbers[both.id].expected, numbers[wednesday.id]) == (2, Counts(1, 1))


async def test_a_daily_list_counts_those_of_today_and_in_and_out_those_who_are_in(
    db: Database, edition: Edition
) -> None:
    await make_ticket_type(db, edition)
    token = (await make_order(db, edition)).tickets[0].token
    daily = await rule(db, edition, "Lunch", repeat=Repeat.DAILY)
    door = await rule(db, edition, "Utställning", repeat=Repeat.IN_OUT)
    moment = now()
    await scanned(db, daily, token, moment - timedelta(days=1))
    assert (await counts_by_list(db, [daily]))[daily.id] == Counts(0, 1)
    await scanned(db, daily, token, moment)
    assert (await counts_by_list(db, [daily]))[daily.id] == Counts(1, 1)
    ways = (Direction.IN, Direction.OUT, Direction.IN)
    assert [(await scanned(db, door, token, moment, way)).status for way in ways] == [Status.ADMITTED] * 3
    await scanned(db, door, token, moment, Direction.OUT)
    assert (await counts_by_list(db, [door]))[door.id] == Counts(0, 1)
    assert await scan_count(db, door.id) == 4


async def test_only_a_list_that_says_so_shows_food_and_each_fetch_is_written_down(
    db: Database, edition: Edition
) -> None:
    await make_ticket_type(db, edition)
    assert await offered_marks(db, edition.id) == []
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    assert await offered_marks(db, edition.id) == [Mark.DIET]
    ticket = (await make_order(db, edition)).tickets[0]
    entrance = await rule(db, edition, "Entré")
    lunch = await rule(db, edition, "Lunch", shows=frozenset({Mark.DIET}))
    before = await guest_queries.delta(db, lunch, "")
    asked = {question.code: question for question in await questions_of(db, edition.id)}
    answers: dict[int, Answered | None] = {
        asked["diet"].id: ["Veganskt", asked["diet-text"].shown_if],
        asked["diet-text"].id: "nötallergi",
    }
    async with db.transaction():
        await save_answers(db, {ticket.id: answers}, list(asked.values()))
        await db.execute(update(tickets).values(change=tickets.c.change + 1))

    async def shown(one: CheckinList) -> list[tuple[tuple[str, str], ...]]:
        found = await guest_queries.delta(db, one, before.cursor if one == lunch else "")
        return [item.guest.marks for item in await with_marks(db, one, found.items, actor="device:Kök")]

    assert (await shown(entrance), await shown(lunch)) == ([()], [(("diet", "Veganskt, nötallergi"),)])
    looks = await db.fetch_all(select(audit.c.actor).where(audit.c.action == "sensitive-answers.view"))
    assert [row.actor for row in looks] == ["device:Kök"]
    at_lunch, at_entrance = await scanned(db, lunch, ticket.token), await scanned(db, entrance, ticket.token)
    assert at_lunch.guest is not None
    assert at_entrance.guest is not None
    assert (at_lunch.guest.marks, at_entrance.guest.marks) == ((("diet", "Veganskt, nötallergi"),), ())
    assert "nötallergi" not in str([tuple(row._mapping.values()) for row in await db.fetch_all(select(scans))])
    assert (at_lunch.reason, standing(lunch, at_lunch.guest)) == (None, "unpaid")


async def test_phones_lose_answers_that_are_purged(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    await add_ready_made(db, edition, "diet", actor=ACTOR)
    tickets_of = (await make_order(db, edition, tickets=(person("eva"), person("bo")))).tickets
    asked = {question.code: question for question in await questions_of(db, edition.id)}
    lunch = await rule(db, edition, "Lunch", shows=frozenset({Mark.DIET}))

    async def shown(since: str) -> tuple[str, list[tuple[str, object]]]:
        found = await guest_queries.delta(db, lunch, since)
        items = await with_marks(db, lunch, found.items, actor="device:Kök")
        return found.cursor, [(item.guest.name, item.guest.marks) for item in items]

    async with db.transaction():
        given: dict[int, Answered | None] = {asked["diet"].id: ["Veganskt"]}
        await save_answers(db, {tickets_of[0].id: given}, list(asked.values()))
    cursor, first = await shown("")
    assert first == [("bo", ()), ("eva", (("diet", "Veganskt"),))]
    async with db.transaction():
        assert await purge_sensitive(db, edition.id) == 1
    assert (await shown(cursor))[1] == [("eva", ())]


async def test_in_and_out_follows_the_clock_whichever_phone_sends_first(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    token = (await make_order(db, edition)).tickets[0].token
    door = await rule(db, edition, "Utställning", repeat=Repeat.IN_OUT)
    morning = now() - timedelta(hours=3)

    def passed(minute: int, way: Direction, *, device: str, told: str = "") -> Scan:
        return Scan(token, str(uuid4()), morning + timedelta(minutes=minute), device, way, told)

    async def sent(*scans: Scan) -> list[tuple[str, bool]]:
        return [(each.status.value, each.conflict) for each in await record_scans(db, door, scans, ACTOR)]

    async def inside() -> int:
        return (await counts_by_list(db, [door]))[door.id].admitted

    # The exit's phone has network: it knows of a way out before the entrance's phone has sent the way in.
    assert await sent(passed(30, Direction.OUT, device="Utgång", told="already")) == [("already", False)]
    assert await sent(passed(0, Direction.IN, device="Entré", told="admitted")) == [("admitted", False)]
    assert await inside() == 0
    # In again is told first, out and in between come later and together.
    assert await sent(passed(90, Direction.IN, device="Utgång")) == [("admitted", False)]
    between = [passed(60, Direction.IN, device="Entré", told="admitted"), passed(70, Direction.OUT, device="Entré")]
    assert await sent(*between) == [("admitted", False), ("admitted", False)]
    assert await inside() == 1
    # Nobody has seen them go out, and they come in at another door: let in at both, and a conflict.
    twice = passed(100, Direction.IN, device="Entré", told="admitted")
    assert await sent(twice) == [("already", True)]
    # A way out sent twice counts once; taken back, they are inside again.
    out = passed(110, Direction.OUT, device="Utgång")
    assert [await sent(out), await sent(out)] == [[("admitted", False)]] * 2
    assert await inside() == 0
    assert await undo(db, door, out.nonce, actor=ACTOR)
    assert await inside() == 1
    # Whoever was sent away at the way in has not come; whoever goes out unseen has gone.
    assert await sent(passed(120, Direction.OUT, device="Utgång", told="already")) == [("admitted", False)]
    assert await sent(passed(125, Direction.IN, device="Entré", told="already")) == [("refused", False)]
    assert await inside() == 0
