"""The pages of waiting lists, as visitors without JavaScript and organisers see them."""

from sqlalchemy import select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import editions, quotas, waiting_entries
from konferens.waiting.organiser_views import MOST
from tests.browser import Browser, browser
from tests.factories import make_edition, make_quota, make_ticket_type
from tests.waiting.factories import entry, make_entry, make_queue, statuses

JOIN = "/lokalekonomidagarna/2027/waiting"
OFFICE = "/organiser/lokalekonomidagarna/2027/waiting"
VERA = {"type": "ordinarie", "name": "Vera Väntar", "email": "vera@example.org"}


async def sold_out(db: Database, edition: Edition, code: str = "ordinarie") -> tuple[int, int]:
    """A type without seats; gives (type id, quota id)."""
    quota = await make_quota(db, edition, 0, code)
    return await make_ticket_type(db, edition, code, quota=quota), quota


async def test_the_registration_page_leads_to_the_waiting_list(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    with browser(db) as visitor:
        assert f'href="{JOIN}?type=ordinarie"' in visitor.text("/lokalekonomidagarna/2027/register")


async def test_joining(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    with browser(db) as visitor:
        answer = visitor.post(JOIN, VERA, page=f"{JOIN}?type=ordinarie")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{JOIN}?type=ordinarie&joined=1")
        assert "Du står på väntelistan" in visitor.visible(answer.headers["location"])
    assert await statuses(db, edition) == {"Vera Väntar": "waiting"}


async def test_who_waits_already_is_answered_alike(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    with browser(db) as visitor:
        first, second = (visitor.post(JOIN, VERA) for _ in range(2))
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    assert await statuses(db, edition) == {"Vera Väntar": "waiting"}


async def test_what_is_missing_is_told_beside_the_fields_and_nothing_is_lost(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    with browser(db) as visitor:
        answer = visitor.post(JOIN, {**VERA, "email": "vera"})
    assert answer.status_code == 422
    assert 'value="Vera Väntar"' in answer.text
    assert "Det ser inte ut som en e-postadress." in answer.text
    assert await statuses(db, edition) == {}


async def test_several_types_are_to_be_chosen_among(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    await sold_out(db, edition, "student")
    with browser(db) as visitor:
        page = visitor.text(f"{JOIN}?type=student")
        assert visitor.post(JOIN, {**VERA, "type": "gratis"}).status_code == 422
        assert visitor.post(JOIN, {**VERA, "type": "student"}).status_code == 303
    assert page.count('type="radio"') == 2
    assert await db.fetch_val(select(waiting_entries.c.ticket_type_id)) == 2


async def test_without_anything_to_wait_for_the_page_leads_to_registration(db: Database, edition: Edition) -> None:
    _, quota = await sold_out(db, edition)
    with browser(db) as visitor:
        token = visitor.token(JOIN)
        await db.execute(update(quotas).where(quotas.c.id == quota).values(size=1))
        answer = visitor.client.post(JOIN, data={**VERA, "csrf_token": token}, follow_redirects=False)
        assert 'href="/lokalekonomidagarna/2027/register"' in visitor.text(JOIN)
    assert answer.status_code == 409
    assert "Den biljetten går inte att vänta på just nu." in answer.text
    assert await statuses(db, edition) == {}


async def test_a_page_that_was_open_for_too_long_keeps_what_was_typed(db: Database, edition: Edition) -> None:
    await sold_out(db, edition)
    with browser(db) as visitor:
        answer = visitor.client.post(JOIN, data={**VERA, "csrf_token": "old"}, follow_redirects=False)
    assert answer.status_code == 403
    assert 'value="Vera Väntar"' in answer.text


async def test_the_own_page_tells_the_place_and_lets_leave(db: Database, edition: Edition) -> None:
    type_id, _ = await sold_out(db, edition)
    _, second = await make_queue(db, edition, type_id, 2)
    path = (await entry(db, second)).path
    with browser(db) as visitor:
        assert "Plats i kön 2" in visitor.visible(path)
        assert visitor.get(path).headers["cache-control"] == "no-store"
        assert visitor.post(f"{path}leave", {}, page=path).headers["location"] == path
        assert "Du står inte längre på väntelistan." in visitor.visible(path)
        assert visitor.get("/waiting/UNKNOWN/").status_code == 404
    assert await statuses(db, edition) == {"Nr1": "waiting", "Nr2": "left"}


async def test_the_own_page_leads_from_an_offer_to_registration(db: Database, edition: Edition) -> None:
    type_id, _ = await sold_out(db, edition)
    offered = await make_entry(db, edition, type_id, status="offered", offer_ends_at=edition.starts_at)
    late = await make_entry(db, edition, type_id, "Nils", status="offered", offer_ends_at=now())
    secret = (await entry(db, offered)).secret
    with browser(db) as visitor:
        assert f'href="/lokalekonomidagarna/2027/register?offer={secret}"' in visitor.text(f"/waiting/{secret}/")
        assert visitor.get(f"/lokalekonomidagarna/2027/register?offer={secret}").headers["x-robots-tag"] == "noindex"
        shown = visitor.visible((await entry(db, late)).path)
    assert "Tiden för erbjudandet är ute, och platsen har gått vidare till nästa i kön." in shown


async def test_somebody_who_has_booked_cannot_leave(db: Database, edition: Edition) -> None:
    type_id, _ = await sold_out(db, edition)
    booked = await make_entry(db, edition, type_id)
    path = (await entry(db, booked)).path
    with browser(db) as visitor:
        token = visitor.token(path)
        await db.execute(update(waiting_entries).values(status="accepted"))
        answer = visitor.client.post(f"{path}leave", data={"csrf_token": token}, follow_redirects=False)
    assert answer.status_code == 409
    assert "Du har bokat platsen." in answer.text


async def test_the_office_shows_each_list_in_its_order(db: Database, edition: Edition, office: Browser) -> None:
    assert "Ingen har ställt sig i kö." in office.visible(OFFICE)
    type_id, _ = await sold_out(db, edition)
    await make_entry(db, edition, type_id, "Lena", status="left")
    await make_queue(db, edition, type_id, 2)
    shown = office.visible(OFFICE)
    assert "2 väntar · 0 har erbjudanden · 0 platser lediga" in shown
    assert sorted(("Lena", "Nr1", "Nr2"), key=shown.index) == ["Nr1", "Nr2", "Lena"]


async def test_a_long_list_is_shown_whole_when_asked_for(db: Database, edition: Edition, office: Browser) -> None:
    type_id, _ = await sold_out(db, edition)
    await make_queue(db, edition, type_id, MOST + 2)
    first = office.visible(OFFICE)
    assert (f"Nr{MOST} " in first, f"Nr{MOST + 1} " in first) == (True, False)
    assert f"De första {MOST} av {MOST + 2} visas." in first
    assert f"Nr{MOST + 2} " in office.visible(f"{OFFICE}?type={type_id}")


async def test_the_office_offers_a_new_seat_out_of_turn(db: Database, edition: Edition, office: Browser) -> None:
    type_id, quota = await sold_out(db, edition)
    _, second = await make_queue(db, edition, type_id, 2)
    refused = office.post(f"{OFFICE}/{second}/offer", {}, page=OFFICE)
    assert refused.status_code == 409
    assert "Alla platser är tagna." in refused.text
    assert office.post(f"{OFFICE}/{second}/offer", {"seat": "new"}, page=OFFICE).status_code == 303
    assert await statuses(db, edition) == {"Nr1": "waiting", "Nr2": "offered"}
    assert await db.fetch_val(select(quotas.c.size).where(quotas.c.id == quota)) == 1
    again = office.post(f"{OFFICE}/{second}/offer", {"seat": "new"}, page=OFFICE)
    assert again.status_code == 409
    assert "Läget har ändrats" in again.text


async def test_the_office_takes_people_off_the_list(db: Database, edition: Edition, office: Browser) -> None:
    type_id, _ = await sold_out(db, edition)
    first, second = await make_queue(db, edition, type_id, 2)
    await db.execute(update(waiting_entries).where(waiting_entries.c.id == second).values(status="accepted"))
    assert office.post(f"{OFFICE}/{first}/remove", {}, page=OFFICE).status_code == 303
    assert office.post(f"{OFFICE}/{second}/remove", {}, page=OFFICE).status_code == 409
    assert await statuses(db, edition) == {"Nr1": "left", "Nr2": "accepted"}


async def test_the_office_says_how_long_offers_hold(db: Database, edition: Edition, office: Browser) -> None:
    assert office.form(OFFICE)["offer_hours"] == "48"
    assert office.post(OFFICE, {"offer_hours": "0"}).status_code == 422
    assert office.post(OFFICE, {"offer_hours": "24"}).status_code == 303
    assert await db.fetch_val(select(editions.c.offer_hours)) == 24


async def test_another_conference_s_entries_cannot_be_reached(db: Database, edition: Edition, office: Browser) -> None:
    other = await make_edition(db, slug="2028")
    theirs = await make_entry(db, other, await make_ticket_type(db, other))
    for what in ("offer", "remove"):
        assert office.post(f"{OFFICE}/{theirs}/{what}", {}, page=OFFICE).status_code == 404


async def test_a_quota_that_grows_calls_for_who_waits(db: Database, edition: Edition, office: Browser) -> None:
    type_id, quota = await sold_out(db, edition)
    await make_queue(db, edition, type_id, 1)
    path = f"/organiser/lokalekonomidagarna/2027/quotas/{quota}"
    assert office.post(path, {"name": "ordinarie", "size": "1"}).status_code == 303
    office.do_called_duties()
    assert await statuses(db, edition) == {"Nr1": "offered"}
