"""A list's log as a CSV file: every scan that was ever answered, also those that let nobody in."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from konferens.checkin.model import Direction, LoggedScan
from konferens.checkin.queries import last_scans
from konferens.checkin.texts import log_words
from konferens.database import Database
from konferens.i18n import gettext, pgettext
from konferens.spreadsheets import csv_file

PAGE = 50
"""Scans on a page of the log."""


async def every_scan(db: Database, edition_id: int, list_id: int) -> list[LoggedScan]:
    """All of the list's scans, the oldest first. One query."""
    return (await last_scans(db, edition_id, list_id, limit=None))[::-1]


def log_csv(scans: Sequence[LoggedScan], zone: ZoneInfo) -> bytes:
    """A row for each scan; moments in `zone`, headings in the current language."""
    headings = (
        gettext("Tid"),
        gettext("Riktning"),
        gettext("Resultat"),
        gettext("Namn"),
        gettext("Enhet"),
        gettext("Av"),
        gettext("Ångrad"),
    )
    return csv_file(headings, _rows(scans, zone))


def _rows(scans: Sequence[LoggedScan], zone: ZoneInfo) -> Iterable[tuple[str, ...]]:
    for scan in scans:
        undone = f"{scan.undone_at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if scan.undone_at else ""
        at = f"{scan.scanned_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        way = pgettext("door", "Ut") if scan.direction == Direction.OUT else pgettext("door", "In")
        yield at, way, log_words(scan), scan.name, scan.device, scan.actor, undone
