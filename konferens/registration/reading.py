"""What programs ask for: an order as JSON."""

from typing import Any

from konferens.errors import InvalidError
from konferens.i18n import LANGUAGES
from konferens.offering.model import MAX_TICKETS
from konferens.payments.methods import METHODS
from konferens.payments.peppol import peppol_id
from konferens.questions.forms import answers_from_json
from konferens.questions.model import Answer
from konferens.registration.catalogue import Catalogue
from konferens.registration.forms import valid_orgnr
from konferens.registration.model import Buyer, OrderRequest, TicketRequest
from konferens.web.email_fields import valid_email
from konferens.web.forms import clean_line, clean_text
from konferens.web.schemas import Component, array, choice, nullable, record, text

_TICKET_REQUEST = record(
    "",
    {
        "type": text("The ticket type's code.", maxLength=40),
        "name": text("The attendee.", maxLength=200),
        "email": nullable(text("Gets the ticket too, where it isn't the buyer's.", maxLength=254)),
        "organisation": nullable(text(maxLength=200)),
        "addons": nullable(array(text(), "Codes of add-ons.")),
        "sessions": nullable(array(text(), "Codes of sessions to sign up for.")),
        "answers": {
            "type": "object",
            "description": "By the questions' codes: a string, a list of strings for choices, true or false, a date, or a "
            "file as {name, data} with base64. Left out: the attendee answers later.",
        },
    },
    optional=("email", "organisation", "addons", "sessions", "answers"),
)

ORDER_REQUEST = Component(
    "OrderRequest",
    record(
        "An order that is asked for. Fields that we don't know are passed over.",
        {
            "buyer": record(
                "",
                {
                    "name": text(maxLength=200),
                    "email": text("Gets the confirmation.", maxLength=254),
                    "organisation": nullable(text(maxLength=200)),
                    "orgnr": nullable(text("A Swedish organisation number, as `556012-5790`.", maxLength=20)),
                    "address": nullable(text(maxLength=500)),
                    "reference": nullable(text("The buyer's own, for the invoice.", maxLength=200)),
                    "peppol": nullable(text("A GLN or Peppol identifier, for e-invoices.", maxLength=60)),
                },
                optional=("organisation", "orgnr", "address", "reference", "peppol"),
            ),
            "tickets": array(_TICKET_REQUEST, minItems=1, maxItems=MAX_TICKETS),
            "language": nullable(choice(LANGUAGES, "Of mail and invoice; the conference's own unless told.")),
            "message": nullable(text("To the organiser.", maxLength=2000)),
            "payment_method": nullable(choice((each.code for each in METHODS), "`invoice` unless told.")),
            "discount_code": nullable(text(maxLength=40)),
        },
        optional=("language", "message", "payment_method", "discount_code"),
    ),
)

ORDER_EXAMPLE = {
    "buyer": {"name": "Anna Öberg", "email": "anna@example.org"},
    "tickets": [{"type": "ordinarie", "name": "Anna Öberg", "email": "anna@example.org"}],
    "language": "sv",
}


