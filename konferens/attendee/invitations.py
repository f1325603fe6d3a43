"""Invitations to sessions in mail: what each says is decided when the mail is sent."""

from konferens.calendar.invitations import Invited, Method, invitation_ics, invitation_sequence
from konferens.clock import now
from konferens.database import Database
from konferens.events.queries import edition_by_id
from konferens.mail.model import Attachment, OutgoingMail
from konferens.registration.queries import order_by_id
from konferens.signups.invited import InvitationFile, session_for_reader


async def invitation_for(
    db: Database, mail: OutgoingMail, wanted: InvitationFile, *, base_url: str
) -> Attachment | None:
    """The session in or out of the calendar of the mail's reader, as things stand now.

    None where there is nothing to say: nobody signs up for the session, its reader has no seat or hasn't left after all, or
    the conference has no address to invite from.
    """
    if mail.edition_id is None or mail.order_id is None:
        raise ValueError(f"mail {mail.id} is about no order: nobody can be invited")
    edition = await edition_by_id(db, mail.edition_id)
    found = await session_for_reader(db, edition.id, wanted.code, mail.to_email)
    if found is None or not edition.contact_email:
        return None
    session = found.session
    if found.has_seat == wanted.left:
        return None
    takes_place = found.has_seat and not session.is_cancelled and session.starts_at is not None
    method = Method.REQUEST if takes_place else Method.CANCEL
    order = await order_by_id(db, mail.order_id)
    content = invitation_ics(
        edition,
        session,
        Invited(mail.to_name, mail.to_email, order.language),
        method,
        base_url=base_url,
        made_at=now(),
        sequence=invitation_sequence(session, found.departures, has_seat=found.has_seat),
    )
    # RFC 6047 §2.4: the method of what is in it, and the character set, stand in the part's header.
    media_type = f"text/calendar; method={method.value}; charset=utf-8"
    return Attachment(f"{edition.series.slug}-{edition.slug}-{session.code}.ics", media_type, content)
