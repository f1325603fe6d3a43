"""A programme from a table: rows of texts in, wherever they come from.

Columns stand in any order, by the names in the first row (`table_columns`, English or Swedish); title, date, start and end are
needed. Times are those of the clocks at the conference, and a row without any is not placed yet. What has no column stays
as it is.

A row is known again by its code, else by its title, or the n-th with the same title: a changed time or room moves the
session.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from konferens.i18n import gettext
from konferens.programme.frab.entries import Collector
from konferens.programme.model import SessionLevel, SessionStatus
from konferens.programme.schedule import (
    ALL_ROOMS,
    ImportedSchedule,
    ImportedSession,
    InvalidImportError,
    Problems,
    line_place,
)
from konferens.programme.table_columns import column_of, level_in, person_in, status_in, type_in, yes_or_no

_NEEDED = ("title", "date", "start", "end")
_FIELDS = {
    "room": ("room_id", "all_rooms"),
    "track": ("track_id",),
    "type": ("type",),
    "speakers": ("speakers",),
}
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H")


class Line(NamedTuple):
    """A row of the table: its number in the file, from 1, and its cells."""

    number: int
    cells: Sequence[str]


def read_table(lines: Sequence[Line], kind: str) -> ImportedSchedule:
    """`kind` names what it came from, for people: 'CSV'. Raises InvalidImportError, whose problems name the row."""
    columns = [column_of(cell) for cell in lines[0].cells] if lines else []
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        text = gettext("rad 1: kolumnen ”%(name)s” saknas. Det som lästes som tabell är varken XML eller JSON.")
        raise InvalidImportError([text % {"name": name} for name in missing])
    problems = Problems()
    collector = Collector(kind, "csv", problems, is_whole=False)
    seen: Counter[str] = Counter()
    rows: dict[str, Mapping[str, str]] = {}
    for line in lines[1:]:
        row = {name: cell.strip() for name, cell in zip(columns, line.cells, strict=False) if name}
        where = line_place(line.number)
        title = row.get("title", "")
        seen[title.casefold()] += 1
        guid = str(uuid5(NAMESPACE_URL, f"csv/events/{title.casefold()}/{seen[title.casefold()]}"))
        event = _event(row, where, problems)
        if event is not None:
            rows[guid] = row
            collector.add_event({**event, "guid": guid}, where, parked="date" not in event)
    untold = frozenset(field for name, fields in _FIELDS.items() if name not in columns for field in fields)
    schedule = collector.finish()
    sessions = tuple(_with_row(session, rows[session.guid], untold, problems) for session in schedule.sessions)
    problems.raise_if_any()
    return replace(schedule, sessions=sessions, finds_by_code=True)


def _event(row: Mapping[str, str], where: str, problems: Problems) -> dict[str, Any] | None:
    """The row as a frab event; None where its times are none."""
    event: dict[str, Any] = {
        name: row[name] for name in ("title", "subtitle", "room", "track", "language") if name in row
    }
    event |= {name: row[name] for name in ("abstract", "description") if name in row}
    if row.get("code"):
        event["code"] = row["code"].upper()
    event["type"] = type_in(row.get("type", ""))
    names = [name for name in row.get("speakers", "").replace("\n", ";").split(";") if name.strip()]
    event["persons"] = [person_in(name) for name in names]
    if not any(row.get(name) for name in ("date", "start", "end")):
        return event
    times = _times(row, where, problems)
    if times is None:
        return None
    return event | {"date": times[0].isoformat(), "end": times[1].isoformat()}


def _times(row: Mapping[str, str], where: str, problems: Problems) -> tuple[datetime, datetime] | None:
    """An end before the start is on the next day."""
    found = []
    for name in ("start", "end"):
        clock = row.get(name, "").replace(".", ":")
        moment = _moment(row.get("date", ""), clock)
        if moment is None:
            text = gettext("%(date)s och %(clock)s är inte ett datum som 2027-05-11 och ett klockslag som 09.00")
            problems.add(where, text % {"date": repr(row.get("date", "")), "clock": repr(clock)})
        else:
            found.append(moment)
    if len(found) < 2:  # noqa: PLR2004
        return None
    starts, ends = found
    return starts, ends if ends > starts else ends + timedelta(days=1)


def _moment(day: str, clock: str) -> datetime | None:
    for pattern in _CLOCKS:
        try:
            return datetime.strptime(f"{day[:10]} {clock}", f"%Y-%m-%d {pattern}")  # noqa: DTZ007 - by clocks there
        except ValueError:
            continue
    return None


def _with_row(
    session: ImportedSession, row: Mapping[str, str], untold: frozenset[str], problems: Problems
) -> ImportedSession:
    """With what a frab event has no place for. All that isn't told in a column that there is, is taken away."""
    told: dict[str, Any] = {"untold": untold}
    if "room" in row:
        told["all_rooms"] = row["room"].casefold() == ALL_ROOMS.casefold()
    for name, read in (("status", status_in), ("level", level_in)):
        if name in row:
            told[name] = _enumerated(name, read(row[name]), session.where, problems)
    if "signup" in row:
        told["signup"] = yes_or_no(row["signup"])
        if told["signup"] is None:
            problems.add(session.where, gettext("Anmälan krävs: skriv ja eller nej"))
    if row.get("capacity"):
        digits = row["capacity"].removesuffix(".0")
        if digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) <= 1_000_000:  # noqa: PLR2004
            told["capacity"] = int(digits)
        else:
            problems.add(session.where, gettext("Platser: %(text)s är inget antal") % {"text": repr(row["capacity"])})
    if "meeting_point" in row:
        told["meeting_point"] = row["meeting_point"][:300]
    return replace(session, extras={}, **told)


def _enumerated(name: str, value: str, where: str, problems: Problems) -> Any:
    kinds: Mapping[str, Any] = {"status": SessionStatus, "level": SessionLevel}
    try:
        return kinds[name](value)
    except ValueError:
        known = ", ".join(each.label for each in kinds[name])
        problems.add(where, gettext("%(text)s är inget av %(known)s") % {"text": repr(value), "known": known})
        return None
