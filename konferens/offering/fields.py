"""Fields that the forms of what is sold share: amounts, VAT, positions, names with codes."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange, Optional, Regexp, ValidationError

from konferens.codes import slugify
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import Addon, TicketType
from konferens.web.forms import Form, LineField

MAX_PRICE = 100_000_00
WHOLE_NUMBER = _l("Skriv ett tal med siffror.")
EXEMPT = "exempt"
"""The choice of `vat_field` for what is sold without VAT (momsfri)."""

CODE_LENGTH = 40


def parse_kronor(text: str) -> int:
    """'1 250,50', '1250.5' or '1250 kr' in öre. Raises ValueError for anything else, such as three decimals."""
    plain = re.sub(r"\s|kr\.?\Z", "", text.strip().lower())
    match = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?", plain, re.ASCII)
    if match is None:
        msg = f"not an amount: {text!r}"
        raise ValueError(msg)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def kronor(ore: int) -> str:
    """Öre as the field shows it: 125000 → '1250', 12550 → '125,50'."""
    whole, cents = divmod(ore, 100)
    return f"{whole},{cents:02d}" if cents else str(whole)


class KronorField(StringField):  # type: ignore[misc]
    """An amount in kronor; `data` is öre. What was typed stays in the field when it isn't one."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else kronor(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_kronor(valuelist[0])
            except ValueError:
                raise ValueError(gettext("Skriv priset i kronor, till exempel 1250 eller 1250,50.")) from None


def price_range() -> NumberRange:
    """From free to what nobody pays for a conference."""
    return NumberRange(0, MAX_PRICE, _l("Priset kan vara från 0 till 100\u00a0000 kronor."))


def price_attributes() -> dict[str, str]:
    """What a field for an amount tells the browser."""
    return {"inputmode": "decimal", "autocomplete": "off"}


def vat_field() -> SelectField:
    """The Swedish VAT rates in percent (mervärdesskattelagen 2023:200, 9 kap.), and 'exempt'."""
    choices = [SelectChoice(rate, f"{rate} %") for rate in ("25", "12", "6", "0")]
    return SelectField(_l("Moms"), choices=[*choices, SelectChoice(EXEMPT, _l("Momsfri"))])


def vat_rate(choice: str) -> int | None:
    """The rate of a choice in `vat_field`, in percent; None is exempt."""
    return None if choice == EXEMPT else int(choice)


def vat_choice(rate: int | None) -> str:
    """The choice in `vat_field` for a rate."""
    return EXEMPT if rate is None else str(rate)


def position_field() -> IntegerField:
    """Where something stands among its like."""
    return IntegerField(
        _l("Ordning"),
        [Optional(), NumberRange(0, 9999, _l("Skriv ett tal från 0 till 9999."))],
        description=_l("Lägst nummer visas först."),
        render_kw={"type": "number", "min": "0", "max": "9999", "inputmode": "numeric"},
    )


def type_choices(types: Iterable[TicketType]) -> list[tuple[int, str]]:
    """The choices of a field for ticket types by their ids; hidden types say that they are."""
    return [(each.id, gettext("%(name)s (dold)") % {"name": each.name} if each.hidden else each.name) for each in types]


class CodedForm(Form):
    """What has a name, and a code that addresses and spreadsheets know it by; the code never changes afterwards."""

    name = LineField(_l("Namn"), [DataRequired(_l("Skriv ett namn."))], max_length=120)
    code = LineField(
        _l("Kod"),
        [
            Optional(),
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", message=_l("Använd små bokstäver a–z, siffror och bindestreck.")),
        ],
        max_length=CODE_LENGTH,
        description=_l("Används i länkar och kan inte ändras sedan. Tomt: koden görs av namnet."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: what is new and has no code has a name that one can be made of."""
        valid = bool(super().validate(extra_validators))
        if "code" in self and self.name.data and not self.chosen_code():
            self.code.errors = [gettext("Skriv en kod. Det gick inte att göra en av namnet.")]
            return False
        return valid

    def validate_code(self, field: LineField) -> None:
        if field.data == "new":
            raise ValidationError(gettext("Den koden är upptagen. Välj en annan."))

    def chosen_code(self) -> str:
        """The code that was typed, or one made of the name; '' where neither gives one."""
        return str(self.code.data or slugify(self.name.data)[:CODE_LENGTH].strip("-"))

    def place_among(self, others: Iterable[TicketType | Addon]) -> int:
        """The position that was typed, or else the one after all of `others`."""
        if self.position.data is not None:
            return int(self.position.data)
        return max((each.position for each in others), default=-1) + 1
