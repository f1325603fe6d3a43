"""Mail that came back, from the report to the order's page."""

import io
import sys
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.bounces import Bounce, note_bounce, read_bounce
from konferens.mail.model import MailStatus, OutgoingMail
from konferens.mail.queries import mails_of
from konferens.tables import mail_outbox, orders
from tests.browser import Browser
from tests.factories import make_order, make_ticket_type

OFFICE = "/organiser/lokalekonomidagarna/2027"

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mail.example.org>
To: konferens@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
MIME-Version: 1.0

--B
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Tue, 24 Nov 2026 19:00:00 +0100

Final-Recipient: rfc822; asa@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <asa@example.org>:
    Recipient address rejected

--B
{returned}
--B--
"""
HEADERS_ONLY = "Content-Type: text/rfc822-headers\n\nFrom: konferens@example.org\nMessage-ID:\n {message_id}\n"
WHOLE = "Content-Type: message/rfc822\n\nFrom: konferens@example.org\nMessage-ID: {message_id}\n\nHej!\n"


def report(message_id: str, *, action: str = "failed", returned: str = HEADERS_ONLY) -> bytes:
    return REPORT.format(action=action, returned=returned.format(message_id=message_id)).replace("\n", "\r\n").encode()


async def sent_mail(db: Database, edition: Edition) -> OutgoingMail:
    await make_ticket_type(db, edition)
    await make_order(db, edition)
    await db.execute(update(mail_outbox).values(status="sent"))
    (mail,) = await mails_of(db, edition.id)
    return mail


@pytest.mark.parametrize("returned", [HEADERS_ONLY, WHOLE], ids=["headers", "whole"])
def test_a_report_names_the_message_and_the_reason(returned: str) -> None:
    assert read_bounce(report("<order_paid.x@example.org>", returned=returned)) == Bounce(
        "<order_paid.x@example.org>",
        "asa@example.org: 5.1.1 550 5.1.1 <asa@example.org>: Recipient address rejected",
    )


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_anything_but_failure_is_no_bounce(action: str) -> None:
    assert read_bounce(report("<x@example.org>", action=action)) is None


def test_other_mail_is_no_bounce() -> None:
    reply = EmailMessage(policy=SMTP)
    reply["Subject"] = "Re: Anmälan"
    reply.set_content("Tack!")
    assert read_bounce(reply.as_bytes()) is None
    for rubbish in (
        b"",
        b"\x00\xff" * 50,
        report("<x@example.org>")[:420],
        b"Content-Type: message/delivery-status\n\nx",
    ):
        assert read_bounce(rubbish) is None


async def test_the_message_is_marked_with_the_reason(db: Database, edition: Edition) -> None:
    mail = await sent_mail(db, edition)
    bounce = read_bounce(report(mail.message_id))
    assert bounce is not None
    assert await note_bounce(db, bounce) == mail.id
    (bounced,) = await mails_of(db, edition.id)
    assert (bounced.status, bounced.last_error) == (MailStatus.BOUNCED, bounce.reason)
    assert await note_bounce(db, Bounce("<unknown@example.org>", "")) is None


async def test_one_that_is_sent_again_already_stays_in_the_queue(db: Database, edition: Edition) -> None:
    mail = await sent_mail(db, edition)
    await db.execute(update(mail_outbox).values(status="queued"))
    assert await note_bounce(db, Bounce(mail.message_id, "550")) is None


async def test_the_command_reads_a_report_from_a_mail_server_s_pipe(
    db: Database,
    edition: Edition,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mail = await sent_mail(db, edition)
    import asyncio

    from konferens.cli import main

    def run(content: bytes) -> tuple[object, str]:
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setattr(sys, "argv", ["konferens", "bounce"])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    assert await asyncio.to_thread(run, report(mail.message_id)) == (0, f"mail {mail.id} bounced\n")
    assert (await asyncio.to_thread(run, b"Subject: Tack\n\nHej"))[0] == 0
    monkeypatch.setattr("konferens.cli.load_settings", _nowhere)
    assert (await asyncio.to_thread(run, report(mail.message_id)))[0] == 75  # EX_TEMPFAIL: the server keeps it


def _nowhere(environ: dict[str, str]) -> object:
    from konferens.settings import load_settings

    return load_settings({**environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"})


async def test_the_office_sees_what_came_back_and_sends_it_to_the_mended_address(
    db: Database, edition: Edition, office: Browser
) -> None:
    mail = await sent_mail(db, edition)
    await note_bounce(db, Bounce(mail.message_id, "asa@example.org: 550 <okänd>"))
    order_page = office.text(f"{OFFICE}/orders/{(await _order_code(db))}")
    assert "550 &lt;okänd&gt;" in order_page
    assert "Studsade" in order_page
    assert "Ett mejl har inte kommit fram" in order_page
    page = f"{OFFICE}/mail/{mail.id}"
    assert "Mejlet kom tillbaka" in office.text(page)
    assert "Rätta den i bokningen" in office.text(page)
    await db.execute(update(orders).values(buyer_email="anna.rätt@example.org"))
    assert "Skicka igen till anna.rätt@example.org" in office.text(page)
    assert office.post(f"{page}/retry", {}, page=page).status_code == 303
    (again,) = await mails_of(db, edition.id)
    assert again.to_email == "anna.rätt@example.org"
    assert again.status is not MailStatus.BOUNCED


async def test_a_message_to_somebody_who_left_the_order_keeps_its_address(
    db: Database, edition: Edition, office: Browser
) -> None:
    mail = await sent_mail(db, edition)
    await note_bounce(db, Bounce(mail.message_id, "550"))
    await db.execute(update(orders).values(buyer_name="Bo Lind", buyer_email="bo@example.org"))
    page = f"{OFFICE}/mail/{mail.id}"
    assert "bo@example.org" not in office.text(page)
    office.post(f"{page}/retry", {}, page=page)
    assert [each.to_email for each in await mails_of(db, edition.id)] == [mail.to_email]


async def _order_code(db: Database) -> str:
    from sqlalchemy import select

    return str(await db.fetch_val(select(orders.c.code)))


async def test_a_report_with_zero_bytes_is_noted_without_them(db: Database, edition: Edition) -> None:
    mail = await sent_mail(db, edition)
    hostile = report(mail.message_id).replace(b"550", b"\x00550").replace(b"Recipient address", b"\xff\x00address")
    bounce = read_bounce(hostile)
    assert bounce is not None
    assert await note_bounce(db, bounce) == mail.id
    assert "\x00" not in bounce.reason
    assert bounce.reason.startswith("asa@example.org: 5.1.1 550")
