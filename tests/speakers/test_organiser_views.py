"""Speakers in the office, and their portraits on the web."""

import re

import pytest
from sqlalchemy import delete, select

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.queries import find_session
from konferens.speakers.queries import find_speaker, speakers_of
from konferens.tables import image_sizes
from tests.browser import Browser, browser
from tests.factories import ACTOR, make_edition, make_login, make_session, make_speaker
from tests.speakers.test_images import bomb, opened, picture

BASE = "/organiser/lokalekonomidagarna/2027/speakers"


async def test_a_new_speaker_with_portrait(db: Database, edition: Edition, office: Browser) -> None:
    typed = {
        "name": "Åsa Öberg",
        "email": "asa@example.org",
        "title": "Ordförande",
        "organisation": "Bymackarna",
        "biography": "Bor i **Koppom**.",
        "website": "https://example.org",
    }
    response = office.post(f"{BASE}/new", typed, files={"portrait": ("asa.jpg", picture(), "image/jpeg")})
    assert response.headers["location"] == f"{BASE}?notice=created"
    [speaker] = await speakers_of(db, edition.id)
    assert {name: getattr(speaker, name) for name in typed} == typed
    assert speaker.image_url is not None
    image = office.get(speaker.image_url)
    assert (image.status_code, image.headers["content-type"]) == (200, "image/webp")
    assert image.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert office.get(speaker.image_url, **{"If-None-Match": image.headers["etag"]}).status_code == 304


async def test_a_picture_from_before_there_were_sizes_gets_them_when_somebody_asks(
    db: Database, edition: Edition, office: Browser
) -> None:
    office.post(f"{BASE}/new", {"name": "Åsa"}, files={"portrait": ("a.png", picture("PNG"), "image/png")})
    await db.execute(delete(image_sizes))
    [speaker] = await speakers_of(db, edition.id)
    for ending, kind, width in (("96.jpg", "JPEG", 96), ("384.webp", "WEBP", 384), ("768.jpg", "JPEG", 600)):
        shown = opened(office.get(f"/media/{speaker.image_digest}-{ending}").content)
        assert (shown.format, shown.size) == (kind, (width, width))
    kept = await db.fetch_all(select(image_sizes.c.width, image_sizes.c.media_type).order_by(image_sizes.c.width))
    assert [(row.width, row.media_type) for row in kept] == [
        (96, "image/jpeg"),
        (384, "image/webp"),
        (600, "image/jpeg"),
    ]


async def test_an_unknown_portrait_is_not_found_and_not_kept(office: Browser) -> None:
    response = office.get(f"/media/{'0' * 64}.webp")
    assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"inte en bild", "Det gick inte att läsa bilden."),
        (bomb(10_000, 10_000), "Bilden har för många pixlar."),
    ],
    ids=["text", "bomb"],
)
async def test_what_is_no_portrait_is_refused_beside_the_field(
    db: Database, edition: Edition, office: Browser, data: bytes, message: str
) -> None:
    response = office.post(f"{BASE}/new", {"name": "Åsa Öberg"}, files={"portrait": ("x.jpg", data, "image/jpeg")})
    assert response.status_code == 422
    assert message in response.text
    assert 'value="Åsa Öberg"' in response.text
    assert await speakers_of(db, edition.id) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": " "}, "Skriv personens namn."),
        ({"name": "x" * 10_000}, "Namn"),
        ({"email": "asa"}, "Det ser inte ut som en e-postadress."),
        ({"website": "javascript:alert(1)"}, "Skriv hela adressen"),
    ],
)
async def test_what_cannot_be_saved_is_said(office: Browser, typed: dict[str, str], message: str) -> None:
    response = office.post(f"{BASE}/new", {"name": "Åsa"} | typed)
    assert response.status_code == 422
    assert message in response.text.partition('class="error-summary"')[2].partition("</ul>")[0]


