"""The programme as an Excel file, to be filled in or changed and read back: one row for each session."""

import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from konferens.events.model import Edition, Room, Track
from konferens.i18n import gettext
from konferens.programme.model import Session, SessionLevel, SessionStatus, SessionType
from konferens.programme.schedule import ALL_ROOMS
from konferens.programme.table_columns import headings

_WIDTHS = {"code": 10, "title": 44, "subtitle": 30, "speakers": 36, "abstract": 50, "description": 50, "track": 24}
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold (XML 1.0 §2.2, Char)."""

_ROWS = 1000
"""Rows in which the lists of choices are offered, besides those that are filled."""


def programme_xlsx(
    edition: Edition, sessions: Sequence[Session], rooms: Sequence[Room], tracks: Sequence[Track]
) -> bytes:
    """A workbook in the current language: the sessions, the lists to choose from, and how it is filled in."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment] # a new workbook has one sheet, not a chart
    sheet.title = gettext("Program")
    names = headings()
    for number, name in enumerate(names, start=1):
        cell = sheet.cell(1, number, names[name])
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="3F5B3A")
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 14)
    sheet.freeze_panes = "C2"
    for row, session in enumerate(sessions, start=2):
        values = row_of(session, edition)
        for column, name in enumerate(names, start=1):
            _write(sheet, row, column, values[name])
    _choices(book, sheet, list(names), rooms, tracks, last=len(sessions) + _ROWS)
    _explain(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row_of(session: Session, edition: Edition) -> dict[str, str]:
    """A session's cells by the names of `table_columns`; dates and times by the edition's clocks."""
    starts = session.starts_at.astimezone(edition.zone) if session.starts_at else None
    ends = session.ends_at.astimezone(edition.zone) if session.ends_at else None
    return {
        "code": session.code,
        "title": session.title,
        "subtitle": session.subtitle,
        "date": f"{starts:%Y-%m-%d}" if starts else "",
        "start": f"{starts:%H:%M}" if starts else "",
        "end": f"{ends:%H:%M}" if ends else "",
        "room": session.room.name if session.room else ALL_ROOMS if session.all_rooms else "",
        "track": session.track.name if session.track else "",
        "type": session.type.label,
        "speakers": "; ".join(
            f"{person.name} ({person.role_label.lower()})" if person.role_label else person.name
            for person in session.speakers
        ),
        "abstract": session.abstract,
        "description": session.description,
        "language": session.language,
        "level": session.level.label,
        "status": session.status.label,
        "capacity": str(session.capacity or ""),
        "signup": gettext("Ja") if session.signup else gettext("Nej"),
        "meeting_point": session.meeting_point,
    }


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """As text, whatever it begins with: what people write must not calculate."""
    cell = sheet.cell(row, column)
    cell.value = _UNWRITABLE.sub("", text)[:32_000] or None
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > 40)  # noqa: PLR2004


def _choices(
    book: Workbook, sheet: Worksheet, names: list[str], rooms: Sequence[Room], tracks: Sequence[Track], *, last: int
) -> None:
    """Lists to choose from, on a sheet of their own, since a list within a rule has room for 255 characters only."""
    lists = {
        "room": [*(room.name for room in rooms), ALL_ROOMS],
        "track": [track.name for track in tracks],
        "type": [each.label for each in SessionType],
        "level": [each.label for each in SessionLevel],
        "status": [each.label for each in SessionStatus],
        "signup": [gettext("Ja"), gettext("Nej")],
    }
    other = book.create_sheet(gettext("Listor"))
    for column, (name, values) in enumerate(lists.items(), start=1):
        _write(other, 1, column, headings()[name])
        for row, value in enumerate(values, start=2):
            _write(other, row, column, value)
        if values:
            letter = get_column_letter(column)
            source = f"'{other.title}'!${letter}$2:${letter}${len(values) + 1}"
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
            sheet.add_data_validation(rule)
            here = get_column_letter(names.index(name) + 1)
            rule.add(f"{here}2:{here}{last}")


def _explain(book: Workbook) -> None:
    sheet = book.create_sheet(gettext("Så gör du"))
    sheet.column_dimensions["A"].width = 110
    for row, text in enumerate(
        (
            gettext("En rad för varje programpunkt. Titel, datum, början och slut behövs; resten kan vänta."),
            gettext(
                "Datum skrivs 2027-05-11 och klockslag 09:00. En rad utan datum och tider blir en programpunkt utan tid."
            ),
            gettext("Flera medverkande skiljs med semikolon. Roller står inom parentes: Bo Ek (samtalsledare)."),
            gettext(
                "Låt koden stå kvar: med den känns en programpunkt igen när du byter titel. Nya rader har ingen kod."
            ),
            gettext("Rum, spår och personer som inte finns läggs till. Du får se alla ändringar innan de görs."),
            gettext("En kolumn som du tar bort lämnas som den är i programmet."),
        ),
        start=1,
    ):
        _write(sheet, row, 1, text)
