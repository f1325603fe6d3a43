"""A conference with something behind every address of the API."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from konferens.accounts.actions import create_api_token
from konferens.checkin.actions import save_list
from konferens.checkin.devices import claim_device, prepare_device
from konferens.checkin.queries import find_list
from konferens.checkin.sales import Seller, Wish, place_sale
from konferens.clock import now
from konferens.database import Database
from konferens.payments.model import Method
from konferens.programme.files import NewFile, store_file
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
    """What the API's addresses lead to: `orders` are codes, of a pending one, a paid one, and of a sale at the door that waits
    for its payment; `tokens` are of tickets. `setup_code` is a new phone's, `door_headers` are those of one that sells.
    """

    edition_id: int
    list_id: int
    orders: tuple[str, str, str]
    tokens: tuple[str, ...]
    headers: dict[str, str]
    door_headers: dict[str, str]
    setup_code: str

    def headers_for(self, operation: dict[str, Any]) -> dict[str, str]:
        """Those that an operation of the document asks for."""
        return self.door_headers if {"device": []} in operation["security"] else self.headers

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
    edition = await make_edition(
        db,
        venue_name="Folkets hus",
        contact_email="fragor@example.org",
        accepts_swish=True,
        swish_number="123 339 22 11",
    )
    room, track = await make_room(db, edition, "Stora salen"), await make_track(db, edition, "Energi")
    speaker = await make_speaker(db, edition, "Åsa", organisation="Ås byalag", biography="Åsa **odlar**.")
    code = await make_session(
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
    await store_file(db, edition, code, NewFile("Bilder å.pdf", "application/pdf", b"%PDF-1.7"), actor=ACTOR)
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
    wish = Wish("Siv", "", "ordinarie", Method.SWISH, "0b1f8a52")
    sale = await place_sale(
        db, edition, await find_list(db, entrance), wish, seller=Seller(ACTOR, "Kassan"), base_url="http://testserver"
    )
    phones = [
        await prepare_device(
            db,
            edition.id,
            name=name,
            list_ids=[entrance],
            may_sell=True,
            expires_at=now() + timedelta(days=1),
            actor=ACTOR,
        )
        for name in ("Kassan", "Ny")
    ]
    _, key = await claim_device(db, phones[0][1], address="127.0.0.1")
    token = await create_api_token(db, name="skript", scopes=["orders", "checkin"])
    return ApiWorld(
        edition_id=edition.id,
        list_id=entrance,
        orders=(pending.code, free.code, sale.code),
        tokens=tuple(ticket.token for ticket in pending.tickets),
        headers={"Authorization": f"Bearer {token}"},
        door_headers={"Authorization": f"Device {key}"},
        setup_code=phones[1][1],
    )