async def test_a_new_name_is_told_to_calendars_and_every_edition(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_speaker(db, edition, "Åsa Öberg")
    session = await make_session(db, edition, speakers=[(code, "speaker")])
    other = await make_edition(db, "drivmedel")
    admin = await make_login(db, Role.ADMIN, email="admin@example.org")
    with browser(db, admin) as elsewhere:
        theirs = "/organiser/drivmedel/2027/speakers"
        assert elsewhere.post(f"{theirs}/add", {"person": code}, page=f"{theirs}/new").status_code == 303
    pages = [(await edition_by_id(db, each.id)).version for each in (edition, other)]
    office.post(f"{BASE}/{code}", {**office.form(f"{BASE}/{code}"), "name": "Åsa Ek"})
    assert (await find_session(db, edition.id, session)).sequence == 1
    assert (await find_speaker(db, other.id, code)).name == "Åsa Ek"
    assert [(await edition_by_id(db, each.id)).version for each in (edition, other)] == [n + 1 for n in pages]


async def test_links_are_changed_by_forms_that_show_them(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_speaker(db, edition, links=[{"title": "Macken", "url": "https://example.org/mack"}])
    page = f"{BASE}/{code}"
    shown = office.form(page, action=page)
    office.post(page, {name: value for name, value in shown.items() if not name.startswith("links-")})
    assert [link.url for link in (await find_speaker(db, edition.id, code)).links] == ["https://example.org/mack"]
    more = {f"links-{n}-url": f"https://example.org/{n}" for n in range(12)}
    office.post(page, {**shown, **more})
    assert len((await find_speaker(db, edition.id, code)).links) == 12
    full = office.form(page, action=page)
    assert "links-12-url" not in full
    office.post(page, {**full, **dict.fromkeys((f"links-{n}-url" for n in range(1, 12)), "")})
    [link] = (await find_speaker(db, edition.id, code)).links
    assert (link.title, link.url) == ("Macken", "https://example.org/0")


async def test_texts_are_the_editions_own(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_speaker(db, edition, title="Ordförande")
    session = await make_session(db, edition, speakers=[(code, "speaker")])
    office.post(f"{BASE}/{code}", {**office.form(f"{BASE}/{code}"), "title": "Kassör"})
    assert (await find_speaker(db, edition.id, code)).title == "Kassör"
    assert (await find_session(db, edition.id, session)).sequence == 0


async def test_saving_untouched_and_changing_the_e_mail_leave_public_pages_alone(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_speaker(db, edition, biography="Rad ett.\n\nRad två.")
    before = (await edition_by_id(db, edition.id)).version
    office.post(f"{BASE}/{code}", office.form(f"{BASE}/{code}"))
    office.post(f"{BASE}/{code}", {**office.form(f"{BASE}/{code}"), "email": "ny@example.org"})
    assert (await edition_by_id(db, edition.id)).version == before
    assert (await find_speaker(db, edition.id, code)).email == "ny@example.org"


async def test_a_portrait_is_kept_until_it_is_taken_away(db: Database, edition: Edition, office: Browser) -> None:
    office.post(f"{BASE}/new", {"name": "Åsa"}, files={"portrait": ("a.png", picture("PNG"), "image/png")})
    [speaker] = await speakers_of(db, edition.id)
    page = f"{BASE}/{speaker.code}"
    office.post(page, {**office.form(page), "title": "Ny"}, files={"portrait": ("", b"", "application/octet-stream")})
    assert (await find_speaker(db, edition.id, speaker.code)).image_digest == speaker.image_digest
    office.post(page, {**office.form(page), "remove_portrait": "y"})
    assert (await find_speaker(db, edition.id, speaker.code)).image_digest is None


async def test_nobody_overwrites_what_somebody_else_saved_meanwhile(
    db: Database, edition: Edition, office: Browser
) -> None:
    page = f"{BASE}/{await make_speaker(db, edition, title='Ordförande')}"
    mine = office.form(page)
    colleague = {**mine, "organisation": "Bymackarna", "links-0-url": "https://example.org"}
    assert office.post(page, colleague).status_code == 303
    answer = office.post(page, {**mine, "title": "Kassör <b>"}, files={"portrait": ("", b"")})
    assert answer.status_code == 409
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert f"{ACTOR} sparade" in words
    assert "organisation, länkar." in words
    assert "Titel eller roll Ordförande Kassör &lt;b&gt;" in words
    assert "Organisation Bymackarna –" in words
    assert 'value="Kassör &lt;b&gt;"' in answer.text
    [version] = re.findall(r'name="version"[^>]*value="(\w+)"', answer.text)
    assert office.post(page, {**colleague, "title": "Kassör", "version": version}).status_code == 303
    [speaker] = await speakers_of(db, edition.id)
    assert (speaker.title, speaker.organisation) == ("Kassör", "Bymackarna")


async def test_removal_asks_and_leaves_the_session(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_speaker(db, edition)
    session = await make_session(db, edition, speakers=[(code, "speaker")])
    assert "1 programpunkt blir kvar" in office.text(f"{BASE}/{code}/delete")
    assert office.post(f"{BASE}/{code}/delete", {}).headers["location"] == f"{BASE}?notice=deleted"
    after = await find_session(db, edition.id, session)
    assert (after.speakers, after.sequence) == ((), 1)
    assert await speakers_of(db, edition.id) == []


async def test_only_people_of_ones_own_editions_can_be_fetched(db: Database, office: Browser) -> None:
    other = await make_edition(db, "drivmedel")
    code = await make_speaker(db, other, "Erik Ek")
    assert "Erik Ek" not in office.text(f"{BASE}/new")
    assert office.post(f"{BASE}/add", {"person": code}, page=f"{BASE}/new").status_code == 404


async def test_the_list_is_searched_and_sorted_in_swedish(db: Database, edition: Edition, office: Browser) -> None:
    for name in ("Östen Ek", "Åsa Ek", "Anna Lind", "Ärla Ek"):
        await make_speaker(db, edition, name)
    names = re.findall(r'class="person-name"[^>]*>([^<]+)<', office.text(f"{BASE}?q=ek"))
    assert names == ["Åsa Ek", "Ärla Ek", "Östen Ek"]
