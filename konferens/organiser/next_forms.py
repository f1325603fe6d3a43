"""The form for next year's conference out of this one."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import DataRequired, ValidationError

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.organiser.forms import AddressFields
from konferens.organiser.next_edition import Part, next_name, next_slug, year_later
from konferens.web.date_fields import DayField
from konferens.web.forms import ChecksField


class NextEditionForm(AddressFields):
    """Build it with `next_edition_form`."""

    source: Edition

    starts_on = DayField(
        _l("Första dagen"),
        [DataRequired(_l("Välj den första dagen."))],
        description=_l(
            "Samma veckodag i samma vecka, om du inte väljer något annat. Konferensen blir lika lång, och alla andra datum "
            "flyttas lika många dagar. Klockslagen är desamma."
        ),
    )
    parts = ChecksField(
        _l("Ta också med"),
    )

    def validate_starts_on(self, field: DayField) -> None:
        if field.data and field.data <= self.source.ends_on:
            raise ValidationError(gettext("Den nya konferensen måste börja efter den här. Välj en senare dag."))

    def values(self) -> dict[str, Any]:
        """Arguments of `copying.start_next_edition`."""
        return {
            "slug": self.slug.data,
            "name": self.name.data,
            "starts_on": self.starts_on.data,
            "parts": {Part(part) for part in self.parts.data or ()},
        }


def next_edition_form(source: Edition, counts: Mapping[Part, int], formdata: Any = None) -> NextEditionForm:
    """The form as posted, or with what is suggested for the year after `source`; `counts` is how much each part has."""
    suggested = {
        "name": next_name(source.name),
        "slug": next_slug(source),
        "starts_on": year_later(source.starts_on),
        "parts": list(counts),
    }
    form = NextEditionForm(formdata, data=suggested if formdata is None else None)
    form.source = source
    form.parts.choices = [(part.value, f"{part.label} ({count})") for part, count in counts.items()]
    return form
