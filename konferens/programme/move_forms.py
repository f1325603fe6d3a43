"""The form that moves a session to another time and room, or parks it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import FormData
from wtforms import HiddenField, SelectField, TimeField
from wtforms.validators import Optional

from konferens.events.model import Edition, Room
from konferens.formats import day as format_day
from konferens.i18n import gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.board import A_DAY, Slot, end_after
from konferens.programme.forms import date_or_none, number_or_none, room_label
from konferens.web.forms import Form


class MoveForm(Form):
    """Build it with `move_form`. Without a day the session is parked."""

    version = HiddenField()
    day = SelectField(_l("Dag"), coerce=date_or_none)
    starts = TimeField(_l("Börjar"), [Optional()])
    ends = TimeField(_l("Slutar"), [Optional()], description=_l("Tomt: lika lång som nu."))
    room = SelectField(lazy_pgettext("one", "Rum"), coerce=number_or_none)

    minutes: int
    """How long the session is now, or would usually be."""

    takes_room: bool
    """False for what goes on in all rooms."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.day.data is not None and self.starts.data is None and not self.starts.errors:
            self.starts.errors = [gettext("Skriv när den börjar.")]
        elif self.day.data is not None and self.starts.data == self.ends.data and self.minutes < A_DAY:
            self.ends.errors = [gettext("Den slutar samtidigt som den börjar.")]
        else:
            return valid
        return False

    def values(self) -> dict[str, Any]:
        """What `programme.actions.save_session` takes. A session of several days keeps its whole days."""
        starts = ends = None
        if self.day.data is not None:
            starts = datetime.combine(self.day.data, self.starts.data)
            whole_days = self.minutes // A_DAY - int(self.minutes % A_DAY == 0 and self.minutes > 0)
            ends = (
                starts + timedelta(minutes=self.minutes)
                if self.ends.data is None
                else end_after(starts, self.ends.data, whole_days)
            )
        room = {"room_id": self.room.data} if self.takes_room else {}
        return {"wall_starts": starts, "wall_ends": ends, **room}


def move_form(edition: Edition, slot: Slot, rooms: Sequence[Room], formdata: FormData | None = None) -> MoveForm:
    """The form with the edition's choices: posted, or with where the session stands."""
    now = {
        "version": slot.version,
        "day": slot.day,
        "starts": slot.begins if slot.day else None,
        "ends": slot.finishes if slot.day else None,
        "room": slot.session.room.id if slot.session.room else None,
    }
    form = MoveForm(formdata, data=now)
    days = sorted({*edition.days, *([slot.day] if slot.day else [])})
    form.day.choices = [("", gettext("Parkera – ingen tid")), *((each.isoformat(), format_day(each)) for each in days)]
    form.room.choices = [("", gettext("Inget rum")), *((room.id, room_label(room)) for room in rooms)]
    form.minutes = slot.minutes
    form.takes_room = not slot.session.all_rooms
    return form
