"""Open space: topics that attendees propose on site, and the slots (a room and a time) where they are held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from konferens.errors import ConflictError
from konferens.i18n import gettext
from konferens.programme.model import RoomRef, Session, SessionType

OPEN_TOPICS = 3
"""Topics of one ticket that may wait for a slot at a time."""

GUESTS_AT_ONCE = 20
GUESTS_WITHIN = timedelta(minutes=10)
"""Topics without a ticket that an edition takes in that time: enough for a hall, too few for a program that means ill."""

TOPICS = 300
"""Of one edition that may wait for a slot at a time."""


class TopicStatus(StrEnum):
    """What became of a topic: PLACED is in the programme, REFUSED taken off the wall by an organiser."""

    PROPOSED = "proposed"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            TopicStatus.PROPOSED: gettext("Väntar på plats"),
            TopicStatus.PLACED: gettext("I programmet"),
            TopicStatus.WITHDRAWN: gettext("Återtaget"),
            TopicStatus.REFUSED: gettext("Bortplockat"),
        }[self]


class TooManyError(ConflictError):
    """Too many topics wait already: of this ticket, or of guests in a short time."""


class SlotTakenError(ConflictError):
    """Something else has the room at that time; `title` is what."""

    def __init__(self, title: str) -> None:
        super().__init__(f"the slot is taken by {title!r}")
        self.title = title


class TopicMovedError(ConflictError):
    """Somebody else has placed, moved or taken away the topic meanwhile."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What somebody proposes and holds. `session` is what it became in the programme, while it is there."""

    id: int
    edition_id: int
    secret: str
    title: str
    abstract: str
    name: str
    ticket_id: int | None
    speaker_id: int | None
    status: TopicStatus
    created_at: datetime
    interested: int
    session: Session | None

    @property
    def path(self) -> str:
        """The proposer's own page; whoever knows it may change and withdraw the topic."""
        return f"/open-space/{self.secret}"

    @property
    def is_open(self) -> bool:
        """Whether it is on the wall."""
        return self.status in (TopicStatus.PROPOSED, TopicStatus.PLACED)

    @property
    def place(self) -> str:
        """The code of the session that it is, or '': what a form says that it has seen."""
        return self.session.code if self.session else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A room and a time (aware UTC; the walls are naive, by the edition's clocks).

    `topic` is what was placed there. `hindrance` is another session that has the room at that time, or None.
    """

    id: int
    room: RoomRef
    starts_at: datetime
    ends_at: datetime
    wall_starts: datetime
    wall_ends: datetime
    topic: Topic | None
    hindrance: Session | None

    @property
    def is_free(self) -> bool:
        return self.topic is None and self.hindrance is None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots that begin at the same time, by room; None where a room has none."""

    starts_at: datetime
    ends_at: datetime
    slots: tuple[Slot | None, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """All slots as a table: rooms from left to right, times downwards."""

    rooms: tuple[RoomRef, ...]
    stretches: tuple[Stretch, ...]


def wall_of_slots(slots: Sequence[Slot]) -> Wall:
    """`slots` (in the rooms' order) as a table."""
    rooms = tuple(dict.fromkeys(slot.room for slot in slots))
    by_place = {(slot.starts_at, slot.room): slot for slot in slots}
    stretches = []
    for starts_at in sorted({slot.starts_at for slot in slots}):
        row = tuple(by_place.get((starts_at, room)) for room in rooms)
        stretches.append(Stretch(starts_at, max(slot.ends_at for slot in row if slot), row))
    return Wall(rooms, tuple(stretches))


def slot_times(day: date, starts: time, ends: time, *, length: int, pause: int) -> list[tuple[datetime, datetime]]:
    """Naive (start, end) of as many slots as fit: `length` minutes each, `pause` minutes between them.

    An end at or before the start is on the next day: open space may last past midnight.
    """
    moment, last = datetime.combine(day, starts), datetime.combine(day, ends)
    if last <= moment:
        last += timedelta(days=1)
    times = []
    while moment + timedelta(minutes=length) <= last:
        times.append((moment, moment + timedelta(minutes=length)))
        moment += timedelta(minutes=length + pause)
    return times


def new_slots(
    wanted: Iterable[tuple[int, datetime, datetime]], existing: Iterable[tuple[int, datetime, datetime]]
) -> list[tuple[int, datetime, datetime]]:
    """Those of `wanted` (room id, start, end; naive) that meet no earlier one in their room."""
    kept = list(existing)
    added = []
    for room, starts, ends in wanted:
        if not any(room == other and starts < end and start < ends for other, start, end in kept):
            kept.append((room, starts, ends))
            added.append((room, starts, ends))
    return added


def hindrance_of(
    room_id: int, starts_at: datetime, ends_at: datetime, sessions: Iterable[Session], placed: Iterable[int]
) -> Session | None:
    """The session that has the room then, besides the placed ones with ids `placed`; None where it is free.

    A session of the type open space that is no topic is the open space itself, inside which its slots lie; a break for all
    rooms keeps nobody from a room.
    """
    ours = set(placed)
    for session in sessions:
        is_frame = session.all_rooms or (session.type is SessionType.OPEN_SPACE and session.id not in ours)
        if is_frame or session.is_cancelled or session.room is None or session.room.id != room_id:
            continue
        if session.starts_at is None or session.ends_at is None:
            continue
        if session.starts_at < ends_at and starts_at < session.ends_at:
            return session
    return None
