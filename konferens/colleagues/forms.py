"""Letting others in, and asking for a link."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email

from konferens.accounts.model import Role
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField


class ColleagueForm(Form):
    name = LineField(_l("Namn"), render_kw={"autocomplete": "off"})
    email = LineField(
        _l("E-post"),
        [DataRequired(_l("Skriv personens e-postadress.")), Email(_l("Det ser inte ut som en e-postadress."))],
        max_length=254,
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "off", "autocapitalize": "none"},
    )
    role = RadioField(_l("Får"), [DataRequired(_l("Välj vad personen får göra."))], default=Role.STAFF.value)

    def __init__(self, *arguments: object, **values: object) -> None:
        super().__init__(*arguments, **values)
        self.role.choices = [
            SelectChoice(role.value, role.allows) for role in (Role.STAFF, Role.REVIEWER, Role.ORGANISER)
        ]


class ForgottenForm(Form):
    email = LineField(
        _l("E-post"),
        [DataRequired(_l("Skriv din e-postadress.")), Email(_l("Det ser inte ut som en e-postadress."))],
        max_length=254,
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "username", "autocapitalize": "none"},
    )
