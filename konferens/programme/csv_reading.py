"""A programme from a spreadsheet, saved as CSV.

Columns, in any order, by the names in the first row (English or Swedish): title (titel), date (datum, 2027-05-11), start
(börjar, 09:00), end (slutar), room (rum), track (spår), type (slag), speakers (talare, several with a semicolon), abstract
(sammanfattning). title, date, start and end are needed. Separated by commas, semicolons or tabs; UTF-8, or what Excel in
Sweden writes (Windows-1252). Times are those of the clocks at the conference.

A row is known again by its title, or the n-th with the same title: a changed time or room moves the session.
"""

import csv
import io
from collections import Counter
from datetime import datetime, timedelta

from konferens.programme.frab.entries import Collector
from konferens.programme.schedule import ImportedSchedule, InvalidImportError, Problems

_NAMES = {
    "title": "title", "titel": "title",
    "date": "date", "datum": "date",
    "start": "start", "börjar": "start",
    "end": "end", "slut": "end", "slutar": "end",
    "room": "room", "rum": "room",
    "track": "track", "spår": "track",
    "type": "type", "typ": "type", "slag": "type",
    "speakers": "speakers", "medverkande": "speakers", "talare": "speakers",
    "abstract": "abstract", "sammanfattning": "abstract",
}  # fmt: skip
_NEEDED = ("title", "date", "start", "end")


def read_csv(data: bytes) -> ImportedSchedule:
    """Raises InvalidImportError, whose problems name the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InvalidImportError([f"line {reader.line_num}: {error}"]) from error
    header = [_NAMES.get(cell.strip().casefold(), "") for cell in rows[0][1]] if rows else []
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise InvalidImportError(
            [f"line 1: this is neither XML nor JSON, and as CSV it lacks the column {name}" for name in missing]
        )
    problems = Problems()
    collector = Collector("CSV", "csv", problems)
    seen: Counter[str] = Counter()
    for line, row in rows[1:]:
        values = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
        where = f"line {line}"
        times = _times(values, where, problems)
        title = values.get("title", "")
        seen[title.casefold()] += 1
        if times is None:
            continue
        names = [name.strip() for name in values.pop("speakers", "").split(";")]
        collector.add_event(
            {
                **values,
                "id": f"{title.casefold()}/{seen[title.casefold()]}",
                "date": times[0].isoformat(),
                "end": times[1].isoformat(),
                "persons": [{"name": name} for name in names if name],
            },
            where,
        )
    return collector.finish()


def _times(values: dict[str, str], where: str, problems: Problems) -> tuple[datetime, datetime] | None:
    """An end before the start is on the next day."""
    found = []
    for name in ("start", "end"):
        clock = values.pop(name, "").replace(".", ":")
        try:
            found.append(datetime.strptime(f"{values.get('date', '')} {clock}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007
        except ValueError:
            what = f"{values.get('date', '')!r} and {clock!r} are not a date like 2027-05-11 and a time like 09:00"
            problems.add(f"{where} {name}", what)
    if len(found) < 2:  # noqa: PLR2004
        return None
    starts, ends = found
    return starts, ends if ends > starts else ends + timedelta(days=1)
