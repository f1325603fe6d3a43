"""What is written to attendees about sessions that they signed up for."""

from collections.abc import Sequence
from typing import Any

from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.mail import drafts
from konferens.mail.actions import outbox_row
from konferens.mail.model import Draft, OwnTexts
from konferens.programme.model import Session
from konferens.signups.model import Recipient, time_of


def session_seat(edition: Edition, session: Session, recipient: Recipient, base_url: str) -> Draft:
    """Somebody who waited has a seat: to the attendee, or to the buyer where the attendee has no address."""
    with use_language(recipient.language):
        session_time = time_of(session, edition.zone)
    to_attendee = bool(recipient.email)
    return drafts.session_seat(
        edition,
        name=recipient.name if to_attendee else recipient.buyer_name,
        email=recipient.email or recipient.buyer_email,
        language=recipient.language,
        attendee=recipient.name,
        session=session.title,
        session_time=session_time,
        session_place=session.meeting_point or (session.room.name if session.room else ""),
        base_url=base_url,
        path=f"/tickets/{recipient.secret}/",
    )


def seat_rows(
    edition: Edition, awards: Sequence[tuple[Session, Recipient]], *, base_url: str, own_texts: OwnTexts
) -> list[dict[str, Any]]:
    """Rows for `mail.actions.enqueue`, one for each seat that somebody has got; in the edition's own words, if it has some."""
    return [
        outbox_row(
            session_seat(edition, session, recipient, base_url),
            base_url=base_url,
            edition_id=edition.id,
            order_id=recipient.order_id,
            ticket_id=recipient.ticket_id,
            own_texts=own_texts,
        )
        for session, recipient in awards
    ]
