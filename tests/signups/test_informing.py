"""What changes without a release is told to those who have chosen it: at once, when an organiser says so, or by itself."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.queries import find_session
from konferens.signups.actions import take_session_seats
from konferens.signups.editing import plan_session
from konferens.signups.informing import SETTLES, forget_untold, remove_session, tell_changes, tell_of_signups, untold
from konferens.tables import mail_outbox, ticket_sessions
from tests.browser import Browser
from tests.factories import ACTOR, make_room, make_ticket_type, wall
from tests.signups.factories import BASE_URL, make_signup, make_tickets
from tests.signups.test_releasing import plan, release, released

OFFICE = "/organiser/lokalekonomidagarna/2027"


async def told(db: Database) -> list[tuple[str, list[str], list[str]]]:
    """(to whom, what is told, attachments) of each mail about a changed programme, which then is read."""
    query = select(mail_outbox).where(mail_outbox.c.kind == "programme_changed_attendee").order_by(mail_outbox.c.id)
    rows = await db.fetch_all(query)
    await db.execute(mail_outbox.delete())
    return [
        (row.to_email, [line for line in row.body_text.splitlines() if line.startswith("–")], row.attachments)
        for row in rows
    ]


async def move(db: Database, edition: Edition, code: str, tell: bool | None = None, **values: Any) -> None:
    await plan_session(db, edition, code, values, actor=ACTOR, base_url=BASE_URL, tell=tell)


def at(hour: int) -> dict[str, Any]:
    return {"wall_starts": wall(11, hour), "wall_ends": wall(11, hour + 1)}


async def test_who_has_chosen_a_session_is_told_when_the_organiser_says_so(db: Database, edition: Edition) -> None:
    hall = await make_room(db, edition)
    talk = await make_signup(db, edition, "Macken", signup=False)
    nobodys = await make_signup(db, edition, "Banken", signup=False)
    [ticket] = await make_tickets(db, edition, 1, type_id=await make_ticket_type(db, edition))
    await take_session_seats(db, edition.id, {talk.id: [ticket]})
    await move(db, edition, talk.code, tell=True, title="Bymacken")
    await move(db, edition, nobodys.code, tell=True, **at(9))
    assert (await told(db), await untold(db, edition)) == ([], [])  # neither a name nor what nobody has

    await move(db, edition, talk.code, tell=True, room_id=hall)
    sent = ("deltagare1@example.org", ["– Bymacken. Rum: inget rum → Stora salen."])
    assert [mail[:2] for mail in await told(db)] == [sent]

    # Moved about on the board: told once, of where it was and where it has ended up.
    for hour in (15, 16, 17):
        await move(db, edition, talk.code, **at(hour))
    [waiting] = await untold(db, edition)
    assert (waiting.change.code, waiting.readers, waiting.is_signup) == (talk.code, 1, False)
    await tell_of_signups(db, now() + 2 * SETTLES, base_url=BASE_URL)
    assert await told(db) == []
    await tell_changes(db, edition, base_url=BASE_URL)
    await tell_changes(db, edition, base_url=BASE_URL)
    times = "Tid: tisdag 11 maj kl.\u00a013.00–14.00 → tisdag 11 maj kl.\u00a017.00–18.00."
    assert [mail[1] for mail in await told(db)] == [[f"– Bymacken. {times}"]]

    for hour in (10, 17):  # and back again
        await move(db, edition, talk.code, **at(hour))
    assert await untold(db, edition) == []
    await move(db, edition, talk.code, tell=False, status="cancelled")
    await forget_untold(db, edition, [talk.code])
    assert (await told(db), await untold(db, edition)) == ([], [])
    await move(db, edition, talk.code, status="confirmed")
    await remove_session(db, edition, talk.code, actor=ACTOR, base_url=BASE_URL, tell=True)
    [(_, lines, _)] = await told(db)
    assert lines == ["– Bymacken (tisdag 11 maj kl.\u00a017.00–18.00, Stora salen) är borttagen ur programmet."]


async def test_who_signed_up_is_told_in_any_case(db: Database, edition: Edition) -> None:
    visit = await make_signup(db, edition)
    [ticket] = await make_tickets(db, edition, 1, type_id=await make_ticket_type(db, edition))
    await take_session_seats(db, edition.id, {visit.id: [ticket]})
    file = [f"seat-{visit.code}.ics"]
    await move(db, edition, visit.code, tell=False, **at(9))
    assert [mail[2] for mail in await told(db)] == [file]
    await move(db, edition, visit.code, **at(10))
    changed_at = (await find_session(db, edition.id, visit.code)).updated_at
    await tell_of_signups(db, changed_at + SETTLES - timedelta(seconds=1), base_url=BASE_URL)
    assert await told(db) == []
    for _ in range(2):
        await tell_of_signups(db, changed_at + SETTLES, base_url=BASE_URL)
    assert [mail[2] for mail in await told(db)] == [file]

    edition = await released(db, edition)
    await plan(db, edition, visit.code, **at(11))
    await release(db, edition, "1.1", tell_attendees=False)
    assert [mail[2] for mail in await told(db)] == [file]
    edition = await edition_by_id(db, edition.id)
    values = {"actor": ACTOR, "base_url": BASE_URL, "at_once": True, "tell": False}
    await plan_session(db, edition, visit.code, {"status": "cancelled"}, **values)  # type: ignore[arg-type]
    assert [mail[2] for mail in await told(db)] == [file]
    assert await untold(db, edition) == []


async def test_the_office_asks_and_lists_what_is_untold(db: Database, edition: Edition, office: Browser) -> None:
    talk = await make_signup(db, edition, "Macken", signup=False)
    page = f"{OFFICE}/sessions/{talk.code}"
    assert "som har valt den" not in office.visible(page)
    [ticket] = await make_tickets(db, edition, 1, type_id=await make_ticket_type(db, edition))
    await db.execute(ticket_sessions.insert().values(ticket_id=ticket, session_id=talk.id, created_at=now()))
    form = office.form(page, action=page)
    assert (form["tell"], "Mejla 1 som har valt den" in office.visible(page)) == ("y", True)
    assert office.post(page, {**form, "starts": "15:00", "ends": "16:00"}).status_code == 303
    assert len(await told(db)) == 1

    form = office.form(page, action=page)
    del form["tell"]
    assert office.post(page, {**form, "starts": "", "tell": "y"}).status_code == 422
    assert office.post(page, {**form, "starts": "09:00", "ends": "10:00"}).status_code == 303
    assert "1 programpunkt är ändrad utan att de som valt den har fått veta." in office.visible(f"{OFFICE}/sessions")
    listed = f"{OFFICE}/untold"
    assert "Macken Ny tid eller plats · tisdag 11 maj kl. 09.00–10.00 · 1 har valt den" in office.visible(listed)
    answer = office.post(listed, {**office.form(listed, action=listed), "code": [talk.code]})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{listed}?notice=informed")
    assert (len(await told(db)), "Alla som har valt" in office.visible(listed)) == (1, True)

    assert office.post(f"{page}/delete", {}).status_code == 303
    assert "Borttaget ur programmet" in office.visible(listed)
    form = office.form(listed, action=listed)
    assert office.post(listed, {**form, "code": [talk.code], "silent": "1"}).status_code == 303
    assert (await told(db), "Alla som har valt" in office.visible(listed)) == ([], True)
