"""A proposal as JSON for its own people, and a list of them for organisers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from konferens.clock import now
from konferens.events.model import Edition
from konferens.formats import stamp
from konferens.i18n import LANGUAGES, gettext
from konferens.proposals.listing import mean_text
from konferens.proposals.model import Call, Judged, Proposal, Review
from konferens.questions.model import NO, YES, QuestionKind, option_label
from konferens.spreadsheets import csv_file


def proposal_data(edition: Edition, call: Call, proposal: Proposal, reviews: Sequence[Review]) -> dict[str, Any]:
    """Everything that is known of it, keys in English. `reviews` without names: what is thought of somebody's work is about
    them (the Court of Justice's C-434/16, Nowak), who thought it is about others.
    """
    return {
        "exported_at": now().isoformat(),
        "conference": {
            "name": edition.name,
            "organiser": edition.series.organisation or edition.series.name,
            "contact": edition.contact_email,
        },
        "proposal": {
            "code": proposal.code,
            "status": proposal.told_status.value,
            "title": proposal.title,
            "type": proposal.type.value,
            "track": proposal.track.name if proposal.track else None,
            "language": proposal.language,
            "level": proposal.level.value,
            "minutes": proposal.minutes,
            "abstract": proposal.abstract,
            "description": proposal.description,
            "notes": proposal.notes,
            "answers": [
                {"question": question.label, "answer": proposal.answers[question.code]}
                for question in call.questions
                if question.code in proposal.answers
            ],
            "created_at": _plain(proposal.created_at),
            "updated_at": _plain(proposal.updated_at),
            "submitted_at": _plain(proposal.submitted_at),
            "told_at": _plain(proposal.told_at),
        },
        "people": [
            {
                "name": person.name,
                "email": person.email,
                "title": person.title,
                "organisation": person.organisation,
                "biography": person.biography,
            }
            for person in proposal.people
        ],
        "reviews": [
            {"score": review.score, "comment": review.comment} for review in reviews if review.score is not None
        ],
    }


def proposals_csv(edition: Edition, call: Call, judged: Sequence[Judged]) -> bytes:
    """A row for each proposal, as its viewer may see it, with a column for each question."""
    headings = [
        gettext("Kod"),
        gettext("Status"),
        gettext("Meddelat"),
        gettext("Titel"),
        gettext("Typ"),
        gettext("Spår"),
        gettext("Språk"),
        gettext("Nivå"),
        gettext("Längd i minuter"),
        gettext("Namn"),
        gettext("E-post"),
        gettext("Organisation"),
        gettext("Betyg i snitt"),
        gettext("Antal betyg"),
        gettext("Sammanfattning"),
        gettext("Till arrangörerna"),
        gettext("Programpunkt"),
        gettext("Inskickat"),
        *(question.label for question in call.questions),
    ]
    return csv_file(headings, [_csv_row(edition, call, each) for each in judged])


def _csv_row(edition: Edition, call: Call, judged: Judged) -> list[str]:
    proposal = judged.proposal
    return [
        proposal.code,
        proposal.status.label,
        stamp(proposal.told_at, edition.zone) if proposal.told_at else "",
        proposal.title,
        proposal.type.label,
        proposal.track.name if proposal.track else "",
        LANGUAGES.get(proposal.language, proposal.language),
        proposal.level.label,
        str(proposal.minutes or ""),
        ", ".join(person.name for person in proposal.people),
        ", ".join(person.email for person in proposal.people),
        ", ".join(dict.fromkeys(person.organisation for person in proposal.people if person.organisation)),
        mean_text(judged),
        str(len(judged.scores)) if judged.reviews is not None else "",
        proposal.abstract,
        proposal.notes,
        proposal.session_code or "",
        stamp(proposal.submitted_at, edition.zone) if proposal.submitted_at else "",
        *(answer_text(question.kind, proposal.answers.get(question.code)) for question in call.questions),
    ]


def answer_text(kind: QuestionKind, answer: Any) -> str:
    """An answer in words, in the current language."""
    if isinstance(answer, bool):
        return option_label(YES if answer else NO, kind)
    return "" if answer is None else str(answer)


def _plain(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
