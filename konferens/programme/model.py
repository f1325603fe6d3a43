"""Sessions of a programme: what they are, when and where, and who speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from konferens.codes import slugify
from konferens.i18n import gettext
from konferens.levels import Level, level_of


class SessionType(StrEnum):
    """What kind of thing a session is; the values stand in the database and in frab's `type`."""

    TALK = "talk"
    KEYNOTE = "keynote"
    WORKSHOP = "workshop"
    PANEL = "panel"
    VISIT = "visit"
    OPEN_SPACE = "open-space"
    BREAK = "break"
    MEAL = "meal"
    SOCIAL = "social"
    CEREMONY = "ceremony"

    @property
    def label(self) -> str:
        """Its name in the current language."""
        return {
            SessionType.TALK: gettext("Föredrag"),
            SessionType.KEYNOTE: gettext("Huvudföredrag"),
            SessionType.WORKSHOP: gettext("Workshop"),
            SessionType.PANEL: gettext("Panelsamtal"),
            SessionType.VISIT: gettext("Studiebesök"),
            SessionType.OPEN_SPACE: gettext("Open space"),
            SessionType.BREAK: gettext("Paus"),
            SessionType.MEAL: gettext("Måltid"),
            SessionType.SOCIAL: gettext("Mingel"),
            SessionType.CEREMONY: gettext("Inledning och avslutning"),
        }[self]

    @property
    def is_pause(self) -> bool:
        """Whether it is a rest between sessions: no speakers, no page of its own is needed."""
        return self in (SessionType.BREAK, SessionType.MEAL)


class SessionStatus(StrEnum):
    """RFC 5545's STATUS of an event, in lower case. A cancelled session stays visible, struck through."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            SessionStatus.TENTATIVE: gettext("Preliminär"),
            SessionStatus.CONFIRMED: gettext("Klar"),
            SessionStatus.CANCELLED: gettext("Inställd"),
        }[self]


class SessionLevel(StrEnum):
    """What a listener should know before; ANY where nothing is told."""

    ANY = ""
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            SessionLevel.ANY: gettext("Passar alla"),
            SessionLevel.BEGINNER: gettext("Nybörjare"),
            SessionLevel.INTERMEDIATE: gettext("Viss vana"),
            SessionLevel.ADVANCED: gettext("Erfarna"),
        }[self]


class PersonRole(StrEnum):
    """As what somebody takes part in a session; the values stand in the database and in frab's `role`."""

    SPEAKER = "speaker"
    MODERATOR = "moderator"
    PANELIST = "panelist"
    HOST = "host"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            PersonRole.SPEAKER: gettext("Talare"),
            PersonRole.MODERATOR: gettext("Samtalsledare"),
            PersonRole.PANELIST: gettext("Panelist"),
            PersonRole.HOST: gettext("Värd"),
        }[self]


PERSON_ROLES = frozenset(role.value for role in PersonRole)


def role_of(text: str) -> PersonRole:
    """The role that `text` names; whatever is unknown is a speaker."""
    return PersonRole(text) if text in PERSON_ROLES else PersonRole.SPEAKER


@dataclass(frozen=True, slots=True)
class SessionLink:
    """Something to read or look at elsewhere; `kind` is 'link', or 'attachment' for papers and slides."""

    title: str
    url: str
    kind: str = "link"

    @property
    def label(self) -> str:
        """What the link is called: its title, or for want of one its address without 'https://'."""
        return self.title or self.url.partition("://")[2].rstrip("/")


@dataclass(frozen=True, slots=True)
class RoomRef:
    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class TrackRef:
    id: int
    slug: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class SpeakerRef:
    """Who takes part in a session, and as what: `role` is a value of PersonRole."""

    code: str
    name: str
    role: str = "speaker"
    image_digest: str | None = None

    @property
    def path_part(self) -> str:
        """The end of the speaker's public address."""
        slug = slugify(self.name)
        return f"{self.code}-{slug}" if slug else self.code

    @property
    def role_label(self) -> str:
        """The role in words, '' for a speaker: that one speaks needn't be told."""
        role = role_of(self.role)
        return "" if role is PersonRole.SPEAKER else role.label


@dataclass(frozen=True, slots=True)
class Session:
    """One item of a programme. Times are aware UTC, None while it has no slot; texts are Markdown.

    It may be filmed where `recording` is true, under `license` or, where that is '', the edition's. `extras` is what an
    imported file told that nothing else holds, for exports to repeat.

    With `signup` attendees sign up for it, at most `capacity` of them (None: any number); `taken` is how many have.
    """

    id: int
    code: str
    guid: str
    title: str
    subtitle: str
    abstract: str
    description: str
    type: SessionType
    status: SessionStatus
    language: str
    room: RoomRef | None
    track: TrackRef | None
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int | None
    signup: bool
    taken: int
    meeting_point: str
    stream_url: str
    recording_url: str
    level: SessionLevel
    recording: bool
    license: str
    links: tuple[SessionLink, ...]
    extras: Mapping[str, Any] = field(hash=False)
    all_rooms: bool
    sequence: int
    speakers: tuple[SpeakerRef, ...]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def people(self) -> str:
        """Who takes part, by name: 'Åsa Öberg, Bo Ek'."""
        return ", ".join([person.name for person in self.speakers])

    @property
    def path_part(self) -> str:
        """The end of the public address: 'ABC234-sa-startar-du-en-mack', or the code alone."""
        slug = self.slug
        return f"{self.code}-{slug}" if slug else self.code

    @property
    def is_cancelled(self) -> bool:
        return self.status is SessionStatus.CANCELLED or self.deleted_at is not None

    @property
    def left(self) -> int | None:
        """Seats left for those who sign up; None without limit, or where nobody has to."""
        return max(self.capacity - self.taken, 0) if self.signup and self.capacity is not None else None

    @property
    def fullness(self) -> Level:
        """How full it is, as public pages tell it."""
        return level_of(self.left)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    def overlaps(self, other: "Session") -> bool:
        """Whether nobody can be at both from start to end. What has no time overlaps nothing."""
        if self.starts_at is None or self.ends_at is None or other.starts_at is None or other.ends_at is None:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def day(self, zone: ZoneInfo) -> date | None:
        """The date on which it begins, on the wall in `zone`."""
        return self.starts_at.astimezone(zone).date() if self.starts_at else None


def resolve_wall(wall: datetime, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """The moment (UTC) at which clocks in `zone` show the naive `wall`.

    An hour that comes twice in autumn means the first, or with `fold=1` the second (PEP 495); an hour that is skipped in
    spring counts as if the clock had not been moved, so 02.30 becomes 03.30. Raises ValueError for an aware `wall`.
    """
    if wall.tzinfo is not None:
        raise ValueError(f"a wall-clock time has no zone: {wall!r}")
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def wall_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at `moment`: naive."""
    return moment.astimezone(zone).replace(tzinfo=None)
