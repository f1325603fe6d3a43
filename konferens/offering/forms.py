"""The organiser's forms for ticket types and quotas."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, Regexp, ValidationError

from konferens.events.model import Edition
from konferens.formats import long_date
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.fields import (
    WHOLE_NUMBER,
    CodedForm,
    KronorField,
    position_field,
    price_attributes,
    price_range,
    vat_choice,
    vat_field,
    vat_rate,
)
from konferens.offering.model import MAX_TICKETS, Quota, TicketType
from konferens.web.date_fields import DayField, MomentField, on_clocks
from konferens.web.forms import ChecksField, Form, LineField, TextField

MAX_SEATS = 100_000
_PER_ORDER = NumberRange(1, MAX_TICKETS, _l("Skriv ett tal från 1 till 50."))
_PER_ORDER_ATTRIBUTES = {"type": "number", "min": "1", "max": str(MAX_TICKETS), "inputmode": "numeric"}


class TicketTypeForm(CodedForm):
    """Build it with `ticket_type_form`, which knows the edition's quotas, days and zone."""

    name = LineField(
        _l("Namn"),
        [DataRequired(_l("Skriv vad biljettypen heter."))],
        max_length=120,
        description=_l("Syns på namnskylten."),
    )
    description = TextField(
        _l("Beskrivning"),
        max_length=2000,
        description=_l("Vad som ingår, och vem biljetten är till för."),
        render_kw={"rows": 3},
    )
    price = KronorField(
        _l("Pris i kronor"),
        [InputRequired(_l("Skriv ett pris. 0 är gratis.")), price_range()],
        description=_l("Med moms. Redan sålda biljetter behåller sitt pris."),
        render_kw=price_attributes(),
    )
    vat_rate = vat_field()
    early_price = KronorField(
        _l("Förköpspris i kronor"),
        [Optional(), price_range()],
        description=_l("Gäller till och med den dag som du väljer. Tomt: samma pris hela tiden."),
        render_kw=price_attributes(),
    )
    early_until = DayField(
        _l("Förköpspris till och med"), description=_l("Vid midnatt höjs priset av sig självt, också på förstasidan.")
    )
    colour = StringField(
        _l("Färg"),
        [Regexp(r"#[0-9a-fA-F]{6}\Z", message=_l("Välj en färg, eller skriv den som #4a6741."))],
        default="#4a6741",
        description=_l("Märker biljetten på namnskylten och i listor."),
        render_kw={"type": "color"},
    )
    position = position_field()
    valid_on = SelectField(
        _l("Vilka dagar"), description=_l("En dagsbiljett gäller en enda dag."), validate_choice=False
    )
    digital = BooleanField(
        _l("Digitalt deltagande"),
        description=_l("För den som är med på distans, utan namnskylt."),
    )
    on_sale_from = MomentField(_l("Säljs från"), description=_l("Tomt: från att anmälan öppnar."))
    on_sale_until = MomentField(_l("Säljs till"), description=_l("Tomt: tills anmälan stänger."))
    min_per_order = IntegerField(
        _l("Minst antal i en bokning"),
        [InputRequired(WHOLE_NUMBER), _PER_ORDER],
        default=1,
        description=_l("Gäller den som bokar biljettypen alls: 5 för en gruppbiljett, annars 1."),
        render_kw=_PER_ORDER_ATTRIBUTES,
    )
    max_per_order = IntegerField(
        _l("Högst antal i en bokning"),
        [InputRequired(WHOLE_NUMBER), _PER_ORDER],
        default=20,
        render_kw=_PER_ORDER_ATTRIBUTES,
    )
    active = BooleanField(
        _l("Biljettypen säljs"), default=True, description=_l("Utan kryss säljs den inte och syns inte för besökare.")
    )
    hidden = BooleanField(
        _l("Dold: bara den som har en kod ser den"),
        description=_l("För medverkande, funktionärer eller medlemmar. Gör en kod för biljettypen under Koder."),
    )
    waiting_list = BooleanField(
        _l("Väntelista när den är slutsåld"),
        default=True,
        description=_l("Den som väntar får ett mejl när en plats blir ledig."),
    )
    quotas = ChecksField(
        _l("Kvoter"),
        coerce=int,
        description=_l("En plats tas ur varje kvot som är vald. Utan kvot finns ingen gräns."),
    )

    days: Sequence[date] = ()
    """Every day of the edition."""

    def validate_early_price(self, field: KronorField) -> None:
        if field.data is not None and self.price.data is not None and field.data >= self.price.data:
            raise ValidationError(gettext("Förköpspriset ska vara lägre än det ordinarie priset."))

    def validate_early_until(self, field: DayField) -> None:
        if field.data and self.early_price.data is None and not self.early_price.errors:
            raise ValidationError(gettext("Skriv också vad förköpspriset är, eller ta bort dagen."))
        if field.data and self.days and field.data > self.days[-1]:
            raise ValidationError(gettext("Då är konferensen redan slut. Välj en tidigare dag."))
        if field.data and self.on_sale_from.data and field.data < self.on_sale_from.data.date():
            raise ValidationError(gettext("Den dagen har biljettypen inte börjat säljas."))

    def validate_valid_on(self, field: SelectField) -> None:
        if field.data and field.data not in {day.isoformat() for day in self.days}:
            raise ValidationError(gettext("Dagen ligger utanför konferensen. Välj en annan."))

    def validate_on_sale_until(self, field: MomentField) -> None:
        starts = self.on_sale_from.data
        if starts and field.data and field.data <= starts:
            raise ValidationError(gettext("Försäljningen slutar innan den börjar."))

    def validate_max_per_order(self, field: IntegerField) -> None:
        if not field.errors and not self.min_per_order.errors and field.data < self.min_per_order.data:
            raise ValidationError(gettext("Det högsta antalet är mindre än det minsta."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: an early price has a last day. (`Optional` keeps a field that is empty from being asked itself.)"""
        valid = bool(super().validate(extra_validators))
        if self.early_price.data is not None and not self.early_until.data and not self.early_until.errors:
            self.early_until.errors = [gettext("Välj den sista dagen med förköpspris.")]
            return False
        return valid

    def values(self, edition: Edition) -> dict[str, Any]:
        """Columns of `ticket_types` apart from code and position; times are read in the edition's zone."""
        return {name: self[name].data for name in _AS_THEY_ARE} | {
            "on_sale_from": self.on_sale_from.in_utc(edition.zone),
            "on_sale_until": self.on_sale_until.in_utc(edition.zone),
            "early_until": self.early_until.ends_at(edition.zone),
            "valid_on": date.fromisoformat(self.valid_on.data) if self.valid_on.data else None,
            "vat_rate": vat_rate(self.vat_rate.data),
            "colour": self.colour.data.lower(),
        }


_AS_THEY_ARE = (
    "name",
    "description",
    "price",
    "early_price",
    "digital",
    "min_per_order",
    "max_per_order",
    "active",
    "hidden",
    "waiting_list",
)


def ticket_type_form(
    edition: Edition, quotas: Sequence[Quota], *, ticket_type: TicketType | None = None, formdata: Any = None
) -> TicketTypeForm:
    """The form with the edition's days and quotas to choose from: posted, or with what `ticket_type` has now.

    A type that exists has no field for its code.
    """
    form = TicketTypeForm(formdata, data=_shown(edition, ticket_type, quotas))
    if ticket_type is not None:
        del form.code
    form.days = edition.days
    form.valid_on.choices = [("", gettext("Alla dagar")), *((day.isoformat(), long_date(day)) for day in edition.days)]
    if ticket_type is not None and ticket_type.valid_on and ticket_type.valid_on not in form.days:
        # The conference was moved after the type was made: the day is shown, and has to be chosen anew.
        form.valid_on.choices.append((ticket_type.valid_on.isoformat(), long_date(ticket_type.valid_on)))
    form.quotas.choices = [(quota.id, quota_label(quota)) for quota in quotas]
    return form


def _shown(edition: Edition, ticket_type: TicketType | None, quotas: Sequence[Quota]) -> dict[str, Any]:
    if ticket_type is None:
        return {"quotas": [quotas[0].id]} if len(quotas) == 1 else {}
    return {name: getattr(ticket_type, name) for name in (*_AS_THEY_ARE, "colour", "position")} | {
        "on_sale_from": on_clocks(ticket_type.on_sale_from, edition.zone),
        "on_sale_until": on_clocks(ticket_type.on_sale_until, edition.zone),
        "early_until": ticket_type.early_last_day(edition.zone),
        "valid_on": ticket_type.valid_on.isoformat() if ticket_type.valid_on else "",
        "vat_rate": vat_choice(ticket_type.vat_rate),
        "quotas": [quota.id for quota in ticket_type.quotas],
    }


def quota_label(quota: Quota) -> str:
    """A quota as it is chosen: its name and how full it is."""
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
        [InputRequired(WHOLE_NUMBER), NumberRange(0, MAX_SEATS, _l("Skriv ett tal från 0 till 100\u00a0000."))],
        render_kw={"type": "number", "min": "0", "max": str(MAX_SEATS), "inputmode": "numeric"},
    )
