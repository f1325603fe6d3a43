"""Signing in, and letting others in."""

from wtforms import HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length

from konferens.accounts.model import Role
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField


class SignInForm(Form):
    email = LineField(
        _l("E-post"),
        [InputRequired(_l("Skriv din e-postadress."))],
        max_length=254,
        render_kw={"autocomplete": "username", "inputmode": "email", "type": "email"},
    )
    password = PasswordField(
        _l("Lösenord"),
        [InputRequired(_l("Skriv ditt lösenord.")), Length(max=1024)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ColleagueForm(Form):
    name = LineField(_l("Namn"), render_kw={"autocomplete": "off"})
    email = LineField(
        _l("E-post"),
        [DataRequired(_l("Skriv personens e-postadress.")), Email(_l("Det ser inte ut som en e-postadress."))],
        max_length=254,
        render_kw={"type": "email", "inputmode": "email", "autocomplete": "off", "autocapitalize": "none"},
    )
    role = RadioField(
        _l("Får"),
        [DataRequired(_l("Välj vad personen får göra."))],
        choices=[
            SelectChoice(Role.STAFF.value, _l("checka in deltagare")),
            SelectChoice(Role.REVIEWER.value, _l("läsa och bedöma förslag till programmet")),
            SelectChoice(Role.ORGANISER.value, _l("göra allt på arrangörens sidor, och checka in")),
        ],
        default=Role.STAFF.value,
    )
