"""Topics proposed, placed, moved and taken back, and what the programme says of them."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from konferens.database import Database
from konferens.errors import ConflictError
from konferens.open_space import actions
from konferens.open_space.actions import change_topic, propose, show_interest, withdraw
from konferens.open_space.model import SlotTakenError, TooManyError, TopicMovedError, TopicStatus
from konferens.open_space.placing import place_topic, refuse_topic, restore_topic, take_down
from konferens.open_space.queries import find_topic, open_space_of
from konferens.open_space.slots import remove_slots
from konferens.organiser.copying import start_next_edition
from konferens.privacy.actions import erase
from konferens.privacy.export import ticket_data
from konferens.privacy.purging import purge
from konferens.programme.actions import save_session
from konferens.programme.drafts import save_draft, working_sessions
from konferens.programme.queries import feed_sessions, find_session, published_sessions
from konferens.tables import audit, editions, open_interests, open_slots, open_topics, speakers
from tests.factories import ACTOR, make_order, make_session, make_ticket_type, wall
from tests.open_space.factories import URL, make_open_space, make_topic, slots_of


async def test_a_placed_topic_is_in_the_programme_at_once_and_leaves_it_again(db: Database) -> None:
    edition = await make_open_space(db)
    topic, slots = await make_topic(db, edition), await slots_of(db, edition)
    code = await place_topic(db, edition, topic.id, slots[0].id, seen="", actor=ACTOR, base_url=URL)
    [session] = await published_sessions(db, edition.id)
    assert (session.code, session.title, session.abstract) == (code, "Byns elnät", "Kom och *berätta*.")
    assert (session.type, [person.name for person in session.speakers]) == ("open-space", ["Åsa Öberg"])
    assert (session.room, session.starts_at, session.ends_at) == (slots[0].room, slots[0].starts_at, slots[0].ends_at)
    assert [slot.is_free for slot in await slots_of(db, edition)] == [False, True, True, True]

    # To another room and time: the same session, so that calendars move their entry.
    assert await place_topic(db, edition, topic.id, slots[3].id, seen=code, actor=ACTOR, base_url=URL) == code
    assert [slot.is_free for slot in await slots_of(db, edition)] == [True, True, True, False]
    moved = await find_session(db, edition.id, code)
    assert (moved.room, moved.starts_at, moved.sequence) == (slots[3].room, slots[3].starts_at, 1)

    values = {"title": "Bygdens elnät", "abstract": "", "name": "Åsa Ö."}
    await change_topic(db, edition, await find_topic(db, edition.id, topic.id), values, base_url=URL)
    changed = await find_session(db, edition.id, code)
    assert (changed.title, changed.abstract, changed.speakers[0].name) == ("Bygdens elnät", "", "Åsa Ö.")

    await take_down(db, edition, topic.id, seen=code, actor=ACTOR)
    assert await published_sessions(db, edition.id) == []
    assert [each.is_cancelled for each in await feed_sessions(db, edition.id)] == [True]  # calendars are told
    assert (await find_topic(db, edition.id, topic.id)).status is TopicStatus.PROPOSED
    assert all(slot.is_free for slot in await slots_of(db, edition))


async def test_of_two_who_place_at_once_one_wins_and_the_other_is_told(db: Database) -> None:
    edition = await make_open_space(db)
    topics, slots = [await make_topic(db, edition, f"Ämne {n}") for n in range(2)], await slots_of(db, edition)

    async def place(topic: int, slot: int) -> str | ConflictError:
        try:
            return await place_topic(db, edition, topics[topic].id, slots[slot].id, seen="", actor=ACTOR, base_url=URL)
        except ConflictError as error:
            return error

    same_slot = await asyncio.gather(place(0, 0), place(1, 0))
    assert sorted(type(result).__name__ for result in same_slot) == ["SlotTakenError", "str"]
    waiting = 0 if isinstance(same_slot[0], SlotTakenError) else 1
    same_topic = await asyncio.gather(place(waiting, 1), place(waiting, 2))
    assert sorted(type(result).__name__ for result in same_topic) == ["TopicMovedError", "str"]
    assert len(await published_sessions(db, edition.id)) == 2


async def test_a_slot_gives_way_to_the_programme(db: Database) -> None:
    """What organisers plan there keeps topics out, also when it came after the slot; a break for all doesn't."""
    edition = await make_open_space(db, rooms=1)
    topic, [first, second] = await make_topic(db, edition), await slots_of(db, edition)
    talk = await make_session(db, edition, "Stämma", room_id=first.room.id, wall_starts=wall(11, 12, 30))
    await make_session(db, edition, "Fika", type="break", all_rooms=True, wall_starts=wall(11, 14))
    with pytest.raises(SlotTakenError) as refused:
        await place_topic(db, edition, topic.id, first.id, seen="", actor=ACTOR, base_url=URL)
    assert refused.value.title == "Stämma"
    await save_session(db, edition, talk, {"status": "cancelled"}, actor=ACTOR)
    code = await place_topic(db, edition, topic.id, first.id, seen="", actor=ACTOR, base_url=URL)
    with pytest.raises(SlotTakenError):
        await remove_slots(db, edition, first.id, actor=ACTOR)
    # An organiser who moves the session in the programme frees the slot.
    await save_session(db, edition, code, {"wall_starts": wall(11, 17), "wall_ends": wall(11, 18)}, actor=ACTOR)
    assert [slot.is_free for slot in await slots_of(db, edition)] == [True, True]
    assert await remove_slots(db, edition, first.id, actor=ACTOR) == 1
    assert [slot.id for slot in await slots_of(db, edition)] == [second.id]


