"""The organiser's forms for ticket types and quotas."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from konferens.codes import slugify
from konferens.events.model import YEARS, Edition
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.model import MAX_TICKETS, Quota, TicketType
from konferens.web.forms import Form, LineField, TextField

MAX_PRICE = 100_000_00
MAX_SEATS = 100_000
_LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_EXEMPT = "exempt"
_CODE_LENGTH = 40
_WHOLE_NUMBER = _l("Skriv ett tal med siffror.")


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


def vat_field() -> SelectField:
    """The Swedish VAT rates in percent (mervärdesskattelagen 2023:200, 9 kap.), and 'exempt'."""
    choices = [SelectChoice(rate, f"{rate} %") for rate in ("25", "12", "6", "0")]
    return SelectField(_l("Moms"), choices=[*choices, SelectChoice(_EXEMPT, _l("Momsfri"))])


class TicketTypeForm(Form):
    """Build it with `ticket_type_form`, which knows the edition's quotas and zone."""

    name = LineField(
        _l("Namn"),
        [DataRequired(_l("Skriv vad biljettypen heter."))],
        max_length=120,
        description=_l("Syns på namnskylten."),
    )
    code = LineField(
        _l("Kod"),
        [
            Optional(),
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", message=_l("Använd små bokstäver a–z, siffror och bindestreck.")),
        ],
        max_length=_CODE_LENGTH,
        description=_l("Används i länkar och kan inte ändras sedan. Tomt: koden görs av namnet."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    description = TextField(
        _l("Beskrivning"),
        max_length=2000,
        description=_l("Vad som ingår, och vem biljetten är till för."),
        render_kw={"rows": 3},
    )
    price = KronorField(
        _l("Pris i kronor"),
        [
            InputRequired(_l("Skriv ett pris. 0 är gratis.")),
            NumberRange(0, MAX_PRICE, _l("Priset kan vara från 0 till 100\u00a0000 kronor.")),
        ],
        description=_l("Med moms. Redan sålda biljetter behåller sitt pris."),
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    vat_rate = vat_field()
    colour = StringField(
        _l("Färg"),
        [Regexp(r"#[0-9a-fA-F]{6}\Z", message=_l("Välj en färg, eller skriv den som #4a6741."))],
        default="#4a6741",
        description=_l("Märker biljetten på namnskylten och i listor."),
        render_kw={"type": "color"},
    )
    position = IntegerField(
        _l("Ordning"),
        [Optional(), NumberRange(0, 9999, _l("Skriv ett tal från 0 till 9999."))],
        description=_l("Lägst nummer visas först."),
        render_kw={"type": "number", "min": "0", "max": "9999", "inputmode": "numeric"},
    )
    on_sale_from = DateTimeLocalField(
        _l("Säljs från"), [Optional()], format=_LOCAL, description=_l("Tomt: från att anmälan öppnar.")
    )
    on_sale_until = DateTimeLocalField(
        _l("Säljs till"), [Optional()], format=_LOCAL, description=_l("Tomt: tills anmälan stänger.")
    )
    max_per_order = IntegerField(
        _l("Högst antal i en bokning"),
        [InputRequired(_WHOLE_NUMBER), NumberRange(1, MAX_TICKETS, _l("Skriv ett tal från 1 till 50."))],
        default=20,
        render_kw={"type": "number", "min": "1", "max": str(MAX_TICKETS), "inputmode": "numeric"},
    )
    active = BooleanField(
        _l("Biljettypen säljs"), default=True, description=_l("Utan kryss säljs den inte och syns inte för besökare.")
    )
    quotas = SelectMultipleField(
        _l("Kvoter"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("En plats tas ur varje kvot som är vald. Utan kvot finns ingen gräns."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: a new type without a code has a name that one can be made of."""
        valid = bool(super().validate(extra_validators))
        if "code" in self and self.name.data and not self.chosen_code():
            self.code.errors = [gettext("Skriv en kod. Det gick inte att göra en av namnet.")]
            return False
        return valid

    def validate_code(self, field: LineField) -> None:
        if field.data == "new":
            raise ValidationError(gettext("Den koden är upptagen. Välj en annan."))

    def validate_on_sale_from(self, field: DateTimeLocalField) -> None:
        if field.data and field.data.year not in YEARS:
            raise ValidationError(gettext("Skriv ett år mellan 2000 och 2199."))

    def validate_on_sale_until(self, field: DateTimeLocalField) -> None:
        self.validate_on_sale_from(field)
        starts = self.on_sale_from.data
        if starts and field.data and field.data <= starts:
            raise ValidationError(gettext("Försäljningen slutar innan den börjar."))

    def chosen_code(self) -> str:
        """The code that was typed, or one made of the name; '' where neither gives one."""
        return str(self.code.data or slugify(self.name.data)[:_CODE_LENGTH].strip("-"))

    def values(self, edition: Edition) -> dict[str, Any]:
        """Columns of `ticket_types` apart from code and position; times are read in the edition's zone."""
        values = {name: self[name].data for name in ("name", "description", "price", "max_per_order", "active")}
        for name in ("on_sale_from", "on_sale_until"):
            local: datetime | None = self[name].data
            values[name] = local.replace(tzinfo=edition.zone).astimezone(UTC) if local else None
        rate = None if self.vat_rate.data == _EXEMPT else int(self.vat_rate.data)
        return values | {"vat_rate": rate, "colour": self.colour.data.lower()}


def ticket_type_form(
    edition: Edition, quotas: Sequence[Quota], *, ticket_type: TicketType | None = None, formdata: Any = None
) -> TicketTypeForm:
    """The form with the edition's quotas to choose from: posted, or with what `ticket_type` has now.

    A type that exists has no field for its code.
    """
    form = TicketTypeForm(formdata, data=_shown(edition, ticket_type, quotas))
    if ticket_type is not None:
        del form.code
    form.quotas.choices = [(quota.id, _quota_label(quota)) for quota in quotas]
    return form


def _shown(edition: Edition, ticket_type: TicketType | None, quotas: Sequence[Quota]) -> dict[str, Any]:
    if ticket_type is None:
        return {"quotas": [quotas[0].id]} if len(quotas) == 1 else {}
    names = ("name", "description", "price", "colour", "position", "max_per_order", "active")
    shown = {name: getattr(ticket_type, name) for name in names}
    for name in ("on_sale_from", "on_sale_until"):
        moment: datetime | None = getattr(ticket_type, name)
        shown[name] = moment.astimezone(edition.zone).replace(tzinfo=None) if moment else None
    shown["vat_rate"] = _EXEMPT if ticket_type.vat_rate is None else str(ticket_type.vat_rate)
    return shown | {"quotas": [quota.id for quota in ticket_type.quotas]}


def _quota_label(quota: Quota) -> str:
    return gettext("%(name)s (%(taken)s av %(size)s tagna)") % {
        "name": quota.name,
        "taken": quota.taken,
        "size": quota.size,
    }


class QuotaForm(Form):
    name = LineField(
        _l("Namn"),
        [DataRequired(_l("Skriv vad kvoten heter."))],
        max_length=120,
        description=_l("Till exempel ”Stora salen” eller ”Studiebesök till kvarnen”."),
    )
    size = IntegerField(
        _l("Antal platser"),
        [InputRequired(_WHOLE_NUMBER), NumberRange(0, MAX_SEATS, _l("Skriv ett tal från 0 till 100\u00a0000."))],
        render_kw={"type": "number", "min": "0", "max": str(MAX_SEATS), "inputmode": "numeric"},
    )
