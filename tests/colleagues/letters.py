"""The links that were mailed, also by a sender that has emptied the outbox meanwhile."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import select

from konferens.database import Database
from konferens.tables import mail_outbox


async def mailed_links(db: Database, email: str) -> list[str]:
    """The paths of the links in the mail to `email`, the oldest first."""
    query = select(mail_outbox.c.body_text, mail_outbox.c.message_id).where(mail_outbox.c.to_email == email)
    texts = [row.body_text or _sent(row.message_id) for row in await db.fetch_all(query.order_by(mail_outbox.c.id))]
    return re.findall(r"http://testserver(/login/password/\S+)", "\n".join(texts))


def _sent(message_id: str) -> str:
    """The text of what tests.browser's application wrote instead of sending it."""
    written = Path(gettempdir()) / "mail" / f"{message_id.strip('<>')}.eml"
    body = message_from_bytes(written.read_bytes(), policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())
