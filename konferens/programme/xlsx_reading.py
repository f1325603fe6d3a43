"""A table in an Excel file (Office Open XML, ECMA-376): the first sheet, formulas as the values that were last calculated.

A file is a zip archive that may be small and unpack to gigabytes, so everything in it is unpacked once, bounded, before
anything is read; document types, which no such file has, are refused as in other XML.
"""

import io
import zipfile
import zlib
from datetime import datetime, time, timedelta
from typing import Any

from konferens.i18n import gettext
from konferens.programme.schedule import MAX_SESSIONS, ImportedSchedule, InvalidImportError
from konferens.programme.table_reading import Line, read_table

MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 500
_MAX_COLUMNS = 60
_BLOCK = 256 * 1024


def is_xlsx(data: bytes) -> bool:
    """Whether it is a zip archive, as Excel files are."""
    return data.startswith(b"PK\x03\x04")


def read_xlsx(data: bytes) -> ImportedSchedule:
    """Raises InvalidImportError, whose problems name the row."""
    from openpyxl import load_workbook  # 14 MiB that only a process needs which reads such a file

    _check(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MAX_SESSIONS + 1, max_col=_MAX_COLUMNS, values_only=True)
        lines = [Line(number, [_text(value) for value in row]) for number, row in enumerate(rows, start=1)]
        book.close()
    except Exception as error:  # whatever openpyxl stumbles over, in a file that anybody may have made
        raise InvalidImportError([gettext("Filen går inte att läsa som en Excel-fil.")]) from error
    return read_table([line for line in lines if any(line.cells)], "Excel")


def _check(data: bytes) -> None:
    """Raises InvalidImportError for an archive that is broken, unpacks to too much, or has XML with a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise InvalidImportError([gettext("Excel-filen är för stor.")])
            total = 0
            for part in parts:
                with archive.open(part) as file:
                    head = True
                    while block := file.read(_BLOCK):
                        total += len(block)
                        if total > MAX_UNPACKED:
                            raise InvalidImportError([gettext("Excel-filen är för stor.")])
                        if head and b"<!DOCTYPE" in block[:4096]:
                            raise InvalidImportError([gettext("Filen går inte att läsa som en Excel-fil.")])
                        head = False
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise InvalidImportError([gettext("Filen går inte att läsa som en Excel-fil.")]) from error


def _text(value: Any) -> str:
    """A cell as people see it: dates as 2027-05-11, times as 09:00, whole numbers without a point."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, time | timedelta):
        return _clock(value)
    if isinstance(value, datetime):
        rounded = value + timedelta(seconds=30)  # Excel's times are fractions of a day
        return f"{rounded:%Y-%m-%d}" if rounded.time() < time(0, 1) else f"{rounded:%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)  # a date is ISO 8601 as text


def _clock(value: time | timedelta) -> str:
    """To the nearest minute."""
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
