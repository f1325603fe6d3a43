"""Results as a CSV file."""

from collections.abc import Iterable
from datetime import tzinfo

from konferens.feedback.model import RATINGS, Judged, rating_label
from konferens.formats import one_decimal, when
from konferens.i18n import gettext, pgettext
from konferens.spreadsheets import csv_file


def feedback_csv(judged: Iterable[Judged], zone: tzinfo) -> bytes:
    """A line for each session with its mean, how many gave each rating, and its comments, each on a line of the cell.

    What too few have answered is left empty but for the number of answers.
    """
    headings = [
        gettext("Programpunkt"),
        gettext("Medverkande"),
        pgettext("one", "Rum"),
        gettext("När"),
        gettext("Antal svar"),
        gettext("Medel"),
        *(rating_label(rating) for rating in RATINGS),
        gettext("Kommentarer"),
    ]
    return csv_file(headings, (_line(each, zone) for each in judged))


def _line(judged: Judged, zone: tzinfo) -> list[str]:
    session, result = judged.session, judged.result
    return [
        session.title,
        ", ".join(speaker.name for speaker in session.speakers),
        session.room.name if session.room else "",
        when(session.starts_at, session.ends_at, zone) if session.starts_at else "",
        str(result.count),
        one_decimal(result.mean) if result.mean is not None else "",
        *(str(result.given(rating)) if result.is_shown else "" for rating in RATINGS),
        "\n".join(comment.text for comment in result.comments),
    ]