async def test_an_edition_with_releases_shows_it_at_once_and_keeps_it_among_its_drafts(db: Database) -> None:
    edition = await make_open_space(db, release="1.0")
    talk = await make_session(db, edition, "Mack", wall_starts=wall(11, 9))
    await save_draft(db, edition, talk, {"title": "Mackar"}, actor=ACTOR)
    topic, slots = await make_topic(db, edition), await slots_of(db, edition)
    code = await place_topic(db, edition, topic.id, slots[0].id, seen="", actor=ACTOR, base_url=URL)
    assert [each.title for each in await published_sessions(db, edition.id)] == ["Mack", "Byns elnät"]
    assert [each.title for each in await working_sessions(db, edition)] == ["Mackar", "Byns elnät"]
    await save_draft(db, edition, code, {"title": "Elnätet"}, actor=ACTOR)
    await take_down(db, edition, topic.id, seen=code, actor=ACTOR)
    assert [each.title for each in await working_sessions(db, edition)] == ["Mackar"]


async def test_what_may_be_proposed_has_limits(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = await make_open_space(db, open_space_guests=False)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    with pytest.raises(ConflictError):
        await make_topic(db, edition)
    for number in range(3):
        await make_topic(db, edition, f"Ämne {number}", ticket_id=order.tickets[0].id)
    with pytest.raises(TooManyError):
        await make_topic(db, edition, "Ett till", ticket_id=order.tickets[0].id)

    await db.execute(update(editions).values(open_space_guests=True))
    guests = await make_open_space(db, series_slug="annan", slug="2028")
    monkeypatch.setattr(actions, "GUESTS_AT_ONCE", 2)
    moment = datetime.now().astimezone()
    for _ in range(2):
        await make_topic(db, guests)
    with pytest.raises(TooManyError):
        await make_topic(db, guests)
    monkeypatch.setattr(actions, "now", lambda: moment + timedelta(minutes=11))
    await make_topic(db, guests)
    closed = await make_open_space(db, series_slug="tredje", open_space=False)
    with pytest.raises(ConflictError):
        await propose(db, closed, {"title": "x", "abstract": "", "name": "x"}, ticket_id=None)


async def test_interest_counts_once_for_each_browser_and_makes_no_page_anew(db: Database) -> None:
    edition = await make_open_space(db)
    topic = await make_topic(db, edition)
    version = await db.fetch_val(select(editions.c.version))
    for respondent in ("a" * 64, "b" * 64, "a" * 64):
        await show_interest(db, edition, topic.id, respondent)
    assert (await find_topic(db, edition.id, topic.id)).interested == 2
    assert await db.fetch_val(select(editions.c.version)) == version
    await refuse_topic(db, edition, topic.id, actor=ACTOR)
    with pytest.raises(ConflictError):
        await show_interest(db, edition, topic.id, "c" * 64)
    await restore_topic(db, edition, topic.id, actor=ACTOR)
    assert (await find_topic(db, edition.id, topic.id)).status is TopicStatus.PROPOSED


async def test_a_person_leaves_with_the_topic(db: Database) -> None:
    """Withdrawn: out of the programme, the speakers, and the trail about them as one."""
    edition = await make_open_space(db)
    topic, slots = await make_topic(db, edition), await slots_of(db, edition)
    await place_topic(db, edition, topic.id, slots[0].id, seen="", actor=ACTOR, base_url=URL)
    with pytest.raises(TopicMovedError):
        await take_down(db, edition, topic.id, seen="", actor=ACTOR)
    await withdraw(db, edition, topic)
    await withdraw(db, edition, topic)
    assert await published_sessions(db, edition.id) == []
    assert await db.fetch_val(select(func.count()).select_from(speakers)) == 0
    assert (await find_topic(db, edition.id, topic.id)).name == ""
    trail = await db.fetch_all(select(audit.c.before, audit.c.after))
    assert "Åsa Öberg" not in str([(row.before, row.after) for row in trail])
    assert await db.fetch_val(select(func.count()).where(open_slots.c.session_id.is_not(None))) == 0


async def test_what_is_known_of_a_person_tells_of_topics_and_erasure_takes_them(db: Database) -> None:
    edition = await make_open_space(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    [ticket] = order.tickets
    first, second = [
        await make_topic(db, edition, title, name=ticket.name, ticket_id=ticket.id) for title in ("Elnät", "Mack")
    ]
    slots = await slots_of(db, edition)
    for topic, slot in ((first, slots[0]), (second, slots[1])):
        await place_topic(db, edition, topic.id, slot.id, seen="", actor=ACTOR, base_url=URL)
    assert await db.fetch_val(select(func.count()).select_from(speakers)) == 1  # the same person, named once
    told = (await ticket_data(db, edition, order, ticket))["ticket"]["open_space"]
    assert [(each["title"], each["name"], each["status"]) for each in told] == [
        ("Elnät", ticket.name, "placed"),
        ("Mack", ticket.name, "placed"),
    ]
    await erase(db, edition, order, 1, cancel=True, actor=ACTOR, base_url=URL)
    assert await published_sessions(db, edition.id) == []
    assert await db.fetch_val(select(func.count()).select_from(speakers)) == 0
    rows = await db.fetch_all(select(open_topics.c.name, open_topics.c.ticket_id, open_topics.c.status))
    assert [tuple(row.values()) for row in rows] == [("Borttagen", None, "withdrawn")] * 2


async def test_when_their_time_is_over_topics_are_nobody_s(db: Database) -> None:
    edition = await make_open_space(db)
    topic, slots = await make_topic(db, edition), await slots_of(db, edition)
    loose = await make_topic(db, edition, "Aldrig placerat")
    await place_topic(db, edition, topic.id, slots[0].id, seen="", actor=ACTOR, base_url=URL)
    await show_interest(db, edition, loose.id, "a" * 64)
    report = await purge(db, edition.ends_at + timedelta(days=edition.personal_days + 1))
    assert report.topics == 2
    rows = await db.fetch_all(select(open_topics.c.title, open_topics.c.name).order_by(open_topics.c.id))
    assert [tuple(row.values()) for row in rows] == [("Byns elnät", "Borttagen"), ("", "Borttagen")]
    assert await db.fetch_val(select(func.count()).select_from(open_interests)) == 0
    [session] = await published_sessions(db, edition.id)
    assert session.speakers[0].name == "Åsa Öberg"  # as other speakers'
    assert (await purge(db, edition.ends_at + timedelta(days=edition.personal_days + 1))).topics == 0


async def test_next_year_has_open_space_too_but_neither_slots_nor_topics(db: Database) -> None:
    edition = await make_open_space(db, board_message="Kaffet är klart")
    await make_topic(db, edition)
    following = await start_next_edition(
        db, edition.id, slug="2028", name="Dagarna 2028", starts_on=date(2028, 5, 9), parts=[], actor=ACTOR
    )
    assert (following.open_space, following.open_space_guests, following.board_message) == (True, True, "")
    space = await open_space_of(db, following)
    assert (space.slots, space.topics) == ((), ())
