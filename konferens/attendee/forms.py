"""The forms of the order's page."""

from wtforms import FormField
from wtforms.validators import DataRequired

from konferens.i18n import lazy_gettext as _l
from konferens.registration.actions import Attendee
from konferens.registration.forms import EmailField
from konferens.registration.model import Order
from konferens.web.forms import Form, LineField, RowsField


class AttendeeForm(Form):
    """Who a ticket is for."""

    name = LineField(
        _l("Namn"), [DataRequired(_l("Skriv deltagarens namn."))], render_kw={"autocomplete": "off", "dir": "auto"}
    )
    email = EmailField(_l("E-post"))
    organisation = LineField(_l("Organisation"), render_kw={"autocomplete": "off", "dir": "auto"})


class AttendeesForm(Form):
    """Everybody in an order, in the order of their tickets."""

    attendees = RowsField(FormField(AttendeeForm))

    def matches(self, order: Order) -> bool:
        """Whether the posted form has exactly one attendee for each ticket."""
        return len(self.attendees) == len(order.tickets)

    def values(self) -> list[Attendee]:
        """What `change_attendees` takes. Call after `validate`."""
        return [
            Attendee(entry.form.name.data, entry.form.email.data, entry.form.organisation.data)
            for entry in self.attendees
        ]


def attendees_form(order: Order) -> AttendeesForm:
    """The form filled with who the tickets are for now."""
    people = [
        {"name": ticket.name, "email": ticket.email, "organisation": ticket.organisation} for ticket in order.tickets
    ]
    return AttendeesForm(data={"attendees": people})
