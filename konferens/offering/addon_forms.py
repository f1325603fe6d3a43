"""The organiser's form for add-ons (tillval)."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.offering.fields import (
    CodedForm,
    KronorField,
    position_field,
    price_attributes,
    price_range,
    type_choices,
    vat_choice,
    vat_field,
    vat_rate,
)
from konferens.offering.forms import quota_label
from konferens.offering.model import Addon, Quota, TicketType
from konferens.web.date_fields import MomentField, on_clocks
from konferens.web.forms import ChecksField, LineField, TextField

_AS_THEY_ARE = ("name", "description", "price", "active", "location")
_MOMENTS = ("on_sale_until", "starts_at", "ends_at")


class AddonForm(CodedForm):
    """Build it with `addon_form`, which knows the edition's quotas, ticket types and zone."""

    name = LineField(_l("Namn"), [DataRequired(_l("Skriv vad tillvalet heter."))], max_length=120)
    description = TextField(
        _l("Beskrivning"),
        max_length=2000,
        description=_l("Vad som ingår, och vad man behöver veta."),
        render_kw={"rows": 3},
    )
    price = KronorField(
        _l("Pris i kronor"),
        [InputRequired(_l("Skriv ett pris. 0 är gratis.")), price_range()],
        description=_l("Med moms. De som redan har valt det behåller sitt pris."),
        render_kw=price_attributes(),
    )
    vat_rate = vat_field()
    position = position_field()
    starts_at = MomentField(
        _l("Börjar"), description=_l("Med en tid kommer det med i deltagarens kalender. Tomt: ingen egen tid.")
    )
    ends_at = MomentField(_l("Slutar"))
    location = LineField(_l("Plats"), max_length=300, description=_l("Där det äger rum, eller där bussen går."))
    active = BooleanField(
        _l("Tillvalet säljs"), default=True, description=_l("Utan kryss säljs det inte och syns inte för besökare.")
    )
    on_sale_until = MomentField(_l("Säljs till"), description=_l("Tomt: så länge biljetterna säljs."))
    quota_id = SelectField(_l("Kvot"), description=_l("Varje tillval tar en plats ur kvoten."))
    ticket_types = ChecksField(
        _l("För biljettyperna"), coerce=int, description=_l("Utan kryss får alla biljettyper välja det.")
    )

    def validate_ends_at(self, field: MomentField) -> None:
        if field.data and not self.starts_at.data and not self.starts_at.errors:
            raise ValidationError(gettext("Skriv också när det börjar."))
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(gettext("Det slutar innan det börjar."))

    def values(self, edition: Edition) -> dict[str, Any]:
        """Columns of `addons` apart from code and position; times are read in the edition's zone."""
        return (
            {name: self[name].data for name in _AS_THEY_ARE}
            | {name: self[name].in_utc(edition.zone) for name in _MOMENTS}
            | {
                "vat_rate": vat_rate(self.vat_rate.data),
                "quota_id": int(self.quota_id.data) if self.quota_id.data else None,
            }
        )


def addon_form(
    edition: Edition,
    quotas: Sequence[Quota],
    types: Sequence[TicketType],
    *,
    addon: Addon | None = None,
    formdata: Any = None,
) -> AddonForm:
    """The form with the edition's quotas and ticket types to choose from: posted, or with what `addon` has now.

    An add-on that exists has no field for its code.
    """
    form = AddonForm(formdata, data=_shown(edition, addon, types))
    if addon is not None:
        del form.code
    form.quota_id.choices = [("", gettext("Ingen gräns")), *((str(quota.id), quota_label(quota)) for quota in quotas)]
    form.ticket_types.choices = type_choices(types)
    return form


def _shown(edition: Edition, addon: Addon | None, types: Sequence[TicketType]) -> dict[str, Any]:
    if addon is None:
        return {"quota_id": ""}
    return (
        {name: getattr(addon, name) for name in (*_AS_THEY_ARE, "position")}
        | {name: on_clocks(getattr(addon, name), edition.zone) for name in _MOMENTS}
        | {
            "vat_rate": vat_choice(addon.vat_rate),
            "quota_id": str(addon.quota.id) if addon.quota else "",
            "ticket_types": [each.id for each in types if each.code in addon.ticket_types],
        }
    )
