"""Which badges to print, and on what: the office's choice, which lives in the address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from konferens.badges.model import BadgeLayout
from konferens.badges.queries import Selection
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form


class BadgeForm(Form):
    layout = RadioField(
        _l("Papper"),
        choices=[
            SelectChoice(BadgeLayout.A6_ON_A4.value, _l("Fyra på ett A4, med skärmärken")),
            SelectChoice(BadgeLayout.A6.value, _l("En A6 på varje sida")),
        ],
        default=BadgeLayout.A6_ON_A4.value,
    )
    type = SelectMultipleField(
        _l("Biljettyper"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Inget kryss: alla."),
    )
    paid = BooleanField(_l("Bara betalda bokningar"))
    unprinted = BooleanField(_l("Bara de som inte är utskrivna än"))

    @property
    def chosen_layout(self) -> BadgeLayout:
        """Call after `validate`."""
        return BadgeLayout(self.layout.data)

    def selection(self) -> Selection:
        """Whose badges. Call after `validate`."""
        return Selection(
            type_ids=frozenset(self.type.data) if self.type.data else None,
            paid_only=self.paid.data,
            unprinted_only=self.unprinted.data,
        )

    @property
    def query(self) -> str:
        """The choice as an address has it, after '?'."""
        pairs = [("layout", self.layout.data), *(("type", type_id) for type_id in self.type.data or ())]
        pairs += [(name, "1") for name in ("paid", "unprinted") if self[name].data]
        return urlencode(pairs)


def badge_form(types: Sequence[tuple[int, str]], formdata: Any) -> BadgeForm:
    """`types` are (id, name) to choose from, `formdata` the address's parameters; without a layout, it is A4."""
    form = BadgeForm(formdata)
    if "layout" not in formdata:
        form.layout.data = BadgeLayout.A6_ON_A4.value
        form.layout.raw_data = None
    form.type.choices = list(types)
    return form
