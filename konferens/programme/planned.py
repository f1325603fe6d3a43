"""A session as a draft will make it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition, Room, Track
from konferens.events.queries import rooms_of, tracks_of
from konferens.programme.editing import values_of
from konferens.programme.model import (
    RoomRef,
    Session,
    SessionLevel,
    SessionLink,
    SessionStatus,
    SessionType,
    SpeakerRef,
    TrackRef,
    resolve_wall,
)
from konferens.speakers.model import Speaker
from konferens.speakers.queries import speakers_of, speakers_with_codes


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next release does to one session: `values` are all of `editing.FIELDS`, or it is `deleted`."""

    code: str
    guid: str
    values: Mapping[str, Any]
    deleted: bool
    actor: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """What an edition has now: rooms and tracks by id, people by code."""

    rooms: Mapping[int, Room]
    tracks: Mapping[int, Track]
    speakers: Mapping[str, Speaker]

    @classmethod
    async def read(cls, db: Database, edition_id: int, people: Collection[str] | None = None) -> "Places":
        """All of them, or of the people only those with these codes."""
        known = await (speakers_of(db, edition_id) if people is None else speakers_with_codes(db, edition_id, people))
        return cls(
            {room.id: room for room in await rooms_of(db, edition_id)},
            {track.id: track for track in await tracks_of(db, edition_id)},
            {speaker.code: speaker for speaker in known},
        )

    def cleared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`values` without the rooms, tracks and people that are gone since they were planned."""
        kept = dict(values)
        for name, known in (("room_id", self.rooms), ("track_id", self.tracks)):
            if name in kept and kept[name] not in known:
                kept[name] = None
        if "speakers" in kept:
            kept["speakers"] = [(code, role) for code, role in kept["speakers"] if code in self.speakers]
        return kept


def new_values(language: str) -> dict[str, Any]:
    """All of `editing.FIELDS` for a session of which nothing is told."""
    texts = ("title", "subtitle", "abstract", "description", "meeting_point", "stream_url", "recording_url", "license")
    return {
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(("track_id", "room_id", "wall_starts", "wall_ends", "capacity")),
        "type": SessionType.TALK.value,
        "status": SessionStatus.CONFIRMED.value,
        "language": language,
        "level": SessionLevel.ANY.value,
        "signup": False,
        "all_rooms": False,
        "recording": True,
        "links": [],
        "speakers": [],
    }


def planned_values(draft: Draft, public: Session | None, edition: Edition, places: Places) -> dict[str, Any]:
    """All of `editing.FIELDS` as the release will write them; fields that the draft is too old to know stay as they are."""
    known = values_of(public, edition.zone) if public else new_values(edition.language)
    return places.cleared({**known, **draft.values})


def planned_session(draft: Draft, public: Session | None, edition: Edition, places: Places) -> Session:
    """The session as it will be; one that isn't public yet has the id 0."""
    values = planned_values(draft, public, edition, places)
    room, track = places.rooms.get(values.pop("room_id")), places.tracks.get(values.pop("track_id"))
    people = [(places.speakers[code], role) for code, role in values.pop("speakers")]
    starts, ends = values.pop("wall_starts"), values.pop("wall_ends")
    told: dict[str, Any] = values | {
        "type": SessionType(values["type"]),
        "status": SessionStatus(values["status"]),
        "level": SessionLevel(values["level"]),
        "links": tuple(SessionLink(**link) for link in values["links"]),
        "room": RoomRef(room.id, room.slug, room.name) if room else None,
        "track": TrackRef(track.id, track.slug, track.name, track.colour) if track else None,
        "starts_at": resolve_wall(starts, edition.zone) if starts else None,
        "ends_at": resolve_wall(ends, edition.zone) if ends else None,
        "speakers": tuple(SpeakerRef(one.code, one.name, role, one.image_digest) for one, role in people),
        "updated_at": draft.updated_at,
    }
    if public is not None:
        return replace(public, **told)
    new: dict[str, Any] = {
        "id": 0,
        "taken": 0,
        "extras": {},
        "sequence": 0,
        "created_at": draft.updated_at,
        "deleted_at": None,
    }
    return Session(code=draft.code, guid=draft.guid, **{**new, **told})
