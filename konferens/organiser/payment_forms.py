"""The part of an edition's settings that is about money: how one pays, and who sells."""

import re
from typing import Any

from stdnum.se import vat as se_vat
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.payments.model import is_bankgiro
from konferens.registration.forms import valid_orgnr
from konferens.web.forms import Form, LineField, TextField


def digits(value: str | None) -> str:
    """Only the digits of `value`: '123-4567' → '1234567'."""
    return "".join(character for character in value or "" if character.isascii() and character.isdigit())


class PaymentFields(Form):
    has_prices = False
    """Whether something that is sold costs anything: then there must be a way to pay."""

    payment_terms_days = IntegerField(
        _l("Betalningsvillkor i dagar"),
        [InputRequired(_l("Skriv ett antal dagar.")), NumberRange(0, 365, _l("Skriv ett tal från 0 till 365."))],
        render_kw={"type": "number", "min": "0", "max": "365", "inputmode": "numeric"},
    )
    accepts_invoice = BooleanField(
        _l("Faktura med bankgiro"),
        description=_l(
            "Den som bokar får en faktura, och betalar den till bankgirot eller med Swish före förfallodagen."
        ),
    )
    accepts_swish = BooleanField(
        _l("Swish direkt"),
        description=_l(
            "Den som bokar får en Swishkod att betala med genast, och ett kvitto när ni har fått pengarna. Kräver ett swishnummer."
        ),
    )
    bankgiro = LineField(_l("Bankgiro"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "123-4567"})
    swish_number = LineField(
        _l("Swishnummer"),
        max_length=20,
        description=_l("Tio siffror som börjar med 123."),
        render_kw={"inputmode": "numeric", "placeholder": "123 456 78 90"},
    )

    seller_name = LineField(
        _l("Säljarens namn"), description=_l("Föreningens eller företagets namn, som det är registrerat.")
    )
    seller_address = TextField(
        _l("Säljarens postadress"), max_length=500, render_kw={"rows": 3, "autocomplete": "street-address"}
    )
    seller_orgnr = LineField(
        _l("Organisationsnummer"), max_length=20, render_kw={"inputmode": "numeric", "placeholder": "802016-0001"}
    )
    seller_vat_number = LineField(
        _l("Momsregistreringsnummer"),
        max_length=20,
        description=_l("Behövs när någon biljett har moms. Tomt för den som inte är momsregistrerad."),
        render_kw={"autocapitalize": "characters", "placeholder": "SE802016000101"},
    )
    f_tax = BooleanField(_l("Godkänd för F-skatt"))
    exemption_text = LineField(
        _l("Varför momsfria biljetter saknar moms"),
        max_length=300,
        description=_l("Står på fakturan, till exempel att föreningen är en allmännyttig ideell förening."),
    )

    def validate_accepts_invoice(self, field: BooleanField) -> None:
        if self.has_prices and not field.data and not self.accepts_swish.data:
            raise ValidationError(
                gettext("Välj minst ett sätt att betala, för det finns biljetter eller tillval som kostar.")
            )

    def validate_bankgiro(self, field: LineField) -> None:
        if field.data and not is_bankgiro(field.data):
            raise ValidationError(gettext("Numret stämmer inte. Ett bankgironummer har sju eller åtta siffror."))

    def validate_swish_number(self, field: LineField) -> None:
        if self.has_prices and not field.data and self.accepts_swish.data and not self.accepts_invoice.data:
            raise ValidationError(gettext("Skriv numret. Utan faktura är Swish enda sättet att betala."))
        number = digits(field.data)
        if field.data and not (len(number) == 10 and number.startswith("123")):  # noqa: PLR2004
            raise ValidationError(gettext("Ett swishnummer för företag har tio siffror och börjar med 123."))

    def validate_seller_orgnr(self, field: LineField) -> None:
        if field.data:
            try:
                field.data = valid_orgnr(field.data)
            except ValueError as error:
                raise ValidationError(str(error)) from error

    def validate_seller_vat_number(self, field: LineField) -> None:
        number = re.sub(r"[\s-]", "", field.data).upper()
        if number and not (number.startswith("SE") and se_vat.is_valid(number)):
            raise ValidationError(
                gettext("Numret stämmer inte. Det är SE, organisationsnumret och 01, som SE802016000101.")
            )
        field.data = number

    def payment_values(self) -> dict[str, Any]:
        """The columns of `editions` that are kept in another form than they are typed in."""
        return {
            "bankgiro": _hyphenated(digits(self.bankgiro.data)),
            "swish_number": digits(self.swish_number.data),
        }


def _hyphenated(bankgiro: str) -> str:
    return f"{bankgiro[:-4]}-{bankgiro[-4:]}" if bankgiro else ""
