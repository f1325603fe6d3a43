"""Which format files are in, and what they hold."""

from collections.abc import Sequence
from typing import Any

from konferens.i18n import gettext
from konferens.programme.csv_reading import read_csv
from konferens.programme.frab import read_xml
from konferens.programme.frab.json_reading import parse, schedule_from
from konferens.programme.pretalx_reading import is_speakers, is_submissions, items_of, read_pretalx
from konferens.programme.schedule import ImportedSchedule, InvalidImportError
from konferens.programme.xlsx_reading import is_xlsx, read_xlsx

MAX_BYTES = 50 * 1024 * 1024


def read_schedule(files: Sequence[tuple[str, bytes]]) -> ImportedSchedule:
    """The programme in files, each (name, contents): frab's or pretalx's XML or JSON, or a table as CSV or Excel file.

    Several files are pretalx's lists of submissions and of speakers. What a file is shows in its first characters; CSV is
    what is none of the others. Raises InvalidImportError, whose problems begin with the place in the file.
    """
    for name, data in files:
        if len(data) > MAX_BYTES:
            what = gettext("större än %(size)s MB") % {"size": MAX_BYTES >> 20}
            raise InvalidImportError([f"{name}: {what}"])
    if len(files) > 1:
        if not all(_is_json(data) for _, data in files):
            raise InvalidImportError([gettext("Flera filer på en gång kan bara vara pretalx listor, som JSON.")])
        return _read_lists([parse(data) for _, data in files])
    ((_, data),) = files
    if _is_json(data):
        document = parse(data)
        items = items_of(document)
        return _read_lists([document]) if items and "schedule" not in document else schedule_from(document)
    if _head(data).startswith((b"<", b"\xff\xfe<", b"\xfe\xff")):
        return read_xml(data)
    return read_xlsx(data) if is_xlsx(data) else read_csv(data)


def _head(data: bytes) -> bytes:
    return data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_json(data: bytes) -> bool:
    return _head(data).startswith((b"{", b"["))


def _read_lists(documents: Sequence[Any]) -> ImportedSchedule:
    submissions, speakers = [], []
    for document in documents:
        items = items_of(document) or []
        if is_submissions(items):
            submissions += items
        elif is_speakers(items):
            speakers += items
        else:
            raise InvalidImportError(
                [gettext("Filen är varken ett program eller pretalx lista över bidrag eller medverkande.")]
            )
    return read_pretalx(submissions, speakers)
