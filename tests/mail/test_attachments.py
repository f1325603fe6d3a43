"""What lies in the mail: made when it is sent."""

from dataclasses import replace

from sqlalchemy import update

from konferens.attendee.documents import attachment_maker
from konferens.database import Database
from konferens.mail.actions import queue_mail
from konferens.mail.model import OutgoingMail
from konferens.mail.queries import mails_of
from konferens.registration import letters
from konferens.tables import tickets
from tests.badges.paper import read_pages
from tests.factories import make_edition, make_order, make_ticket_type
from tests.mail.letters import BASE_URL


async def reminder(db: Database) -> OutgoingMail:
    """To the second of two attendees."""
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    second = order.tickets[1]
    draft = letters.event_reminder(edition, order, BASE_URL, ticket=second)
    await queue_mail(
        db, draft, base_url=BASE_URL, edition_id=edition.id, order_id=order.id, ticket_id=second.id, once_key="r"
    )
    return (await mails_of(db, edition.id))[0]


async def test_an_attendee_gets_the_own_ticket_alone(db: Database) -> None:
    mail = await reminder(db)
    assert (mail.to_email, mail.attachments) == ("deltagare2@example.org", ("tickets.pdf", "calendar.ics"))
    make = attachment_maker(db, BASE_URL)
    own, all_of_them = await make(mail, "tickets.pdf"), await make(replace(mail, ticket_id=None), "tickets.pdf")
    assert own is not None
    assert all_of_them is not None
    (page,) = read_pages(own.content)
    assert "Deltagare 2" in page.text
    assert len(read_pages(all_of_them.content)) == 2


async def test_what_there_is_not_is_left_out(db: Database) -> None:
    mail = await reminder(db)
    make = attachment_maker(db, BASE_URL)
    for name in ("invoice.pdf", "credit-note.pdf", "receipt.pdf"):
        assert await make(mail, name) is None
    await db.execute(update(tickets).where(tickets.c.id == mail.ticket_id).values(status="cancelled"))
    assert await make(mail, "tickets.pdf") is None


async def test_who_has_given_the_ticket_away_gets_it_from_no_mail_that_is_late(db: Database) -> None:
    mail = await reminder(db)
    make = attachment_maker(db, BASE_URL)
    held = update(tickets).where(tickets.c.id == mail.ticket_id)
    await db.execute(held.values(attendee_email="ny@example.org"))
    assert await make(mail, "tickets.pdf") is None
    await db.execute(held.values(attendee_email=mail.to_email.upper()))
    assert await make(mail, "tickets.pdf") is not None
