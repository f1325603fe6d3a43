"""Series, their editions, and an edition's rooms and tracks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

THEMES = ("default", "lokalekonomi", "drivmedel", "omstallning")

YEARS = range(2000, 2200)
"""Years that a conference may be in: beyond them clocks and calendars have an end (Python's at year 1 and 9999)."""

DAY = (time(8), time(21))
"""From when until when people may be written to without having asked for it."""

RESERVED_SLUGS = frozenset(
    {
        "api",
        "badges",
        "checkin",
        "events",
        "favicon",
        "healthz",
        "language",
        "login",
        "logout",
        "media",
        "metrics",
        "my",
        "new",
        "open-space",
        "orders",
        "organiser",
        "proposals",
        "readyz",
        "robots",
        "speaking",
        "static",
        "t",
        "tickets",
        "waiting",
    }
)
"""First parts of addresses that are taken, or may be: no series can have them (/S/)."""


@dataclass(frozen=True, slots=True)
class Series:
    """A conference that returns: Lokalekonomidagarna."""

    id: int
    slug: str
    name: str
    description: str
    organisation: str
    website: str

    @property
    def path(self) -> str:
        """Its public address, with a slash at the end."""
        return f"/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Edition:
    """One time that a series is held: Lokalekonomidagarna 2027. Days are dates in its own zone, both inclusive.

    The seller is who sends the invoices: `seller_orgnr` is '556012-5790', `seller_vat_number` 'SE556012579001', `f_tax`
    godkänd för F-skatt; `exemption_text` tells why sales without VAT have none. All may be ''.

    Days to wait: `expire_unpaid_days` and `payment_reminder_days` after an order's due date, `event_reminder_days` before the
    first day, `thanks_days`, `sensitive_days` and `personal_days` after the last day; None is never. `offer_hours` is how long a
    waiting-list offer holds its seat. Until `cancel_free_until` (that day too) buyers cancel for nothing, later
    `cancel_keep_percent` of the price is kept; None leaves the cancelling of paid orders to the office.

    The house is open from `day_starts` to `day_ends` by its own clock. `release` names the version of the programme that is
    public; while it is '' whatever is saved is public at once. With `open_space` attendees propose sessions on site, and with
    `open_space_guests` people without a ticket, too; with `open_space_self` they take a free slot themselves. `board_message` is
    what the screens in the hall announce. `speaker_ticket_type` is the code of the ticket type that
    speakers get for nothing, '' for none.

    `version` rises, and `updated_at` is when, with whatever the public sees of it; `sequence` and `changed_at` (None: never)
    with what calendars tell of the conference as a whole.
    """

    id: int
    series: Series
    slug: str
    name: str
    tagline: str
    description: str
    practical: str
    starts_on: date
    ends_on: date
    time_zone: str
    language: str
    theme: str
    venue_name: str
    venue_address: str
    venue_city: str
    latitude: float | None
    longitude: float | None
    contact_email: str
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    payment_terms_days: int
    bankgiro: str
    swish_number: str
    seller_name: str
    seller_address: str
    seller_orgnr: str
    seller_vat_number: str
    f_tax: bool
    exemption_text: str
    accepts_invoice: bool
    accepts_swish: bool
    expire_unpaid_days: int | None
    payment_reminder_days: int | None
    event_reminder_days: int | None
    thanks_days: int | None
    offer_hours: int
    cancel_free_until: date | None
    cancel_keep_percent: int
    sensitive_days: int
    personal_days: int
    day_starts: time | None
    day_ends: time | None
    recording_license: str
    feedback: bool
    open_space: bool
    open_space_guests: bool
    open_space_self: bool
    board_message: str
    speaker_ticket_type: str
    release: str
    published: bool
    version: int
    sequence: int
    changed_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def path(self) -> str:
        """Its public address, with a slash at the end: '/lokalekonomidagarna/2027/'."""
        return f"/{self.series.slug}/{self.slug}/"

    @property
    def ref(self) -> str:
        """How commands and the API name it: 'lokalekonomidagarna/2027'."""
        return f"{self.series.slug}/{self.slug}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def days(self) -> list[date]:
        """Every day from the first to the last."""
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def starts_at(self) -> datetime:
        """Midnight when the first day begins, aware, in the edition's zone."""
        return datetime.combine(self.starts_on, time.min, self.zone)

    @property
    def ends_at(self) -> datetime:
        """Midnight when the last day ends, aware, in the edition's zone."""
        return datetime.combine(self.ends_on + timedelta(days=1), time.min, self.zone)

    @property
    def sensitive_until(self) -> date:
        """The last day on which answers about health may be there, in its own zone; then they are deleted."""
        return self.ends_on + timedelta(days=self.sensitive_days)

    @property
    def venue(self) -> str:
        """Name, address and town in one line."""
        return ", ".join(part for part in (self.venue_name, self.venue_address, self.venue_city) if part)

    def is_day(self, now: datetime) -> bool:
        """Whether people may be written to without having asked for it: by the clock of its zone."""
        return DAY[0] <= now.astimezone(self.zone).time() < DAY[1]

    def by_day(self, now: datetime) -> datetime:
        """`now` by day, else the moment (UTC) when the next day begins."""
        if self.is_day(now):
            return now
        local = now.astimezone(self.zone)
        following = local.date() + timedelta(days=1 if local.time() >= DAY[1] else 0)
        return datetime.combine(following, DAY[0], self.zone).astimezone(UTC)

    def is_on(self, now: datetime) -> bool:
        """Whether it is one of its days, in its own zone."""
        return self.starts_at <= now < self.ends_at

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at

    def registration_state(self, now: datetime) -> str:
        """'early' before it opens, 'closed' after it closes or the last day has ended, 'open' between."""
        if self.registration_opens_at and now < self.registration_opens_at:
            return "early"
        closes = self.registration_closes_at or self.ends_at.astimezone(UTC)
        return "closed" if now >= min(closes, self.ends_at) else "open"

    def changes_after(self, now: datetime) -> list[datetime]:
        """The coming moments at which the clock alone changes what its pages say."""
        moments = (self.registration_opens_at, self.registration_closes_at, self.starts_at, self.ends_at)
        return [moment for moment in moments if moment is not None and moment > now]


@dataclass(frozen=True, slots=True)
class Room:
    """A place for sessions. `guid` is what an imported file names it by, '' where it came otherwise."""

    id: int
    slug: str
    name: str
    description: str
    capacity: int | None
    position: int
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """A theme through the programme; `colour` is '#rrggbb'."""

    id: int
    slug: str
    name: str
    description: str
    colour: str
    position: int
