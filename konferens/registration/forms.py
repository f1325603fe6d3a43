"""The registration form, and orders as JSON has them: both become an OrderRequest."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from stdnum.exceptions import ValidationError as OrgnrError
from stdnum.se import orgnr
from wtforms import BooleanField, Field, FormField, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from konferens.errors import SoldOutError
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import MAX_TICKETS
from konferens.payments.peppol import peppol_id
from konferens.questions.forms import AnswersForm, answers_form
from konferens.registration.catalogue import Catalogue
from konferens.registration.model import Buyer, OrderRequest, TicketRequest
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField, RowsField, TextField


def valid_orgnr(text: str) -> str:
    """'5560125790' or '55 60 12-5790' as '556012-5790'. Raises ValueError with a message in the current language."""
    try:
        digits = orgnr.validate(text)
    except OrgnrError as error:
        raise ValueError(gettext("Organisationsnumret stämmer inte. Det har tio siffror, som 556012-5790.")) from error
    return f"{digits[:6]}-{digits[6:]}"


class TicketForm(Form):
    """One attendee. The first one's e-mail is needed, see RegistrationForm; `answers` are the questions' fields."""

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
    details_later = BooleanField(
        _l("Deltagaren fyller i resten själv"), description=_l("Vi mejlar en länk till deltagarens egen sida.")
    )
    addons = SelectMultipleField(_l("Tillval"), choices=[], default=list, validate_choice=False)
    sessions = SelectMultipleField(_l("Workshoppar och studiebesök"), choices=[], default=list, validate_choice=False)

    answers: AnswersForm


class RegistrationForm(Form):
    """Attendees, and who books for them. Without a booker's name and e-mail, the first attendee is the booker.

    Build it with `registration_form`.
    """

    tickets = RowsField(FormField(TicketForm), min_entries=1, max_entries=MAX_TICKETS)
    discount_code = LineField(
        _l("Kod"),
        max_length=40,
        render_kw={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"},
    )
    offer = HiddenField()
    buyer_name = LineField(_l("Ditt namn"), render_kw={"autocomplete": "name", "dir": "auto"})
    buyer_email = EmailField(_l("Din e-post"))
    payment_method = RadioField(_l("Betalning"), choices=[], validate_choice=False)
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
    buyer_peppol = LineField(
        _l("E-fakturaadress"),
        max_length=60,
        description=_l("GLN eller Peppol-id, för den som tar emot e-faktura. Tomt: organisationsnumret."),
        render_kw={"placeholder": "7300010000001", "autocapitalize": "none", "spellcheck": "false"},
    )
    message = TextField(
        _l("Meddelande till arrangören"),
        max_length=2000,
        description=_l("Skriv inget om hälsa här, det läses av flera."),
        render_kw={"rows": 3},
    )

    def ask(self, catalogue: Catalogue, formdata: FormData | None) -> None:
        """Give every attendee the catalogue's questions."""
        for entry in self.tickets:
            entry.form.answers = answers_form(catalogue.questions, f"{entry.name}-", formdata)

    def validate_buyer_orgnr(self, field: Field) -> None:
        if field.data:
            try:
                field.data = valid_orgnr(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate_buyer_peppol(self, field: Field) -> None:
        if field.data:
            try:
                field.data = peppol_id(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Also: somebody can be reached, and what is asked is answered. The first attendee is asked for the address."""
        is_valid = bool(super().validate(*args, **kwargs))
        first = self.tickets[0].form
        if not first.email.data and not self.buyer_email.data and not first.email.errors:
            first.email.errors = [gettext("Skriv en e-postadress. Dit skickar vi bekräftelsen och biljetterna.")]
            is_valid = False
        for entry in self.tickets:
            ticket = entry.form
            later = bool(ticket.details_later.data)
            if later and not ticket.email.data and not ticket.email.errors:
                ticket.email.errors = [gettext("Skriv deltagarens e-postadress. Dit skickar vi länken.")]
                is_valid = False
            is_valid = ticket.answers.validate_for(ticket.type.data or "", require=not later) and is_valid
        return is_valid

    def take_step(self, step: str, catalogue: Catalogue) -> None:
        """What the buttons named `step` do: 'add' an attendee, 'remove-NAME' one. Others only show the form again."""
        if step == "add":
            self.add_ticket(catalogue)
        elif step.startswith("remove-"):
            self.remove_ticket(step.removeprefix("remove-"))

    def add_ticket(self, catalogue: Catalogue) -> str:
        """One more attendee, with the last one's ticket type and organisation; gives the field's name 'tickets-N'."""
        if len(self.tickets) >= MAX_TICKETS:
            return str(self.tickets[-1].name)
        last = self.tickets[-1].form
        entry = self.tickets.append_entry({"type": last.type.data, "organisation": last.organisation.data})
        entry.form.answers = answers_form(catalogue.questions, f"{entry.name}-")
        return str(entry.name)

    def remove_ticket(self, name: str) -> None:
        """Take the attendee away whose field has this name; the only one stays."""
        if len(self.tickets) > 1:
            self.tickets.entries = [entry for entry in self.tickets.entries if entry.name != name]

    def place_errors(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put errors of `place_order` ('tickets.0.type', 'discount_code') beside their fields."""
        for name, messages in errors.items():
            parts = name.split(".")
            if len(parts) == 3 and parts[1].isdigit() and parts[2] in self.tickets[int(parts[1])].form:  # noqa: PLR2004 - tickets, number, field
                field = self.tickets[int(parts[1])].form[parts[2]]
            elif name in self and name not in ("tickets", "offer"):
                field = self[name]
            else:
                self.form_errors.extend(messages)
                continue
            field.errors = [*field.errors, *messages]

    @property
    def is_filled(self) -> bool:
        """Whether anybody's name has been typed, and should not get lost."""
        return any(entry.form.name.data for entry in self.tickets)

    @property
    def has_invoice_details(self) -> bool:
        """Whether anything that is for the invoice only is filled in or wrong: then it isn't folded away."""
        fields = (
            self.buyer_organisation,
            self.buyer_orgnr,
            self.buyer_address,
            self.buyer_reference,
            self.buyer_peppol,
        )
        return any(field.data or field.errors for field in fields)

    @property
    def has_files(self) -> bool:
        return any(entry.form.answers.has_files for entry in self.tickets)

    def mark_sold_out(self, error: SoldOutError) -> None:
        """Tell everybody who chose what ran out that its seats did not suffice."""
        text = gettext("Så många platser finns inte kvar.")
        for entry in self.tickets:
            ticket = entry.form
            if error.ticket_type and ticket.type.data == error.ticket_type:
                ticket.type.errors = [text]
            elif error.addon and error.addon in ticket.addons.data:
                ticket.addons.errors = [gettext("%(name)s är slut.") % {"name": error.quota}]
            elif error.session and error.session in ticket.sessions.data:
                ticket.sessions.errors = [gettext("%(title)s är fullt. Välj något annat.") % {"title": error.quota}]
        if not (error.ticket_type or error.addon or error.session):
            self.discount_code.errors = [gettext("Koden räcker inte till så många biljetter.")]

    def problems(self) -> list[tuple[str, str]]:
        """(the field's id, label and message) of everything that is wrong, from top to bottom; '' where no field is."""
        found = [("", str(message)) for message in self.form_errors]
        for number, entry in enumerate(self.tickets, start=1):
            who = gettext("Deltagare %(n)s") % {"n": number}
            for field in (*entry.form, *entry.form.answers):
                found += [(field.id, f"{who}, {str(field.label.text).lower()}: {error}") for error in field.errors]
        for field in self:
            if field.name != "tickets":
                found += [(field.id, f"{field.label.text}: {error}") for error in field.errors]
        return found

    def ticket_requests(self) -> tuple[TicketRequest, ...]:
        """What was asked for, for each attendee. Call after `validate`."""
        return tuple(
            TicketRequest(
                type=entry.form.type.data,
                name=entry.form.name.data,
                email=entry.form.email.data,
                organisation=entry.form.organisation.data,
                addons=tuple(dict.fromkeys(entry.form.addons.data)),
                sessions=tuple(dict.fromkeys(entry.form.sessions.data)),
                answers={
                    question_id: answer
                    for question_id, answer in entry.form.answers.values(entry.form.type.data).items()
                    if answer is not None
                },
                details_later=bool(entry.form.details_later.data),
            )
            for entry in self.tickets
        )

    def order_request(self, *, language: str, idempotency_key: str, source: str = "web") -> OrderRequest:
        """What was asked for, by the public ('web') or the office ('organiser'). Call after `validate`."""
        asked = self.ticket_requests()
        return OrderRequest(
            buyer=Buyer(
                name=self.buyer_name.data or asked[0].name,
                email=self.buyer_email.data or asked[0].email,
                organisation=self.buyer_organisation.data,
                orgnr=self.buyer_orgnr.data,
                address=self.buyer_address.data,
                reference=self.buyer_reference.data,
                peppol=self.buyer_peppol.data,
            ),
            tickets=asked,
            language=language,
            message=self.message.data,
            idempotency_key=idempotency_key,
            source=source,
            payment_method=self.payment_method.data or "invoice",
            discount_code=self.discount_code.data,
            offer=self.offer.data or "",
        )


def registration_form(catalogue: Catalogue, formdata: FormData | None = None) -> RegistrationForm:
    """The form, filled with what was sent; every attendee is asked the catalogue's questions."""
    form = RegistrationForm(formdata)
    form.ask(catalogue, formdata)
    return form
