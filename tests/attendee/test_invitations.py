"""Sessions that people sign up for come into their calendars by mail, follow the programme there, and leave them again."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import insert

from konferens.attendee.documents import attachment_maker
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.mime import build_message
from konferens.mail.model import OutgoingMail
from konferens.mail.queries import mails_of
from konferens.programme.model import Session
from konferens.programme.queries import find_session
from konferens.registration.actions import Attendee
from konferens.registration.changes import cancel_tickets
from konferens.registration.model import Buyer, Order, TicketRequest
from konferens.registration.transfers import transfer
from konferens.signups.choosing import choose_sessions, sign_up
from konferens.tables import session_waiting
from tests.calendar.readers import event, read
from tests.calendar.test_readers import ical_js
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type, wall
from tests.signups.factories import BASE_URL, make_signup
from tests.signups.test_releasing import plan, release, released

ANNA = Buyer("Anna Öberg", "anna@example.org")


class Post:
    """The edition's mail, of which each `Letter` is taken once."""

    def __init__(self, db: Database, edition: Edition) -> None:
        self._db = db
        self._edition = edition
        self._seen: set[int] = set()

    async def letters(self) -> dict[tuple[str, str], list[bytes]]:
        """(kind, to whom) → the calendar files in it, as they would be sent now; of the mails since the last call."""
        new = [mail for mail in await mails_of(self._db, self._edition.id) if mail.id not in self._seen]
        self._seen |= {mail.id for mail in new}
        return {(mail.kind, mail.to_email): await self.files(mail) for mail in new}

    async def files(self, mail: OutgoingMail) -> list[bytes]:
        make = attachment_maker(self._db, BASE_URL)
        names = [name for name in mail.attachments if name.startswith(("seat-", "left-"))]
        made = [await make(mail, name) for name in names]
        message = message_from_bytes(
            build_message(mail, [each for each in made if each], mail_from="k@example.org").as_bytes(), policy=default
        )
        assert isinstance(message, EmailMessage)
        parts = list(message.iter_attachments())
        contents = [part.get_payload(decode=True) for part in parts]
        for part, content in zip(parts, contents, strict=True):
            assert isinstance(content, bytes)
            assert part.get_content_type() == "text/calendar"
            assert str(part.get_param("method")) == str(read(content)["METHOD"])
        return [content for content in contents if isinstance(content, bytes)]


def told(data: bytes) -> tuple[str, str, str, int]:
    """(method, title, to whom, SEQUENCE) of a file; both readers have to agree."""
    calendar, found = read(data), event(data)
    other = ical_js(data)
    (only,) = other["events"]
    assert (other["method"], only["title"], only["uid"], only["sequence"]) == (
        calendar["METHOD"],
        found["SUMMARY"],
        found["UID"],
        found["SEQUENCE"],
    )
    assert only["attendees"] == [str(found["ATTENDEE"])]
    return str(calendar["METHOD"]), str(found["SUMMARY"]), str(found["ATTENDEE"]), int(found["SEQUENCE"])


@pytest.fixture
async def conference(db: Database) -> Edition:
    edition = await make_edition(db, contact_email="info@example.org")
    await make_ticket_type(db, edition)
    return edition


async def order_for(db: Database, edition: Edition, session: Session, *emails: str, sessions: bool = True) -> Order:
    codes = (session.code,) if sessions else ()
    people = [TicketRequest("ordinarie", f"Deltagare {n}", each, sessions=codes) for n, each in enumerate(emails, 1)]
    return await make_order(db, edition, buyer=ANNA, tickets=tuple(people))