class _Reader:
    """Takes fields out of a JSON object, gathering what is wrong under their full names ('tickets.0.email')."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def fail(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def mapping(self, source: Any, name: str) -> dict[str, Any]:
        if isinstance(source, dict):
            return source
        self.fail(name, "Must be an object.")
        return {}

    def text(self, source: dict[str, Any], key: str, prefix: str, limit: int, *, required: bool = False) -> str:
        value = source.get(key)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.fail(f"{prefix}{key}", "Must be a string.")
            return ""
        value = clean_text(value) if key in ("address", "message") else clean_line(value)
        if required and not value:
            self.fail(f"{prefix}{key}", "Is required.")
        elif len(value) > limit:
            self.fail(f"{prefix}{key}", f"At most {limit} characters.")
        return value

    def codes(self, source: dict[str, Any], key: str, prefix: str) -> tuple[str, ...]:
        value = source.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fail(f"{prefix}{key}", "Must be an array of codes.")
            return ()
        return tuple(value)

    def email(self, source: dict[str, Any], prefix: str, *, required: bool = False) -> str:
        value = self.text(source, "email", prefix, 254, required=required)
        if value and f"{prefix}email" not in self.errors:
            try:
                return valid_email(value)
            except ValueError:
                self.fail(f"{prefix}email", "Is not an e-mail address.")
        return value


def order_request(
    body: Any, catalogue: Catalogue, *, default_language: str, idempotency_key: str | None
) -> OrderRequest:
    """The order that a JSON body asks for; fields that we don't know are passed over. Raises InvalidError.

    A ticket may have 'addons' and 'sessions' (codes) and 'answers' (by question code). Where the answers are left out, the
    attendee gives them later.
    """
    reader = _Reader()
    order = reader.mapping(body, "body")
    if reader.errors:
        raise InvalidError(reader.errors)
    buyer = _buyer(reader, reader.mapping(order.get("buyer", {}), "buyer"))
    language = order.get("language") or default_language
    if not isinstance(language, str) or language not in LANGUAGES:
        reader.fail("language", f"Must be one of {', '.join(LANGUAGES)}.")
    message = reader.text(order, "message", "", 2000)
    asked = _tickets(reader, order.get("tickets"), catalogue)
    discount_code = reader.text(order, "discount_code", "", 40)
    method = reader.text(order, "payment_method", "", 20) or "invoice"
    if method not in {each.code for each in METHODS}:
        reader.fail("payment_method", f"Must be one of {', '.join(each.code for each in METHODS)}.")
    if reader.errors:
        raise InvalidError(reader.errors)
    return OrderRequest(
        buyer=buyer,
        tickets=asked,
        language=language,
        message=message,
        idempotency_key=idempotency_key,
        source="api",
        payment_method=method,
        discount_code=discount_code,
    )


def _buyer(reader: _Reader, buyer: dict[str, Any]) -> Buyer:
    number = reader.text(buyer, "orgnr", "buyer.", 20)
    if number:
        try:
            number = valid_orgnr(number)
        except ValueError:
            reader.fail("buyer.orgnr", "Is not a Swedish organisation number.")
    address = reader.text(buyer, "peppol", "buyer.", 60)
    if address:
        try:
            address = peppol_id(address)
        except ValueError:
            reader.fail("buyer.peppol", "Is not a GLN nor a Peppol identifier such as 0007:5560125790.")
    return Buyer(
        name=reader.text(buyer, "name", "buyer.", 200, required=True),
        email=reader.email(buyer, "buyer.", required=True),
        organisation=reader.text(buyer, "organisation", "buyer.", 200),
        orgnr=number,
        address=reader.text(buyer, "address", "buyer.", 500),
        reference=reader.text(buyer, "reference", "buyer.", 200),
        peppol=address,
    )


def _tickets(reader: _Reader, asked: Any, catalogue: Catalogue) -> tuple[TicketRequest, ...]:
    if not isinstance(asked, list) or not asked:
        reader.fail("tickets", "Must be an array with at least one ticket.")
        return ()
    if len(asked) > MAX_TICKETS:
        reader.fail("tickets", f"At most {MAX_TICKETS} tickets in an order.")
        return ()
    found = []
    for index, item in enumerate(asked):
        prefix = f"tickets.{index}."
        ticket = reader.mapping(item, f"tickets.{index}")
        if not isinstance(item, dict):
            continue
        kind = reader.text(ticket, "type", prefix, 40, required=True)
        found.append(
            TicketRequest(
                type=kind,
                name=reader.text(ticket, "name", prefix, 200, required=True),
                email=reader.email(ticket, prefix),
                organisation=reader.text(ticket, "organisation", prefix, 200),
                addons=reader.codes(ticket, "addons", prefix),
                sessions=reader.codes(ticket, "sessions", prefix),
                answers=_answers(reader, ticket, kind, prefix, catalogue),
                details_later="answers" not in ticket and bool(catalogue.questions),
            )
        )
    return tuple(found)


def _answers(
    reader: _Reader, ticket: dict[str, Any], kind: str, prefix: str, catalogue: Catalogue
) -> dict[int, Answer]:
    if "answers" not in ticket:
        return {}
    answers, errors = answers_from_json(catalogue.questions, kind, ticket["answers"])
    for code, messages in errors.items():
        for message in messages:
            reader.fail(f"{prefix}answers.{code}".rstrip("."), message)
    return {question_id: answer for question_id, answer in answers.items() if answer is not None}
