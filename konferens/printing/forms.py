"""What an organiser chooses before a paper is printed: language, room, day, and which programme."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import SelectField

from konferens.events.model import Edition, Room
from konferens.formats import day as format_day
from konferens.i18n import LANGUAGES, gettext, lazy_pgettext
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form


class PrintForm(Form):
    """Every field may be absent; what isn't among the choices counts as the first. Build it with `print_form`."""

    language = SelectField(_l("Språk"))
    room = SelectField(lazy_pgettext("one", "Rum"))
    day = SelectField(_l("Dag"))
    programme = SelectField(_l("Vilket program"))

    @property
    def chosen_day(self) -> date | None:
        return date.fromisoformat(self.day.data) if self.day.data else None


def print_form(edition: Edition, rooms: Sequence[Room], days: Sequence[date], query: Any, *, drafts: bool) -> PrintForm:
    """`days` are those that the programme has; `drafts` tells whether there is another programme than the public one."""
    form = PrintForm(query)
    form.language.choices = sorted(LANGUAGES.items(), key=lambda choice: choice[0] != edition.language)
    form.room.choices = [("", gettext("Alla rum")), *((room.slug, room.name) for room in rooms)]
    form.day.choices = [("", gettext("Alla dagar")), *((each.isoformat(), format_day(each)) for each in days)]
    form.programme.choices = [("", gettext("Det som är publicerat"))]
    if drafts:
        form.programme.choices.append(("draft", gettext("Utkastet, med det som inte är släppt än")))
    for field in form:
        if field.data not in {value for value, _ in field.choices}:
            field.data = field.choices[0][0]
    return form
