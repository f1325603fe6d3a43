"""Mail: what is written into the outbox, and what its sender takes out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from konferens.i18n import gettext
from konferens.mail.facts import Facts

MAX_ATTEMPTS = 10
"""With the pauses below, a mail server may be away for about ten hours before a message counts as failed."""

_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=4)


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            MailStatus.QUEUED: gettext("I kö"),
            MailStatus.SENT: gettext("Skickat"),
            MailStatus.FAILED: gettext("Gick inte"),
            MailStatus.BOUNCED: gettext("Studsade"),
        }[self]

    @property
    def is_lost(self) -> bool:
        """Whether it won't reach its reader unless somebody does something."""
        return self in (MailStatus.FAILED, MailStatus.BOUNCED)


@dataclass(frozen=True, slots=True)
class MailText:
    """A message's wording: its subject, and its body as Markdown, both with {placeholders}."""

    subject: str
    body: str


OwnTexts = Mapping[tuple[str, str], MailText]
"""An edition's own wordings, by kind and language."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to render and queue: which `kind`, to whom, in which language, and the facts that its text can tell.

    `attachments` are names that the sender's attachment maker knows ('tickets.pdf', 'calendar.ics', 'seat-ABC234.ics').
    """

    kind: str
    to_name: str
    to_email: str
    language: str
    facts: Facts
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A message in the outbox. `reply_to` is the conference's own address, or ''. `attempts` counts the one under way.

    `ticket_id` is whose ticket it carries, None for all of the order's; `once_key` names a message that is never written twice.
    """

    id: int
    edition_id: int | None
    order_id: int | None
    kind: str
    message_id: str
    to_name: str
    to_email: str
    subject: str
    body_text: str
    body_html: str
    attachments: tuple[str, ...]
    status: MailStatus
    attempts: int
    next_attempt_at: datetime
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    ticket_id: int | None = None
    once_key: str | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail. `media_type` may have parameters: 'text/calendar; method=REQUEST'."""

    filename: str
    media_type: str
    content: bytes


AttachmentMaker = Callable[[OutgoingMail, str], Awaitable[Attachment | None]]
"""Makes the attachment with the given name for a message, when it is sent: it is then as fresh as can be. None leaves it
out, where what it would show has gone meanwhile."""


def pause_after(attempts: int, jitter: float) -> timedelta:
    """How long to wait after that many failed attempts: 15 s, doubled each time, at most 4 h; up to half more by `jitter`.

    `jitter` is from 0 to 1 and random, so that messages that failed together don't come back together.
    """
    pause = min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), _LONGEST_PAUSE)
    return pause * (1 + jitter / 2)
