"""Joining a waiting list, and for organisers how long offers hold."""

from wtforms import IntegerField, RadioField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import TicketType
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField

MOST_HOURS = 30 * 24
_HOURS = _l("Skriv ett helt tal från 1 till 720.")


class JoinForm(Form):
    """One person, for one ticket type; call `offer` before it is read or shown."""

    type = RadioField(_l("Biljett"), [DataRequired(_l("Välj en biljett."))])
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv ditt namn."))], render_kw={"autocomplete": "name"})
    email = EmailField(
        _l("E-post"),
        [DataRequired(_l("Skriv din e-postadress. Dit skickar vi erbjudandet."))],
        description=_l("Hit skickar vi ett mejl när det finns en plats åt dig."),
        render_kw={"type": "email", "inputmode": "email", "autocapitalize": "none", "autocomplete": "email"},
    )

    def offer(self, types: list[TicketType]) -> None:
        """The types that can be waited for; the only one is chosen."""
        self.type.choices = [(each.code, each.name) for each in types]
        if len(types) == 1:
            self.type.data = types[0].code


class OfferHoursForm(Form):
    offer_hours = IntegerField(
        _l("Timmar som ett erbjudande gäller"),
        [InputRequired(_HOURS), NumberRange(1, MOST_HOURS, _HOURS)],
        description=_l("Därefter går platsen till nästa i kön. Erbjudanden som redan är skickade behåller sin tid."),
        render_kw={"type": "number", "min": "1", "max": str(MOST_HOURS), "inputmode": "numeric"},
    )
