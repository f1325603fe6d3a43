"""WTForms' own messages in our words: its Swedish catalogue has mistakes, and neither language says how to mend."""

from konferens.i18n import gettext, ngettext

_TOO_LONG = "Field cannot be longer than %(max)d character."


class FormMessages:
    """What WTForms asks for translations: its English texts give ours, in the current language.

    A text that has none here, because no form of ours can show it, stays as it is.
    """

    def gettext(self, message: str) -> str:
        """Ours for `message`, with the same placeholders."""
        return {
            "This field is required.": gettext("Fyll i det här."),
            "Invalid input.": gettext("Det här går inte att använda. Skriv det på ett annat sätt."),
            "Not a valid integer value.": gettext("Skriv ett heltal med siffror."),
            "Not a valid decimal value.": gettext("Skriv ett tal med siffror."),
            "Not a valid float value.": gettext("Skriv ett tal med siffror."),
            "Not a valid date value.": gettext("Skriv ett datum, till exempel 2027-05-11."),
            "Not a valid time value.": gettext("Skriv en tid, till exempel 09:00."),
            "Not a valid datetime value.": gettext("Skriv datum och tid, till exempel 2027-05-11 09:00."),
            "Not a valid choice.": gettext("Välj något av det som finns att välja på."),
            "Invalid Choice: could not coerce.": gettext("Välj något av det som finns att välja på."),
            "Number must be at least %(min)s.": gettext("Skriv ett tal som är minst %(min)s."),
            "Number must be at most %(max)s.": gettext("Skriv ett tal som är högst %(max)s."),
            "Number must be between %(min)s and %(max)s.": gettext("Skriv ett tal från %(min)s till %(max)s."),
        }.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Ours for the form of `singular` or `plural` that fits `n`, with the same placeholders."""
        if singular == _TOO_LONG:
            return ngettext(
                "Texten är för lång. Korta den till högst %(max)d tecken.",
                "Texten är för lång. Korta den till högst %(max)d tecken.",
                n,
            )
        if singular == "'%(value)s' is not a valid choice for this field.":
            return gettext("”%(value)s” går inte att välja. Välj något av det som finns.")
        return singular if n == 1 else plural