async def test_an_invitation_says_what_calendars_need(db: Database, conference: Edition) -> None:
    bakery = await make_signup(db, conference, "Bageriet")
    await order_for(db, conference, bakery, "anna@example.org")
    letters = await Post(db, conference).letters()
    [data] = letters["order_confirmation", "anna@example.org"]
    found: Any = event(data)
    assert str(found["UID"]) == f"{bakery.guid}@konferens"
    assert found["ORGANIZER"] == "mailto:info@example.org"
    assert found["STATUS"] == "CONFIRMED"
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (bakery.starts_at, bakery.ends_at)
    attendee = found["ATTENDEE"]
    assert (attendee, attendee.params["PARTSTAT"], attendee.params["RSVP"], attendee.params["CN"]) == (
        "mailto:anna@example.org",
        "ACCEPTED",
        "FALSE",
        "Anna Öberg",
    )
    assert told(data) == ("REQUEST", "Bageriet", "mailto:anna@example.org", bakery.sequence)


async def test_others_than_the_buyer_get_their_own(db: Database, conference: Edition) -> None:
    bakery = await make_signup(db, conference, "Bageriet")
    await order_for(db, conference, bakery, "", "bo@example.org")
    letters = await Post(db, conference).letters()
    assert {who: [told(data)[2] for data in files] for who, files in letters.items()} == {
        ("order_confirmation", "anna@example.org"): ["mailto:anna@example.org"],
        ("session_choice", "bo@example.org"): ["mailto:bo@example.org"],
    }


async def test_a_release_moves_the_entry_and_takes_it_away(db: Database, conference: Edition) -> None:
    bakery = await make_signup(db, conference, "Bageriet", capacity=1)
    order = await order_for(db, conference, bakery, "bo@example.org")
    waiting = await order_for(db, conference, bakery, "eva@example.org", sessions=False)
    row = {"session_id": bakery.id, "ticket_id": waiting.tickets[0].id, "created_at": now()}
    await db.execute(insert(session_waiting).values(**row))
    edition = await released(db, conference)
    post = Post(db, edition)
    await post.letters()
    await plan(db, edition, bakery.code, title="Nya bageriet", wall_starts=wall(11, 15), wall_ends=wall(11, 16))
    await release(db, edition, "1.1", tell_attendees=True)
    moved = await find_session(db, edition.id, bakery.code)
    letters = await post.letters()
    [data] = letters["programme_changed_attendee", "bo@example.org"]
    assert told(data) == ("REQUEST", "Nya bageriet", "mailto:bo@example.org", moved.sequence)
    assert moved.sequence > bakery.sequence
    assert event(data)["DTSTART"].dt == moved.starts_at
    assert letters["programme_changed_attendee", "eva@example.org"] == []  # has no seat yet
    await plan(db, await edition_by_id(db, edition.id), bakery.code, status="cancelled")
    await release(db, edition, "1.2", tell_attendees=True)
    [data] = (await post.letters())["programme_changed_attendee", "bo@example.org"]
    method, _, whom, sequence = told(data)
    assert (method, whom, str(event(data)["STATUS"])) == ("CANCEL", "mailto:bo@example.org", "CANCELLED")
    assert sequence > moved.sequence
    assert order.valid_tickets


async def test_who_leaves_loses_it_and_who_waited_gets_it(db: Database, conference: Edition) -> None:
    bakery = await make_signup(db, conference, "Bageriet", capacity=1)
    first = await order_for(db, conference, bakery, "bo@example.org")
    second = await order_for(db, conference, bakery, "eva@example.org", sessions=False)
    own, others = first.tickets[0].id, second.tickets[0].id
    await choose_sessions(db, conference, others, [], [bakery.id], actor=ACTOR, base_url=BASE_URL)
    post = Post(db, conference)
    await post.letters()
    await choose_sessions(db, conference, own, [], actor=ACTOR, base_url=BASE_URL)
    letters = await post.letters()
    assert {who: [told(data)[:3] for data in files] for who, files in letters.items()} == {
        ("session_choice", "bo@example.org"): [("CANCEL", "Bageriet", "mailto:bo@example.org")],
        ("session_seat", "eva@example.org"): [("REQUEST", "Bageriet", "mailto:eva@example.org")],
    }
    # One attendee leaves, the session stays (RFC 5546 §3.2.5).
    assert "STATUS" not in event(letters["session_choice", "bo@example.org"][0])


