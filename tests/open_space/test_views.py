"""Open space as people meet it: the wall, proposing, the own page, and the office."""

from collections.abc import Iterator

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.open_space.queries import open_space_of
from tests.browser import Browser, browser
from tests.factories import make_login, make_order, make_ticket_type
from tests.open_space.factories import make_open_space, make_topic, slots_of

BASE = "/lokalekonomidagarna/2027/"
OFFICE = "/organiser/lokalekonomidagarna/2027/open-space"
TOLD = {"title": "Byns <elnät>", "abstract": "Kom!", "name": "Åsa Öberg"}


@pytest.fixture
async def edition(db: Database) -> Edition:
    """With open space for all, who place their topics themselves."""
    return await make_open_space(db, open_space_self=True)


@pytest.fixture
def visitor(db: Database) -> Iterator[Browser]:
    with browser(db, None) as opened:
        yield opened


async def test_from_a_proposal_to_the_programme(
    db: Database, edition: Edition, visitor: Browser, office: Browser
) -> None:
    wrong = visitor.post(f"{BASE}open-space/propose", {**TOLD, "title": " "})
    assert wrong.status_code == 422
    assert "Skriv en rubrik." in wrong.text
    assert 'value="Åsa Öberg"' in wrong.text
    own = visitor.post(f"{BASE}open-space/propose", TOLD).headers["location"].partition("?")[0]
    assert "Förslaget sitter på väggen" in visitor.text(f"{own}?done=proposed")
    wall = visitor.visible(f"{BASE}open-space")
    assert "Förslag som väntar på en plats Byns <elnät> Kom! Åsa Öberg" in wall
    [topic] = (await open_space_of(db, edition)).topics
    slots = await slots_of(db, edition)
    assert "Placera 13.00, Rum 1" in office.visible(OFFICE)
    answer = office.post(f"{OFFICE}/topics/{topic.id}/place", {"slot": slots[0].id, "seen": ""}, page=OFFICE)
    assert answer.headers["location"] == f"{OFFICE}?notice=placed"
    late = office.post(f"{OFFICE}/topics/{topic.id}/place", {"slot": slots[1].id, "seen": ""}, page=OFFICE)
    assert late.status_code == 409
    assert "Någon annan hann flytta det ämnet. Så här är det nu." in late.text
    assert "Byns <elnät>" in visitor.visible(f"{BASE}programme")
    assert "Byns <elnät> Åsa Öberg" in visitor.visible(f"{BASE}open-space")
    assert "Tisdag 11 maj kl. 13.00–13.45, Rum 1" in visitor.visible(own)
    visitor.post(f"{own}/withdraw", {}, page=own)
    assert "Du har tagit tillbaka förslaget." in visitor.visible(own)
    assert "Byns" not in visitor.visible(f"{BASE}programme")
    assert (
        visitor.client.post(own, data={"csrf_token": visitor.token(f"{BASE}open-space/propose"), **TOLD}).status_code
        == 409
    )


async def test_who_proposes_takes_a_free_slot_where_the_organiser_lets_them(
    db: Database, edition: Edition, visitor: Browser, office: Browser
) -> None:
    mine, other = await make_topic(db, edition), await make_topic(db, edition, "Mack")
    slots = await slots_of(db, edition)
    taken = visitor.post(f"{other.path}/place", {"slot": slots[0].id, "seen": ""}, page=other.path)
    assert taken.headers["location"] == f"{other.path}?done=placed"
    late = visitor.post(f"{mine.path}/place", {"slot": slots[0].id, "seen": ""}, page=mine.path)
    assert late.status_code == 409
    assert "”Mack” hann före till den tiden. Välj en annan." in late.text
    for nonsense in ("", "x", "999999999"):
        assert visitor.post(f"{mine.path}/place", {"slot": nonsense}, page=mine.path).status_code == 409
    office.post(f"{OFFICE}/settings", {"open_space": "y"})
    refused = visitor.post(f"{mine.path}/place", {"slot": slots[1].id, "seen": ""}, page=mine.path)
    assert refused.status_code == 409
    assert "Lediga platser" not in visitor.visible(mine.path)
    # Guests propose nothing any more either: they are told where it is done.
    assert "Du föreslår från din egen biljettsida." in visitor.visible(f"{BASE}open-space/propose")
    office.post(f"{OFFICE}/settings", {})
    assert visitor.get(f"{BASE}open-space").status_code == 404
    assert "open-space" not in visitor.text(f"{BASE}programme")


