"""Single values of a frab file, checked: a mapping of names to values in, our value or a problem out."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from konferens.codes import CODE_ALPHABET, CODE_LENGTH
from konferens.i18n import gettext
from konferens.programme.model import SessionLevel, SessionStatus
from konferens.programme.schedule import Problems, clean_text

MAX_TEXT = 100_000
MAX_ADDRESS = 500
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}\Z")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z", re.IGNORECASE)
_LONGEST = timedelta(days=31)


class FieldReader:
    """Reads fields of the objects of one file; `where` is the object's place, for `problems`.

    `source` names the conference in its own system: guids of what has none are made from it (RFC 9562, version 5).
    """

    def __init__(self, source: str, problems: Problems) -> None:
        self._source = source
        self._problems = problems

    def text(self, values: Mapping[str, Any], name: str, where: str, limit: int = MAX_TEXT) -> str | None:
        """None where the name is absent; null counts as ''."""
        if name not in values:
            return None
        value = values[name]
        # A room's description may be translations: which one is a guess.
        if value is None or isinstance(value, Mapping):
            return ""
        text = clean_text(str(value))
        if len(text) > limit:
            self._problems.add(
                f"{where} {name}", gettext("%(n)s tecken, %(limit)s får plats") % {"n": len(text), "limit": limit}
            )
            return None
        return text

    def address(self, values: Mapping[str, Any], name: str, where: str) -> str | None:
        """It becomes a link on public pages: http and https only, as in the form."""
        text = self.text(values, name, where, MAX_ADDRESS)
        if text and not is_address(text):
            self._problems.add(
                f"{where} {name}",
                gettext("%(text)s är inte en adress som börjar med https://") % {"text": repr(text[:60])},
            )
            return None
        return text

    def number(self, values: Mapping[str, Any], name: str, where: str) -> int | None:
        value = values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1_000_000:  # noqa: PLR2004
            self._problems.add(
                f"{where} {name}", gettext("%(text)s är inget antal platser") % {"text": repr(str(value)[:60])}
            )
            return None
        return int(value) or None

    def status(self, values: Mapping[str, Any], where: str) -> SessionStatus | None:
        value = values.get("status")
        if value is None:
            return None
        try:
            return SessionStatus(value)
        except ValueError:
            self._problems.add(f"{where} status", _none_of(value, SessionStatus))
            return None

    def level(self, values: Mapping[str, Any], where: str) -> SessionLevel | None:
        value = values.get("level")
        if value is None:
            return None
        try:
            return SessionLevel(value)
        except ValueError:
            self._problems.add(f"{where} level", _none_of(value, SessionLevel))
            return None

    def guid(self, values: Mapping[str, Any], where: str, kind: str) -> str | None:
        """The file's own, or one made of the id there; `kind` is 'events' or 'persons'."""
        told, number = values.get("guid"), values.get("id")
        if told:
            try:
                return str(UUID(str(told)))
            except ValueError:
                self._problems.add(where, gettext("guid %(text)s är inget UUID") % {"text": repr(str(told)[:60])})
                return None
        if number in (None, ""):
            self._problems.add(where, gettext("både guid och id saknas"))
            return None
        return str(uuid5(NAMESPACE_URL, f"{self._source}/{kind}/{number}"))

    def times(self, values: Mapping[str, Any], where: str) -> tuple[datetime, datetime] | None:
        """Start and end by 'date' and 'end' or 'duration'."""
        starts = self._moment(values, "date", where)
        if starts is None:
            return None
        if values.get("end"):
            ends = self._moment(values, "end", where)
            if ends is not None and (starts.tzinfo is None) != (ends.tzinfo is None):
                self._problems.add(where, gettext("bara en av ”date” och ”end” har tidszonens avstånd"))
                return None
        else:
            length = self._duration(values, where)
            ends = starts + length if length is not None else None
        if ends is None:
            return None
        if not timedelta(0) < ends - starts <= _LONGEST:
            what = gettext("slutar %(time)s, vilket inte är inom en månad efter början") % {"time": ends.isoformat()}
            self._problems.add(where, what)
            return None
        return starts, ends

    def _moment(self, values: Mapping[str, Any], name: str, where: str) -> datetime | None:
        text = str(values.get(name) or "")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = datetime.min  # noqa: DTZ901
        if not 1970 <= moment.year <= 2200:  # noqa: PLR2004
            what = gettext("%(text)s är ingen tid som 2027-05-11T09:00:00+02:00") if text else gettext("saknas")
            self._problems.add(f"{where} {name}", what % {"text": repr(text[:60])})
            return None
        return moment

    def _duration(self, values: Mapping[str, Any], where: str) -> timedelta | None:
        """'01:30' or '01:30:00'; hours may exceed 24."""
        text = str(values.get("duration") or "")
        match = re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]?\d))?", text, re.ASCII)
        if match is None:
            self._problems.add(
                f"{where} duration",
                gettext("%(text)s är inte timmar och minuter som 01:30") % {"text": repr(text[:60])},
            )
            return None
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _none_of(value: object, known: Iterable[str]) -> str:
    return gettext("%(text)s är inget av %(known)s") % {
        "text": repr(str(value)[:60]),
        "known": ", ".join(str(each) for each in known if each),
    }


def is_address(text: object) -> bool:
    """Whether it may be a link on a public page."""
    return isinstance(text, str) and len(text) <= MAX_ADDRESS and _ADDRESS.match(text) is not None


def language_code(text: str) -> str | None:
    """'de-formal' is German; our column holds the two or three letters of the language alone."""
    return text.replace("_", "-").partition("-")[0].lower()[:8] or None


def session_code(values: Mapping[str, Any]) -> str | None:
    """A code that can be ours, or None."""
    code = values.get("code")
    return code if isinstance(code, str) and _CODE.match(code) else None
