"""What the types of problems mean, and what whoever meets one can do."""

from dataclasses import dataclass

from babel.support import LazyProxy

from konferens.i18n import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class ProblemText:
    """All in the reader's language."""

    title: str | LazyProxy
    meaning: str | LazyProxy
    remedy: str | LazyProxy


PROBLEM_TEXTS = {
    "bad-request": ProblemText(
        _l("Anropet gick inte att läsa"),
        _l("Adressen innehåller ett NUL-tecken, eller så avbröts anropet innan allt hade kommit fram."),
        _l("Rätta anropet. Att skicka samma sak igen ger samma svar."),
    ),
    "token-required": ProblemText(
        _l("En nyckel saknas"),
        _l("Anropet behöver en nyckel (token). Ingen kom med, eller så är den återkallad eller för gammal."),
        _l("Skicka huvudet Authorization: Bearer TOKEN. En ny nyckel skapas med konferens token add."),
    ),
    "sign-in-required": ProblemText(
        _l("Inloggning saknas"),
        _l("Incheckningens webbapp frågade utan att någon är inloggad."),
        _l("Logga in på /login. Program använder i stället en nyckel och adresserna under /api/v1/."),
    ),
    "device-ended": ProblemText(
        _l("Telefonen är utloggad"),
        _l("Arrangören har avslutat telefonen, eller så har dess tid gått ut."),
        _l("Be arrangören visa en ny kod. Det som telefonen hade skannat sparas för granskning."),
    ),
    "forbidden": ProblemText(
        _l("Nyckeln räcker inte"),
        _l("Nyckeln gäller inte för den här konferensen, eller saknar den behörighet (scope) som anropet kräver."),
        _l(
            "Be den som ansvarar för konferensen om en nyckel med rätt behörighet. Varje anrop visar vilken det behöver."
        ),
    ),
    "not-found": ProblemText(
        _l("Det finns inget här"),
        _l("Inget finns på adressen: koden är fel skriven, eller så är konferensen inte publicerad."),
        _l("Kontrollera adressen mot listan över anrop, och koderna mot svaren du har fått."),
    ),
    "method-not-allowed": ProblemText(
        _l("Fel metod"),
        _l("Adressen finns, men svarar inte på den här metoden."),
        _l("Huvudet Allow i svaret säger vilka metoder som går."),
    ),
    "conflict": ProblemText(
        _l("Läget är ett annat"),
        _l(
            "Steget går inte att ta härifrån: bokningen är till exempel redan avbokad, eller så har samma Idempotency-Key redan använts till en annan bokning."
        ),
        _l("Hämta hur det står till nu och avgör vad som ska göras. Ett nytt försök kräver en ny Idempotency-Key."),
    ),
    "sold-out": ProblemText(
        _l("Platserna är slut"),
        _l(
            "En biljettyp, ett tillval eller en programpunkt har färre platser kvar än vad bokningen ber om. Inget har bokats."
        ),
        _l("Hämta konferensen och se vad som finns kvar (available). Be om färre eller något annat."),
    ),
    "content-too-large": ProblemText(
        _l("Det som skickades är för stort"),
        _l("Anrop får innehålla högst 1 MB, och ska tala om sin längd i Content-Length."),
        _l("Dela upp det i flera anrop."),
    ),
    "unsupported-media-type": ProblemText(
        _l("Fel format"),
        _l("Det som skickades är inte i det format som adressen tar emot."),
        _l("Skicka JSON i UTF-8 med huvudet Content-Type: application/json."),
    ),
    "invalid": ProblemText(
        _l("Några värden går inte att ta emot"),
        _l(
            "Svarets errors talar om vilka fält det gäller, som tickets.0.email, och vad som är fel med vart och ett. Inget har ändrats."
        ),
        _l("Rätta fälten och skicka igen."),
    ),
    "too-many-requests": ProblemText(
        _l("För många försök"),
        _l("Det har kommit ovanligt många försök från samma adress, eller med samma nyckel, på kort tid."),
        _l("Vänta så många sekunder som huvudet Retry-After säger, och försök sedan igen."),
    ),
    "internal": ProblemText(
        _l("Något gick fel hos oss"),
        _l("Felet är vårt och har antecknats."),
        _l(
            "Försök igen om en stund. En bokning som skickas med samma Idempotency-Key, eller en avläsning med samma nonce, blir aldrig dubbel."
        ),
    ),
}
"""By the names in web.problems.PROBLEMS; each has one."""
