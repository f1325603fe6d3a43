"""Changes of a programme in words: line by line for pages, in one sentence for mails."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import current_language, gettext
from konferens.programme.labels import field_labels, shown_value
from konferens.programme.model import resolve_wall
from konferens.programme.snapshots import Change, ChangeKind

_LONG = frozenset({"abstract", "description", "links", "stream_url", "recording_url"})
_TIMES = ("wall_starts", "wall_ends")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs: 'Rum', 'Stora salen', 'Lilla salen'. Of long texts only the label is told, unless asked for."""

    label: str
    before: str = ""
    after: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.before or self.after)

    def __str__(self) -> str:
        if not self.is_told:
            return gettext("%(label)s: ändrat") % {"label": self.label}
        return f"{self.label}: {self.before} → {self.after}"


def when_and_where(change: Change, edition: Edition) -> str:
    """'tisdag 11 maj kl. 09.00–10.00, Stora salen', as far as the session has them."""
    return ", ".join(part for part in (_time(change.starts, change.ends, edition), change.room) if part)


def lines_of(
    change: Change,
    edition: Edition,
    names: Mapping[str, str],
    *,
    long: bool = False,
    only: Collection[str] | None = None,
) -> list[Line]:
    """What differs, in the order of the form. `names` has by code the names of people who are to be seen; `long` tells long texts in full, `only`
    narrows it to some of `editing.FIELDS`.
    """
    labels = _labels(current_language.get())
    found = []
    fields = {name: values for name, values in change.fields.items() if only is None or name in only}
    if change.kind in (ChangeKind.CANCELLED, ChangeKind.REVIVED):
        fields.pop("status", None)
    if any(name in fields for name in _TIMES):
        found.append(Line(gettext("Tid"), *_times(change, edition)))
    for name, values in fields.items():
        if name in _TIMES:
            continue
        before, after = (_shown(name, value, names) for value in values)
        if name in _LONG and not long:
            found.append(Line(labels[name]))
        elif before != after:
            found.append(Line(labels[name], before, after))
    return found


@lru_cache(maxsize=8)
def _labels(_language: str) -> Mapping[str, str]:
    """`field_labels` in the current language, made once: a release words thousands of lines."""
    return field_labels()


def _times(change: Change, edition: Edition) -> tuple[str, str]:
    before, after = (
        _time(
            _parsed(change.fields["wall_starts"][side]) if "wall_starts" in change.fields else change.starts,
            _parsed(change.fields["wall_ends"][side]) if "wall_ends" in change.fields else change.ends,
            edition,
        )
        for side in (0, 1)
    )
    return before or gettext("ingen tid"), after or gettext("ingen tid")


def _parsed(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _time(starts: datetime | None, ends: datetime | None, edition: Edition) -> str:
    if starts is None:
        return ""
    return when(resolve_wall(starts, edition.zone), resolve_wall(ends, edition.zone) if ends else None, edition.zone)


def _shown(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == "room_id":  # by name already
        return str(value or gettext("inget rum"))
    if name == "track_id":
        return str(value or gettext("inget spår"))
    if name == "speakers":  # who has gone, or isn't to be seen, is left out
        value = [(code, role) for code, role in value if code in names]
    return shown_value(name, value, {"speakers": {**names}})


def sentence(change: Change, edition: Edition, names: Mapping[str, str], *, only: Collection[str] | None = None) -> str:
    """The whole change in a sentence or two."""
    place = when_and_where(change, edition)
    values = {"title": change.title, "place": f" ({place})" if place else ""}
    told = {
        ChangeKind.CANCELLED: gettext("%(title)s%(place)s är inställd."),
        ChangeKind.REMOVED: gettext("%(title)s%(place)s är borttagen ur programmet."),
        ChangeKind.REVIVED: gettext("%(title)s%(place)s är inte längre inställd."),
        ChangeKind.ADDED: gettext("%(title)s%(place)s är med i programmet."),
    }
    lines = [f"{line}." for line in lines_of(change, edition, names, only=only)]
    if change.kind in told:
        return " ".join([told[change.kind] % values, *lines])
    return f"{change.title}. {' '.join(lines)}"


def people_in(changes: Iterable[Change]) -> set[str]:
    """Codes of everybody whom these changes name."""
    named = {code for change in changes for code in change.people}
    for change in changes:
        named |= {code for side in change.fields.get("speakers", ()) for code, _ in side}
    return named