async def test_attendees_propose_from_their_own_page(db: Database, edition: Edition, visitor: Browser) -> None:
    await make_ticket_type(db, edition)
    [ticket] = (await make_order(db, edition)).tickets
    page = f"{ticket.own_path}open-space"
    assert f'href="{page}"' in visitor.text(ticket.own_path)
    assert visitor.form(page)["name"] == ticket.name
    own = visitor.post(page, TOLD).headers["location"].partition("?")[0]
    assert "Dina förslag Byns <elnät> Väntar på plats" in visitor.visible(page)
    [topic] = (await open_space_of(db, edition)).topics
    assert (topic.path, topic.ticket_id) == (own, ticket.id)
    saved = visitor.post(own, {**TOLD, "title": "Elnät"})
    assert saved.headers["location"] == f"{own}?done=saved"
    assert [each.title for each in (await open_space_of(db, edition)).topics] == ["Elnät"]


async def test_interest_without_an_account(db: Database, edition: Edition, visitor: Browser) -> None:
    topic = await make_topic(db, edition)
    address = f"{BASE}open-space/topics/{topic.id}/interest"
    for _ in range(2):
        answer = visitor.client.post(address, follow_redirects=False)
        assert answer.headers["location"] == f"{BASE}open-space?thanks=1#topic-{topic.id}"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "1 vill vara med" in visitor.visible(f"{BASE}open-space?thanks=1")
    elsewhere = visitor.client.post(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert "set-cookie" not in visitor.get(f"{BASE}open-space").headers


async def test_the_office_makes_slots(db: Database, edition: Edition, office: Browser) -> None:
    hour = {"day": "2027-05-12", "starts": "09:00", "ends": "11:00", "length": "60", "pause": "0"}
    slots = await slots_of(db, edition)
    room = slots[0].room.id
    page = f"{OFFICE}/settings"
    assert office.post(f"{OFFICE}/slots", hour, page=page).status_code == 422  # no room
    assert office.post(f"{OFFICE}/slots", {**hour, "rooms": [room]}, page=page).status_code == 303
    assert len(await slots_of(db, edition)) == len(slots) + 2
    again = office.post(f"{OFFICE}/slots", {**hour, "rooms": [room]}, page=page)
    assert again.status_code == 422
    assert "Inga nya pass" in again.text
    office.post(f"{OFFICE}/slots/{slots[0].id}/remove", {}, page=page)
    assert len(await slots_of(db, edition)) == len(slots) + 1
    office.post(f"{OFFICE}/slots/remove", {}, page=page)
    assert await slots_of(db, edition) == []


async def test_only_the_edition_s_organisers_place(db: Database, edition: Edition) -> None:
    topic, slots = await make_topic(db, edition), await slots_of(db, edition)
    other = await make_open_space(db, series_slug="annan")
    with browser(db, await make_login(db, edition=other, email="bo@example.org")) as stranger:
        token = stranger.token("/organiser/annan/2027/open-space/settings")
        data = {"csrf_token": token, "slot": slots[0].id, "seen": ""}
        assert stranger.client.post(f"{OFFICE}/topics/{topic.id}/place", data=data).status_code == 403
        mixed = f"/organiser/annan/2027/open-space/topics/{topic.id}/place"
        assert stranger.client.post(mixed, data=data).status_code == 404
