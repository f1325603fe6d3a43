"""Speakers are invited, answer, and are published as they agree to be; merged, listed, erased."""

import json
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.actions import purge
from konferens.programme.drafts import find_working_session, save_draft
from konferens.programme.queries import find_session
from konferens.speakers.model import SpeakerStatus
from konferens.speakers.queries import find_participation, find_speaker
from konferens.speaking.actions import confirm, remind_speakers
from konferens.tables import edition_speakers, editions
from tests.browser import Browser
from tests.factories import (
    ACTOR,
    make_room,
    make_session,
    make_speaker,
    wall,
)
from tests.speakers.test_images import picture
from tests.speaking.factories import BASE_URL, OFFICE, PUBLIC, invited, letters


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
    assert f"speakers/{code}" not in client.get("/sitemap.xml").text
    own.post(f"{path}answer", {"answer": "yes"}, page=path)
    assert "Åsa Öberg" in client.get(f"{PUBLIC}speakers/").text


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
