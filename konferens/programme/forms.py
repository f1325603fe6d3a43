"""The organiser's forms for the programme: a session, and the filter of the list."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import DataRequired, NumberRange, Optional

from konferens.events.model import Edition, Room, Track
from konferens.formats import day as format_day
from konferens.i18n import LANGUAGES, gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.model import SessionLevel, SessionStatus, SessionType
from konferens.speakers.model import Speaker
from konferens.web.forms import Form, LineField, TextField, WebAddressField

ROLES = ("speaker", "moderator")
_MARKDOWN = _l("Markdown fungerar: **fet**, *kursiv*, [länk](https://…), listor med -, tom rad för nytt stycke.")


def role_label(role: str) -> str:
    """'speaker' or 'moderator' in the current language."""
    return gettext("Samtalsledare") if role == "moderator" else gettext("Talare")


def _number_or_none(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "") else None


def _date_or_none(value: str | date | None) -> date | None:
    return (
        date.fromisoformat(value) if isinstance(value, str) and value else (value if isinstance(value, date) else None)
    )


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
    track = SelectField(lazy_pgettext("one", "Spår"), coerce=_number_or_none)
    language = SelectField(_l("Språk"))
    day = SelectField(_l("Dag"), coerce=_date_or_none)
    starts = TimeField(_l("Börjar"), [Optional()])
    ends = TimeField(_l("Slutar"), [Optional()])
    room = SelectField(lazy_pgettext("one", "Rum"), coerce=_number_or_none)
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
    stream_url = WebAddressField(_l("Direktsändning"), max_length=500)
    recording_url = WebAddressField(_l("Inspelning"), max_length=500)
    level = SelectField(_l("Nivå"), default="")
    recording = BooleanField(_l("Får spelas in"), default=True)
    license = LineField(
        _l("Inspelningens licens"), max_length=60, description=_l("Tomt: den som gäller för hela konferensen.")
    )
    links = TextField(
        _l("Länkar och underlag"),
        description=_l("En länk på varje rad, till exempel: Bilder från dragningen https://…"),
        render_kw={"rows": 3},
    )

    roles: dict[str, str]
    """Role by speaker's code, for every choice."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        if day is None and (starts or ends) and not self.day.errors:
            self.day.errors = [gettext("Välj dag för tiden.")]
        elif day is not None and starts is None and not self.starts.errors:
            self.starts.errors = [gettext("Skriv när den börjar.")]
        elif starts and ends is None and not self.ends.errors:
            self.ends.errors = [gettext("Skriv när den slutar.")]
        elif starts and starts == ends:
            self.ends.errors = [gettext("Den slutar samtidigt som den börjar.")]
        else:
            return valid
        return False

    def values(self, known_order: Sequence[str] = ()) -> dict[str, Any]:
        """What `programme.actions.save_session` takes. Speakers keep their `known_order`; new ones come last."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        wall_starts = datetime.combine(day, starts) if day and starts else None
        wall_ends = None
        if wall_starts and ends:
            wall_ends = datetime.combine(day + timedelta(days=int(ends <= starts)), ends)
        chosen = self.speakers.data or []
        order = [code for code in known_order if code in chosen] + [code for code in chosen if code not in known_order]
        texts = ("title", "subtitle", "type", "status", "language", "abstract", "description")
        places = ("meeting_point", "stream_url", "recording_url", "capacity", "signup", "all_rooms")
        recording = ("level", "recording", "license")
        return {
            **{name: self[name].data for name in (*texts, *places, *recording)},
            "links": _links(self.links.data or ""),
            "track_id": self.track.data,
            "room_id": self.room.data,
            "wall_starts": wall_starts,
            "wall_ends": wall_ends,
            "speakers": [(code, self.roles.get(code, "speaker")) for code in order],
        }


def session_form(
    edition: Edition,
    *,
    rooms: Sequence[Room],
    tracks: Sequence[Track],
    speakers: Sequence[Speaker],
    formdata: FormData | None = None,
    values: dict[str, Any] | None = None,
) -> SessionForm:
    """The form with the edition's choices: posted (`formdata`), or filled with `values` (`editing.values_of`)."""
    data: dict[str, Any] = {"language": edition.language, "status": SessionStatus.CONFIRMED.value} | dict(values or {})
    starts, ends = data.get("wall_starts"), data.get("wall_ends")
    data |= {
        "day": starts.date() if starts else None,
        "starts": starts.time() if starts else None,
        "ends": ends.time() if ends else None,
        "room": data.get("room_id"),
        "track": data.get("track_id"),
    }
    people = dict(data.pop("speakers", ()))
    data["links"] = "\n".join(f"{link['title']} {link['url']}".strip() for link in data.get("links", ()))
    form = SessionForm(formdata, data=data | {"speakers": list(people)})
    days = edition.days if not starts or starts.date() in edition.days else sorted([*edition.days, starts.date()])
    form.type.choices = [(each.value, each.label) for each in SessionType]
    form.status.choices = [(each.value, each.label) for each in SessionStatus]
    form.level.choices = [(each.value, each.label) for each in SessionLevel]
    form.language.choices = list(LANGUAGES.items())
    form.track.choices = [("", gettext("Inget spår")), *((track.id, track.name) for track in tracks)]
    form.room.choices = [("", gettext("Inget rum")), *((room.id, _room_label(room)) for room in rooms)]
    form.day.choices = [("", gettext("Inte bestämt")), *((each.isoformat(), format_day(each)) for each in days)]
    form.speakers.choices = [(speaker.code, speaker.name) for speaker in speakers]
    form.roles = {
        speaker.code: _role(str(formdata.get(f"role-{speaker.code}", "")) if formdata else people.get(speaker.code, ""))
        for speaker in speakers
    }
    return form


def _links(text: str) -> list[dict[str, str]]:
    """Each line's last word is the address, what stands before it the title."""
    rows = [line.rpartition(" ") for line in text.splitlines() if line.strip()]
    return [{"title": title.strip(), "url": url, "kind": "link"} for title, _, url in rows]


def _room_label(room: Room) -> str:
    return f"{room.name} ({room.capacity})" if room.capacity else room.name


def _role(value: str) -> str:
    return value if value in ROLES else ROLES[0]


class FilterForm(Form):
    """The list's filter; every field may be empty, and what isn't among the choices counts as empty."""

    q = StringField(_l("Sök"), filters=[lambda value: (value or "").strip()[:100]])
    day = SelectField(_l("Dag"))
    room = SelectField(lazy_pgettext("one", "Rum"))
    track = SelectField(lazy_pgettext("one", "Spår"))
    status = SelectField(_l("Status"))


def filter_form(edition: Edition, *, rooms: Sequence[Room], tracks: Sequence[Track], query: Any) -> FilterForm:
    """`query` are the address's parameters."""
    form = FilterForm(query)
    form.day.choices = [
        ("", gettext("Alla dagar")),
        *((each.isoformat(), format_day(each)) for each in edition.days),
        ("none", gettext("Utan tid")),
    ]
    form.room.choices = [
        ("", gettext("Alla rum")),
        *((room.slug, room.name) for room in rooms),
        ("none", gettext("Utan rum")),
    ]
    form.track.choices = [
        ("", gettext("Alla spår")),
        *((track.slug, track.name) for track in tracks),
        ("none", gettext("Utan spår")),
    ]
    form.status.choices = [("", gettext("Alla")), *((each.value, each.label) for each in SessionStatus)]
    for field in (form.day, form.room, form.track, form.status):
        if field.data not in {value for value, _ in field.choices}:
            field.data = ""
    return form
