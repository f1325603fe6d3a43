"""The organiser's forms for codes: one, and many at once."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp, ValidationError

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.fields import (
    WHOLE_NUMBER,
    KronorField,
    price_attributes,
    price_range,
    type_choices,
)
from konferens.offering.model import DiscountCode, TicketType
from konferens.web.date_fields import DayField
from konferens.web.forms import ChecksField, Form, LineField, clean_line

MAX_BATCH = 500
MAX_USES = 100_000
_LETTERS = _l("Använd bokstäver, siffror och bindestreck.")
_CAPITALS = {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}


def _upper(value: str | None) -> str:
    return clean_line(value).upper()


class SharedFields(Form):
    """What one code and a batch of codes say alike."""

    kind = RadioField(
        _l("Vad koden gör"),
        choices=[
            SelectChoice("percent", _l("Drar av procent på varje biljett")),
            SelectChoice("amount", _l("Drar av kronor på varje biljett")),
            SelectChoice("open", _l("Drar inte av något, bara visar dolda biljettyper")),
        ],
        default="percent",
    )
    percent = IntegerField(
        _l("Procent"),
        [Optional(), NumberRange(1, 100, _l("Skriv ett tal från 1 till 100."))],
        render_kw={"type": "number", "min": "1", "max": "100", "inputmode": "numeric"},
    )
    amount = KronorField(_l("Kronor"), [Optional(), price_range()], render_kw=price_attributes())
    ticket_types = ChecksField(
        _l("För biljettyperna"),
        coerce=int,
        description=_l(
            "Dolda biljettyper visas för den som skriver koden. Utan kryss gäller koden alla biljettyper utom de dolda."
        ),
    )
    valid_from = DayField(_l("Gäller från och med"), description=_l("Tomt: genast."))
    valid_until = DayField(_l("Gäller till och med"), description=_l("Tomt: tills anmälan stänger."))
    note = LineField(_l("Anteckning"), description=_l("Vem koden är till för. Syns bara här."))
    active = BooleanField(
        _l("Koden går att använda"),
        default=True,
        description=_l("Utan kryss är koden avstängd, och ingen kan använda den."),
    )

    def validate_valid_until(self, field: DayField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(gettext("Koden slutar gälla innan den börjar."))

    def validate_ticket_types(self, field: Any) -> None:
        if self.kind.data == "open" and not field.data:
            raise ValidationError(gettext("Välj vilka biljettyper som koden visar."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: what is taken off is told. (`Optional` keeps a field that is empty from being asked itself.)"""
        valid = bool(super().validate(extra_validators))
        for field, text in (
            (self.percent, gettext("Skriv hur många procent som dras av.")),
            (self.amount, gettext("Skriv hur många kronor som dras av.")),
        ):
            if self.kind.data == field.name and not field.data and not field.errors:
                field.errors = [text]
                valid = False
        return valid

    def shared_values(self, edition: Edition) -> dict[str, Any]:
        """Columns of `discount_codes` that both forms have; days are the edition's."""
        return {
            "percent": self.percent.data if self.kind.data == "percent" else None,
            "amount": self.amount.data if self.kind.data == "amount" else None,
            "valid_from": self.valid_from.begins_at(edition.zone),
            "valid_until": self.valid_until.ends_at(edition.zone),
            "note": self.note.data,
            "active": self.active.data,
        }


class CodeForm(SharedFields):
    """Build it with `code_form`."""

    code = LineField(
        _l("Kod"),
        [
            DataRequired(_l("Skriv koden.")),
            Regexp(r"[A-Z0-9ÅÄÖ]+(-[A-Z0-9ÅÄÖ]+)*\Z", message=_LETTERS),
        ],
        max_length=40,
        filters=[_upper],
        description=_l("Som MEDLEM2027. Stora eller små bokstäver spelar ingen roll för den som skriver den."),
        render_kw=_CAPITALS,
    )
    max_uses = IntegerField(
        _l("Högst antal biljetter"),
        [Optional(), NumberRange(1, MAX_USES, _l("Skriv ett tal från 1 till 100\u00a0000."))],
        description=_l("Så många biljetter kan koden användas för sammanlagt. Tomt: ingen gräns."),
        render_kw={"type": "number", "min": "1", "max": str(MAX_USES), "inputmode": "numeric"},
    )

    def values(self, edition: Edition) -> dict[str, Any]:
        """Columns of `discount_codes`."""
        return self.shared_values(edition) | {"code": self.code.data, "max_uses": self.max_uses.data}


class BatchForm(SharedFields):
    """Many codes for one ticket each. Build it with `batch_form`."""

    count = IntegerField(
        _l("Antal koder"),
        [InputRequired(WHOLE_NUMBER), NumberRange(1, MAX_BATCH, _l("Skriv ett tal från 1 till 500."))],
        render_kw={"type": "number", "min": "1", "max": str(MAX_BATCH), "inputmode": "numeric"},
    )
    prefix = LineField(
        _l("Koderna börjar med"),
        [Optional(), Regexp(r"[A-Z0-9ÅÄÖ]+(-[A-Z0-9ÅÄÖ]+)*\Z", message=_LETTERS)],
        max_length=20,
        filters=[_upper],
        description=_l("MEDLEM ger koder som MEDLEM-K7WQ4N."),
        render_kw=_CAPITALS,
    )


def code_form(
    edition: Edition, types: Sequence[TicketType], *, code: DiscountCode | None = None, formdata: Any = None
) -> CodeForm:
    """The form with the edition's ticket types to choose from: posted, or with what `code` has now."""
    form = CodeForm(formdata, data=_shown(edition, code, types))
    form.ticket_types.choices = type_choices(types)
    return form


def batch_form(types: Sequence[TicketType], formdata: Any = None) -> BatchForm:
    """The form for many codes, with the edition's ticket types to choose from."""
    form = BatchForm(formdata)
    form.ticket_types.choices = type_choices(types)
    return form


def _shown(edition: Edition, code: DiscountCode | None, types: Sequence[TicketType]) -> dict[str, Any]:
    if code is None:
        return {}
    names = ("code", "note", "percent", "amount", "max_uses", "active")
    kinds = {"percent": code.percent, "amount": code.amount}
    return {name: getattr(code, name) for name in names} | {
        "kind": next((kind for kind, value in kinds.items() if value is not None), "open"),
        "valid_from": code.first_day(edition.zone),
        "valid_until": code.last_day(edition.zone),
        "ticket_types": [each.id for each in types if each.code in code.ticket_types],
    }
