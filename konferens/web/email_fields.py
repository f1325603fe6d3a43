"""E-mail addresses in forms."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import Form as PlainForm
from wtforms.validators import StopValidation

from konferens.i18n import gettext
from konferens.web.forms import LineField


def valid_email(text: str) -> str:
    """The address in its usual form (domain in lower case). Raises ValueError with a message in the current language.

    Letters beyond ASCII may stand after the @ only: many mail servers can't deliver to them before it (RFC 6531).
    Whether the domain exists is not looked up.
    """
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(gettext("Det ser inte ut som en e-postadress. Den ska vara som namn@exempel.se.")) from error


class EmailField(LineField):
    """An e-mail address, or '' where it isn't required."""

    data: str

    def __init__(self, label: str = "", validators: Any = (), **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"type": "email", "inputmode": "email", "autocapitalize": "none"})
        super().__init__(label, validators, max_length=254, **kwargs)

    def pre_validate(self, form: PlainForm) -> None:  # noqa: ARG002
        if self.data and len(self.data) <= 254:  # noqa: PLR2004 - told by the length's own message
            try:
                self.data = valid_email(self.data)
            except ValueError as error:
                raise StopValidation(str(error)) from error
