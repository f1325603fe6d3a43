"""A choice of sessions to sign up for, as forms have it: codes of sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from konferens.i18n import gettext
from konferens.programme.model import Session
from konferens.signups.model import clash_messages, day_messages, is_on


def check_sessions(
    codes: Collection[str],
    sessions: Sequence[Session],
    *,
    zone: tzinfo,
    valid_on: date | None = None,
    held: Collection[str] = (),
) -> list[str]:
    """What stands against signing up for the sessions with these codes: sentences in the current language, [] for nothing.

    `sessions` are the edition's (`queries.signup_sessions`), `valid_on` the day of a one-day ticket, `held` codes of
    sessions that the ticket has a seat at already, which may be full.
    """
    known = {session.code: session for session in sessions}
    chosen = [known[code] for code in dict.fromkeys(codes) if code in known]
    messages = []
    if any(code not in known for code in codes):
        messages.append(gettext("En programpunkt som du valde finns inte längre. Välj igen."))
    for session in chosen:
        if session.is_cancelled:
            messages.append(gettext("%(title)s är inställd.") % {"title": session.title})
        elif session.is_full and session.code not in held:
            messages.append(gettext("%(title)s är fullt. Välj något annat.") % {"title": session.title})
    return [*messages, *day_messages(chosen, valid_on, zone), *clash_messages(chosen, zone)]


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """Sessions that begin at the same time: at most one of them can be chosen."""

    starts_at: datetime
    sessions: tuple[Session, ...]


def time_slots(sessions: Sequence[Session], *, zone: tzinfo, valid_on: date | None = None) -> list[TimeSlot]:
    """`sessions` that have a time, by when they begin; with `valid_on` only those of that day."""
    slots: dict[datetime, list[Session]] = {}
    for session in sessions:
        if session.starts_at is not None and is_on(session, valid_on, zone):
            slots.setdefault(session.starts_at, []).append(session)
    return [TimeSlot(starts_at, tuple(slots[starts_at])) for starts_at in sorted(slots)]
