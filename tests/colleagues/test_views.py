"""Forgotten passwords: the same answer to all, and links that work once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.accounts.queries import user_by_login
from konferens.accounts.signing_in import sign_in
from konferens.clock import now
from konferens.colleagues.actions import FORGOTTEN, send_password_link
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.actions import claim_due, mark_sent
from konferens.tables import attempts, mail_outbox, password_links
from tests.browser import browser
from tests.colleagues.letters import mailed_links
from tests.factories import make_edition

ASK = "/login/forgotten"
EVA = "eva@example.org"
PASSWORD = "en bra lång mening"
NEW = "en helt annan mening"


@pytest.fixture
async def eva(db: Database, edition: Edition) -> str:
    """Eva's login, on another machine."""
    await create_user(db, email=EVA, password=PASSWORD, role=Role.REVIEWER, edition_id=edition.id)
    return await sign_in(db, email=EVA, password=PASSWORD, address="192.0.2.1")


async def test_a_link_chooses_a_new_password_once_and_signs_out_everywhere(db: Database, eva: str) -> None:
    with browser(db) as visitor:
        assert f'href="{ASK}"' in visitor.text("/login")
        visitor.post(ASK, {"email": " Eva@Example.org"})
        [link] = await mailed_links(db, EVA)
        visitor.text(link)
        assert visitor.post(link, {"password": "kort"}).status_code == 422
        assert await user_by_login(db, eva) is not None
        assert visitor.post(link, {"password": NEW}).headers["location"] == "/login?notice=password"
        assert "Ditt nya lösenord gäller." in visitor.text("/login?notice=password")
        assert visitor.get(link).status_code == 404
        assert visitor.post(link, {"password": NEW}, page=ASK).status_code == 404
    assert await user_by_login(db, eva) is None
    assert await sign_in(db, email=EVA, password=NEW, address="192.0.2.1")


async def test_a_link_that_has_gone_stands_nowhere(db: Database, eva: str) -> None:
    await send_password_link(db, EVA, language="sv", base_url="http://testserver")
    [link] = await mailed_links(db, EVA)
    [mail] = await claim_due(db)
    await mark_sent(db, mail.id)
    stored = [str(dict(row)) for table in (password_links, mail_outbox) for row in await db.fetch_all(select(table))]
    assert link.rpartition("/")[2] not in "".join(stored)


async def test_the_mail_comes_in_the_name_of_a_conference_that_the_person_works_with(
    db: Database, edition: Edition, eva: str
) -> None:
    await make_edition(db, slug="2028", name="Det hemliga mötet", published=False)
    await make_edition(db, slug="2029", name="Ett annat möte")
    await create_user(db, email="bo@example.org", password=PASSWORD, role=Role.ADMIN)
    for email in (EVA, "bo@example.org"):
        await send_password_link(db, email, language="sv", base_url="http://testserver")
    texts = [row.body_text for row in await db.fetch_all(select(mail_outbox).order_by(mail_outbox.c.id))]
    assert [next(name for name in (edition.name, "Ett annat möte") if name in text) for text in texts] == [
        edition.name,
        "Ett annat möte",
    ]


async def test_nobody_learns_who_has_an_account(db: Database, eva: str) -> None:
    with browser(db) as visitor:
        answers = [visitor.post(ASK, {"email": email}) for email in (EVA, "bo@example.org")]
    pages = [answer.text.replace(EVA, "X").replace("bo@example.org", "X") for answer in answers]
    assert pages[0] == pages[1]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [row.to_email for row in await db.fetch_all(select(mail_outbox))] == [EVA]


async def test_links_are_not_asked_for_without_end(db: Database, eva: str) -> None:
    with browser(db) as visitor:
        codes = [visitor.post(ASK, {"email": EVA}).status_code for _ in range((FORGOTTEN.by_both or 0) + 1)]
        assert codes == [200, 200, 200, 429]
        assert "vänta 60 minuter" in visitor.post(ASK, {"email": EVA}).text
        await db.execute(update(attempts).values(attempted_at=now() - timedelta(minutes=61)))
        assert visitor.post(ASK, {"email": EVA}).status_code == 200


async def test_an_old_link_leads_to_a_new_one(db: Database, eva: str) -> None:
    with browser(db) as visitor:
        visitor.post(ASK, {"email": EVA})
        [link] = await mailed_links(db, EVA)
        await db.execute(update(password_links).values(expires_at=now()))
        page = visitor.get(link)
        assert (page.status_code, page.headers["referrer-policy"]) == (404, "same-origin")
        assert "Länken gäller inte längre" in page.text
        assert f'action="{ASK}"' in page.text


async def test_too_many_wrong_passwords_tell_how_long_to_wait(db: Database, eva: str) -> None:
    with browser(db) as visitor:
        wrong = {"email": EVA, "password": "fel"}
        codes = [visitor.post("/login", wrong).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]
        told = visitor.post("/login", wrong).text
    assert "Vänta 15 minuter och försök igen, eller välj ett nytt lösenord genom ”Glömt lösenordet?”." in told
