"""What cannot be true in a programme: two things in one room, a person in two places or away, more people than seats,
sessions when the house is closed, or two at once that many want to hear.

These are warnings: an organiser who plans is allowed to be in the middle of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from konferens.i18n import gettext
from konferens.programme.model import Session, SessionType


class Problem(StrEnum):
    NO_TIME = "no-time"
    NO_ROOM = "no-room"
    ROOM_TAKEN = "room-taken"
    SPEAKER_TWICE = "speaker-twice"
    SPEAKER_AWAY = "speaker-away"
    SPEAKER_DECLINED = "speaker-declined"
    OVERFULL = "overfull"
    SMALL_ROOM = "small-room"
    OUTSIDE_DAYS = "outside-days"
    CLOSED = "closed"
    CHOSEN_TWICE = "chosen-twice"

    @property
    def label(self) -> str:
        """In two or three words of the current language, for where there is little room."""
        return {
            Problem.NO_TIME: gettext("Ingen tid"),
            Problem.NO_ROOM: gettext("Inget rum"),
            Problem.ROOM_TAKEN: gettext("Rummet dubbelbokat"),
            Problem.SPEAKER_TWICE: gettext("Medverkande krockar"),
            Problem.SPEAKER_AWAY: gettext("Medverkande kan inte"),
            Problem.SPEAKER_DECLINED: gettext("Medverkande har tackat nej"),
            Problem.OVERFULL: gettext("Överfullt"),
            Problem.SMALL_ROOM: gettext("För litet rum"),
            Problem.OUTSIDE_DAYS: gettext("Fel dag"),
            Problem.CLOSED: gettext("Huset är stängt"),
            Problem.CHOSEN_TWICE: gettext("Deltagare har valt båda"),
        }[self]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to look at. `other` is the second session of a collision.

    `what` is the room's or the person's name; when a speaker is away, from when until when: 'Åsa Öberg' and, in `span`, two
    naive walls; of an overfull session how many signed up and how many seats there are ('12/10'), of a small room how
    many signed up and how many it holds, of chosen sessions how many attendees have both.
    """

    problem: Problem
    session: Session
    other: Session | None = None
    what: str = ""
    span: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the sessions themselves don't tell. `programme.circumstances` reads it; the default is a house without rules.

    `walls` are what the edition's clocks show when each session begins and ends, by code; without them nothing is said
    about days and hours. `days` are the first and the last one, `opens` and `closes` the house's hours (None: never
    closed; `closes` at or before `opens` is after midnight). `seats` are the rooms' by id. By speaker's code: `away`, spans of
    naive walls, and `declined`. `chosen` counts the attendees who have both of two sessions, by the pair of ids, the
    lower first.
    """

    walls: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    days: tuple[date, date] | None = None
    opens: time | None = None
    closes: time | None = None
    seats: Mapping[int, int] = field(default_factory=dict)
    away: Mapping[str, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    chosen: Mapping[tuple[int, int], int] = field(default_factory=dict)


NOTHING_KNOWN = Circumstances()


def find_conflicts(sessions: Sequence[Session], circumstances: Circumstances = NOTHING_KNOWN) -> list[Conflict]:
    """Everything that is wrong with an edition's programme, each collision once: first what has no slot, then what is
    wrong with one session, then collisions.

    Cancelled sessions disturb nobody. A session in all rooms (a break, a meal) needs no room and may share its time.
    """
    held = [session for session in sessions if not session.is_cancelled]
    timed = [session for session in held if _is_timed(session)]
    found = [Conflict(Problem.NO_TIME, session) for session in held if not _is_timed(session)]
    found += [
        Conflict(Problem.NO_ROOM, session)
        for session in timed
        if session.room is None and not session.all_rooms and not session.meeting_point
    ]
    for session in held:
        found += _crowding(session, circumstances)
        found += _absences(session, circumstances)
    for session in timed:
        found += _hours(session, circumstances)
    return [*found, *_room_collisions(timed), *_speaker_collisions(timed), *_wishes(timed, circumstances)]


def conflicts_of(code: str, conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that one session takes part in, seen from it: `session` is that one, `other` what it collides with."""
    seen = []
    for conflict in conflicts:
        if conflict.session.code == code:
            seen.append(conflict)
        elif conflict.other is not None and conflict.other.code == code:
            seen.append(replace(conflict, session=conflict.other, other=conflict.session))
    return seen


def _is_timed(session: Session) -> bool:
    return session.starts_at is not None and session.ends_at is not None


