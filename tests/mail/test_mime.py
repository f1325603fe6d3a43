"""Messages as they go out."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from konferens.mail.mime import build_message
from konferens.mail.model import Attachment, MailStatus, OutgoingMail

MOMENT = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
MAIL = OutgoingMail(
    id=1,
    edition_id=1,
    order_id=1,
    kind="order_confirmation",
    message_id="<order_confirmation.abc@konferens.example.org>",
    to_name="Åsa Öberg, Byalaget",
    to_email="asa@example.org",
    subject="Anmälan till Lokalekonomidagarna",
    body_text="Hej Åsa!\n",
    body_html="<p>Hej Åsa!</p>\n",
    attachments=("tickets.pdf",),
    status=MailStatus.QUEUED,
    attempts=1,
    next_attempt_at=MOMENT,
    last_error="",
    created_at=MOMENT,
    sent_at=None,
    reply_to="info@example.org",
)
SENDER = "Konferens <konferens@example.org>"


def read(mail: OutgoingMail, *attachments: Attachment) -> EmailMessage:
    message = message_from_bytes(build_message(mail, attachments, mail_from=SENDER).as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_headers() -> None:
    message = read(MAIL)
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Åsa Öberg, Byalaget", "asa@example.org")
    assert message["From"] == SENDER
    assert message["Reply-To"] == "info@example.org"
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MOMENT
    assert message["Auto-Submitted"] == "auto-generated"


def test_text_html_and_attachments() -> None:
    message = read(MAIL, Attachment("biljett.pdf", "application/pdf", b"%PDF-1.7"))
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["Hej Åsa!"]
    assert html.get_content().splitlines() == ["<p>Hej Åsa!</p>"]
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type(), attached.get_content()) == (
        "biljett.pdf",
        "application/pdf",
        b"%PDF-1.7",
    )


def test_line_ends_in_names_and_subjects_make_no_headers() -> None:
    message = read(replace(MAIL, to_name="Åsa\r\nBcc: alla@example.org", subject="Hej\nBcc: alla@example.org"))
    assert message["Bcc"] is None
    assert message["To"].addresses[0].display_name == "Åsa Bcc: alla@example.org"
    assert message["Subject"] == "Hej Bcc: alla@example.org"


def test_a_swedish_domain_is_written_in_ascii() -> None:
    message = read(replace(MAIL, to_email="asa@landsbygdsbolaget-åre.se"))
    assert message["To"].addresses[0].addr_spec == "asa@xn--landsbygdsbolaget-re-e0b.se"


@pytest.mark.parametrize(
    "address", ["", "asa", "asa@", "@example.org", "asa@example.org\nBcc: x@example.org", "a b@example.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        build_message(replace(MAIL, to_email=address), [], mail_from=SENDER)
