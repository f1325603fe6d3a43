"""A session of ours as a frab event: one dict of values, which JSON and XML each write in their own way."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from konferens.events.model import Edition, Room, Track
from konferens.programme.files import SessionFile
from konferens.programme.frab.days import ScheduleDay, schedule_days
from konferens.programme.frab.originals import as_references, original_of
from konferens.programme.model import Session
from konferens.programme.schedule import ALL_ROOMS, NOWHERE, as_room
from konferens.speakers.model import Speaker

STREAM_TITLE, RECORDING_TITLE = "Direktsändning", "Inspelning"


@dataclass(frozen=True, slots=True)
class Programme:
    """What is exported. `speakers` are the edition's, with their texts; `base_url` is without a slash at its end; `files` are by
    the session's code.
    """

    edition: Edition
    rooms: Sequence[Room]
    tracks: Sequence[Track]
    sessions: Sequence[Session]
    speakers: Sequence[Speaker]
    base_url: str
    files: Mapping[str, Sequence[SessionFile]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.base_url}{self.edition.path}"

    @property
    def acronym(self) -> str:
        """Lower-case letters, digits and underscores, at least four: what both schemas accept."""
        return f"{self.edition.series.slug}_{self.edition.slug}".replace("-", "_").ljust(4, "_")

    @property
    def version(self) -> str:
        """The release that is public, else the number of the last change."""
        return self.edition.release or str(self.edition.version)

    def shown(self) -> list[Session]:
        """What the formats can tell: neither what is cancelled nor what has no time."""
        return [s for s in self.sessions if not s.is_cancelled and s.starts_at is not None and s.ends_at is not None]

    def days(self) -> list[tuple[ScheduleDay, dict[str, list[Session]]]]:
        """Every day with its rooms' sessions, rooms and sessions in order."""
        order = {room.name: number for number, room in enumerate(self.rooms)}
        return [(day, _by_room(sessions, order)) for day, sessions in schedule_days(self.edition, self.shown())]


