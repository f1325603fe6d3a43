"""Mail that came back: delivery status notifications (RFC 3464) and the messages that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from sqlalchemy import update

from konferens.database import Database
from konferens.mail.model import MailStatus
from konferens.tables import mail_outbox

MAX_SIZE = 40_000_000
"""Bytes of a report that are read: servers may return the whole message, attachments too."""

_MAX_REASON = 1000


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that a mail server gave up on: its Message-ID, '' where the report doesn't name it, and why, in its words."""

    message_id: str
    reason: str


def read_bounce(content: bytes) -> Bounce | None:
    """What a mail says of a message of ours that didn't arrive; None when it isn't such a report.

    Reports of delays, and of messages that did arrive, are none (RFC 3464 §2.3.3: Action). Malformed mail is read as far as
    it goes, and never an error.
    """
    report = message_from_bytes(content[:MAX_SIZE])
    failed = [block for block in _status_blocks(report) if _field(block, "Action").casefold() == "failed"]
    if not failed:
        return None
    return Bounce(message_id=_returned_id(report), reason=" · ".join(_reason(block) for block in failed)[:_MAX_REASON])


def _status_blocks(report: Message) -> Iterator[Message]:
    """The fields of each recipient; the first block of a report is about the message."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(blocks := part.get_payload(), list):
            yield from (block for block in blocks if isinstance(block, Message) and "Action" in block)


def _reason(block: Message) -> str:
    """'asa@example.org: 5.1.1 550 No such user'."""
    recipient = _typed(block, "Original-Recipient") or _typed(block, "Final-Recipient")
    told = f"{_field(block, 'Status')} {_typed(block, 'Diagnostic-Code')}".strip()
    return f"{recipient}: {told}" if recipient else told


def _typed(block: Message, name: str) -> str:
    """A field's value without its type: 'rfc822; asa@example.org', 'smtp; 550 No such user'."""
    value = _field(block, name)
    return value.partition(";")[2].strip() if ";" in value else value


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).replace("\x00", "").split())  # NUL: PostgreSQL can't hold it


def _returned_id(report: Message) -> str:
    """From the headers of the message that was returned, or else from what the report says that it answers."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822" and isinstance(inner := part.get_payload(), list) and inner:
            found = _field(inner[0], "Message-ID") if isinstance(inner[0], Message) else ""
        elif part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            found = _field(message_from_bytes(headers if isinstance(headers, bytes) else b""), "Message-ID")
        else:
            continue
        if found:
            return found
    return _field(report, "In-Reply-To")


async def note_bounce(db: Database, bounce: Bounce) -> int | None:
    """The message that the report is about has bounced. Gives its id, None when it isn't one that we sent.

    One that is to be sent again already stays in the queue.
    """
    row = await db.fetch_one(
        update(mail_outbox)
        .where(mail_outbox.c.message_id == bounce.message_id, mail_outbox.c.status == MailStatus.SENT.value)
        .values(status=MailStatus.BOUNCED.value, last_error=bounce.reason)
        .returning(mail_outbox.c.id)
    )
    return int(row.id) if row else None
