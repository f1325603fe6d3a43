"""The organiser's form of a session."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TimeField,
)
from wtforms.validators import DataRequired, NumberRange, Optional

from konferens.events.model import Edition, Room, Track
from konferens.formats import day as format_day
from konferens.i18n import LANGUAGES, gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.model import PersonRole, SessionLevel, SessionStatus, SessionType, role_of
from konferens.speakers.model import Speaker
from konferens.web.forms import Form, LineField, RowsField, TextField, WebAddressField

MAX_LINKS = 30
MAX_POSITION = 1000
_EMPTY_LINKS, _MORE_LINKS = 1, 3
_MARKDOWN = _l("Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -, tom rad för nytt stycke.")


def number_or_none(value: str | int | None) -> int | None:
    """Of a choice's value; '' is none. Raises ValueError."""
    return int(value) if value not in (None, "") else None


def date_or_none(value: str | date | None) -> date | None:
    """Of a choice's value as '2027-05-11'; '' is none. Raises ValueError."""
    return (
        date.fromisoformat(value) if isinstance(value, str) and value else (value if isinstance(value, date) else None)
    )


def _is_yes(value: Any) -> bool:
    return value not in ("no", "", False, None)


class LinkForm(Form):
    """One row of links; an empty one is none."""

    title = LineField(_l("Länkens text"), max_length=200)
    url = WebAddressField(_l("Adress"), max_length=500)
    kind = SelectField(_l("Sort"), default="link")

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.title.data and not self.url.data and not self.url.errors:
            self.url.errors = [gettext("Skriv adressen också, eller ta bort texten.")]
            return False
        return valid