async def test_what_changes_before_the_mail_goes_is_told_as_it_is_then(db: Database, conference: Edition) -> None:
    bakery = await make_signup(db, conference, "Bageriet")
    order = await order_for(db, conference, bakery, "bo@example.org", sessions=False)
    ticket = order.tickets[0].id
    post = Post(db, conference)
    await post.letters()
    await sign_up(db, conference, bakery.code, ticket, actor=ACTOR, base_url=BASE_URL)
    [gained] = [mail for mail in await mails_of(db, conference.id) if mail.kind == "session_choice"]
    [request] = await post.files(gained)
    await choose_sessions(db, conference, ticket, [], actor=ACTOR, base_url=BASE_URL)
    assert await post.files(gained) == []
    [cancel] = await post.files((await mails_of(db, conference.id))[0])
    await sign_up(db, conference, bakery.code, ticket, actor=ACTOR, base_url=BASE_URL)
    [again] = await post.files(gained)
    assert [told(data)[0] for data in (request, cancel, again)] == ["REQUEST", "CANCEL", "REQUEST"]
    stamps = [event(data)["DTSTAMP"].dt for data in (request, cancel, again)]
    assert stamps == sorted(stamps)
    # Higher each time (RFC 5546 §2.1.4), or the calendar takes the last two for old.
    assert [told(data)[3] - bakery.sequence for data in (request, cancel, again)] == [0, 1, 2]
    await plan(db, conference, bakery.code, wall_starts=wall(11, 15), wall_ends=wall(11, 16))
    [moved] = await post.files(gained)
    await plan(db, conference, bakery.code, status="cancelled")
    [off] = await post.files(gained)
    await plan(db, conference, bakery.code, status="confirmed")
    [revived] = await post.files(gained)
    later = [(told(data)[0], told(data)[3] - bakery.sequence) for data in (moved, off, revived)]
    assert later == [("REQUEST", 3), ("CANCEL", 4), ("REQUEST", 5)]
    assert len({str(event(data)["UID"]) for data in (request, cancel, again, moved, off, revived)}) == 1


async def test_a_ticket_that_is_cancelled_or_given_away_takes_its_entries_along(
    db: Database, conference: Edition
) -> None:
    bakery = await make_signup(db, conference, "Bageriet")
    order = await order_for(db, conference, bakery, "bo@example.org", "eva@example.org")
    post = Post(db, conference)
    await post.letters()
    new = Attendee("Ny", "ny@example.org", "")
    order = await transfer(db, conference, order, 1, new, actor=ACTOR, base_url=BASE_URL)
    letters = await post.letters()
    assert {who: [told(data)[:3] for data in files] for who, files in letters.items() if files} == {
        ("session_choice", "bo@example.org"): [("CANCEL", "Bageriet", "mailto:bo@example.org")],
        ("ticket_transferred", "ny@example.org"): [("REQUEST", "Bageriet", "mailto:ny@example.org")],
    }
    sequences = {who: told(files[0])[3] - bakery.sequence for (_, who), files in letters.items() if files}
    assert sequences == {"bo@example.org": 1, "ny@example.org": 2}
    await cancel_tickets(db, conference, order, [2], keep=0, actor=ACTOR, base_url=BASE_URL)
    letters = await post.letters()
    assert {who: [told(data)[:3] for data in files] for who, files in letters.items() if files} == {
        ("session_choice", "eva@example.org"): [("CANCEL", "Bageriet", "mailto:eva@example.org")],
    }


async def test_nobody_invites_without_an_address(db: Database) -> None:
    edition = await make_edition(db, contact_email="")
    await make_ticket_type(db, edition)
    bakery = await make_signup(db, edition, "Bageriet")
    await order_for(db, edition, bakery, "anna@example.org")
    assert list((await Post(db, edition).letters()).values()) == [[]]
