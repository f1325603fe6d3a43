"""The registration form, and orders as JSON has them: both become an OrderRequest."""

from collections.abc import Mapping, Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import ValidationError as OrgnrError
from stdnum.se import orgnr
from wtforms import Field, FormField, RadioField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, StopValidation, ValidationError

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import MAX_TICKETS, TicketType
from konferens.registration.model import Buyer, OrderRequest, TicketRequest
from konferens.web.forms import Form, LineField, RowsField, TextField


def valid_email(text: str) -> str:
    """The address in its usual form (domain in lower case). Raises ValueError with a message in the current language.

    Letters beyond ASCII may stand after the @ only: many mail servers can't deliver to them before it (RFC 6531).
    Whether the domain exists is not looked up.
    """
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(gettext("Det ser inte ut som en e-postadress. Den ska vara som namn@exempel.se.")) from error


def valid_orgnr(text: str) -> str:
    """'5560125790' or '55 60 12-5790' as '556012-5790'. Raises ValueError with a message in the current language."""
    try:
        digits = orgnr.validate(text)
    except OrgnrError as error:
        raise ValueError(gettext("Organisationsnumret stämmer inte. Det har tio siffror, som 556012-5790.")) from error
    return f"{digits[:6]}-{digits[6:]}"


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


class TicketForm(Form):
    """One attendee. The first one's e-mail is needed, see RegistrationForm."""

    type = RadioField(_l("Biljett"), [DataRequired(_l("Välj en biljett."))], validate_choice=False)
    name = LineField(
        _l("Namn"), [DataRequired(_l("Skriv deltagarens namn."))], render_kw={"autocomplete": "off", "dir": "auto"}
    )
    email = EmailField(_l("E-post"))
    organisation = LineField(
        _l("Organisation"),
        description=_l("Står på namnskylten."),
        render_kw={"autocomplete": "organization", "dir": "auto"},
    )


class RegistrationForm(Form):
    """Attendees, and who books for them. Without a booker's name and e-mail, the first attendee is the booker."""

    tickets = RowsField(FormField(TicketForm), min_entries=1, max_entries=MAX_TICKETS)
    buyer_name = LineField(_l("Ditt namn"), render_kw={"autocomplete": "name", "dir": "auto"})
    buyer_email = EmailField(_l("Din e-post"))
    buyer_organisation = LineField(_l("Organisation eller företag"), render_kw={"autocomplete": "organization"})
    buyer_orgnr = LineField(
        _l("Organisationsnummer"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "556012-5790"}
    )
    buyer_address = TextField(
        _l("Fakturaadress"), max_length=500, render_kw={"rows": 3, "autocomplete": "street-address"}
    )
    buyer_reference = LineField(
        _l("Er referens"), description=_l("Namn, beställarkod eller ZZ-kod som ska stå på fakturan.")
    )
    message = TextField(
        _l("Meddelande till arrangören"),
        max_length=2000,
        description=_l("Skriv inget om hälsa här, det läses av flera."),
        render_kw={"rows": 3},
    )

    def offer(self, types: Sequence[TicketType]) -> None:
        """Let every attendee choose among `types`."""
        for entry in self.tickets:
            entry.form.type.choices = [(ticket_type.code, ticket_type.name) for ticket_type in types]

    def validate_buyer_orgnr(self, field: Field) -> None:
        if field.data:
            try:
                field.data = valid_orgnr(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: somebody can be reached. Messages stand at the first attendee, who is asked first."""
        is_valid = bool(super().validate(*args, **kwargs))
        first = self.tickets[0].form
        if not first.email.data and not self.buyer_email.data and not first.email.errors:
            first.email.errors = [gettext("Skriv en e-postadress. Dit skickar vi bekräftelsen och biljetterna.")]
            return False
        return is_valid

    def add_ticket(self) -> str:
        """One more attendee, with the last one's ticket type and organisation; gives the field's name 'tickets-N'."""
        if len(self.tickets) >= MAX_TICKETS:
            return str(self.tickets[-1].name)
        last = self.tickets[-1].form
        entry = self.tickets.append_entry({"type": last.type.data, "organisation": last.organisation.data})
        return str(entry.name)

    def remove_ticket(self, name: str) -> None:
        """Take the attendee away whose field has this name; the only one stays."""
        if len(self.tickets) > 1:
            self.tickets.entries = [entry for entry in self.tickets.entries if entry.name != name]

    def place_errors(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put errors of `place_order` ('tickets.0.type') beside their fields."""
        for name, messages in errors.items():
            parts = name.split(".")
            if len(parts) == 3 and parts[1].isdigit():  # noqa: PLR2004 - tickets, number, field
                field = self.tickets[int(parts[1])].form[parts[2]]
                field.errors = [*field.errors, *messages]
            else:
                self.form_errors.extend(messages)

    @property
    def is_filled(self) -> bool:
        """Whether anybody's name has been typed, and should not get lost."""
        return any(entry.form.name.data for entry in self.tickets)

    def mark_sold_out(self, code: str) -> None:
        """Tell everybody who chose this ticket type that its seats did not suffice."""
        for entry in self.tickets:
            if entry.form.type.data == code:
                entry.form.type.errors = [gettext("Så många platser finns inte kvar.")]

    def problems(self) -> list[tuple[str, str]]:
        """(the field's id, label and message) of everything that is wrong, from top to bottom; '' where no field is."""
        found = [("", str(message)) for message in self.form_errors]
        for number, entry in enumerate(self.tickets, start=1):
            for field in entry.form:
                who = gettext("Deltagare %(n)s") % {"n": number}
                found += [(field.id, f"{who}, {str(field.label.text).lower()}: {error}") for error in field.errors]
        for field in self:
            if field.name != "tickets":
                found += [(field.id, f"{field.label.text}: {error}") for error in field.errors]
        return found

    def order_request(self, *, language: str, idempotency_key: str) -> OrderRequest:
        """What was asked for. Call after `validate`."""
        asked = tuple(
            TicketRequest(
                type=entry.form.type.data,
                name=entry.form.name.data,
                email=entry.form.email.data,
                organisation=entry.form.organisation.data,
            )
            for entry in self.tickets
        )
        return OrderRequest(
            buyer=Buyer(
                name=self.buyer_name.data or asked[0].name,
                email=self.buyer_email.data or asked[0].email,
                organisation=self.buyer_organisation.data,
                orgnr=self.buyer_orgnr.data,
                address=self.buyer_address.data,
                reference=self.buyer_reference.data,
            ),
            tickets=asked,
            language=language,
            message=self.message.data,
            idempotency_key=idempotency_key,
            source="web",
        )
