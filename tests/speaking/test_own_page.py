"""What speakers look after on their own page."""

import re

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.drafts import save_draft
from konferens.programme.queries import find_session
from konferens.speakers.actions import update_speaker
from konferens.speakers.queries import find_participation, find_speaker
from konferens.tables import edition_speakers, editions, session_feedback
from tests.browser import Browser
from tests.factories import (
    ACTOR,
    MOMENT,
    make_session,
    make_speaker,
    wall,
)
from tests.speakers.test_images import picture
from tests.speaking.factories import OFFICE, invited


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
    assert "Ändrat av personen själv" in office.visible(OFFICE)
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


async def test_a_speaker_does_not_overwrite_what_the_organisers_saved_meanwhile(
    db: Database, edition: Edition, client: TestClient
) -> None:
    code = await make_speaker(db, edition, email="asa@example.org", title="Ordf.")
    [path] = await invited(db, edition, code)
    own = Browser(client)
    typed = own.form(path, action=path)
    await update_speaker(db, edition.id, code, {"title": "Ordförande"}, actor=ACTOR)
    answer = own.post(path, {**typed, "biography": "Bor i Koppom."})
    assert answer.status_code == 409
    assert "Någon annan har sparat under tiden" in answer.text
    assert "Bor i Koppom.</textarea>" in answer.text
    assert (await find_speaker(db, edition.id, code)).title == "Ordförande"
    again = {**own.form(path, action=path), "biography": "Bor i Koppom."}
    assert own.post(path, again).headers["location"] == f"{path}?done=saved"
