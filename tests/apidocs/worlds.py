"""A conference with something behind every address of the API."""

from dataclasses import dataclass

from konferens.accounts.actions import create_api_token
from konferens.checkin.actions import save_list
from konferens.database import Database
from konferens.registration.model import Buyer, TicketRequest
from tests.factories import (
    ACTOR,
    MOMENT,
    make_addon,
    make_edition,
    make_order,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    make_track,
    wall,
)

BUYER = Buyer("Åsa", "asa@example.org", "Ås kommun", "556012-5790", "Storgatan 1", "Inköp 7", "0007:5560125790")


@dataclass(frozen=True)
class ApiWorld:
    """What the API's addresses lead to: `orders` are codes, a pending and a paid one's; `tokens` of tickets."""

    list_id: int
    orders: tuple[str, str]
    tokens: tuple[str, ...]
    headers: dict[str, str]

    def address(self, path: str, order: int = 0) -> str:
        """`path` of the document, filled in."""
        parts = {
            "series": "lokalekonomidagarna",
            "edition": "2027",
            "code": self.orders[order],
            "list_id": self.list_id,
        }
        return path.format_map(parts)


async def make_api_world(db: Database) -> ApiWorld:
    """One of everything, with and without what may be absent."""
    edition = await make_edition(db, venue_name="Folkets hus", contact_email="fragor@example.org")
    room, track = await make_room(db, edition, "Stora salen"), await make_track(db, edition, "Energi")
    speaker = await make_speaker(db, edition, "Åsa", organisation="Ås byalag", biography="Åsa **odlar**.")
    await make_session(
        db,
        edition,
        "Mack",
        wall_starts=wall(11, 9),
        room_id=room,
        track_id=track,
        speakers=[(speaker, "speaker")],
        signup=True,
        capacity=9,
    )
    await make_session(db, edition, "Utan tid")
    await make_ticket_type(db, edition, early_price=90_000, early_until=MOMENT.replace(year=2099))
    await make_ticket_type(db, edition, "digital", valid_on=edition.starts_on, digital=True, price=0, vat_rate=None)
    await make_addon(db, edition, "middag")
    people = [TicketRequest("ordinarie", name, addons=("middag",), details_later=True) for name in ("Åsa", "Örjan")]
    pending = await make_order(db, edition, buyer=BUYER, tickets=tuple(people), message="Hej")
    free = await make_order(db, edition, tickets=(TicketRequest("digital", "Bo"),))
    entrance = await save_list(
        db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR
    )
    token = await create_api_token(db, name="skript", scopes=["orders", "checkin"])
    return ApiWorld(
        list_id=entrance,
        orders=(pending.code, free.code),
        tokens=tuple(ticket.token for ticket in pending.tickets),
        headers={"Authorization": f"Bearer {token}"},
    )
