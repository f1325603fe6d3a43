"""What is written to attendees about sessions that they signed up for."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from konferens.events.model import Edition
from konferens.i18n import gettext, use_language
from konferens.mail import drafts
from konferens.mail.actions import outbox_row
from konferens.mail.facts import Facts
from konferens.mail.model import Draft, OwnTexts
from konferens.programme.model import Session
from konferens.signups.invited import MOST, left_files, seat_files
from konferens.signups.model import Holder, Recipient, time_of

KIND = "session_choice"


def session_seat(edition: Edition, session: Session, recipient: Recipient, base_url: str) -> Draft:
    """Somebody who waited has a seat: to the attendee, or to the buyer where the attendee has no address."""
    with use_language(recipient.language):
        session_time = time_of(session, edition.zone)
    name, email = recipient.reader
    draft = drafts.session_seat(
        edition,
        name=name,
        email=email,
        language=recipient.language,
        attendee=recipient.name,
        session=session.title,
        session_time=session_time,
        session_place=_place(session),
        base_url=base_url,
        path=f"/tickets/{recipient.secret}/",
    )
    return replace(draft, attachments=seat_files([session.code]))


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


def session_choice(
    edition: Edition, holder: Holder, gained: Sequence[Session], lost: Sequence[Session], base_url: str
) -> Draft:
    """What somebody is signed up for by now, and what no longer; with what changes the calendar."""
    with use_language(holder.language):
        told = (
            *(gettext("Anmäld: %(session)s") % {"session": _line(each, edition.zone)} for each in gained),
            *(gettext("Inte längre anmäld: %(session)s") % {"session": _line(each, edition.zone)} for each in lost),
        )
    path = f"/tickets/{holder.secret}/" if holder.secret else edition.path
    facts = Facts(edition=edition, base_url=base_url, path=path, attendee=holder.name, changes=told)
    files = (*seat_files(each.code for each in gained), *left_files(each.code for each in lost))[:MOST]
    name, email = holder.reader
    return Draft(KIND, name, email, holder.language, facts, files)


def choice_rows(
    edition: Edition,
    choices: Iterable[tuple[Holder, Sequence[Session], Sequence[Session]]],
    *,
    base_url: str,
    own_texts: OwnTexts,
) -> list[dict[str, Any]]:
    """Rows for `mail.actions.enqueue`, one for each (holder, what is gained, what is lost)."""
    return [
        outbox_row(
            session_choice(edition, holder, gained, lost, base_url),
            base_url=base_url,
            edition_id=edition.id,
            order_id=holder.order_id,
            ticket_id=holder.ticket_id,
            own_texts=own_texts,
        )
        for holder, gained, lost in choices
    ]


def _line(session: Session, zone: tzinfo) -> str:
    return ", ".join(part for part in (session.title, time_of(session, zone), _place(session)) if part)


def _place(session: Session) -> str:
    return session.meeting_point or (session.room.name if session.room else "")
