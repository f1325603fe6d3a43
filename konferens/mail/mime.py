"""A message from the outbox as RFC 5322 and MIME: text and HTML side by side, attachments after them."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from konferens.mail.model import Attachment, OutgoingMail


def build_message(mail: OutgoingMail, attachments: Sequence[Attachment], *, mail_from: str) -> EmailMessage:
    """The finished message. `mail_from` is 'Name <address>' or an address.

    Header values come from data: EmailMessage encodes what isn't ASCII and refuses line ends, and names and subjects are
    flattened to one line before. Raises ValueError for an address that cannot be one.
    """
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(mail_from)
    message["From"] = _address(name, address)
    message["To"] = _address(mail.to_name, mail.to_email)
    if mail.reply_to:
        message["Reply-To"] = _address("", mail.reply_to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(mail.body_text)
    message.add_alternative(mail.body_html, subtype="html")
    for attachment in attachments:
        media_type, *parameters = attachment.media_type.split("; ")
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=_one_line(attachment.filename),
            params=dict(parameter.split("=", 1) for parameter in parameters),
        )
    return message


def _address(name: str, address: str) -> Address:
    """A mailbox for a header. The domain of an internationalised address is sent in its ASCII form (RFC 5890)."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or any(character.isspace() for character in address):
        raise ValueError(f"not an e-mail address: {address!r}")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"not an e-mail address: {address!r}") from error
    if not local.isascii():
        raise ValueError(f"an address that few mail servers take: {address!r}")
    return Address(display_name=_one_line(name), username=local, domain=domain)


def _one_line(text: str) -> str:
    return " ".join(text.split())