class EventWriter:
    """Makes the dict of each session of one programme."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._people = {speaker.code: speaker for speaker in programme.speakers}
        self._told = Counter(session.extras.get("id") for session in programme.shown())

    def event(self, session: Session) -> dict[str, Any]:
        """The event's fields by the names of schedule.json, and `recording` and `video_download_url`, which XML alone has."""
        edition, extras = self._programme.edition, session.extras
        if session.starts_at is None or session.ends_at is None:
            raise ValueError(f"session {session.code} has no time")
        starts, ends = session.starts_at.astimezone(edition.zone), session.ends_at.astimezone(edition.zone)
        license_text = original_of(extras, "license", session.license) or edition.recording_license
        found = {
            "guid": session.guid,
            "code": session.code,
            "id": self._number(session),
            "date": starts.isoformat(),
            "start": f"{starts:%H:%M}",
            "end": ends.isoformat(),
            "duration": _duration(session.starts_at, session.ends_at),
            "room": place_of(session),
            "slug": extras.get("slug") or self._own_slug(session),
            "own_slug": self._own_slug(session),
            "url": f"{self._programme.url}sessions/{session.path_part}",
            "title": session.title,
            "subtitle": session.subtitle,
            "track": session.track.name if session.track else None,
            "type": original_of(extras, "type", session.type.value),
            "language": original_of(extras, "language", session.language),
            "abstract": original_of(extras, "abstract", session.abstract),
            "description": original_of(extras, "description", session.description),
            "recording_license": license_text,
            "do_not_record": not session.recording or any(not person.recording for person in self._speakers(session)),
            "do_not_stream": extras.get("do_not_stream"),
            "persons": self._persons(session),
            "logo": extras.get("logo"),
            "feedback_url": extras.get("feedback_url"),
            "origin_url": extras.get("origin_url"),
            "recording": self._recording(session),
        }
        return found | self._references(session)

    def _speakers(self, session: Session) -> list[Speaker]:
        return [self._people[ref.code] for ref in session.speakers if ref.code in self._people]

    def _number(self, session: Session) -> int:
        """The file's id, else our own where no file's is the same: readers of the old formats know sessions by it."""
        told: int | None = session.extras.get("id")
        if told is not None and self._told[told] == 1:
            return told
        number = session.id
        while number in self._told:
            number += 1_000_000
        return number

    def _own_slug(self, session: Session) -> str:
        """The code keeps it unique and long enough for both schemas, whatever the title is."""
        return f"{self._programme.acronym}-{session.code.lower()}" + (f"-{session.slug}" if session.slug else "")

    def _persons(self, session: Session) -> list[dict[str, Any]]:
        extras = session.extras.get("persons", {})
        roles = {ref.code: ref.role for ref in session.speakers}
        return [
            self._person(
                speaker.as_public, roles[speaker.code], extras.get(speaker.guid, {}) if speaker.consent else {}
            )
            for speaker in self._speakers(session)
        ]

    def _person(self, speaker: Speaker, role: str, extras: Mapping[str, Any]) -> dict[str, Any]:
        """pretalx's form of a person, or where a file told an `id` and a `public_name` frab's: the schema takes but one.

        `number` is for XML, which has the id in either form.
        """
        name = {"public_name": speaker.name} if extras.get("by_public_name") else {"name": speaker.name}
        told = {key: extras[key] for key in ("id", "answers", "links") if key in extras}
        if "id" not in told:
            name["public_name"] = speaker.name
        avatar = f"{self._programme.base_url}{speaker.image_url}" if speaker.image_url else extras.get("avatar")
        return {
            "code": speaker.code,
            "guid": speaker.guid,
            **name,
            "title": speaker.title,
            "organisation": speaker.organisation,
            "biography": original_of(extras, "biography", speaker.biography),
            "role": role,
            "url": f"{self._programme.url}speakers/{speaker.path_part}",
            **({"avatar": avatar} if avatar else {}),
            **told,
            "number": extras.get("id", speaker.id),
        }

    def _recording(self, session: Session) -> dict[str, str]:
        """Where the recording is, by the name of the element that tells it."""
        name = original_of(session.extras, "recording_as", session.recording_url)
        named = name if name in ("link", "video_download_url") else "url"
        return {named: session.recording_url} if session.recording_url else {}

    def _references(self, session: Session) -> dict[str, Any]:
        """Links and attachments; the stream and the recording are links too."""
        listed = original_of(session.extras, "references", as_references(session.links))
        found: dict[str, Any] = {
            name: [
                {key: value for key, value in each.items() if key != "kind"} for each in listed if each["kind"] == kind
            ]
            for name, kind in (("links", "link"), ("attachments", "attachment"))
        }
        found["attachments"] += [
            {"url": f"{self._programme.url}{file.path_part}", "title": file.name, "type": file.media_type}
            for file in self._programme.files.get(session.code, ())
        ]
        if session.stream_url:
            found["links"].append({"url": session.stream_url, "title": STREAM_TITLE, "service": "stream"})
        if session.recording_url:
            found["links"].append({"url": session.recording_url, "title": RECORDING_TITLE, "service": "recording"})
        return found


def place_of(session: Session) -> str:
    """What stands as the room: both formats want one."""
    if session.room is not None:
        return session.room.name
    return ALL_ROOMS if session.all_rooms else as_room(session.meeting_point) or NOWHERE


def room_guid(edition: Edition, room: Room) -> str:
    """The file's, else one that is the same wherever the site is served."""
    return room.guid or str(uuid5(NAMESPACE_URL, f"konferens:{edition.ref}/rooms/{room.slug}"))


def _by_room(sessions: Sequence[Session], order: Mapping[str, int]) -> dict[str, list[Session]]:
    rooms: dict[str, list[Session]] = defaultdict(list)
    for session in sorted(sessions, key=lambda each: (str(each.starts_at), each.id)):
        rooms[place_of(session)].append(session)
    return dict(sorted(rooms.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def _duration(starts: datetime, ends: datetime) -> str:
    """Hours and minutes that pass, of UTC moments: clocks that are moved in between don't count."""
    minutes = int((ends - starts).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"
