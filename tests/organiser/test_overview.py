"""An edition's first page in the office, and the server's figures."""

from datetime import date

from sqlalchemy import insert

from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.events.model import Edition
from konferens.organiser.model import TicketSales
from konferens.organiser.queries import figures, overview
from konferens.tables import orders, quotas, ticket_type_quotas, ticket_types, tickets
from tests.browser import browser
from tests.factories import make_edition, make_login, make_room, make_session, make_speaker, make_track, wall

TODAY = date(2027, 5, 1)


async def sell(db: Database, edition: Edition, type_id: int, status: str = "paid", due_on: date | None = None) -> None:
    """An order of one ticket for 1 250 kr."""
    moment = now()
    order = {
        "edition_id": edition.id,
        "code": new_code(),
        "secret": new_token(),
        "status": status,
        "buyer_name": "Åsa",
        "buyer_email": "asa@example.org",
        "total": 125_000,
        "placed_at": moment,
        "due_on": due_on,
    }
    order_id = await db.fetch_val(insert(orders).values(**order).returning(orders.c.id))
    ticket = {
        "order_id": order_id,
        "edition_id": edition.id,
        "ticket_type_id": type_id,
        "position": 1,
        "token": new_token(),
        "calendar_token": new_token(),
        "secret": new_token(),
        "status": "cancelled" if status in ("cancelled", "expired") else "valid",
        "attendee_name": "Åsa",
        "price": 125_000,
        "created_at": moment,
        "updated_at": moment,
    }
    await db.execute(insert(tickets).values(**ticket))


async def make_type(db: Database, edition: Edition, name: str, *sizes: tuple[int, int]) -> int:
    """A ticket type that draws on quotas of (size, taken)."""
    columns = {"edition_id": edition.id, "code": name.lower(), "name": name, "price": 125_000}
    type_id = int(await db.fetch_val(insert(ticket_types).values(**columns).returning(ticket_types.c.id)))
    for size, taken in sizes:
        quota = {"edition_id": edition.id, "name": f"{name} {size}", "size": size, "taken": taken}
        quota_id = await db.fetch_val(insert(quotas).values(**quota).returning(quotas.c.id))
        await db.execute(insert(ticket_type_quotas).values(ticket_type_id=type_id, quota_id=quota_id))
    return type_id


async def test_an_empty_edition_counts_nothing(db: Database) -> None:
    edition = await make_edition(db)
    empty = await overview(db, edition, today=TODAY)
    assert (empty.tickets, empty.sum_paid, empty.sum_pending, empty.sales, empty.conflicts) == (0, 0, 0, [], [])


async def test_money_tickets_and_programme_are_counted(db: Database) -> None:
    edition, other = await make_edition(db), await make_edition(db, "drivmedel")
    member = await make_type(db, edition, "Medlem", (100, 3), (10, 9))
    await make_type(db, edition, "Gratis")
    await sell(db, edition, member)
    await sell(db, edition, member, "pending", due_on=date(2027, 4, 30))
    await sell(db, edition, member, "pending", due_on=TODAY)
    await sell(db, edition, member, "cancelled")
    await sell(db, other, await make_type(db, other, "Annan"))
    room = await make_room(db, edition)
    await make_track(db, edition)
    people = [(await make_speaker(db, edition), "speaker")]
    await make_speaker(db, edition, "Utan punkt")
    await make_session(db, edition, wall_starts=wall(11, 9), room_id=room, speakers=people)
    await make_session(db, edition, wall_starts=wall(11, 9), room_id=room, status="tentative")

    found = await overview(db, edition, today=TODAY)
    assert (found.tickets, found.sum_paid, found.sum_pending) == (3, 125_000, 250_000)
    assert (found.orders_pending, found.orders_overdue) == (2, 1)
    assert (found.sessions, found.sessions_tentative, found.speakers, found.speakers_without_session) == (2, 1, 2, 1)
    assert (found.rooms, found.tracks) == (1, 1)
    assert found.sales == [
        TicketSales(name="Medlem", colour="#4a6741", active=True, sold=3, left=1),
        TicketSales(name="Gratis", colour="#4a6741", active=True, sold=0, left=None),
    ]
    assert [each.problem.value for each in found.conflicts] == ["room-taken"]


async def test_the_page_says_what_needs_attention(db: Database) -> None:
    edition = await make_edition(db, published=False)
    await make_session(db, edition, "Utan tid <b>")
    with browser(db, await make_login(db, edition=edition)) as office:
        page = office.text("/organiser/lokalekonomidagarna/2027/")
    assert "Konferensen är ett utkast" in page
    assert "Utan tid &lt;b&gt;</a> har ingen tid." in page


async def test_the_servers_figures(db: Database) -> None:
    edition = await make_edition(db)
    await sell(db, edition, await make_type(db, edition, "Medlem"), "pending")
    assert await figures(db) == {
        "konferens_orders_total": 1,
        "konferens_orders_pending": 1,
        "konferens_orders_paid": 0,
        "konferens_tickets_valid": 1,
        "konferens_tickets_checked_in": 0,
        "konferens_scans_total": 0,
        "konferens_mail_queued": 0,
        "konferens_mail_failed": 0,
    }


async def test_a_draft_has_no_way_to_pages_that_nobody_can_see(db: Database) -> None:
    draft, login = await make_edition(db, published=False), await make_login(db)
    with browser(db, login) as office:
        assert f'href="{draft.path}"' not in office.text(f"/organiser{draft.path}")
