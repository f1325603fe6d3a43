"""The demo's open space: slots, and what has been proposed so far."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from konferens.database import Database
from konferens.demo.goods import ACTOR
from konferens.events.model import Edition
from konferens.events.queries import rooms_of
from konferens.open_space.actions import propose
from konferens.open_space.slots import add_slots


async def open_the_space(db: Database, edition: Edition, wanted: Mapping[str, Any]) -> None:
    """`wanted` are the file's `open_space`: slots (begin, minutes, names of rooms) and topics (title, abstract, name)."""
    ids = {room.name: room.id for room in await rooms_of(db, edition.id)}
    slots: list[tuple[int, datetime, datetime]] = []
    for slot in wanted["slots"]:
        ends = slot["starts"] + timedelta(minutes=slot["minutes"])
        slots += [(ids[name], slot["starts"], ends) for name in slot["rooms"]]
    await add_slots(db, edition, slots, actor=ACTOR)
    for topic in wanted["topics"]:
        await propose(db, edition, topic, ticket_id=None)
