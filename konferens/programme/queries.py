"""Sessions, read from the database: always two queries, however many there are."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from konferens.database import Database, Row
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import all_editions
from konferens.programme.model import (
    RoomRef,
    Session,
    SessionLevel,
    SessionLink,
    SessionStatus,
    SessionType,
    SpeakerRef,
    TrackRef,
)
from konferens.speakers.model import SpeakerStatus
from konferens.tables import edition_speakers, rooms, session_speakers, sessions, speakers, ticket_sessions, tracks

_COLUMNS = [
    column
    for column in sessions.c
    if column.name not in ("edition_id", "room_id", "track_id", "wall_starts", "wall_ends", "departures", "told")
]
_UNREAD: dict[str, Any] = {
    **dict.fromkeys(("subtitle", "abstract", "description", "stream_url", "recording_url", "license", "level"), ""),
    "links": (),
    "extras": {},
}
"""What stands in sessions that are read without their texts, in the place of what isn't read."""


def _select_sessions(*, texts: bool) -> Select[Any]:
    return (
        select(
            *(column for column in _COLUMNS if texts or column.name not in _UNREAD),
            rooms.c.id.label("room_id"),
            rooms.c.slug.label("room_slug"),
            rooms.c.name.label("room_name"),
            tracks.c.id.label("track_id"),
            tracks.c.slug.label("track_slug"),
            tracks.c.name.label("track_name"),
            tracks.c.colour.label("track_colour"),
        )
        .select_from(
            sessions.outerjoin(rooms, rooms.c.id == sessions.c.room_id).outerjoin(
                tracks, tracks.c.id == sessions.c.track_id
            )
        )
        .order_by(sessions.c.starts_at, rooms.c.position, sessions.c.id)
    )


async def sessions_where(
    db: Database, *conditions: ColumnElement[bool], everyone: bool = False, texts: bool = True
) -> list[Session]:
    """Sessions that meet all conditions, with their speakers, by start and room. Those without a slot come first or
    last as the database sorts NULL: filter or sort them where it matters.

    Speakers are those whom the public may see, without a picture where they don't want it published; `everyone` are all whom
    organisers have there, those too who have declined. Without `texts` only what is needed to see when, where and with whom
    is read: the rest is empty.
    """
    rows = await db.fetch_all(_select_sessions(texts=texts).where(*conditions))
    if not rows:
        return []
    spoken = sessions.alias("spoken")
    refs = await db.fetch_all(
        select(
            session_speakers.c.session_id,
            session_speakers.c.role,
            speakers.c.code,
            speakers.c.name,
            speakers.c.image_digest,
            edition_speakers.c.status,
            edition_speakers.c.consent,
        )
        .join(speakers, speakers.c.id == session_speakers.c.speaker_id)
        .join(spoken, spoken.c.id == session_speakers.c.session_id)
        .outerjoin(
            edition_speakers,
            and_(
                edition_speakers.c.speaker_id == session_speakers.c.speaker_id,
                edition_speakers.c.edition_id == spoken.c.edition_id,
            ),
        )
        .where(session_speakers.c.session_id.in_(select(sessions.c.id).where(*conditions)))
        .order_by(session_speakers.c.position, speakers.c.name)
    )
    people: dict[int, list[SpeakerRef]] = defaultdict(list)
    for ref in refs:
        if everyone or ref.status != SpeakerStatus.DECLINED.value:
            shown = everyone or ref.consent is not False
            people[ref.session_id].append(SpeakerRef(ref.code, ref.name, ref.role, ref.image_digest if shown else None))
    places = _Refs()
    return [_session(row, people.get(row.id, []), places) for row in rows]


class _Refs:
    """One RoomRef and one TrackRef for all sessions that have it: a large programme has thousands of sessions."""

    def __init__(self) -> None:
        self._rooms: dict[int, RoomRef] = {}
        self._tracks: dict[int, TrackRef] = {}

    def room(self, row: Row) -> RoomRef | None:
        number, slug, name = (row.pop(f"room_{part}") for part in ("id", "slug", "name"))
        if number is None:
            return None
        return self._rooms.get(number) or self._rooms.setdefault(number, RoomRef(number, slug, name))

    def track(self, row: Row) -> TrackRef | None:
        number, slug, name, colour = (row.pop(f"track_{part}") for part in ("id", "slug", "name", "colour"))
        if number is None:
            return None
        return self._tracks.get(number) or self._tracks.setdefault(number, TrackRef(number, slug, name, colour))