def _crowding(session: Session, circumstances: Circumstances) -> Iterator[Conflict]:
    """More people than seats: of the session, which an imported programme may lower, else of its room."""
    if not session.signup:
        return
    if session.capacity is not None and session.taken > session.capacity:
        yield Conflict(Problem.OVERFULL, session, what=f"{session.taken}/{session.capacity}")
    seats = circumstances.seats.get(session.room.id) if session.room else None
    if seats is not None and session.taken > seats:
        yield Conflict(Problem.SMALL_ROOM, session, what=f"{session.taken}/{seats}")


def _absences(session: Session, circumstances: Circumstances) -> Iterator[Conflict]:
    """Speakers who have said no, or not then."""
    walls = circumstances.walls.get(session.code)
    for person in session.speakers:
        if person.code in circumstances.declined:
            yield Conflict(Problem.SPEAKER_DECLINED, session, what=person.name)
        elif walls:
            for span in circumstances.away.get(person.code, ()):
                if walls[0] < span[1] and span[0] < walls[1]:
                    yield Conflict(Problem.SPEAKER_AWAY, session, what=person.name, span=span)


def _hours(session: Session, circumstances: Circumstances) -> Iterator[Conflict]:
    """Before the conference or after it, or when the house is closed."""
    walls = circumstances.walls.get(session.code)
    if walls is None:
        return
    starts, ends = walls
    if circumstances.days is not None and not _within_days(starts, circumstances):
        yield Conflict(Problem.OUTSIDE_DAYS, session)
    elif not _is_open(starts, ends, circumstances):
        yield Conflict(Problem.CLOSED, session)


def _within_days(starts: datetime, circumstances: Circumstances) -> bool:
    """The night after the last day belongs to it, as long as the house is open."""
    if circumstances.days is None:
        return True
    first, last = circumstances.days
    if starts.date() == last + timedelta(days=1):
        opens, closes = circumstances.opens or time.min, circumstances.closes
        return closes is not None and closes <= opens and starts.time() < closes
    return first <= starts.date() <= last


def _is_open(starts: datetime, ends: datetime, circumstances: Circumstances) -> bool:
    """Whether one of the house's days, yesterday's or today's, covers all of it."""
    if circumstances.opens is None and circumstances.closes is None:
        return True
    opens, closes = circumstances.opens or time.min, circumstances.closes or time.min
    for day in (starts.date() - timedelta(days=1), starts.date()):
        opened = datetime.combine(day, opens)
        closed = datetime.combine(day + timedelta(days=int(closes <= opens)), closes)
        if opened <= starts and ends <= closed:
            return True
    return False


def _room_collisions(sessions: Iterable[Session]) -> Iterator[Conflict]:
    by_room: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.room is not None and not session.all_rooms:
            by_room[session.room.name].append(session)
    for room, there in by_room.items():
        pairs = _collisions(there)
        yield from (Conflict(Problem.ROOM_TAKEN, one, other, room) for one, other in pairs if not _holds(one, other))


def _holds(one: Session, other: Session) -> bool:
    """Whether one of them is an open space, which nobody hosts, and the other a topic inside it."""
    are_open = one.type is SessionType.OPEN_SPACE and other.type is SessionType.OPEN_SPACE
    return are_open and bool(one.speakers) is not bool(other.speakers)


def _speaker_collisions(sessions: Iterable[Session]) -> Iterator[Conflict]:
    by_person: dict[str, list[Session]] = defaultdict(list)
    names: dict[str, str] = {}
    for session in sessions:
        for person in session.speakers:
            by_person[person.code].append(session)
            names[person.code] = person.name
    for code, theirs in by_person.items():
        yield from (
            Conflict(Problem.SPEAKER_TWICE, first, second, names[code]) for first, second in _collisions(theirs)
        )


def _wishes(sessions: Iterable[Session], circumstances: Circumstances) -> Iterator[Conflict]:
    """Sessions at the same time that the same attendees have chosen, the pair that most of them want first."""
    by_id = {session.id: session for session in sessions if session.id}
    for pair, count in sorted(circumstances.chosen.items(), key=lambda item: (-item[1], item[0])):
        first, second = (by_id.get(each) for each in pair)
        if first is not None and second is not None and first.overlaps(second):
            yield Conflict(Problem.CHOSEN_TWICE, first, second, str(count))


def _collisions(sessions: list[Session]) -> Iterator[tuple[Session, Session]]:
    """Pairs that go on at the same time; one that ends when the other begins does not collide with it."""
    spans = sorted(
        ((s.starts_at, s.ends_at, s) for s in sessions if s.starts_at and s.ends_at), key=lambda span: span[:2]
    )
    for index, (_, ends, first) in enumerate(spans):
        for starts, _, second in spans[index + 1 :]:
            if starts >= ends:
                break  # sorted by start: no later one can begin before this one ends
            yield first, second
