"""Drafts of the messages that belong to no order: callers give names, moments and addresses, nothing else.

Those about orders and tickets are made by `registration.letters`.
"""

from datetime import datetime

from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import use_language
from konferens.mail.facts import Facts
from konferens.mail.model import Draft


def waiting_joined(
    edition: Edition, *, name: str, email: str, language: str, ticket_type: str, base_url: str, path: str
) -> Draft:
    """You stand on the waiting list for `ticket_type` (a name). `path` is the page that tells how far one has come."""
    facts = Facts(edition=edition, base_url=base_url, path=path, ticket_type=ticket_type)
    return Draft("waiting_joined", name, email, language, facts)


def waiting_offer(
    edition: Edition,
    *,
    name: str,
    email: str,
    language: str,
    ticket_type: str,
    until: datetime,
    base_url: str,
    path: str,
) -> Draft:
    """There is a seat for you, held until a moment (aware). `path` is the page that takes it."""
    with use_language(language):
        held_until = when(until, None, edition.zone)
    facts = Facts(edition=edition, base_url=base_url, path=path, ticket_type=ticket_type, until=held_until)
    return Draft("waiting_offer", name, email, language, facts)


def session_seat(
    edition: Edition,
    *,
    name: str,
    email: str,
    language: str,
    attendee: str,
    session: str,
    session_time: str,
    session_place: str,
    base_url: str,
    path: str,
) -> Draft:
    """`attendee` has a seat at the session with this title. `session_time` is written out, in `language`; `path` is the
    attendee's own page, `name` who reads it: the attendee or who booked.
    """
    facts = Facts(
        edition=edition,
        base_url=base_url,
        path=path,
        attendee=attendee,
        session=session,
        session_time=session_time,
        session_place=session_place,
    )
    return Draft("session_seat", name, email, language, facts)


def account_invitation(
    edition: Edition,
    *,
    name: str,
    email: str,
    language: str,
    invited_by: str,
    role: str,
    until: datetime,
    base_url: str,
    path: str,
) -> Draft:
    """You may do something at the edition (`role`, as 'checka in deltagare', in `language`), and choose a password at `path` until a
    moment (aware).
    """
    with use_language(language):
        valid_until = when(until, None, edition.zone)
    facts = Facts(edition=edition, base_url=base_url, path=path, invited_by=invited_by, role=role, until=valid_until)
    return Draft("account_invitation", name, email, language, facts)


def account_password(
    edition: Edition, *, name: str, email: str, language: str, until: datetime, base_url: str, path: str
) -> Draft:
    """Choose a new password at `path` until a moment (aware)."""
    with use_language(language):
        valid_until = when(until, None, edition.zone)
    facts = Facts(edition=edition, base_url=base_url, path=path, until=valid_until)
    return Draft("account_password", name, email, language, facts)


def erasure_answer(edition: Edition, *, name: str, email: str, language: str, base_url: str, path: str) -> Draft:
    """A request to be erased is answered, and the page at `path` tells how (GDPR article 12.3). The mail says no more, since
    it is kept until it has gone.
    """
    return Draft("erasure_answer", name, email, language, Facts(edition=edition, base_url=base_url, path=path))