def _session(row: Row, people: Sequence[SpeakerRef], refs: _Refs) -> Session:
    """The row is used up."""
    if "links" not in row:
        row.update(_UNREAD)
    row["type"] = SessionType(row["type"])
    row["status"] = SessionStatus(row["status"])
    row["level"] = SessionLevel(row["level"])
    row["links"] = tuple(SessionLink(**link) for link in row["links"])
    return Session(room=refs.room(row), track=refs.track(row), speakers=tuple(people), **row)


async def published_sessions(db: Database, edition_id: int, *, texts: bool = True) -> list[Session]:
    """What the public sees: everything with a time that is not removed; cancelled sessions too, marked as such.

    `texts` as for `sessions_where`.
    """
    return await sessions_where(
        db,
        sessions.c.edition_id == edition_id,
        sessions.c.deleted_at.is_(None),
        sessions.c.starts_at.is_not(None),
        texts=texts,
    )


async def sessions_with_codes(db: Database, edition_id: int, codes: Sequence[str]) -> list[Session]:
    """Those of the published sessions, in the order of `codes`."""
    found = await sessions_where(
        db,
        sessions.c.edition_id == edition_id,
        sessions.c.code.in_(codes),
        sessions.c.deleted_at.is_(None),
        sessions.c.starts_at.is_not(None),
    )
    return sorted(found, key=lambda session: codes.index(session.code))


async def all_sessions(db: Database, edition_id: int, *, texts: bool = True) -> list[Session]:
    """What organisers see: those without a time too, but not the removed ones; with everyone in them. `texts` as for
    `sessions_where`.
    """
    ours = (sessions.c.edition_id == edition_id, sessions.c.deleted_at.is_(None))
    return await sessions_where(db, *ours, everyone=True, texts=texts)


async def feed_sessions(db: Database, edition_id: int) -> list[Session]:
    """What calendars need: everything that has a time, removed sessions too, since subscribers must be told."""
    return await sessions_where(db, sessions.c.edition_id == edition_id, sessions.c.starts_at.is_not(None))


async def find_session(db: Database, edition_id: int, code: str, *, everyone: bool = False) -> Session:
    """One session; `everyone` as for `sessions_where`. Raises NotFoundError for a code (either case) that this edition
    doesn't have, or has removed.
    """
    found = await sessions_where(
        db,
        sessions.c.edition_id == edition_id,
        sessions.c.code == code.upper(),
        sessions.c.deleted_at.is_(None),
        everyone=everyone,
    )
    if not found:
        raise NotFoundError(f"session {code}")
    return found[0]


async def sessions_over_years(db: Database, speaker_id: int) -> list[tuple[Edition, list[Session]]]:
    """Every published edition where somebody speaks and hasn't declined, the latest first, with their sessions there, removed
    ones not; an edition may have none yet.
    """
    here = select(edition_speakers.c.edition_id).where(
        edition_speakers.c.speaker_id == speaker_id, edition_speakers.c.status != SpeakerStatus.DECLINED.value
    )
    ids = {row.edition_id for row in await db.fetch_all(here)}
    own = (
        select(sessions.c.code, sessions.c.edition_id)
        .join(session_speakers, session_speakers.c.session_id == sessions.c.id)
        .where(session_speakers.c.speaker_id == speaker_id, sessions.c.deleted_at.is_(None))
    )
    places = {row.code: row.edition_id for row in await db.fetch_all(own)}
    found = await sessions_where(db, sessions.c.code.in_(sorted(places)), sessions.c.deleted_at.is_(None))
    years = [edition for edition in await all_editions(db, published_only=True) if edition.id in ids]
    return [(edition, [session for session in found if places[session.code] == edition.id]) for edition in years]


async def chosen_sessions(db: Database, ticket_id: int) -> list[Session]:
    """What an attendee has chosen, removed ones too, since their calendar must be told."""
    own = select(ticket_sessions.c.session_id).where(ticket_sessions.c.ticket_id == ticket_id)
    return await sessions_where(db, sessions.c.id.in_(own), sessions.c.starts_at.is_not(None))
