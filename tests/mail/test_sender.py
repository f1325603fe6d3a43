"""The sender against a real mail server, one that fails too."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from sqlalchemy import update

from konferens.clock import now
from konferens.database import Database
from konferens.mail.actions import claim_due, queue_mail
from konferens.mail.model import MAX_ATTEMPTS, Attachment, MailStatus, OutgoingMail, pause_after
from konferens.mail.queries import mails_of
from konferens.mail.sender import Sender
from konferens.mail.transport import FileTransport, MailTransport, SmtpTransport, open_transport
from konferens.registration import letters
from konferens.tables import mail_outbox
from tests.factories import make_edition, make_order, make_ticket_type

BASE_URL = "https://konferens.example.org"


class Inbox:
    """A mail server's handler that gives `answers` to one message after the other, and then takes everything."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.messages: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.messages.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 OK"


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[SmtpTransport]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield SmtpTransport(f"smtp://127.0.0.1:{port}", timeout=5)
    finally:
        controller.stop()


async def arrival(folder: Path) -> Path:
    """The first message that is written into `folder`."""
    async with asyncio.timeout(10):
        while not (found := await asyncio.to_thread(lambda: list(folder.glob("*.eml")))):  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0.01)
    return found[0]


async def attach(mail: OutgoingMail, name: str) -> Attachment:
    return Attachment(name, "application/pdf", f"{name} for {mail.id}".encode())


def sender(db: Database, transport: MailTransport, *, poll_seconds: float = 60) -> Sender:
    return Sender(db, transport, attach, mail_from="Konferens <konferens@example.org>", poll_seconds=poll_seconds)


async def make_due(db: Database) -> None:
    await db.execute(update(mail_outbox).values(next_attempt_at=now() - timedelta(seconds=1)))


async def queue_one(db: Database) -> None:
    edition = await make_edition(db, contact_email="info@example.org")
    await make_ticket_type(db, edition)
    await make_order(db, edition)


async def outbox(db: Database) -> list[OutgoingMail]:
    return await mails_of(db, 1)


async def test_a_message_arrives_with_its_attachments(db: Database) -> None:
    await queue_one(db)
    inbox = Inbox()
    with mail_server(inbox) as transport:
        assert await sender(db, transport).send_due() == 1
        assert await sender(db, transport).send_due() == 0
    ((recipients, content),) = inbox.messages
    message = message_from_bytes(content, policy=default)
    assert recipients == ["anna.oberg@example.org"]
    assert message["Reply-To"] == "info@example.org"
    assert [part.get_filename() for part in message.iter_attachments()] == ["tickets.pdf", "calendar.ics"]
    (mail,) = await outbox(db)
    assert (mail.status, mail.attempts, mail.sent_at is not None) == (MailStatus.SENT, 1, True)


async def test_a_server_that_is_busy_gets_the_same_message_later(db: Database) -> None:
    await queue_one(db)
    inbox = Inbox("451 Try again later")
    with mail_server(inbox) as transport:
        await sender(db, transport).send_due()
        (mail,) = await outbox(db)
        assert (mail.status, mail.attempts) == (MailStatus.QUEUED, 1)
        assert "451" in mail.last_error
        assert mail.next_attempt_at > now() + timedelta(seconds=10)
        assert await sender(db, transport).send_due() == 0
        await make_due(db)
        await sender(db, transport).send_due()
    (again,) = await outbox(db)
    assert (again.status, again.attempts, again.message_id) == (MailStatus.SENT, 2, mail.message_id)
    assert len(inbox.messages) == 1


async def test_a_message_that_is_refused_for_good_is_not_sent_again(db: Database) -> None:
    await queue_one(db)
    with mail_server(Inbox("550 No such mailbox")) as transport:
        await sender(db, transport).send_due()
    (mail,) = await outbox(db)
    assert (mail.status, mail.attempts) == (MailStatus.FAILED, 1)


async def test_a_server_that_is_away_is_given_up_after_ten_attempts(db: Database) -> None:
    await queue_one(db)
    away = SmtpTransport("smtp://127.0.0.1:1", timeout=2)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        await make_due(db)
        assert await sender(db, away).send_due() == 1
        (mail,) = await outbox(db)
        assert mail.attempts == attempt
    assert mail.status is MailStatus.FAILED


async def test_one_bad_message_does_not_stop_the_others(db: Database) -> None:
    await queue_one(db)
    edition = await make_edition(db, slug="2028")
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    draft = letters.paid(edition, order, BASE_URL)
    bad = replace(draft, to_name="", to_email="not an address")
    await queue_mail(db, bad, base_url=BASE_URL, edition_id=edition.id)
    inbox = Inbox()
    with mail_server(inbox) as transport:
        await sender(db, transport).send_due()
    assert len(inbox.messages) == 2
    assert sorted(mail.status for mail in await mails_of(db, edition.id)) == [MailStatus.QUEUED, MailStatus.SENT]


async def test_two_senders_never_claim_the_same_message(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    for _ in range(20):
        await make_order(db, edition)
    claims = await asyncio.gather(*(claim_due(db, limit=5) for _ in range(6)))
    claimed = [mail.id for claim in claims for mail in claim]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) + len(await claim_due(db, limit=50)) == 20
    assert await claim_due(db) == []


@asynccontextmanager
async def running(worker: Sender) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_running_sender_sends_at_once_when_it_is_woken(db: Database, tmp_path: Path) -> None:
    worker = sender(db, FileTransport(tmp_path), poll_seconds=60)
    async with running(worker):
        await asyncio.sleep(0.1)
        await queue_one(db)
        worker.wake()
        assert (await arrival(tmp_path)).name.startswith("order_confirmation.")


async def test_a_running_sender_finds_what_others_queued(db: Database, tmp_path: Path) -> None:
    async with running(sender(db, FileTransport(tmp_path), poll_seconds=0.05)):
        await asyncio.sleep(0.1)
        await queue_one(db)
        assert (await arrival(tmp_path)).name.startswith("order_confirmation.")


async def test_without_a_server_messages_are_files(db: Database, tmp_path: Path) -> None:
    await queue_one(db)
    await sender(db, open_transport("", tmp_path)).send_due()
    (file,) = (tmp_path / "mail").iterdir()
    (mail,) = await outbox(db)
    assert file.name == f"{mail.message_id.strip('<>')}.eml"
    assert message_from_bytes(file.read_bytes(), policy=default)["Message-ID"] == mail.message_id


def test_pauses_grow_to_four_hours() -> None:
    seconds = [pause_after(attempts, 0.0).total_seconds() for attempts in (1, 2, 3, 9, 20, 1000)]
    assert seconds == [15, 30, 60, 3840, 14_400, 14_400]
    assert pause_after(1, 1.0) == timedelta(seconds=22.5)
