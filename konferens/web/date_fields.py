"""Form fields for days and moments by an edition's clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, DateTimeLocalField
from wtforms.validators import Optional, StopValidation, ValidationError

from konferens.clock import midnight, now
from konferens.events.model import YEARS
from konferens.i18n import gettext

_LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _require_year(field: DateField | DateTimeLocalField) -> None:
    """Nothing more is said of a day that no conference has: what compares it would only confuse."""
    if field.data and field.data.year not in YEARS:
        raise StopValidation(gettext("Skriv ett år mellan 2000 och 2199."))


class MomentField(DateTimeLocalField):  # type: ignore[misc]
    """A date and time on the edition's clocks, or nothing; `data` is naive until `in_utc` reads it in a zone."""

    def __init__(self, label: Any = "", **kwargs: Any) -> None:
        super().__init__(label, [Optional()], format=_LOCAL, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (WTForms' own)
        _require_year(self)

    def in_utc(self, zone: ZoneInfo) -> datetime | None:
        """The moment, where there is one."""
        return self.data.replace(tzinfo=zone).astimezone(UTC) if self.data else None


def on_clocks(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """What a MomentField shows of a moment."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


class DayField(DateField):  # type: ignore[misc]
    """A day in the edition's zone; or nothing, where no validator asks for one."""

    def __init__(self, label: Any = "", validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, Optional()], **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (WTForms' own)
        _require_year(self)

    def begins_at(self, zone: ZoneInfo) -> datetime | None:
        """Midnight when the day begins, in UTC."""
        return midnight(self.data, zone) if self.data else None

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """Midnight when the day ends, in UTC."""
        return midnight(self.data + timedelta(days=1), zone) if self.data else None


def not_past(form: Any, field: DayField) -> None:  # noqa: ARG001 (WTForms' own)
    """A validator: the day, where there is one, is today or later. Raises ValidationError."""
    if field.data and field.data < now().date():
        raise ValidationError(gettext("Välj en dag som inte har varit."))
