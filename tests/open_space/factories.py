"""Open space for tests."""

from datetime import timedelta
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.open_space.actions import propose
from konferens.open_space.model import Slot, Topic
from konferens.open_space.queries import open_space_of, topic_by_secret
from konferens.open_space.slots import add_slots
from tests.factories import ACTOR, make_edition, make_room, wall

URL = "http://testserver"


async def make_open_space(db: Database, *, rooms: int = 2, **values: Any) -> Edition:
    """An edition whose attendees and guests propose, with slots at 13 and 14 on 11 May in `rooms` rooms."""
    settings: dict[str, Any] = {"open_space": True, "open_space_guests": True, **values}
    edition = await make_edition(db, **settings)
    ids = [await make_room(db, edition, f"Rum {number}", position=number) for number in range(1, rooms + 1)]
    times = [wall(11, 13), wall(11, 14)]
    slots = [(room, starts, starts + timedelta(minutes=45)) for room in ids for starts in times]
    assert await add_slots(db, edition, slots, actor=ACTOR) == len(slots)
    return edition


async def make_topic(
    db: Database, edition: Edition, title: str = "Byns elnät", *, name: str = "Åsa Öberg", ticket_id: int | None = None
) -> Topic:
    values = {"title": title, "abstract": "Kom och *berätta*.", "name": name}
    return await topic_by_secret(db, await propose(db, edition, values, ticket_id=ticket_id))


async def slots_of(db: Database, edition: Edition) -> list[Slot]:
    """By room and time: Rum 1 at 13, Rum 1 at 14, Rum 2 at 13, …"""
    return list((await open_space_of(db, edition)).slots)
