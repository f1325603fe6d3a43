"""Speakers are invited, look after themselves on their own page, and are published as they agree to be."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.actions import purge
from konferens.programme.drafts import find_working_session, save_draft
from konferens.programme.queries import find_session
from konferens.registration.model import Buyer, TicketRequest
from konferens.speakers.model import SpeakerStatus
from konferens.speakers.queries import find_participation, find_speaker
from konferens.speaking.actions import confirm, invite_speakers, remind_speakers
from konferens.speaking.tickets import give_tickets
from konferens.tables import edition_speakers, editions, mail_outbox, orders, session_feedback, tickets
from tests.browser import Browser
from tests.factories import (
    ACTOR,
    MOMENT,
    make_order,
    make_quota,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    wall,
)
from tests.speakers.test_images import picture

OFFICE = "/organiser/lokalekonomidagarna/2027/speakers"
PUBLIC = "/lokalekonomidagarna/2027/"
BASE_URL = "http://testserver"


async def invited(db: Database, edition: Edition, *codes: str) -> list[str]:
    """Invite these speakers; gives the paths of their own pages."""
    await invite_speakers(db, edition, codes, language="sv", actor=ACTOR, base_url=BASE_URL)
    people = [await find_speaker(db, edition.id, code) for code in codes]
    return [(await find_participation(db, edition.id, person.id)).path for person in people]


async def letters(db: Database, kind: str) -> list[Any]:
    return await db.fetch_all(select(mail_outbox).where(mail_outbox.c.kind == kind).order_by(mail_outbox.c.id))


async def test_everybody_who_isnt_invited_is_invited_at_once(db: Database, edition: Edition, office: Browser) -> None:
    asa = await make_speaker(db, edition, "Åsa Öberg", email="asa@example.org")
    bo = await make_speaker(db, edition, "Bo Lind", email="bo@example.org")
    await make_speaker(db, edition, "Utan Adress")
    room = await make_room(db, edition)
    await make_session(db, edition, "Mack", room_id=room, wall_starts=wall(11, 9), speakers=[(asa, "speaker")])
    page = f"{OFFICE}/invitations"
    assert re.findall(r'name="to" value="(\w+)"', office.text(page)) == [bo, asa]
    assert "Saknar e-postadress: Utan Adress." in office.visible(page)
    assert "Hej Bo Lind!" in office.text(f"{page}/preview?language=sv")
    sent = {"to": [asa, bo], "language": "sv"}
    assert office.post(page, sent).headers["location"] == f"{OFFICE}?notice=invited"
    office.client.post(page, data={"csrf_token": office.token(OFFICE), **sent})  # sent twice, nobody is asked twice
    second, first = await letters(db, "speaker_invitation")  # in the order of the list
    speaker = await find_speaker(db, edition.id, asa)
    agreed = await find_participation(db, edition.id, speaker.id)
    assert (speaker.status, len(agreed.secret or "")) == (SpeakerStatus.INVITED, 24)
    assert (first.to_email, second.to_email) == ("asa@example.org", "bo@example.org")
    assert f"{BASE_URL}{agreed.path}" in first.body_text
    assert "Mack" in first.body_text
    assert "tisdag 11 maj" in first.body_text
    assert office.get(page).headers["location"] == OFFICE  # nobody is left to invite


async def test_a_reminder_goes_once_a_day_to_those_who_havent_answered(db: Database, edition: Edition) -> None:
    codes = [await make_speaker(db, edition, name, email=f"{name}@example.org") for name in ("anna", "bo", "cia")]
    await invited(db, edition, *codes[:2])
    await confirm(db, edition, codes[1], message="", language="sv", actor=ACTOR, base_url=BASE_URL)
    for _ in range(2):
        await remind_speakers(db, edition, codes, language="sv", base_url=BASE_URL)
    assert [row.to_email for row in await letters(db, "speaker_reminder")] == ["anna@example.org"]


async def test_a_speaker_confirms_and_can_change_their_mind(db: Database, edition: Edition, client: TestClient) -> None:
    await db.execute(update(editions).values(contact_email="vi@example.org"))
    code = await make_speaker(db, edition, email="asa@example.org")
    session = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    [path] = await invited(db, edition, code)
    own = Browser(client)
    answer = {"answer": "yes", "message": "Jag tar tåget."}
    assert own.post(f"{path}answer", answer, page=path).headers["location"] == f"{path}?done=confirmed"
    assert [row.to_email for row in await letters(db, "speaker_confirmed")] == ["asa@example.org"]
    assert "Åsa Öberg" in client.get(f"{PUBLIC}speakers/").text
    own.post(f"{path}answer", {"answer": "no", "message": "Sjuk."}, page=path)
    speaker = await find_speaker(db, edition.id, code)
    assert speaker.status is SpeakerStatus.DECLINED
    assert (await find_participation(db, edition.id, speaker.id)).message == "Sjuk."
    [told] = await letters(db, "speaker_declined")
    assert (told.to_email, "Sjuk." in told.body_text) == ("vi@example.org", True)
    for address in ("speakers/", f"sessions/{session}", "programme", "schedule.json", "calendar.ics", "schedule.xml"):
        assert "Åsa Öberg" not in client.get(f"{PUBLIC}{address}", follow_redirects=True).text
    assert client.get(f"{PUBLIC}speakers/{code}").status_code == 404
    own.post(f"{path}answer", {"answer": "yes"}, page=path)
    assert "Åsa Öberg" in client.get(f"{PUBLIC}speakers/").text


async def test_what_a_speaker_tells_is_kept_and_shown_in_the_office(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    typed = own.form(path, action=path)
    told = {
        **typed,
        "name": "Åsa Ek",
        "biography": "Bor i **Koppom**.",
        "links-0-title": "Macken",
        "links-0-url": "https://example.org/macken",
        "links-1-url": "https://example.org/bok",
        "needs": "Jordnötsallergi",
        "away-0-starts": "09:00",
        "away-0-ends": "12:00",
        "away-1-starts": "15:30",
    }
    del told["recording"]
    shown = own.post(path, {**told, "preview": "yes"})
    assert (shown.status_code, "<strong>Koppom</strong>" in shown.text) == (200, True)
    assert (await find_speaker(db, edition.id, code)).name == "Åsa Öberg"
    assert own.post(path, told).headers["location"] == f"{path}?done=saved"
    speaker = await find_speaker(db, edition.id, code)
    agreed = await find_participation(db, edition.id, speaker.id)
    assert (speaker.name, speaker.biography, speaker.consent, speaker.recording) == (
        "Åsa Ek",
        "Bor i **Koppom**.",
        True,
        False,
    )
    assert [(link.words, link.url) for link in speaker.links] == [
        ("Macken", "https://example.org/macken"),
        ("example.org/bok", "https://example.org/bok"),
    ]
    assert agreed.needs == "Jordnötsallergi"
    stored = await db.fetch_val(select(edition_speakers.c.unavailable))
    assert stored == [
        ["2027-05-11T09:00", "2027-05-11T12:00"],
        ["2027-05-12T15:30", "2027-05-13T00:00"],
    ]
    again = own.form(path, action=path)
    own.post(path, again)  # saved as it stands, nothing changes
    assert await db.fetch_val(select(edition_speakers.c.unavailable)) == stored
    assert "Ändrat av talaren" in office.visible(OFFICE)
    changes = (
        "personen själv: Ändrade namn, presentation, om personen får filmas, vad personen behöver, länkar, "
        "när personen inte kan"
    )
    assert changes in office.visible(f"{OFFICE}/{code}")
    assert "Jordnötsallergi" not in office.text(f"{OFFICE}/{code}") + office.text(f"{OFFICE}/{code}/answer")
    assert "Jordnötsallergi" in office.visible(f"{OFFICE}/needs")


@pytest.mark.parametrize(
    ("typed", "id_of", "message"),
    [
        ({"name": ""}, "name", "Skriv ditt namn."),
        ({"email": "asa"}, "email", "Det ser inte ut som en e-postadress."),
        ({"links-0-title": "Macken"}, "links-0-url", "Skriv vart länken leder."),
        ({"links-0-url": "javascript:alert(1)"}, "links-0-url", "Skriv hela adressen"),
        ({"away-1-starts": "12:00", "away-1-ends": "09:00"}, "away-1-ends", "Slutet måste komma efter början."),
        ({"away-0-starts": "x"}, "away-0-starts", "Från"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_nothing_is_lost(
    db: Database, edition: Edition, client: TestClient, *, typed: dict[str, str], id_of: str, message: str
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    response = own.post(path, {**own.form(path, action=path), "biography": "Nytt.", **typed})
    assert response.status_code == 422
    assert f'<a href="#{id_of}">' in response.text
    assert message in response.text.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert "Nytt.</textarea>" in response.text


async def test_a_portrait_is_cropped_and_comes_in_the_sizes_that_are_asked_for(
    db: Database, edition: Edition, client: TestClient
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    files = {"portrait": ("asa.jpg", picture(size=(900, 1400)), "image/jpeg")}
    answer = own.post(f"{path}portrait", {"crop": "0.5 0.1 2"}, files=files, page=path)
    assert answer.headers["location"] == f"{path}?done=portrait#picture"
    digest = (await find_speaker(db, edition.id, code)).image_digest
    for address, kind in ((f"{digest}.webp", "image/webp"), (f"{digest}-192.jpg", "image/jpeg")):
        image = client.get(f"/media/{address}")
        assert (image.headers["content-type"], image.headers["cache-control"]) == (
            kind,
            "public, max-age=31536000, immutable",
        )
        assert client.get(f"/media/{address}", headers={"If-None-Match": image.headers["etag"]}).status_code == 304
    assert [client.get(f"/media/{digest}-{end}").status_code for end in ("193.jpg", "192.png", "768.webp")] == [
        404,
        404,
        200,
    ]
    wrong = own.post(f"{path}portrait", {}, files={"portrait": ("x.jpg", b"ftyp", "image/jpeg")}, page=path)
    assert (wrong.status_code, "Det gick inte att läsa bilden." in wrong.text) == (422, True)
    own.post(f"{path}portrait", {"remove": "yes"}, page=path)
    assert (await find_speaker(db, edition.id, code)).image_digest is None


async def test_without_consent_only_the_name_is_public(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    code = await make_speaker(
        db, edition, email="asa@example.org", title="Kassör", biography="Bor i Koppom.", website="https://asa.example"
    )
    session = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    files = {"portrait": ("a.png", picture("PNG"), "image/png")}
    office.post(f"{OFFICE}/{code}", office.form(f"{OFFICE}/{code}", action=f"{OFFICE}/{code}"), files=files)
    digest = str((await find_speaker(db, edition.id, code)).image_digest)
    secrets = ("Kassör", "Koppom", "asa.example", digest)
    addresses = ["", "speakers/", f"speakers/{code}", f"sessions/{session}", "schedule.json", "schedule.xml"]

    def public() -> str:
        pages = [client.get(f"{PUBLIC}{address}", follow_redirects=True).text for address in addresses]
        pages.append(client.get(f"/api/v1/events{PUBLIC}speakers").text)
        assert all("Åsa Öberg" in page for page in pages[1:])
        return "".join(pages)

    assert [word in public() for word in secrets] == [True] * 4
    [path] = await invited(db, edition, code)
    own = Browser(client)
    form = own.form(path, action=path)
    del form["consent"]
    own.post(path, form)
    assert [word in public() for word in secrets] == [False] * 4


async def test_what_is_only_planned_is_not_told_as_certain(db: Database, edition: Edition, client: TestClient) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    sure = await make_session(db, edition, "Bestämt", wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    moved = await make_session(db, edition, "Flyttas", wall_starts=wall(11, 13), speakers=[(code, "moderator")])
    await db.execute(update(editions).values(release="1.0"))
    edition = await edition_by_id(db, edition.id)
    await save_draft(db, edition, moved, {"wall_starts": wall(12, 10), "wall_ends": wall(12, 11)}, actor=ACTOR)
    [path] = await invited(db, edition, code)
    page = Browser(client).visible(path)
    assert "Bestämt Föredrag tisdag 11 maj" in page
    assert "Inte bestämt än Preliminärt: onsdag 12 maj" in page
    assert f"sessions/{sure}-" in client.get(path).text
    assert f"sessions/{moved}-" not in client.get(path).text


async def test_the_page_is_private_and_a_new_link_ends_the_old_one(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    [path] = await invited(db, edition, code)
    headers = client.get(path).headers
    assert [headers[name] for name in ("cache-control", "referrer-policy", "x-robots-tag")] == [
        "no-store",
        "same-origin",
        "noindex",
    ]
    office.post(f"{OFFICE}/{code}/renewal", {}, page=f"{OFFICE}/{code}/answer")
    assert client.get(path).status_code == 404
    speaker = await find_speaker(db, edition.id, code)
    new = (await find_participation(db, edition.id, speaker.id)).path
    assert json.loads(client.get(f"{new}data.json").text)["speaker"]["email"] == "asa@example.org"


async def test_slides_are_the_speakers_own(db: Database, edition: Edition, client: TestClient) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    mine = await make_session(db, edition, "Min", wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    other = await make_session(db, edition, "Annans", wall_starts=wall(11, 9))
    [path] = await invited(db, edition, code)
    own, page = Browser(client), f"{path}sessions/{mine}/files"
    files = {"file": ("Bilder.pdf", b"%PDF-1.7\n1 0 obj\n", "application/pdf")}
    assert own.post(page, {}, files=files).headers["location"] == f"{page}?done=added"
    assert "Bilder.pdf" in own.text(page)
    assert client.get(f"{path}sessions/{other}/files").status_code == 404
    [remove] = re.findall(r'action="([^"]+/delete)"', own.text(page))
    own.post(remove, {}, page=page)
    assert "Bilder.pdf" not in own.text(page)


async def test_speakers_see_what_people_thought_when_enough_have_said(
    db: Database, edition: Edition, client: TestClient
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    session = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    session_id = (await find_session(db, edition.id, session)).id
    [path] = await invited(db, edition, code)
    own = Browser(client)

    async def judge(who: str, comment: str, *, hidden: bool = False) -> None:
        told = {"rating": 4, "comment": comment, "created_at": MOMENT, "updated_at": MOMENT, "hidden": hidden}
        await db.execute(insert(session_feedback).values(session_id=session_id, respondent=who, **told))

    await judge("a", "Lärorikt!")
    await judge("b", "Otrevligt.", hidden=True)
    assert "2 svar. De visas när minst tre har svarat." in own.visible(path)
    assert "Lärorikt!" not in own.text(path)
    await judge("c", "")
    assert "Lärorikt!" in own.visible(path)
    assert "Otrevligt." not in own.text(path)


async def test_who_confirms_gets_the_editions_ticket_once(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    await make_ticket_type(db, edition, "medverkande", price=0, hidden=True)
    await make_ticket_type(db, edition)
    code = await make_speaker(db, edition, email="asa@example.org", organisation="Macken")
    page = OFFICE
    assert re.findall(r'<option value="(\w*)"', office.text(page)) == ["", "medverkande"]
    office.post(f"{OFFICE}/ticket-type", {"type": "medverkande"}, page=page)
    edition = await edition_by_id(db, edition.id)
    [path] = await invited(db, edition, code)
    own = Browser(client)
    for answer in ("yes", "no", "yes"):
        own.post(f"{path}answer", {"answer": answer}, page=path)
    [ticket] = await db.fetch_all(select(tickets))
    assert (ticket.attendee_name, ticket.attendee_email, ticket.attendee_organisation, ticket.price) == (
        "Åsa Öberg",
        "asa@example.org",
        "Macken",
        0,
    )
    first, second = await letters(db, "speaker_confirmed")
    assert (first.attachments, first.ticket_id, second.attachments) == (["tickets.pdf"], ticket.id, [])
    assert await letters(db, "order_confirmation") == []
    assert f'href="/tickets/{ticket.secret}/"' in own.text(path)
    order = await db.fetch_val(select(orders.c.code))
    assert f"Bokning {order}" in office.visible(f"{OFFICE}/{code}/answer")


async def test_the_office_gives_tickets_while_there_are_seats(db: Database, edition: Edition, office: Browser) -> None:
    quota = await make_quota(db, edition, 1)
    await make_ticket_type(db, edition, "medverkande", price=0, quota=quota)
    await make_ticket_type(db, edition, "fri", price=0)
    await db.execute(update(editions).values(speaker_ticket_type="medverkande"))
    edition = await edition_by_id(db, edition.id)
    names = ("Anna", "Bo")
    codes = [await make_speaker(db, edition, name, email=f"{name}@example.org") for name in names]
    for code in codes:
        office.post(f"{OFFICE}/{code}/answer", {"status": "confirmed"})
    response = office.post(f"{OFFICE}/tickets", {}, page=OFFICE)
    assert (response.status_code, "Platserna räckte inte." in response.text) == (409, True)
    assert await db.fetch_all(select(tickets)) == []
    assert office.post(f"{OFFICE}/{codes[0]}/ticket", {}, page=f"{OFFICE}/{codes[0]}/answer").status_code == 303
    assert [row.attendee_name for row in await db.fetch_all(select(tickets))] == ["Anna"]
    assert len(await letters(db, "order_confirmation")) == 1
    # Somebody who has a ticket by themselves needs no second one.
    await make_order(
        db, edition, buyer=Buyer("Bo", "bo@example.org"), tickets=(TicketRequest("fri", "Bo", "Bo@example.org"),)
    )
    assert await give_tickets(db, edition, codes, language="sv", actor=ACTOR, base_url=BASE_URL) == []
    assert len(await db.fetch_all(select(tickets))) == 2


async def test_two_profiles_of_one_person_become_one(
    db: Database, edition: Edition, office: Browser, client: TestClient
) -> None:
    kept = await make_speaker(db, edition, "Åsa Öberg", biography="Min text.")
    double = await make_speaker(db, edition, "Åsa Öberg", email="asa@example.org", title="Kassör", biography="Annan.")
    session = await make_session(
        db, edition, wall_starts=wall(11, 9), speakers=[(double, "speaker"), (kept, "moderator")]
    )
    other = await make_session(db, edition, "Annat", wall_starts=wall(12, 9), speakers=[(double, "speaker")])
    await db.execute(update(editions).values(release="1.0"))
    edition = await edition_by_id(db, edition.id)
    await save_draft(db, edition, other, {"title": "Nytt namn"}, actor=ACTOR)
    office.post(f"{OFFICE}/{kept}/merge", {"person": double})
    speaker = await find_speaker(db, edition.id, kept)
    assert (speaker.email, speaker.title, speaker.biography) == ("asa@example.org", "Kassör", "Min text.")
    for code in (session, other):
        assert [person.code for person in (await find_session(db, edition.id, code)).speakers] == [kept]
    planned = await find_working_session(db, edition, other)
    assert (planned.title, [person.code for person in planned.speakers]) == ("Nytt namn", [kept])
    answer = client.get(f"{PUBLIC}speakers/{double}-asa-oberg")
    assert (answer.status_code, answer.headers["location"]) == (301, f"{PUBLIC}speakers/{kept}-asa-oberg")


async def test_the_list_as_a_spreadsheet_says_nothing_of_needs(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_speaker(db, edition, email="asa@example.org")
    away = [["2027-05-11T09:00", "2027-05-11T12:00"]]
    await db.execute(update(edition_speakers).values(needs="Rullstol", unavailable=away))
    text = office.get(f"{OFFICE}.csv").content.decode("utf-8-sig")
    heading, row = text.strip().split("\r\n")
    told = dict(zip(heading.split(";"), row.split(";"), strict=True))
    assert (told["Kod"], told["Svar"], told["Kan inte"]) == (code, "Inte bjuden", "2027-05-11 09:00–12:00")
    assert told["Saknas"] == "bild saknas, presentation saknas"
    assert "Rullstol" not in text


async def test_what_only_organisers_know_goes_when_its_time_is_over(db: Database, edition: Edition) -> None:
    code = await make_speaker(db, edition, email="asa@example.org", biography="Min text.")
    await invited(db, edition, code)
    told = {"needs": "Rullstol", "message": "Gärna!", "unavailable": [["2027-05-11T09:00", "2027-05-11T12:00"]]}
    await db.execute(update(edition_speakers).values(**told))

    async def known() -> tuple[str, str, bool]:
        speaker = await find_speaker(db, edition.id, code)
        agreed = await find_participation(db, edition.id, speaker.id)
        return agreed.needs, agreed.message, agreed.secret is not None

    over = datetime(2027, 5, 12, 12, tzinfo=UTC)
    await purge(db, over + timedelta(days=30))
    assert await known() == ("Rullstol", "Gärna!", True)
    assert (await purge(db, over + timedelta(days=31))).sensitive_answers == 1
    assert await known() == ("", "Gärna!", True)
    assert (await purge(db, over + timedelta(days=366))).speakers == 1
    assert await known() == ("", "", False)
    assert (await find_speaker(db, edition.id, code)).biography == "Min text."
    assert (await purge(db, over + timedelta(days=366))).speakers == 0


async def test_erasing_a_speaker_leaves_the_session(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_speaker(db, edition, email="asa@example.org", biography="Min text.")
    session = await make_session(db, edition, wall_starts=wall(11, 9), speakers=[(code, "speaker")])
    await invited(db, edition, code)
    address = f"/organiser{PUBLIC}privacy/speakers/{code}/erase"
    assert office.post(address, {}).headers["location"] == f"{OFFICE}?notice=erased"
    assert (await find_session(db, edition.id, session)).speakers == ()
    assert await letters(db, "speaker_invitation") == []
    assert office.get(f"{OFFICE}/{code}").status_code == 404
