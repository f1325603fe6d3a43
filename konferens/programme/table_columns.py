"""A programme as a table: what its columns are called, in what we write and in what we read."""

from konferens.i18n import gettext
from konferens.programme.model import PersonRole, SessionLevel, SessionStatus, SessionType

NAMES = {
    "code": ("kod",),
    "title": ("titel", "rubrik", "namn"),
    "subtitle": ("underrubrik",),
    "date": ("datum", "dag", "day"),
    "start": ("börjar", "starttid", "från", "starts"),
    "end": ("slutar", "slut", "sluttid", "till", "ends"),
    "room": ("rum", "lokal", "sal"),
    "track": ("spår",),
    "type": ("slag", "typ"),
    "speakers": ("medverkande", "talare", "föreläsare", "speaker"),
    "abstract": ("sammanfattning", "ingress"),
    "description": ("beskrivning",),
    "language": ("språk",),
    "level": ("nivå",),
    "status": ("läge",),
    "capacity": ("platser", "antal platser", "seats"),
    "signup": ("anmälan krävs", "anmälan", "sign-up"),
    "meeting_point": ("samling", "meeting point"),
}
"""What a column may be called in the first row besides its own name, in either case; Swedish first."""

_KNOWN = {word: name for name, words in NAMES.items() for word in (name, *words)}
_YES, _NO = ("ja", "yes", "x", "1", "true", "sant"), ("nej", "no", "0", "false", "falskt")


def column_of(heading: str) -> str:
    """The name of a column by its heading, '' for one that isn't read."""
    return _KNOWN.get(" ".join(heading.split()).casefold(), "")


def headings() -> dict[str, str]:
    """How our own files call the columns, by name, in the current language and in the order of the file."""
    return {
        "code": gettext("Kod"),
        "title": gettext("Titel"),
        "subtitle": gettext("Underrubrik"),
        "date": gettext("Datum"),
        "start": gettext("Börjar"),
        "end": gettext("Slutar"),
        "room": gettext("Rum"),
        "track": gettext("Spår"),
        "type": gettext("Slag"),
        "speakers": gettext("Medverkande"),
        "abstract": gettext("Sammanfattning"),
        "description": gettext("Beskrivning"),
        "language": gettext("Språk"),
        "level": gettext("Nivå"),
        "status": gettext("Läge"),
        "capacity": gettext("Platser"),
        "signup": gettext("Anmälan krävs"),
        "meeting_point": gettext("Samling"),
    }


def yes_or_no(text: str) -> bool | None:
    """None for what is neither; nothing is no."""
    word = text.casefold()
    return True if word in _YES else False if not word or word in _NO else None


def type_in(text: str) -> str:
    """A type as people write it, in either language: 'Föredrag'."""
    return {each.label.casefold(): each.value for each in SessionType}.get(text.casefold(), text)


def status_in(text: str) -> str:
    """As `type_in`; nothing is what is usual."""
    known = {each.label.casefold(): each.value for each in SessionStatus}
    return known.get(text.casefold(), text.casefold()) if text else SessionStatus.CONFIRMED.value


def level_in(text: str) -> str:
    """As `type_in`; nothing is for anybody."""
    return {each.label.casefold(): each.value for each in SessionLevel}.get(text.casefold(), text.casefold())


def person_in(text: str) -> dict[str, str | None]:
    """'Bo Ek (samtalsledare)' as name and role; None where no role is told."""
    name, _, rest = text.partition("(")
    word = rest.removesuffix(")").strip().casefold()
    role = {each.label.casefold(): each.value for each in PersonRole}.get(word)
    return {"name": " ".join(name.split()), "role": role} if role else {"name": " ".join(text.split()), "role": None}
