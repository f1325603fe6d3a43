"""The form of a webhook."""

from wtforms import BooleanField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import ChecksField, Form, WebAddressField
from konferens.webhooks.addresses import AddressError, parse_address
from konferens.webhooks.model import EVENTS


class WebhookForm(Form):
    """An address, and what it is told."""

    url = WebAddressField(_l("Adress"), [DataRequired(_l("Skriv adressen som ska få meddelanden."))], max_length=500)
    events = ChecksField(
        _l("Meddela när"),
        [DataRequired(_l("Välj minst en händelse."))],
        choices=[SelectChoice(event, label) for event, label in EVENTS.items()],
    )
    active = BooleanField(
        _l("Skicka"), default=True, description=_l("Utan kryss samlas meddelandena, och skickas när ni slår på igen.")
    )

    def validate_url(self, field: WebAddressField) -> None:
        try:
            parse_address(field.data)
        except AddressError as error:
            raise ValidationError(gettext("Adressen går inte att skicka till.")) from error
