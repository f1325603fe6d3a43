"""Signing in, and one's own account."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Optional

from konferens.accounts.passwords import MAX_PASSWORD
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
        [InputRequired(_l("Skriv ditt lösenord.")), Length(max=MAX_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


def _new_password() -> PasswordField:
    """How long it must be is told when it is stored."""
    return PasswordField(
        _l("Nytt lösenord"),
        [InputRequired(_l("Skriv ett nytt lösenord.")), Length(max=MAX_PASSWORD)],
        description=_l("Minst tio tecken. Några ord efter varandra är lätta att minnas och svåra att gissa."),
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(Form):
    password = _new_password()


class ChangePasswordForm(Form):
    current = PasswordField(
        _l("Nuvarande lösenord"),
        [InputRequired(_l("Skriv ditt nuvarande lösenord.")), Length(max=MAX_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = _new_password()


class NameForm(Form):
    """What one is called, by colleagues."""

    name = LineField(_l("Namn"), [Optional()], render_kw={"autocomplete": "name"})
