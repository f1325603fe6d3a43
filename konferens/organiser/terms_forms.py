"""The part of an edition's settings about what happens by itself: reminders, expiry, cancellation, and when data goes."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.web.date_fields import DayField
from konferens.web.forms import Form

MAX_DAYS_KEPT = 3650
_RANGE = _l("Skriv ett tal från %(low)s till %(high)s.")


class _Between(NumberRange):  # type: ignore[misc]
    """A whole number from `low` to `high`."""

    def __init__(self, low: int, high: int) -> None:
        super().__init__(low, high)

    def __call__(self, form: Any, field: Any) -> None:
        self.message = str(_RANGE) % {"low": self.min, "high": self.max}
        super().__call__(form, field)


def _days(label: Any, description: Any, low: int, high: int, *, needed: bool = False) -> IntegerField:
    required = InputRequired(_l("Skriv ett antal dagar.")) if needed else Optional()
    attributes = {"type": "number", "min": str(low), "max": str(high), "inputmode": "numeric"}
    return IntegerField(label, [required, _Between(low, high)], description=description, render_kw=attributes)


class TermsFields(Form):
    payment_reminder_days = _days(
        _l("Påminn om betalning efter så många dagar"),
        _l("Räknas från förfallodagen. En andra påminnelse kommer efter dubbelt så lång tid. Tomt: ingen påminnelse."),
        1,
        90,
    )
    expire_unpaid_days = _days(
        _l("Låt obetalda bokningar förfalla efter så många dagar"),
        _l(
            "Räknas från förfallodagen. Bokningen avslutas då av sig själv, platserna blir lediga för andra och den som "
            "bokade får ett mejl. Tomt: bokningen ligger kvar tills någon avbokar den."
        ),
        1,
        365,
    )
    event_reminder_days = _days(
        _l("Skicka en påminnelse så många dagar före första dagen"),
        _l("Alla deltagare får ett mejl med biljett och praktiska uppgifter. Tomt: inget mejl."),
        1,
        60,
    )
    thanks_days = _days(
        _l("Skicka ett tack så många dagar efter sista dagen"),
        _l("Alla deltagare får ett mejl. Tomt: inget mejl."),
        1,
        60,
    )
    cancel_free_until = DayField(
        _l("Fri avbokning till och med"),
        description=_l(
            "Till och med den dagen får den som avbokar själv tillbaka allt. Tomt: betalda bokningar avbokas bara av er."
        ),
    )
    cancel_keep_percent = IntegerField(
        _l("Så många procent betalas vid senare avbokning"),
        [InputRequired(_l("Skriv ett tal med siffror.")), _Between(0, 100)],
        description=_l("Av priset, fram till konferensens första dag. 100: inget betalas tillbaka."),
        render_kw={"type": "number", "min": "0", "max": "100", "inputmode": "numeric"},
    )
    sensitive_days = _days(
        _l("Radera känsliga svar efter så många dagar"),
        _l("Svar om mat, allergier och tillgänglighet tas bort så många dagar efter sista dagen."),
        0,
        MAX_DAYS_KEPT,
        needed=True,
    )
    personal_days = _days(
        _l("Radera personuppgifter efter så många dagar"),
        _l(
            "Deltagarnas namn, adresser och svar tas bort så många dagar efter sista dagen. Fakturor och kvitton sparas "
            "så länge som bokföringslagen kräver."
        ),
        0,
        MAX_DAYS_KEPT,
        needed=True,
    )

    def validate_expire_unpaid_days(self, field: IntegerField) -> None:
        reminder = self.payment_reminder_days
        if not field.errors and not reminder.errors and reminder.data and field.data <= reminder.data:
            raise ValidationError(
                gettext("Då hinner påminnelsen inte komma fram. Skriv fler dagar än för påminnelsen.")
            )

    def validate_personal_days(self, field: IntegerField) -> None:
        sensitive = self.sensitive_days
        if not field.errors and not sensitive.errors and field.data < sensitive.data:
            raise ValidationError(gettext("De känsliga svaren kan inte sparas längre än de andra uppgifterna."))
