"""Forms for topics, and the organiser's for how open space is held."""

from datetime import date, datetime

from wtforms import BooleanField, IntegerField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from konferens.events.model import Edition, Room
from konferens.formats import day
from konferens.i18n import lazy_gettext as _l
from konferens.open_space.model import slot_times
from konferens.web.forms import ChecksField, Form, LineField, TextField


class TopicForm(Form):
    title = LineField(
        _l("Vad vill du prata om?"),
        [DataRequired(_l("Skriv en rubrik."))],
        max_length=120,
        description=_l("En rubrik, till exempel ”Hur hittar vi fler som vill driva mack?”"),
        render_kw={"required": True, "maxlength": 120, "autocomplete": "off"},
    )
    abstract = TextField(
        _l("Berätta lite mer"),
        max_length=1000,
        description=_l("Ett par meningar räcker."),
        render_kw={"rows": 4, "maxlength": 1000},
    )
    name = LineField(
        _l("Ditt namn"),
        [DataRequired(_l("Skriv ditt namn."))],
        max_length=100,
        description=_l("Visas för alla, på väggen och i programmet, precis som andra medverkandes namn."),
        render_kw={"required": True, "maxlength": 100, "autocomplete": "name"},
    )

    def values(self) -> dict[str, str]:
        """What `propose` and `change_topic` take."""
        return {name: self[name].data for name in ("title", "abstract", "name")}


class SettingsForm(Form):
    open_space = BooleanField(_l("Vi har open space: deltagare kan föreslå programpunkter på plats"))
    open_space_guests = BooleanField(
        _l("Också den som inte har sin biljett till hands får föreslå"),
        description=_l("Annars föreslår man från sin egen biljettsida."),
    )
    open_space_self = BooleanField(
        _l("Den som föreslår får själv välja en ledig tid"),
        description=_l("Annars är det bara arrangörer som placerar ut förslagen."),
    )

    def values(self) -> dict[str, bool]:
        """Columns of the edition."""
        return {name: self[name].data for name in ("open_space", "open_space_guests", "open_space_self")}


class SlotsForm(Form):
    """Which slots to make; `for_edition` makes it with the edition's days and rooms to choose among."""

    day = SelectField(_l("Dag"), coerce=str)
    starts = TimeField(_l("Från"), [InputRequired(_l("Skriv när det första passet börjar."))])
    ends = TimeField(_l("Till"), [InputRequired(_l("Skriv när det sista passet slutar."))])
    length = IntegerField(
        _l("Passens längd, minuter"),
        [InputRequired(_l("Skriv hur långa passen är.")), NumberRange(5, 480)],
        render_kw={"inputmode": "numeric", "min": 5, "max": 480},
    )
    pause = IntegerField(
        _l("Paus mellan dem, minuter"),
        [InputRequired(_l("Skriv 0 om det inte är någon paus.")), NumberRange(0, 240)],
        render_kw={"inputmode": "numeric", "min": 0, "max": 240},
    )
    rooms = ChecksField(
        _l("Rum"),
        [DataRequired(_l("Välj minst ett rum."))],
        coerce=int,
    )

    @classmethod
    def for_edition(cls, edition: Edition, rooms: list[Room], formdata: object = None) -> "SlotsForm":
        """The form; without `formdata` for an afternoon of three quarters of an hour."""
        form = cls(formdata, data={"length": 45, "pause": 15})
        form.day.choices = [(each.isoformat(), day(each)) for each in edition.days]
        form.rooms.choices = [(room.id, room.name) for room in rooms]
        return form

    def slots(self) -> list[tuple[int, datetime, datetime]]:
        """(room id, start, end) of every slot, naive."""
        chosen = date.fromisoformat(self.day.data)
        times = slot_times(chosen, self.starts.data, self.ends.data, length=self.length.data, pause=self.pause.data)
        return [(room, starts, ends) for room in self.rooms.data for starts, ends in times]
