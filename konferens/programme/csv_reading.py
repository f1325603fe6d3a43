"""A table saved as CSV: separated by commas, semicolons or tabs; UTF-8, or what Excel in Sweden writes (Windows-1252)."""

import csv
import io

from konferens.i18n import gettext
from konferens.programme.schedule import ImportedSchedule, InvalidImportError, line_place
from konferens.programme.table_reading import Line, read_table


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
        lines = [Line(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        what = gettext("det är inte giltig CSV (%(error)s)") % {"error": error}
        raise InvalidImportError([f"{line_place(reader.line_num)}: {what}"]) from error
    return read_table(lines, "CSV")
