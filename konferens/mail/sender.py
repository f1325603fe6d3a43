"""Takes messages out of the outbox and hands them to the transport, for as long as the process lives.

Every web process runs one; a message is claimed by one of them at a time. It goes out at least once: when a process dies
between the mail server's yes and our note of it, another one sends it again with the same Message-ID.
"""

import asyncio
import logging
import random
import time

from konferens.clock import now
from konferens.database import Database
from konferens.mail.actions import claim_due, mark_failed, mark_sent
from konferens.mail.mime import build_message
from konferens.mail.model import MAX_ATTEMPTS, AttachmentMaker, OutgoingMail, pause_after
from konferens.mail.transport import MailTransport, PermanentMailError
from konferens.outbox import OutboxWorker

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 3
"""Messages on their way at the same time."""

LONGEST_REST = 2.0
REST = 3.0
"""Times the processor time that a claim of messages took, before the next: people who register come before mail."""


class Sender(OutboxWorker):
    """The worker of the mails' outbox."""

    def __init__(
        self,
        db: Database,
        transport: MailTransport,
        attachments: AttachmentMaker,
        *,
        mail_from: str,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        super().__init__(poll_seconds)
        self._db = db
        self._transport = transport
        self._attachments = attachments
        self._mail_from = mail_from

    async def work(self) -> int:
        """Send one claim of what is due, and rest after it."""
        began = time.process_time()
        sent = await self.send_due()
        if sent:
            await asyncio.sleep(min(REST * (time.process_time() - began), LONGEST_REST))
        return sent

    async def send_due(self) -> int:
        """Send one claim of what is due and give how many messages it had."""
        mails = await claim_due(self._db, limit=AT_ONCE)
        await asyncio.gather(*(self._send(mail) for mail in mails))
        return len(mails)

    async def _send(self, mail: OutgoingMail) -> None:
        try:
            made = [await self._attachments(mail, name) for name in mail.attachments]
            message = build_message(mail, [attachment for attachment in made if attachment], mail_from=self._mail_from)
            await self._transport.send(message, to=mail.to_email)
        except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
            await self._note_failure(mail, error)
        else:
            await mark_sent(self._db, mail.id)

    async def _note_failure(self, mail: OutgoingMail, error: Exception) -> None:
        is_final = isinstance(error, PermanentMailError) or mail.attempts >= MAX_ATTEMPTS
        log.warning(
            "mail %s failed (attempt %d%s): %s", mail.id, mail.attempts, ", the last" if is_final else "", error
        )
        again = None if is_final else now() + pause_after(mail.attempts, random.random())  # noqa: S311 - spreads load
        await mark_failed(self._db, mail.id, f"{type(error).__name__}: {error}", try_again_at=again)
