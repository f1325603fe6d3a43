"""The filter of the office's list of sessions."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField

from konferens.events.model import Edition, Room, Track
from konferens.formats import day as format_day
from konferens.i18n import gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.programme.model import SessionStatus
from konferens.web.forms import Form


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
