"""A session's fields in words, for pages that compare two versions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from konferens.formats import day as format_day
from konferens.formats import wall_clock
from konferens.i18n import LANGUAGES, gettext
from konferens.programme.editing import FIELDS
from konferens.programme.forms import SessionForm
from konferens.programme.model import PersonRole, SessionLevel, SessionStatus, SessionType, role_of

_FORM_FIELDS = {"track_id": "track", "room_id": "room", "wall_starts": "starts", "wall_ends": "ends"}


def field_labels() -> dict[str, str]:
    """The label of each of `editing.FIELDS`, as the form has it."""
    form = SessionForm()
    return {name: str(form[_FORM_FIELDS.get(name, name)].label.text) for name in FIELDS}


def shown_value(name: str, value: Any, names: Mapping[str, Mapping[Any, str]]) -> str:
    """A field's value in words. `names` has the names of 'rooms' and 'tracks' by id and of 'speakers' by code."""
    if value is None or value in ("", []):
        return gettext("(tomt)")
    if isinstance(value, datetime):
        return f"{format_day(value.date())} {wall_clock(value)}"
    in_words: dict[str, Callable[[], str]] = {
        "type": lambda: SessionType(value).label,
        "status": lambda: SessionStatus(value).label,
        "language": lambda: LANGUAGES.get(value, value),
        "room_id": lambda: names["rooms"].get(value, "?"),
        "track_id": lambda: names["tracks"].get(value, "?"),
        "all_rooms": lambda: _yes_or_no(value),
        "signup": lambda: _yes_or_no(value),
        "recording": lambda: gettext("Får spelas in") if value else gettext("Spelas inte in"),
        "level": lambda: SessionLevel(value).label,
        "links": lambda: ", ".join(f"{link['title']} {link['url']}".strip() for link in value),
        "speakers": lambda: ", ".join(_person(code, role, names["speakers"]) for code, role in value),
    }
    return in_words[name]() if name in in_words else str(value)


def _yes_or_no(value: Any) -> str:
    return gettext("Ja") if value else gettext("Nej")


def _person(code: str, role: str, names: Mapping[Any, str]) -> str:
    name = names.get(code, code)
    return f"{name} ({role_of(role).label.lower()})" if role != PersonRole.SPEAKER else name
