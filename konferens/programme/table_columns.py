"""A programme as a table: what its columns are called, in what we write and in what we read."""

from collections.abc import Callable, Mapping

from konferens.i18n import LANGUAGES, gettext, pgettext, use_language
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
    word = " ".join(heading.split()).casefold()
    return _KNOWN.get(word, "") or _in_any_language(headings).get(word, "")


def headings() -> dict[str, str]:
    """How our own files call the columns, by name, in the current language and in the order of the file."""
    return {
        "code": gettext("Kod"),
        "title": gettext("Titel"),
        "subtitle": gettext("Underrubrik"),
        "date": gettext("Datum"),
        "start": gettext("Börjar"),
        "end": gettext("Slutar"),
        "room": pgettext("one", "Rum"),
        "track": pgettext("one", "Spår"),
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
    """A type as people write it, in any language of ours: 'Föredrag'."""
    return _named(SessionType, text) or text


def status_in(text: str) -> str:
    """As `type_in`; nothing is what is usual."""
    return (_named(SessionStatus, text) or text.casefold()) if text else SessionStatus.CONFIRMED.value


def level_in(text: str) -> str:
    """As `type_in`; nothing is for anybody."""
    found = _named(SessionLevel, text)
    return text.casefold() if found is None else found


def person_in(text: str) -> dict[str, str | None]:
    """'Bo Ek (samtalsledare)' as name and role; None where no role is told."""
    name, _, rest = text.partition("(")
    role = _named(PersonRole, rest.removesuffix(")").strip())
    return {"name": " ".join(name.split()), "role": role} if role else {"name": " ".join(text.split()), "role": None}


def _named(kind: type[SessionType | SessionStatus | SessionLevel | PersonRole], text: str) -> str | None:
    """The value of what is called so; 'any level' has the value ''."""
    return _in_any_language(lambda: {each.value: each.label for each in kind}).get(" ".join(text.split()).casefold())


def _in_any_language(labels: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """Names by their labels in every language: files are filled in by one and read by another."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with use_language(language):
            found |= {label.casefold(): name for name, label in labels().items()}
    return found
