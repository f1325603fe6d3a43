"""Which format a file is in, and what it holds."""

from collections.abc import Sequence

from konferens.programme.csv_reading import read_csv
from konferens.programme.frab import read_json, read_xml
from konferens.programme.schedule import ImportedSchedule, InvalidImportError

MAX_BYTES = 50 * 1024 * 1024


def read_schedule(files: Sequence[tuple[str, bytes]]) -> ImportedSchedule:
    """The programme in (name, contents) of a file: frab's or pretalx's XML or JSON, or a table as CSV.

    What it is shows in its first characters; CSV is what is none of the others. Raises InvalidImportError, whose problems
    begin with the place in the file.
    """
    name, data = files[0]
    if len(data) > MAX_BYTES:
        raise InvalidImportError([f"{name}: larger than {MAX_BYTES >> 20} MB"])
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")):
        return read_json(data)
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        return read_xml(data)
    return read_csv(data)
