"""The organiser's forms for rooms and tracks."""

from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, NumberRange, Optional, Regexp

from konferens.i18n import lazy_gettext as _l
from konferens.web.forms import Form, LineField, TextField

_POSITION = {
    "description": _l("Lägst nummer visas först."),
    "render_kw": {"type": "number", "min": "0", "max": "9999", "inputmode": "numeric"},
}


class RoomForm(Form):
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv rummets namn."))], max_length=120)
    capacity = IntegerField(
        _l("Antal platser"),
        [Optional(), NumberRange(1, 100_000, _l("Skriv ett tal från 1 till 100\u00a0000."))],
        render_kw={"type": "number", "min": "1", "max": "100000", "inputmode": "numeric"},
    )
    position = IntegerField(_l("Ordning"), [Optional(), NumberRange(0, 9999)], **_POSITION)
    description = TextField(
        _l("Beskrivning"),
        max_length=2000,
        description=_l("Hur man hittar dit, hörslinga, trappor eller hiss."),
        render_kw={"rows": 3},
    )

    def values(self) -> dict[str, Any]:
        """What `events.actions.save_place` takes."""
        return {
            "name": self.name.data,
            "capacity": self.capacity.data,
            "position": self.position.data or 0,
            "description": self.description.data,
        }


class TrackForm(Form):
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv spårets namn."))], max_length=120)
    colour = StringField(
        _l("Färg"),
        [Regexp(r"#[0-9a-fA-F]{6}\Z", message=_l("Välj en färg, eller skriv den som #4a6741."))],
        default="#4a6741",
        description=_l("Märker spåret i programmet."),
        render_kw={"type": "color"},
    )
    position = IntegerField(_l("Ordning"), [Optional(), NumberRange(0, 9999)], **_POSITION)
    description = TextField(_l("Beskrivning"), max_length=2000, render_kw={"rows": 3})

    def values(self) -> dict[str, Any]:
        """What `events.actions.save_place` takes."""
        return {
            "name": self.name.data,
            "colour": self.colour.data.lower(),
            "position": self.position.data or 0,
            "description": self.description.data,
        }
