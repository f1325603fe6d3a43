"""The forms of the order's page and the attendee's own."""

from collections.abc import Collection

from wtforms import FormField, HiddenField
from wtforms.validators import DataRequired

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.registration.actions import Attendee
from konferens.registration.model import Order
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField, RowsField


class AttendeeForm(Form):
    """Who a ticket is for."""

    name = LineField(
        _l("Namn"), [DataRequired(_l("Skriv deltagarens namn."))], render_kw={"autocomplete": "off", "dir": "auto"}
    )
    email = EmailField(_l("E-post"))
    organisation = LineField(_l("Organisation"), render_kw={"autocomplete": "off", "dir": "auto"})

    def values(self) -> Attendee:
        """Call after `validate`."""
        return Attendee(self["name"].data, self.email.data, self.organisation.data)


class TransferForm(AttendeeForm):
    """Who gets a ticket: somebody who can be written to. `token` tells which ticket was meant: each holder has another."""

    email = EmailField(_l("E-post"), [DataRequired(_l("Skriv e-postadressen. Dit skickar vi biljetten."))])
    token = HiddenField()


class NumberedAttendeeForm(AttendeeForm):
    """Who a ticket of an order is for; `position` is the ticket's, `token` its holder's, see TransferForm."""

    position = HiddenField()
    token = HiddenField()


class AttendeesForm(Form):
    """Everybody in an order who has a valid ticket, in the order of their tickets."""

    attendees = RowsField(FormField(NumberedAttendeeForm))

    def matches(self, order: Order) -> bool:
        """Whether the posted form has exactly one attendee for each valid ticket, none of which was given away meanwhile."""
        posted = [(entry.form.position.data, entry.form.token.data or "") for entry in self.attendees]
        held = [(str(ticket.position), ticket.token) for ticket in order.valid_tickets]
        return [position for position, _ in posted] == [position for position, _ in held] and all(
            told in ("", token) for (_, told), (_, token) in zip(posted, held, strict=True)
        )

    def keep_addresses(self, order: Order, own: Collection[int]) -> bool:
        """False, with a message, where the address of a ticket whose id is in `own` was changed: see `post_attendees`."""
        kept = True
        for entry, ticket in zip(self.attendees, order.valid_tickets, strict=True):
            if ticket.id in own and not order.leads_to(ticket) and entry.form.email.data != ticket.email:
                text = gettext("Deltagaren har själv svarat på frågor. Ge biljetten vidare, eller fråga arrangören.")
                entry.form.email.errors = [text]
                kept = False
        return kept

    def values(self, order: Order) -> list[Attendee]:
        """What `change_attendees` takes: those whose tickets are cancelled as they were. Call after `validate`."""
        posted = {entry.form.position.data: entry.form.values() for entry in self.attendees}
        return [
            posted.get(str(ticket.position)) or Attendee(ticket.name, ticket.email, ticket.organisation)
            for ticket in order.tickets
        ]


def attendees_form(order: Order) -> AttendeesForm:
    """The form filled with who the valid tickets are for now."""
    people = [
        {
            "position": ticket.position,
            "token": ticket.token,
            "name": ticket.name,
            "email": ticket.email,
            "organisation": ticket.organisation,
        }
        for ticket in order.valid_tickets
    ]
    return AttendeesForm(data={"attendees": people})
