"""The sign-in form."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

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
