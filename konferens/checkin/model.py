"""Check-in: lists at the door, scans, and the rule that decides what a scan is answered."""

import hashlib
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from konferens.clock import midnight

MAX_SCANS = 500
"""Scans in one upload."""

MAX_TOKEN = 200
"""Characters of what a scanner read that are looked at and kept; a code of ours is far shorter."""

STANDS_THERE = timedelta(seconds=30)
"""How long somebody whom the device has refused may still be at the door, when the answer comes."""

_ADDRESS = re.compile(r"^https?://[^/]+/t/(?P<token>[^/?#]+)", re.IGNORECASE)


class Status(StrEnum):
    ADMITTED = "admitted"
    ALREADY = "already"
    REFUSED = "refused"


class Reason(StrEnum):
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    WRONG_LIST = "wrong-list"
    WRONG_EVENT = "wrong-event"
    NOT_OPEN = "not-open"
    TURNED_AWAY = "turned-away"
    """The rules let in, and the device had refused at the door, without network: nobody came in."""


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Repeat(StrEnum):
    """How often a list lets the same ticket in."""

    ONCE = "once"
    DAILY = "daily"
    IN_OUT = "in-out"


class Mark(StrEnum):
    """What a list may show of people beside what the door always needs."""

    DIET = "diet"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a list asks for beside the ticket's type, and how it works; as in CheckinList."""

    addons: frozenset[int] = frozenset()
    session_id: int | None = None
    repeat: Repeat = Repeat.ONCE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    shows: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckinList:
    """A place where people are let in: the entrance, the dinner.

    `ticket_types` are ids, and unused with all of them. With `addons` (ids) only who has one of these is let in, with
    `session_id` only who has chosen that session or signed up for it. Nobody is let in before `opens_at` or from
    `closes_at` on. With DAILY a day is one by the clock of `time_zone`, the edition's. `shows` are the Marks that staff
    see.

    `digital` are the edition's types for those who take part from afar, `day_types` pairs of a type for one day and its day.
    A list for all types doesn't mean the digital ones, nor a day's ticket on other days; one that names a type, or an add-on
    that is somebody's, means it whatever it is. From `ended_at` on it is on no phone.
    """

    id: int
    edition_id: int
    name: str
    position: int
    all_ticket_types: bool
    admit_unpaid: bool
    ticket_types: frozenset[int]
    addons: frozenset[int] = frozenset()
    session_id: int | None = None
    repeat: Repeat = Repeat.ONCE
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    shows: frozenset[Mark] = frozenset()
    ended_at: datetime | None = None
    time_zone: str = "Europe/Stockholm"
    digital: frozenset[int] = frozenset()
    day_types: frozenset[tuple[int, date]] = frozenset()

    @property
    def own_rules(self) -> Rules:
        return Rules(self.addons, self.session_id, self.repeat, self.opens_at, self.closes_at, self.shows)

    def admits(self, guest: "Guest") -> bool:
        """Whether the list is for this ticket."""
        return (
            self.admits_type(guest.ticket_type_id)
            and (not self.addons or bool(self.addons & guest.addons))
            and (self.session_id is None or self.session_id in guest.sessions)
        )

    def admits_type(self, type_id: int) -> bool:
        """Whether the list is for tickets of this type."""
        if not self.all_ticket_types:
            return type_id in self.ticket_types
        if self.addons:
            return True
        valid_on = self.valid_on(type_id)
        return type_id not in self.digital and (valid_on is None or self.day is None or self.day == valid_on)

    def valid_on(self, type_id: int) -> date | None:
        """The only day on which this list lets tickets of the type in; None for any."""
        if not self.all_ticket_types or self.addons or self.session_id is not None:
            return None
        return next((day for each, day in self.day_types if each == type_id), None)

    @property
    def day(self) -> date | None:
        """The day that the list is for: where it opens and closes on one, by the edition's clock, or closes at its end."""
        if self.opens_at is None or self.closes_at is None:
            return None
        day = self._day_of(self.opens_at)
        return day if self.closes_at <= midnight(day + timedelta(days=1), ZoneInfo(self.time_zone)) else None

    def _day_of(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def is_valid_then(self, guest: "Guest", moment: datetime) -> bool:
        """Whether the ticket is for that day, where the list asks."""
        return self.valid_on(guest.ticket_type_id) in (None, self._day_of(moment))

    def is_open(self, moment: datetime) -> bool:
        return (self.opens_at is None or moment >= self.opens_at) and (
            self.closes_at is None or moment < self.closes_at
        )

    def counts_anew(self, first: datetime, moment: datetime) -> bool:
        """Whether who was let in at `first` is let in once more at `moment`."""
        return self.repeat is Repeat.DAILY and self._day_of(first) < self._day_of(moment)

    @property
    def rules(self) -> str:
        """Eight characters that change when the list admits other people than before."""
        types = "all" if self.all_ticket_types else ",".join(map(str, sorted(self.ticket_types)))
        addons = ",".join(map(str, sorted(self.addons)))
        parts: list[object] = [self.id, types, self.admit_unpaid, addons, self.session_id, *sorted(self.shows)]
        if self.all_ticket_types:
            parts += [self.day, *sorted(self.digital), *sorted(self.day_types)]
        return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a code. `scanned_at` is by the device's clock; `nonce` tells a repeated upload from a new scan.

    `told` is what the device said at the door where it had no network: 'admitted', 'already', 'refused', 'provisional'
    (let in, unknown), or '' where it waits for the answer.
    """

    token: str
    nonce: str
    scanned_at: datetime
    device: str = ""
    direction: Direction = Direction.IN
    told: str = ""

    def was_turned_away(self, received_at: datetime) -> bool:
        """Whether the device has sent somebody away, who isn't there any more to hear another answer. Out goes who wants to."""
        is_no = self.told in ("already", "refused") and self.direction is Direction.IN
        return is_no and received_at - self.scanned_at > STANDS_THERE

    @property
    def was_let_in(self) -> bool:
        """Whether the device has let somebody in already."""
        return self.told in ("admitted", "provisional") and self.direction is Direction.IN


@dataclass(frozen=True, slots=True)
class Guest:
    """A ticket as the door sees it: no address, no answers.

    `addons` and `sessions` are ids of what its holder has; `note` is the organisers' word to the door, `owes` what is left
    to pay for the whole order, in öre. `marks` are pairs of a Mark and what was answered, where a list shows it.
    """

    ticket_id: int
    edition_id: int
    ticket_type_id: int
    token: str
    name: str
    type: str
    organisation: str
    cancelled: bool
    unpaid: bool
    addons: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()
    note: str = ""
    owes: int = 0
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FirstScan:
    """When and where a ticket was admitted; `nonce` names the scan."""

    scanned_at: datetime
    device: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scan is told. `guest` is None where the ticket is none of this event's business.

    `conflict`: the device had let somebody in whom the rules, or another device's earlier scan, keep out.
    """

    nonce: str
    status: Status
    reason: Reason | None = None
    guest: Guest | None = None
    first_scan: FirstScan | None = None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many have come through a list, of those who may."""

    admitted: int
    expected: int


@dataclass(frozen=True, slots=True)
class LoggedScan:
    """A scan as the organiser's log shows it; `name` is '' for an unknown token, `undone_at` when it was taken back."""

    scanned_at: datetime
    status: Status
    reason: Reason | None
    direction: str
    name: str
    device: str
    actor: str
    list_name: str = ""
    undone_at: datetime | None = None


def read_token(text: str) -> str:
    """The token in what a scanner read: itself, in lower case, or a ticket's whole address BASE_URL/t/TOKEN.

    The host isn't compared: a conference may have moved to another address since its badges were printed, and a token
    cannot be guessed. Text that holds no token is given back, and will be unknown.
    """
    text = text.strip()
    match = _ADDRESS.match(text)
    return (match["token"] if match else text)[:MAX_TOKEN].upper()[:MAX_TOKEN]  # 'ŉ' becomes two


Admissions = MutableMapping[tuple[int, int], FirstScan]
"""(list id, ticket id) → the scan that let the ticket in."""


def decide(  # noqa: PLR0911 - a return for each answer there is
    checkin_list: CheckinList, scan: Scan, guest: Guest | None, admissions: Admissions
) -> Answer:
    """The answer to a new scan, with `admissions` brought up to date.

    The order of reasons: what is wrong with the ticket itself comes before what is wrong with this list, and a second
    scan is told before a missing payment, which the first one has passed. Nobody of the conference is kept from going
    out: ALREADY says that they weren't inside.
    """
    if guest is None:
        return Answer(scan.nonce, Status.REFUSED, Reason.UNKNOWN)
    if guest.edition_id != checkin_list.edition_id:
        return Answer(scan.nonce, Status.REFUSED, Reason.WRONG_EVENT)
    key = (checkin_list.id, guest.ticket_id)
    if scan.direction is Direction.OUT:
        was_in = admissions.pop(key, None)
        return Answer(scan.nonce, Status.ADMITTED if was_in else Status.ALREADY, guest=guest)
    if guest.cancelled:
        return Answer(scan.nonce, Status.REFUSED, Reason.CANCELLED, guest)
    if not checkin_list.admits(guest) or not checkin_list.is_valid_then(guest, scan.scanned_at):
        return Answer(scan.nonce, Status.REFUSED, Reason.WRONG_LIST, guest)
    first = admissions.get(key)
    if first is not None and not checkin_list.counts_anew(first.scanned_at, scan.scanned_at):
        return Answer(scan.nonce, Status.ALREADY, guest=guest, first_scan=first)
    if not checkin_list.is_open(scan.scanned_at):
        return Answer(scan.nonce, Status.REFUSED, Reason.NOT_OPEN, guest)
    if guest.unpaid and not checkin_list.admit_unpaid:
        return Answer(scan.nonce, Status.REFUSED, Reason.UNPAID, guest)
    admissions[key] = FirstScan(scan.scanned_at, scan.device, scan.nonce)
    return Answer(scan.nonce, Status.ADMITTED, guest=guest)


def newly_admitted(before: Mapping[tuple[int, int], FirstScan], after: Admissions) -> dict[tuple[int, int], FirstScan]:
    """Admissions to write: those that `before` doesn't have, or has from another scan."""
    return {key: first for key, first in after.items() if before.get(key) != first}
