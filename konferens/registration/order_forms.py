"""The organiser's forms about orders: the list's filter, and who stands on an order."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, ValidationError

from konferens.formats import money
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.payments.peppol import peppol_id
from konferens.registration.actions import Attendee
from konferens.registration.forms import valid_orgnr
from konferens.registration.model import Buyer, Order, OrderStatus
from konferens.web.email_fields import EmailField
from konferens.web.forms import ChecksField, Form, LineField, TextField, clean_line

_OFF = {"autocomplete": "off"}


class OrderFilter(Form):
    """The list's search. Every field may be empty; a status that doesn't exist counts as empty."""

    q = StringField(_l("Sök"), filters=[lambda value: clean_line(value)[:100]])
    status = SelectField(_l("Status"), validate_choice=False)

    @property
    def chosen_status(self) -> OrderStatus | None:
        return OrderStatus(self.status.data) if self.status.data else None


def order_filter(query: Any) -> OrderFilter:
    """`query` are the address's parameters."""
    form = OrderFilter(query)
    form.status.choices = [("", gettext("Alla")), *((each.value, each.label) for each in OrderStatus)]
    if form.status.data not in list(OrderStatus):
        form.status.data = ""
    return form


class BuyerForm(Form):
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv namnet på den som bokade."))], render_kw=_OFF)
    email = EmailField(
        _l("E-post"),
        [DataRequired(_l("Skriv e-postadressen till den som bokade."))],
        description=_l("Hit skickas bekräftelsen och biljetterna."),
    )
    organisation = LineField(_l("Organisation"), render_kw=_OFF)
    orgnr = LineField(
        _l("Organisationsnummer"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "556012-5790"}
    )
    reference = LineField(_l("Referens"), render_kw=_OFF)
    address = TextField(_l("Fakturaadress"), max_length=500, render_kw={"rows": 3})

    peppol = LineField(
        _l("E-fakturaadress"),
        max_length=60,
        description=_l("GLN eller Peppol-id. Tomt: organisationsnumret."),
        render_kw=_OFF,
    )

    def validate_peppol(self, field: LineField) -> None:
        if field.data:
            try:
                field.data = peppol_id(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate_orgnr(self, field: LineField) -> None:
        if field.data:
            try:
                field.data = valid_orgnr(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error


class CancellationForm(Form):
    """What the office cancels of an order. Build it with `cancellation_form`."""

    tickets = ChecksField(
        _l("Biljetter"),
        [DataRequired(_l("Välj minst en biljett."))],
        coerce=int,
    )
    keep = IntegerField(
        _l("Del av priset som ändå betalas, i procent"),
        [
            InputRequired(_l("Skriv ett tal från 0 till 100.")),
            NumberRange(0, 100, _l("Skriv ett tal från 0 till 100.")),
        ],
        description=_l("0 krediterar allt. Tillvalen följer med biljetten."),
        render_kw={"type": "number", "min": "0", "max": "100", "inputmode": "numeric"},
    )
    announce = BooleanField(_l("Mejla den som bokade"))


def cancellation_form(order: Order, keep: int, formdata: Any = None) -> CancellationForm:
    """All valid tickets of the order, ticked; `keep` is the percentage to begin with."""
    positions = [ticket.position for ticket in order.valid_tickets]
    form = CancellationForm(formdata, data={"tickets": positions, "keep": keep, "announce": True})
    form.tickets.choices = [
        (ticket.position, f"{ticket.name}, {ticket.type_name}, {money(ticket.price)}") for ticket in order.valid_tickets
    ]
    return form


class AttendeeForm(Form):
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv deltagarens namn."))], render_kw=_OFF)
    email = EmailField(_l("E-post"))
    organisation = LineField(_l("Organisation"), description=_l("Står på namnskylten."), render_kw=_OFF)


class OrderForm:
    """The buyer, and a form for each ticket by its position; no attendees for an order that is cancelled."""

    def __init__(self, order: Order, formdata: Any = None) -> None:
        self.buyer = BuyerForm(formdata, obj=order.buyer, prefix="buyer-")
        self.attendees: Mapping[int, AttendeeForm] = {
            ticket.position: AttendeeForm(formdata, obj=ticket, prefix=f"ticket-{ticket.position}-")
            for ticket in (order.tickets if order.is_active else ())
        }

    def validate(self) -> bool:
        """All of them, so that every message is there at once."""
        return all([self.buyer.validate(), *(form.validate() for form in self.attendees.values())])

    def problems(self) -> Iterator[tuple[str, str]]:
        """(the field's id, who, label and message) of everything that is wrong, from top to bottom."""
        named = [(gettext("Den som bokade"), self.buyer)]
        named += [(gettext("Biljett %(n)s") % {"n": n}, form) for n, form in self.attendees.items()]
        for who, form in named:
            for field in form:
                for error in field.errors:
                    yield field.id, f"{who}, {str(field.label.text).lower()}: {error}"

    def chosen_buyer(self) -> Buyer:
        """Call after `validate`."""
        return Buyer(**{field.short_name: field.data for field in self.buyer})

    def chosen_attendees(self) -> list[Attendee] | None:
        """As the order's tickets stand; None where they can't be changed. Call after `validate`."""
        if not self.attendees:
            return None
        return [
            Attendee(form["name"].data, form.email.data, form.organisation.data) for form in self.attendees.values()
        ]
