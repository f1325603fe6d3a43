"""What cannot be true in a programme: two things in one room, a person in two places, sessions without time or room, more
sign-ups than seats.

These are warnings: an organiser who plans is allowed to be in the middle of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from konferens.programme.model import Session


class Problem(StrEnum):
    NO_TIME = "no-time"
    NO_ROOM = "no-room"
    ROOM_TAKEN = "room-taken"
    SPEAKER_TWICE = "speaker-twice"
    OVERFULL = "overfull"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to look at. `other` is the second session of a collision; `what` is the room's or the person's name,
    of an overfull session how many signed up and how many seats there are: '12/10'."""

    problem: Problem
    session: Session
    other: Session | None = None
    what: str = ""


def find_conflicts(sessions: Sequence[Session]) -> list[Conflict]:
    """Everything that is wrong with an edition's programme, each collision once: first what has no slot, then collisions.

    Cancelled sessions disturb nobody. A session in all rooms (a break, a meal) needs no room and may share its time.
    """
    held = [session for session in sessions if not session.is_cancelled]
    found = [Conflict(Problem.NO_TIME, session) for session in held if not _is_timed(session)]
    found += [
        Conflict(Problem.NO_ROOM, session)
        for session in held
        if _is_timed(session) and session.room is None and not session.all_rooms and not session.meeting_point
    ]
    # Nobody can sign up beyond the capacity, but an imported programme may lower it.
    found += [
        Conflict(Problem.OVERFULL, session, what=f"{session.taken}/{session.capacity}")
        for session in held
        if session.signup and session.capacity is not None and session.taken > session.capacity
    ]
    by_room: dict[str, list[Session]] = defaultdict(list)
    by_person: dict[str, list[Session]] = defaultdict(list)
    names: dict[str, str] = {}
    for session in held:
        if not _is_timed(session):
            continue
        if session.room is not None and not session.all_rooms:
            by_room[session.room.name].append(session)
        for person in session.speakers:
            by_person[person.code].append(session)
            names[person.code] = person.name
    found += [
        Conflict(Problem.ROOM_TAKEN, first, second, room)
        for room, there in by_room.items()
        for first, second in _collisions(there)
    ]
    found += [
        Conflict(Problem.SPEAKER_TWICE, first, second, names[person])
        for person, theirs in by_person.items()
        for first, second in _collisions(theirs)
    ]
    return found


def conflicts_of(code: str, conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Those that one session takes part in, seen from it: `session` is that one, `other` what it collides with."""
    seen = []
    for conflict in conflicts:
        if conflict.session.code == code:
            seen.append(conflict)
        elif conflict.other is not None and conflict.other.code == code:
            seen.append(Conflict(conflict.problem, conflict.other, conflict.session, conflict.what))
    return seen


def _is_timed(session: Session) -> bool:
    return session.starts_at is not None and session.ends_at is not None


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
