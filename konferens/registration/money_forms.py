"""The organiser's forms about money: a payment, a refund, a bank's report."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, StopValidation

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.fields import KronorField, price_attributes
from konferens.payments.model import Method
from konferens.registration.model import Order
from konferens.registration.settling import MAX_AMOUNT
from konferens.web.date_fields import DayField
from konferens.web.forms import Form, LineField


class AmountField(KronorField):
    """Kronor, more than none; `data` is öre."""

    def __init__(self, label: Any = "", **kwargs: Any) -> None:
        wanted = [
            InputRequired(_l("Skriv ett belopp.")),
            NumberRange(1, MAX_AMOUNT, _l("Beloppet ska vara mer än 0 kr.")),
        ]
        super().__init__(label, wanted, render_kw=price_attributes(), **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Skriv beloppet i kronor, till exempel 1250 eller 1250,50.")) from None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """What cannot be read isn't told to be too little as well."""
        if self.process_errors:
            raise StopValidation


def _method_field() -> SelectField:
    field: SelectField = SelectField(_l("Betalsätt"), choices=[SelectChoice(each.value, each.value) for each in Method])
    return field


class _MoneyForm(Form):
    amount = AmountField(_l("Belopp i kronor"))
    method = _method_field()
    paid_on = DayField(_l("Dag"), description=_l("När pengarna kom eller gick, enligt banken."))
    seen = HiddenField()
    """What was paid when the page was shown: a form that is sent twice, or late, is told apart by it."""

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.method.choices = [(each.value, each.label) for each in Method]

    @property
    def seen_paid(self) -> int | None:
        """None where the page didn't say."""
        text = (self.seen.data or "").removeprefix("-")
        return int(self.seen.data) if text.isascii() and text.isdigit() and len(text) <= 12 else None  # noqa: PLR2004

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: the day is there."""
        valid = bool(super().validate(extra_validators))
        if self.paid_on.data is None and not self.paid_on.errors:
            self.paid_on.errors = [gettext("Skriv vilken dag det var.")]
            return False
        return valid


class PaymentForm(_MoneyForm):
    reference = LineField(_l("Referens"), description=_l("Vad betalaren skrev, eller bankens nummer."))
    announce = BooleanField(_l("Mejla kvitto och biljetter när allt är betalt"), default=True)


class RefundForm(_MoneyForm):
    pass


def payment_form(order: Order, today: date, formdata: Any = None) -> PaymentForm:
    """Filled with what is left to pay."""
    usual = Method.SWISH if order.payment_method == "swish" else Method.BANKGIRO
    filled = {"amount": max(order.balance, 0) or None, "method": usual.value, "paid_on": today, "seen": str(order.paid)}
    return PaymentForm(formdata, data=filled)


def refund_form(order: Order, today: date, formdata: Any = None) -> RefundForm:
    """Filled with what was paid in excess."""
    usual = Method.SWISH if order.payment_method == "swish" else Method.BANKGIRO
    filled = {
        "amount": max(-order.balance, 0) or None,
        "method": usual.value,
        "paid_on": today,
        "seen": str(order.paid),
    }
    return RefundForm(formdata, data=filled)


class MatchForm(Form):
    code = LineField(_l("Bokning"), [DataRequired(_l("Skriv bokningens kod."))], max_length=10)
