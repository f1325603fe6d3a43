"""The organisers' form of a check-in list: whom it admits, how often, when, and what its staff see."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from konferens.checkin.model import CheckinList, Mark, Repeat, Rules
from konferens.checkin.rule_texts import mark_name, repeat_name
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.web.date_fields import MomentField, on_clocks
from konferens.web.forms import ChecksField, Form, LineField

EVERYBODY = 0
"""The choice of a session for a list that asks for none."""


class ListForm(Form):
    """A check-in list. Call `offer` before validating. Times are by the edition's clock."""

    name = LineField(_l("Namn"), [DataRequired(_l("Ge listan ett namn."))], max_length=120)
    admits = RadioField(
        _l("Vilka släpps in?"),
        [InputRequired(_l("Välj vilka som släpps in."))],
        choices=[
            SelectChoice("all", _l("Alla biljettyper")),
            SelectChoice("some", _l("Bara de här biljettyperna")),
        ],
        default="all",
    )
    types = ChecksField(_l("Biljettyper"), coerce=int)
    addons = ChecksField(_l("Bara den som har något av tillvalen"), coerce=int)
    session = SelectField(_l("Bara den som har valt en programpunkt"), coerce=int, default=EVERYBODY)
    repeat = RadioField(
        _l("Hur ofta?"),
        choices=[SelectChoice(each.value, repeat_name(each)) for each in Repeat],
        default=Repeat.ONCE.value,
    )
    opens_at = MomentField(_l("Öppnar"), description=_l("Tomt fält: listan är alltid öppen."))
    closes_at = MomentField(_l("Stänger"))
    admit_unpaid = BooleanField(_l("Släpp in även den som inte har betalat"), default=True)
    shows = ChecksField(_l("Det här ser den som tar emot"))

    def validate_closes_at(self, field: MomentField) -> None:
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(gettext("Listan måste stänga efter att den har öppnat."))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.admits.data == "some" and not self.types.data:
            self.types.errors = [gettext("Välj minst en biljettyp.")]
            return False
        return bool(valid)

    def offer(
        self,
        types: Sequence[tuple[int, str]],
        addons: Sequence[tuple[int, str]] = (),
        sessions: Sequence[tuple[int, str]] = (),
        marks: Sequence[Mark] = (),
    ) -> None:
        """What there is to choose among: (id, name) of the edition's ticket types, add-ons and sessions, and marks."""
        self.types.choices = [SelectChoice(*each) for each in types]
        self.addons.choices = [SelectChoice(*each) for each in addons]
        everybody = (EVERYBODY, gettext("Alla, vad de än har valt"))
        self.session.choices = [SelectChoice(*each) for each in (everybody, *sessions)]
        self.shows.choices = [SelectChoice(each.value, mark_name(each)) for each in marks]

    def chosen_types(self) -> Sequence[int] | None:
        """Ids of the types that are let in, or None for all."""
        return None if self.admits.data == "all" else list(self.types.data or ())

    def rules(self, zone: ZoneInfo) -> Rules:
        """What the list asks for beside the type, with times of `zone`'s clocks."""
        return Rules(
            addons=frozenset(self.addons.data or ()),
            session_id=self.session.data or None,
            repeat=Repeat(self.repeat.data),
            opens_at=self.opens_at.in_utc(zone),
            closes_at=self.closes_at.in_utc(zone),
            shows=frozenset(map(Mark, self.shows.data or ())),
        )


def list_values(checkin_list: CheckinList, zone: ZoneInfo) -> dict[str, object]:
    """What the form of this list shows at first."""
    return {
        "name": checkin_list.name,
        "admits": "all" if checkin_list.all_ticket_types else "some",
        "types": sorted(checkin_list.ticket_types),
        "addons": sorted(checkin_list.addons),
        "session": checkin_list.session_id or EVERYBODY,
        "repeat": checkin_list.repeat.value,
        "opens_at": on_clocks(checkin_list.opens_at, zone),
        "closes_at": on_clocks(checkin_list.closes_at, zone),
        "admit_unpaid": checkin_list.admit_unpaid,
        "shows": sorted(checkin_list.shows),
    }
