"""A real SMTP server that keeps what it is given."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Condition

from aiosmtpd.controller import Controller

ARRIVES_WITHIN = 30.0


class Mailbox:
    """Every message by its recipient, as it arrived. `url` is the server's address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._messages: list[tuple[list[str], bytes]] = []
        self._arrived = Condition()

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's
        with self._arrived:
            self._messages.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
            self._arrived.notify_all()
        return "250 OK"

    def letter(self, address: str, subject: str = "") -> EmailMessage:
        """The first message to `address` whose subject has the words; waits for it to arrive."""
        with self._arrived:
            found = self._arrived.wait_for(lambda: self._find(address, subject), ARRIVES_WITHIN)
        assert found, (
            f"no mail to {address} about {subject!r}; there is {[letter['Subject'] for letter in self.letters(address)]}"
        )
        return found

    def letters(self, address: str) -> list[EmailMessage]:
        """All that has arrived for `address`."""
        parsed = [message_from_bytes(content, policy=default) for to, content in self._messages if address in to]
        return [letter for letter in parsed if isinstance(letter, EmailMessage)]

    def _find(self, address: str, subject: str) -> EmailMessage | None:
        return next((letter for letter in self.letters(address) if subject in letter["Subject"]), None)


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def text_of(letter: EmailMessage, kind: str) -> str:
    """The letter's 'plain' or 'html' text."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def enclosed(letter: EmailMessage) -> dict[str, bytes]:
    """The files of the letter by their kind: 'application/pdf', 'text/calendar'."""
    return {part.get_content_type(): part.get_payload(decode=True) for part in letter.iter_attachments()}  # type: ignore[misc]


def links(text: str) -> list[str]:
    """The addresses in a plain text, in order."""
    return re.findall(r"https?://\S+", text)
