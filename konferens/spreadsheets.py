"""Lists as CSV that opens rightly in Swedish spreadsheets: semicolons, UTF-8 with a BOM, nothing that calculates."""

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full width counts too


def cell(text: str) -> str:
    """`text`, never a formula: what a spreadsheet would calculate gets an apostrophe before it.

    Visitors write names and messages, organisers open the file (OWASP, CSV Injection).
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_file(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV file of these headings and rows, each text through `cell`."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")