class SessionForm(Form):
    """Everything about a session. Build it with `session_form`, which knows the edition's choices."""

    version = HiddenField()
    title = LineField(_l("Titel"), [DataRequired(_l("Skriv en titel."))], max_length=300)
    subtitle = LineField(_l("Underrubrik"), max_length=300)
    type = SelectField(_l("Typ"))
    status = SelectField(
        _l("Status"),
        description=_l("En inställd programpunkt syns överstruken, och deltagarnas kalendrar får veta det."),
    )
    track = SelectField(lazy_pgettext("one", "Spår"), coerce=number_or_none)
    language = SelectField(_l("Språk"))
    day = SelectField(_l("Dag"), coerce=date_or_none)
    starts = TimeField(_l("Börjar"), [Optional()])
    ends = TimeField(_l("Slutar"), [Optional()])
    ends_day = SelectField(
        _l("Slutar en annan dag"),
        coerce=date_or_none,
        description=_l("Bara för det som pågår längre än ett dygn."),
    )
    room = SelectField(lazy_pgettext("one", "Rum"), coerce=number_or_none)
    all_rooms = BooleanField(
        _l("Gäller alla rum"), description=_l("För pauser, måltider och annat som alla gör samtidigt.")
    )
    capacity = IntegerField(
        _l("Antal platser"),
        [Optional(), NumberRange(1, 100_000, _l("Skriv ett tal från 1 till 100\u00a0000."))],
        description=_l("Tomt: så många som rummet rymmer, eller så många som vill där anmälan krävs."),
        render_kw={"type": "number", "min": "1", "max": "100000", "inputmode": "numeric"},
    )
    signup = BooleanField(
        _l("Anmälan krävs"),
        description=_l(
            "Deltagarna anmäler sig, så länge platserna räcker. När det är fullt kan de ställa sig på väntelista."
        ),
    )
    abstract = TextField(
        _l("Sammanfattning"),
        description=_l("Ett stycke som lockar. Det står i programmet och i kalendern."),
        render_kw={"rows": 5},
    )
    description = TextField(_l("Mer om innehållet"), description=_MARKDOWN, render_kw={"rows": 8})
    speakers = SelectMultipleField(_l("Medverkande"))
    meeting_point = LineField(
        _l("Samlingsplats"),
        max_length=300,
        description=_l("Var man möts när det inte är i ett rum, till exempel en buss."),
    )
    stream_url = WebAddressField(
        _l("Direktsändning"),
        max_length=500,
        description=_l(
            "Står i allas kalendrar så snart den är offentlig, och på sidan från en kvart före start. Ska bara deltagare "
            "komma in måste sändningen själv fråga efter lösenord."
        ),
    )
    recording_url = WebAddressField(_l("Inspelning"), max_length=500)
    level = SelectField(_l("Nivå"), default="")
    recording = SelectField(
        _l("Inspelning och direktsändning"),
        coerce=_is_yes,
        description=_l("Står det att den inte spelas in, visas det för alla på programpunktens sida."),
    )
    license = LineField(
        _l("Inspelningens licens"),
        max_length=60,
        description=_l("Till exempel CC BY 4.0. Tomt: den som gäller för hela konferensen."),
    )
    links = RowsField(FormField(LinkForm), _l("Länkar"), max_entries=MAX_LINKS)
    tell = BooleanField(_l("Berätta för dem som har valt den"), default=True)

    roles: dict[str, str]
    """Role by speaker's code, for every choice."""
    positions: dict[str, int]
    """Place in the order by speaker's code, from 1; those without one come after, as they are known."""
    kept_links: list[dict[str, str]] | None
    """What stays, where whoever posted the form knows nothing of links."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.links.errors:  # by field, for the rows; the list of errors wants a sentence
            self.links.errors = [gettext("En av länkarna behöver rättas.")]
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None and (starts or ends) and not self.day.errors:
            self.day.errors = [gettext("Välj dag för tiden.")]
        elif day is not None and starts is None and not self.starts.errors:
            self.starts.errors = [gettext("Skriv när den börjar.")]
        elif starts and ends is None and not self.ends.errors:
            self.ends.errors = [gettext("Skriv när den slutar.")]
        elif starts and starts == ends and not self.ends_day.data:
            self.ends.errors = [gettext("Den slutar samtidigt som den börjar.")]
        elif (ends_day := self.ends_day.data) and day and (ends_day, ends) <= (day, starts):
            self.ends_day.errors = [gettext("Den slutar innan den börjar.")]
        else:
            return valid
        return False

    def values(self, known_order: Sequence[str] = ()) -> dict[str, Any]:
        """What `programme.actions.save_session` takes. Speakers are in the order of their numbers; those without one keep
        their `known_order`, and new ones come last.
        """
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        wall_starts = datetime.combine(day, starts) if day and starts else None
        wall_ends = None
        if wall_starts and ends:
            wall_ends = datetime.combine(self.ends_day.data or day + timedelta(days=int(ends <= starts)), ends)
        texts = ("title", "subtitle", "type", "status", "language", "abstract", "description")
        places = ("meeting_point", "stream_url", "recording_url", "capacity", "signup", "all_rooms")
        recording = ("level", "recording", "license")
        return {
            **{name: self[name].data for name in (*texts, *places, *recording)},
            "links": self._links() if self.kept_links is None else self.kept_links,
            "track_id": self.track.data,
            "room_id": self.room.data,
            "wall_starts": wall_starts,
            "wall_ends": wall_ends,
            "speakers": [(code, self.roles[code]) for code in self.order(known_order)],
        }

    def order(self, known_order: Sequence[str] = ()) -> list[str]:
        """The codes of those who are chosen, in the order in which they stand; see `values`."""
        chosen = [code for code in self.speakers.data or [] if code in self.roles]
        known = {code: place for place, code in enumerate(known_order)}
        last = len(known) + len(chosen)
        return sorted(chosen, key=lambda code: (self.positions.get(code, MAX_POSITION), known.get(code, last)))

    def _links(self) -> list[dict[str, str]]:
        rows = ({name: row[name].data or "" for name in ("title", "url", "kind")} for row in self.links)
        return [row for row in rows if row["url"]]


def session_form(
    edition: Edition,
    *,
    rooms: Sequence[Room],
    tracks: Sequence[Track],
    speakers: Sequence[Speaker],
    formdata: FormData | None = None,
    values: Mapping[str, Any] | None = None,
) -> SessionForm:
    """The form with the edition's choices: filled with `values` (`editing.values_of`), and over them what was posted
    (`formdata`). A field that wasn't posted keeps its value, but for boxes to tick, which are sent only when ticked.
    """
    defaults = {"language": edition.language, "status": SessionStatus.CONFIRMED.value, "type": SessionType.TALK.value}
    data: dict[str, Any] = {"recording": True, **defaults, **(values or {})}
    starts, ends = data.get("wall_starts"), data.get("wall_ends")
    data |= {
        "day": starts.date() if starts else None,
        "starts": starts.time() if starts else None,
        "ends": ends.time() if ends else None,
        "ends_day": ends.date() if starts and ends and ends - starts >= timedelta(days=1) else None,
        "room": data.get("room_id"),
        "track": data.get("track_id"),
    }
    people = dict(data.pop("speakers", ()))
    form = SessionForm(formdata, data=data | {"speakers": list(people)})
    _offer_choices(form, edition, rooms, tracks, {starts.date(), ends.date()} if starts and ends else set())
    form.speakers.choices = [(speaker.code, speaker.name) for speaker in speakers]
    posted = formdata if formdata is not None else {f"role-{code}": role for code, role in people.items()}
    form.roles = {
        one.code: role_of(str(posted.get(f"role-{one.code}", "")) or people.get(one.code, "")) for one in speakers
    }
    places: Mapping[str, Any] = (
        formdata if formdata is not None else {f"position-{code}": place for place, code in enumerate(people, 1)}
    )
    told = {one.code: _position(places.get(f"position-{one.code}")) for one in speakers}
    form.positions = {code: place for code, place in told.items() if place is not None}
    told_of_links = formdata is None or any(name.startswith("links-") for name in formdata)
    form.kept_links = None if told_of_links else list(data.get("links", ()))
    add_empty_links(form, _EMPTY_LINKS)
    return form


def add_empty_links(form: SessionForm, count: int = _MORE_LINKS) -> None:
    """Put empty rows for links under those that there are, until `count` are empty; never more than MAX_LINKS in all."""
    empty = sum(not row["url"].data and not row["title"].data for row in form.links)
    for _ in range(min(count - empty, MAX_LINKS - len(form.links.entries))):
        form.links.append_entry()
    for row in form.links:
        row["kind"].choices = [("link", gettext("Länk")), ("attachment", gettext("Underlag"))]


def _offer_choices(
    form: SessionForm, edition: Edition, rooms: Sequence[Room], tracks: Sequence[Track], used_days: set[date]
) -> None:
    days = [(each.isoformat(), format_day(each)) for each in sorted({*edition.days, *used_days})]
    form.type.choices = [(each.value, each.label) for each in SessionType]
    form.status.choices = [(each.value, each.label) for each in SessionStatus]
    form.level.choices = [(each.value, each.label) for each in SessionLevel]
    form.language.choices = list(LANGUAGES.items())
    form.recording.choices = [("yes", gettext("Får spelas in")), ("no", gettext("Spelas inte in"))]
    form.track.choices = [("", gettext("Inget spår")), *((track.id, track.name) for track in tracks)]
    form.room.choices = [("", gettext("Inget rum")), *((room.id, room_label(room)) for room in rooms)]
    form.day.choices = [("", gettext("Inte bestämt")), *days]
    form.ends_day.choices = [("", gettext("Nej, samma dag eller natten efter")), *days]


def role_choices() -> list[tuple[str, str]]:
    """(value, label) of each role, in the current language."""
    return [(role.value, role.label) for role in PersonRole]


def _position(value: Any) -> int | None:
    """A number from a form, 1 to 999; None for whatever else is there."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 3 and int(text) else None  # noqa: PLR2004


def room_label(room: Room) -> str:
    """With how many it holds: 'Stora salen (120)'."""
    return f"{room.name} ({room.capacity})" if room.capacity else room.name
