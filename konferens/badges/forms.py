"""Which badges to print, and on what: the office's choice, which lives in the address."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from konferens.badges.papers import Paper
from konferens.badges.queries import Selection
from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import ChecksField, Form, LineField


class BadgeForm(Form):
    layout = SelectField(
        _l("Papper"),
        choices=[SelectChoice(paper.value, paper.value) for paper in Paper],
        default=Paper.A6_ON_A4.value,
    )
    type = ChecksField(
        _l("Biljettyper"),
        coerce=int,
        description=_l("Inget kryss: alla."),
    )
    organisation = LineField(_l("Organisation"), description=_l("En del av namnet räcker."))
    first = LineField(_l("Efternamn från"), max_length=40, description=_l("Till exempel A"))
    last = LineField(_l("till och med"), max_length=40, description=_l("Till exempel K"))
    paid = BooleanField(_l("Bara betalda bokningar"))
    unprinted = BooleanField(
        _l("Bara de som inte är utskrivna än"), description=_l("De som har anmält sig sedan ni skrev ut sist.")
    )

    @property
    def paper(self) -> Paper:
        """Call after `validate`."""
        return Paper(self.layout.data)

    def selection(self) -> Selection:
        """Whose badges. Call after `validate`."""
        return Selection(
            type_ids=frozenset(self.type.data) if self.type.data else None,
            paid_only=self.paid.data,
            unprinted_only=self.unprinted.data,
            organisation=self.organisation.data,
            first=self.first.data,
            last=self.last.data,
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The choice as (field, value), without what is left empty."""
        pairs = [("layout", str(self.layout.data)), *(("type", str(type_id)) for type_id in self.type.data or ())]
        pairs += [(name, self[name].data) for name in ("organisation", "first", "last") if self[name].data]
        return pairs + [(name, "1") for name in ("paid", "unprinted") if self[name].data]

    @property
    def query(self) -> str:
        """The choice as an address has it, after '?'."""
        return urlencode(self.pairs)


def badge_form(types: Sequence[tuple[int, str]], formdata: Any) -> BadgeForm:
    """`types` are (id, name) to choose from, `formdata` the address's parameters; without a layout, it is A4."""
    form = BadgeForm(formdata)
    form.layout.choices = [SelectChoice(paper.value, paper.label) for paper in Paper]
    if "layout" not in formdata:
        form.layout.data = Paper.A6_ON_A4.value
        form.layout.raw_data = None
    form.type.choices = list(types)
    return form
