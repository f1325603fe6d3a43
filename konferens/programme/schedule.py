"""A programme as a file tells it, whichever format it came in: plain values, checked, nothing of the database yet.

None means that the file doesn't tell; what it doesn't tell stays as it is.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from konferens.errors import InvalidError
from konferens.i18n import gettext
from konferens.programme.model import SessionLevel, SessionLink, SessionStatus, SessionType

ALL_ROOMS = "Alla rum"
"""The room that breaks and meals have in files, since both formats want one."""

NOWHERE = "–"
"""The room that sessions without room and meeting point have in files."""

MAX_ROOM_NAME = 120

MAX_SESSIONS = 10_000
MAX_PROBLEMS = 50

_TYPES = {
    "lecture": SessionType.TALK,
    "lightning talk": SessionType.TALK,
    "föredrag": SessionType.TALK,
    "huvudföredrag": SessionType.KEYNOTE,
    "hands-on": SessionType.WORKSHOP,
    "verkstad": SessionType.WORKSHOP,
    "seminar": SessionType.WORKSHOP,
    "discussion": SessionType.PANEL,
    "podium": SessionType.PANEL,
    "panel discussion": SessionType.PANEL,
    "panelsamtal": SessionType.PANEL,
    "excursion": SessionType.VISIT,
    "studiebesök": SessionType.VISIT,
    "meeting": SessionType.OPEN_SPACE,
    "bof": SessionType.OPEN_SPACE,
    "open space": SessionType.OPEN_SPACE,
    "pause": SessionType.BREAK,
    "paus": SessionType.BREAK,
    "fika": SessionType.BREAK,
    "lunch": SessionType.MEAL,
    "dinner": SessionType.MEAL,
    "måltid": SessionType.MEAL,
    "party": SessionType.SOCIAL,
    "mingel": SessionType.SOCIAL,
    "opening": SessionType.CEREMONY,
    "closing": SessionType.CEREMONY,
    "inledning": SessionType.CEREMONY,
    "avslutning": SessionType.CEREMONY,
} | {each.value: each for each in SessionType}


def session_type(text: str) -> SessionType:
    """Our type for what other systems and people write; whatever is unknown is a talk."""
    return _TYPES.get(text.strip().casefold(), SessionType.TALK)


def as_room(meeting_point: str) -> str:
    """A meeting point in the place of a room's name."""
    return meeting_point[:MAX_ROOM_NAME].strip()


class InvalidImportError(InvalidError):
    """A file that cannot be imported; `problems` are sentences that each begin with the place in it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__({"file": self.problems})

    def __str__(self) -> str:
        return "\n".join(self.problems)


class Problems:
    """Collects what is wrong, so that people mend a file once rather than line by line."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, where: str, what: str) -> None:
        """Raises InvalidImportError when there are `MAX_PROBLEMS`: it is another kind of file then."""
        self._found.append(f"{where}: {what}")
        if len(self._found) >= MAX_PROBLEMS:
            raise InvalidImportError([*self._found, gettext("… och kanske mer")])

    def raise_if_any(self) -> None:
        """Raises InvalidImportError with all of them."""
        if self._found:
            raise InvalidImportError(self._found)


@dataclass(frozen=True, slots=True)
class ImportedRoom:
    name: str
    capacity: int | None = None
    description: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedTrack:
    """`colour` is '#rrggbb'."""

    name: str
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """Someone who takes part. `guid` is the file's, or made of what names the person there, always the same."""

    guid: str
    name: str
    code: str | None = None
    title: str | None = None
    organisation: str | None = None
    biography: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """One item. `starts` and `ends` are aware, or naive by the clocks of the edition's zone; both None without a slot.

    `where` is its place in the file. `people` are (guid, role), role None where the file doesn't tell. `room` None is no
    room; `all_rooms` is then true for what all do at the same time. `extras` are for `Session.extras`; a value that is
    None takes away what an earlier file told. `untold` are those of `editing.FIELDS` that stay although they stand here.
    """

    where: str
    guid: str
    title: str
    starts: datetime | None
    ends: datetime | None
    type: SessionType
    room: str | None
    track: str | None
    people: tuple[tuple[str, str | None], ...]
    code: str | None = None
    subtitle: str | None = None
    abstract: str | None = None
    description: str | None = None
    language: str | None = None
    status: SessionStatus | None = None
    level: SessionLevel | None = None
    capacity: int | None = None
    signup: bool | None = None
    all_rooms: bool | None = None
    meeting_point: str | None = None
    stream_url: str | None = None
    recording_url: str | None = None
    recording: bool | None = None
    license: str | None = None
    links: tuple[SessionLink, ...] | None = None
    extras: Mapping[str, Any] = field(default_factory=dict, hash=False)
    untold: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportedSchedule:
    """A whole programme. Rooms and tracks are all that are named, those of the sessions too, in order; people by guid.

    `is_whole` where the file is what a programme consists of: what it lacks is gone. Lists that people write needn't be.
    `is_ours` where it is an export of this program. `finds_by_code` where nothing in it has a guid of its own: sessions are
    known by their codes then, or by titles that only one of the edition's has.
    """

    title: str
    rooms: tuple[ImportedRoom, ...]
    tracks: tuple[ImportedTrack, ...]
    people: dict[str, ImportedPerson]
    sessions: tuple[ImportedSession, ...]
    is_whole: bool = True
    is_ours: bool = False
    finds_by_code: bool = False


def line_place(number: int) -> str:
    """How problems name a line of a file, or a row of a table, in the current language."""
    return gettext("rad %(n)s") % {"n": number}


def column_place(line: int, column: int) -> str:
    """As `line_place`, and where on the line; both from 1."""
    return gettext("rad %(n)s, tecken %(column)s") % {"n": line, "column": column}


def clean_text(text: str) -> str:
    """`text` as every database and XML 1.0 takes it: Unix line ends, NFC, no control characters or half surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or (ord(character) >= 32 and character not in "\x7f\ufffe\uffff")  # noqa: PLR2004
    )
    return kept.strip()
