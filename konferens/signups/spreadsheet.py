"""A session's lists of names as a CSV file."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from konferens.i18n import gettext
from konferens.signups.model import SignupList
from konferens.spreadsheets import csv_file


def signups_csv(listed: SignupList, zone: ZoneInfo) -> bytes:
    """A row for each participant, then for each who waits; moments in `zone`, headings in the current language."""
    headings = (
        gettext("Namn"),
        gettext("E-post"),
        gettext("Organisation"),
        gettext("Bokning"),
        gettext("Anmäld"),
        gettext("Plats i väntelistan"),
    )
    return csv_file(headings, _rows(listed, zone))


def _rows(listed: SignupList, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    places = [("", each) for each in listed.participants]
    places += [(str(place), each) for place, each in enumerate(listed.waiting, start=1)]
    for place, each in places:
        since = f"{each.since.astimezone(zone):%Y-%m-%d %H:%M}"
        yield each.name, each.email, each.organisation, f"{each.order_code}/{each.position}", since, place
