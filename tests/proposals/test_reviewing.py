"""Judging proposals: who sees what, who may go where, and the way through the unread."""

import re

import pytest

from konferens.accounts.actions import remove_user
from konferens.accounts.model import Role
from konferens.database import Database
from konferens.events.model import Edition
from konferens.proposals.model import Viewer, as_seen_by
from konferens.proposals.queries import call_of, find_judged, proposals_where, reviews_of
from konferens.tables import proposals, users
from tests.browser import Browser, browser
from tests.colleagues.letters import mailed_links
from tests.factories import make_edition, make_login
from tests.proposals.factories import KAJSA, OLLE, grant, open_call, person, propose, reviewer
from tests.registration.office import counted_queries

OFFICE = "/organiser/lokalekonomidagarna/2027/"
LIST = f"{OFFICE}proposals"
GOOD = {"score": "4", "comment": "Bra och konkret", "do": "stay"}


def judge(visitor: Browser, code: str, values: dict[str, str]) -> int:
    return int(visitor.post(f"{LIST}/{code}/review", values, page=f"{LIST}/{code}").status_code)


async def test_reviewers_see_others_scores_after_their_own(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    code = (await propose(db, edition)).code
    await propose(db, edition, "Ett utkast", OLLE, submit=False)
    first, _ = await reviewer(db, edition, "rut@example.org")
    second, _ = await reviewer(db, edition, "sven@example.org")
    with browser(db, first) as rut, browser(db, second) as sven:
        assert "1 förslag, 1 som du inte har bedömt." in rut.visible(LIST)
        assert judge(rut, code, {"comment": "Utan betyg"}) == 422
        assert judge(rut, code, GOOD) == 303
        before = sven.visible(f"{LIST}/{code}")
        assert ("Bra och konkret" in before, "Du ser vad andra tycker när du har satt ditt betyg." in before) == (
            False,
            True,
        )
        assert "Inte bedömt av dig" in sven.visible(f"{LIST}?sort=mean")
        assert judge(sven, code, {"score": "1", "comment": ""}) == 303
        assert "Bra och konkret" in sven.visible(f"{LIST}/{code}")
        assert "2,5 2 betyg, 1–4 ditt: 1" in sven.visible(LIST)
        assert judge(sven, code, {"score": "3", "comment": ""}) == 303
        assert "3,5 2 betyg, 3–4 ditt: 3" in sven.visible(LIST)


@pytest.mark.parametrize("organises", [False, True])
async def test_who_has_an_interest_sees_no_scores(organises: bool, db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    own = await propose(db, edition, "Eget", person("Rut", "Rut@example.org"))
    other = await propose(db, edition, "Grannens", KAJSA)
    login, viewer = await reviewer(db, edition, "rut@example.org")
    if organises:
        await grant(db, edition, viewer, Role.ORGANISER)
    helper, _ = await reviewer(db, edition, "sven@example.org")
    with browser(db, helper) as sven, browser(db, login) as rut:
        assert {judge(sven, each.code, GOOD) for each in (own, other)} == {303}
        token = rut.token(f"{LIST}/{other.code}")
        answer = rut.client.post(f"{LIST}/{own.code}/review", data={**GOOD, "csrf_token": token})
        assert answer.status_code == 403
        assert judge(rut, other.code, {"score": "5", "comment": "x", "conflict": "y"}) == 303
        for each, why in ((own, "Ditt eget förslag"), (other, "Du är jävig")):
            page = rut.visible(f"{LIST}/{each.code}")
            assert ("Bra och konkret" in page, "4,0" in page) == (False, False)
            assert why in rut.visible(LIST)
    judged = await find_judged(db, edition, await call_of(db, edition.id), viewer, other.code)
    assert judged.own is not None
    assert (judged.own.score, judged.own.comment, judged.own.conflict) == (None, "", True)


async def test_a_decision_that_isnt_told_is_hidden_from_the_reviewer_who_proposed_it(
    db: Database, edition: Edition
) -> None:
    await open_call(db, edition)
    made = await propose(db, edition)
    await db.execute(proposals.update().values(status="rejected", session_code="ABC234"))
    [proposal] = await proposals_where(db, proposals.c.id == made.id)
    call = await call_of(db, edition.id)
    seen = as_seen_by(Viewer(1, "KAJSA@example.org", organises=False), call, proposal, []).proposal
    assert (seen.status, seen.session_code) == ("submitted", None)
    organiser = as_seen_by(Viewer(1, "kajsa@example.org", organises=True), call, proposal, [])
    assert (organiser.proposal, organiser.reviews) == (proposal, None)


NAMES = ("Kajsa", "Åberg", "kajsa@example.org", "Bymackarna", "Driver en mack", "Kommer med tåg", "Olle", "Pia")


async def test_a_blind_call_leaks_no_names_on_any_page(db: Database, edition: Edition) -> None:
    await open_call(db, edition, blind=True)
    proposal = await propose(db, edition, "Macken", KAJSA, OLLE)
    await propose(db, edition, "Bussen", person("Pia Berg", "pia@example.org"))
    login, viewer = await reviewer(db, edition, "rut@example.org")
    with browser(db, login) as rut:
        detail = f"{LIST}/{proposal.code}"
        assert judge(rut, proposal.code, GOOD) == 303
        pages = [LIST, detail, f"{LIST}?q=kajsa", f"{LIST}?q=bymackarna", f"{LIST}?sort=title&status=all"]
        texts = [rut.text(page) for page in pages]
        texts.append(rut.post(f"{detail}/review", {"score": "", "comment": "Hm"}, page=detail).text)
        leaked = [
            (number, word) for number, text in enumerate(texts) for word in (*NAMES, proposal.secret) if word in text
        ]
        assert leaked == []
        assert "Inget förslag passar in" in rut.visible(f"{LIST}?q=kajsa")
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        assert "Kajsa Åberg, Olle Lind" in organiser.visible(LIST)
        assert "Kommer med tåg." in organiser.visible(f"{LIST}/{proposal.code}")
    assert viewer.organises is False


async def test_an_open_call_shows_reviewers_names_but_no_addresses_and_no_notes(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition)
    login, _ = await reviewer(db, edition, "rut@example.org")
    with browser(db, login) as rut:
        page = rut.text(f"{LIST}/{proposal.code}")
        seen = [
            word for word in ("Kajsa Åberg", "kajsa@example.org", "Kommer med tåg", proposal.secret) if word in page
        ]
    assert seen == ["Kajsa Åberg"]


async def test_a_reviewer_gets_at_nothing_else(db: Database, edition: Edition) -> None:
    """Every other address of the office, and what only organisers do with proposals, is closed; the navigation shows one entry."""
    other = await make_edition(db, slug="2028")
    await open_call(db, edition)
    await open_call(db, other)
    proposal, foreign = await propose(db, edition), await propose(db, other, "Nästa års")
    login, _ = await reviewer(db, edition, "rut@example.org")
    with browser(db, login) as rut:
        text = rut.text(LIST)
        nav = text.partition('<nav class="office-nav"')[2].partition("</nav>")[0]
        assert re.findall(r'href="(/organiser/[^"]+)"', nav) == [LIST]
        assert "proposals/call" not in text
        closed = ["", "orders", "orders.csv", "speakers", "sessions", "mail", "settings", "privacy", "colleagues"]
        closed += ["proposals/call", "proposals/messages", "proposals.csv"]
        assert {page: rut.get(f"{OFFICE}{page}").status_code for page in closed} == dict.fromkeys(closed, 403)
        token = rut.token(f"{LIST}/{proposal.code}")
        for page in ("call", "decisions", "messages"):
            data = {"csrf_token": token, "code": proposal.code, "do": "accepted", "status": "accepted"}
            assert rut.client.post(f"{LIST}/{page}", data=data).status_code == 403
        abroad = LIST.replace("2027", "2028")
        assert {rut.get(page).status_code for page in (abroad, f"{abroad}/{foreign.code}", f"{abroad}/next")} == {403}
        assert rut.get(f"{LIST}/{foreign.code}").status_code == 404
        answer = rut.client.post(f"{abroad}/{foreign.code}/review", data={**GOOD, "csrf_token": token})
        assert answer.status_code == 403
        assert [rut.get(page).headers["location"] for page in ("/login", "/organiser/", "/organiser/proposals")] == [
            "/organiser/proposals",
            "/organiser/proposals",
            LIST,
        ]


async def test_those_who_only_check_in_review_nothing(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition)
    with browser(db, await make_login(db, Role.STAFF, edition, email="dorr@example.org")) as door:
        pages = (LIST, f"{LIST}/{proposal.code}", f"{LIST}/next", "/organiser/proposals")
        assert {door.get(page).status_code for page in pages} == {403}


async def test_the_way_through_the_unread(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    made = [await propose(db, edition, f"Nummer {n}", person("A", f"a{n}@example.org")) for n in range(3)]
    codes = [each.code for each in reversed(made)]
    login, _ = await reviewer(db, edition, "rut@example.org")
    way = []
    with browser(db, login) as rut:
        page = rut.get(f"{LIST}/next?after={codes[1]}").headers["location"]
        while page.startswith(f"{LIST}/"):
            way.append(page.rpartition("/")[2])
            answer = rut.post(f"{page}/review", {"score": "3", "comment": "", "do": "next"}, page=page)
            page = rut.get(answer.headers["location"]).headers["location"]
        assert "Du har bedömt alla förslag." in rut.visible(page)
    assert way == [codes[2], codes[0], codes[1]]


async def test_the_list_asks_the_same_however_many_there_are(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    login, _ = await reviewer(db, edition, "rut@example.org")
    asked = []
    with browser(db, login) as rut:
        for wanted in (1, 4):
            while len(await proposals_where(db, proposals.c.edition_id == edition.id)) < wanted:
                number = len(await proposals_where(db, proposals.c.edition_id == edition.id))
                made = await propose(db, edition, "Macken", person("A", f"a{number}@example.org"), OLLE)
                assert judge(rut, made.code, GOOD) == 303
            with counted_queries() as queries:
                assert rut.get(LIST).status_code == 200
            asked.append(len(queries))
    assert asked[0] == asked[1]


async def test_a_reviewer_of_two_conferences_chooses(db: Database, edition: Edition) -> None:
    other = await make_edition(db, slug="2028", published=False)
    login, viewer = await reviewer(db, edition, "rut@example.org")
    await grant(db, other, viewer, Role.REVIEWER)
    with browser(db, login) as rut:
        text = rut.text("/organiser/proposals")
    assert sorted(re.findall(r'href="(/organiser/loka[^"]+)"', text)) == [LIST, LIST.replace("2027", "2028")]


async def test_an_organiser_lets_somebody_review_who_lands_on_the_proposals(
    db: Database, edition: Edition, office: Browser
) -> None:
    colleagues = f"{OFFICE}colleagues"
    office.post(colleagues, {"email": "rut@example.org", "name": "Rut", "role": "reviewer"})
    [link] = await mailed_links(db, "rut@example.org")
    with browser(db) as rut:
        rut.post(link, {"password": "min egen mening"})
        answer = rut.post("/login", {"email": "rut@example.org", "password": "min egen mening"})
        assert answer.headers["location"] == "/organiser/proposals"
        assert rut.get("/organiser/proposals").headers["location"] == LIST
    rut_id = await db.fetch_val(users.select().with_only_columns(users.c.id).where(users.c.email == "rut@example.org"))
    assert "kommer inte längre åt förslagen" in office.visible(f"{colleagues}/{rut_id}/reviewer/delete")


async def test_an_account_that_is_removed_takes_its_reviews_along(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition)
    login, _ = await reviewer(db, edition, "rut@example.org")
    with browser(db, login) as rut:
        assert judge(rut, proposal.code, GOOD) == 303
    await remove_user(db, "rut@example.org")
    assert await reviews_of(db, proposal.id) == []
