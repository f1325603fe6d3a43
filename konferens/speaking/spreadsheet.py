"""An edition's speakers as a list for spreadsheets: everything that organisers see, but for what concerns health."""

from collections.abc import Iterable

from konferens.events.model import Edition
from konferens.formats import stamp
from konferens.i18n import gettext
from konferens.speakers.model import Participation, Speaker
from konferens.spreadsheets import csv_file


def speakers_csv(rows: Iterable[tuple[Speaker, Participation, int, str]], edition: Edition) -> bytes:
    """One row for each (speaker, what is agreed, number of sessions, code of the order with their ticket), in the current
    language.
    """
    headings = [
        gettext("Kod"),
        gettext("Namn"),
        gettext("Titel eller roll"),
        gettext("Organisation"),
        gettext("E-post"),
        gettext("Svar"),
        gettext("Svarade"),
        gettext("Meddelande"),
        gettext("Programpunkter"),
        gettext("Saknas"),
        gettext("Får visas"),
        gettext("Får filmas"),
        gettext("Kan inte"),
        gettext("Bokning"),
    ]
    return csv_file(headings, (_row(*row, edition) for row in rows))


def _row(speaker: Speaker, agreed: Participation, sessions: int, order: str, edition: Edition) -> list[str]:
    return [
        speaker.code,
        speaker.name,
        speaker.title,
        speaker.organisation,
        speaker.email,
        speaker.status.label,
        stamp(agreed.answered_at, edition.zone) if agreed.answered_at else "",
        agreed.message,
        str(sessions),
        ", ".join(speaker.missing),
        _yes_no(speaker.consent),
        _yes_no(speaker.recording),
        ", ".join(f"{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}" for starts, ends in agreed.unavailable),
        order,
    ]


def _yes_no(value: bool) -> str:  # noqa: FBT001 (a column's value)
    return gettext("Ja") if value else gettext("Nej")
