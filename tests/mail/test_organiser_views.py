"""The outbox in the office."""

import pytest
from sqlalchemy import insert, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import mail_outbox
from tests.browser import Browser
from tests.factories import make_edition, make_order, make_ticket_type
from tests.registration.office import counted_queries

OFFICE = "/organiser/lokalekonomidagarna/2027"


async def make_mail(db: Database, edition: Edition, number: int = 1, **values: object) -> int:
    columns = {
        "edition_id": edition.id,
        "kind": "order_confirmation",
        "message_id": f"<{edition.id}.{number}@example.org>",
        "to_name": "Åsa",
        "to_email": f"asa{number}@example.org",
        "subject": f"Ämne {number}",
        "body_text": "Hej <Åsa>",
        "body_html": "<h1>Hej</h1><script>alert(1)</script>",
        "attachments": ["tickets.pdf"],
        "status": "sent",
        "next_attempt_at": now(),
        "created_at": now(),
        **values,
    }
    return int(await db.fetch_val(insert(mail_outbox).values(**columns).returning(mail_outbox.c.id)))


async def test_the_list_tells_what_did_not_go_and_why(db: Database, edition: Edition, office: Browser) -> None:
    await make_mail(db, edition, 1)
    await make_mail(db, edition, 2, status="failed", attempts=10, last_error="550 <okänd> mottagare")
    page = office.text(f"{OFFICE}/mail")
    assert "Alla (2)" in page
    assert "550 &lt;okänd&gt; mottagare" in page
    narrowed = office.text(f"{OFFICE}/mail?status=failed")
    assert "Ämne 2" in narrowed
    assert "Ämne 1" not in narrowed


async def test_without_a_mail_server_the_list_says_where_letters_go(office: Browser) -> None:
    page = office.text(f"{OFFICE}/mail")
    assert "Inga mejl skickas" in page
    assert str(office.client.app.state.settings.data_dir / "mail") in page  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", ["status=borta", "before=x", "before=99999999999999"])
async def test_a_strange_address_shows_the_list(db: Database, edition: Edition, office: Browser, query: str) -> None:
    await make_mail(db, edition)
    assert "Ämne 1" in office.text(f"{OFFICE}/mail?{query}")


async def test_the_list_goes_on_where_the_last_page_ended(db: Database, edition: Edition, office: Browser) -> None:
    for number in range(51):
        await make_mail(db, edition, number)
    first = office.text(f"{OFFICE}/mail")
    assert "Ämne 50<" in first
    assert "Ämne 0<" not in first
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Ämne 0<" in office.text(following)


async def test_a_letter_is_shown_as_its_reader_sees_it(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    mail_id = await db.fetch_val(select(mail_outbox.c.id))
    page = office.text(f"{OFFICE}/mail/{mail_id}")
    assert f'<iframe class="mail-frame" sandbox src="{OFFICE}/mail/{mail_id}/html"' in page
    assert f"{OFFICE}/orders/{order.code}" in page
    assert "tickets.pdf, calendar.ics" in page
    assert order.path in page


async def test_a_letters_html_can_do_nothing(db: Database, edition: Edition, office: Browser) -> None:
    mail_id = await make_mail(db, edition)
    assert "<h1>" not in office.text(f"{OFFICE}/mail/{mail_id}").partition("<main")[2].partition("<iframe")[2]
    response = office.get(f"{OFFICE}/mail/{mail_id}/html")
    assert response.text == "<h1>Hej</h1><script>alert(1)</script>"
    rules = dict(rule.strip().partition(" ")[::2] for rule in response.headers["content-security-policy"].split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert response.headers["x-frame-options"] == "SAMEORIGIN"


async def test_a_failed_letter_is_sent_again(db: Database, edition: Edition, office: Browser) -> None:
    mail_id = await make_mail(db, edition, status="failed", attempts=10, last_error="550")
    page = f"{OFFICE}/mail/{mail_id}"
    done = office.post(f"{page}/retry", {}, page=page)
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?notice=retried")
    row = await db.fetch_one(select(mail_outbox))
    assert row is not None
    assert row.status in ("queued", "sent")


async def test_a_letter_that_went_is_not_sent_again(db: Database, edition: Edition, office: Browser) -> None:
    mail_id = await make_mail(db, edition)
    assert office.post(f"{OFFICE}/mail/{mail_id}/retry", {}, page=f"{OFFICE}/quotas/new").status_code == 409


async def test_another_editions_letters_are_not_found(db: Database, office: Browser) -> None:
    mail_id = await make_mail(db, await make_edition(db, "drivmedel"), status="failed")
    assert "Ämne 1" not in office.text(f"{OFFICE}/mail")
    for path in (f"mail/{mail_id}", f"mail/{mail_id}/html", "mail/999999999"):
        assert office.get(f"{OFFICE}/{path}").status_code == 404
    assert office.post(f"{OFFICE}/mail/{mail_id}/retry", {}, page=f"{OFFICE}/quotas/new").status_code == 404


async def test_the_list_asks_as_often_for_many_as_for_one(db: Database, edition: Edition, office: Browser) -> None:
    office.text(f"{OFFICE}/mail")
    counts = []
    for n in (1, 3):
        for number in range(n):
            await make_mail(db, edition, 10 * n + number)
        await db.execute(update(mail_outbox).values(status="failed"))
        with counted_queries() as seen:
            office.text(f"{OFFICE}/mail")
        counts.append(len(seen))
    assert counts[0] == counts[1]
