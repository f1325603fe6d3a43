"""What people do in a programme, as they and their organisers see it: also what is only planned yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from konferens.database import Database
from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import gettext, pgettext
from konferens.programme.drafts import working_sessions
from konferens.programme.model import Session, SessionStatus
from konferens.programme.queries import published_sessions


@dataclass(frozen=True, slots=True)
class Spoken:
    """A session with somebody in it. `is_certain`: everybody sees it at this time and place; else it may change yet."""

    session: Session
    role: str
    is_certain: bool

    @property
    def is_moderated(self) -> bool:
        return self.role == "moderator"

    def others(self, code: str) -> list[str]:
        """Who else takes part, by name."""
        return [person.name for person in self.session.speakers if person.code != code]


class Programme:
    """An edition's programme as its speakers see it: `await Programme.read(db, edition)`, then `of(code)` for each."""

    def __init__(self, public: Iterable[Session], working: Iterable[Session]) -> None:
        self._public = {session.code: session for session in public}
        self._working = list(working)

    @classmethod
    async def read(cls, db: Database, edition: Edition) -> "Programme":
        public = await published_sessions(db, edition.id) if edition.published else []
        return cls(public, await working_sessions(db, edition))

    def of(self, code: str) -> list[Spoken]:
        """What the person with that code does, as it is planned now, by time. Others who have declined aren't named in what is
        public already.
        """
        return [
            Spoken(self._shown(session), role, self._is_certain(session))
            for session in self._working
            for role in [person.role for person in session.speakers if person.code == code][:1]
        ]

    def _shown(self, session: Session) -> Session:
        return self._public[session.code] if self._is_certain(session) else session

    def _is_certain(self, session: Session) -> bool:
        public = self._public.get(session.code)
        return (
            public is not None
            and session.status is not SessionStatus.TENTATIVE
            and (session.starts_at, session.ends_at, session.room) == (public.starts_at, public.ends_at, public.room)
        )


def told(spoken: Iterable[Spoken], edition: Edition) -> tuple[tuple[str, str], ...]:
    """(title, when and where) of each, in the current language, as messages tell it."""
    return tuple((each.session.title, details(each, edition)) for each in spoken)


def details(spoken: Spoken, edition: Edition) -> str:
    """'tisdag 11 maj 2027 kl. 9.00–10.30, Stora salen', in the current language; what isn't certain is said to be planned."""
    session = spoken.session
    place = session.room.name if session.room else session.meeting_point
    if session.starts_at is None:
        return gettext("Tiden är inte bestämd än")
    time = when(session.starts_at, session.ends_at, edition.zone)
    told_time = ", ".join(part for part in (time, place) if part)
    if session.is_cancelled:
        return gettext("Inställd: %(time)s") % {"time": told_time}
    if not spoken.is_certain:
        return pgettext("session", "Preliminärt: %(time)s") % {"time": told_time}
    return told_time
