"""Answers in the office: sums and lists of the ordinary ones; the sensitive ones on a page of their own.

Whoever looks at sensitive answers is written down, each time (GDPR articles 9 and 32): they stand on no other page.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.questions.actions import note_look
from konferens.questions.model import Answer, QuestionKind
from konferens.questions.queries import answers_in, file_of, questions_of, respondents_of
from konferens.questions.summary import answered_rows, answers_csv, in_words, summaries
from konferens.questions.uploads import SUFFIXES
from konferens.web.auth import require_user
from konferens.web.office import organised_edition, render_office
from konferens.web.private import private_file
from konferens.web.requests import database

ANSWERS, SENSITIVE = "answers", "answers/sensitive"


async def show_answers(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    questions = await questions_of(db, edition.id, active_only=False)
    people = await respondents_of(db, edition.id)
    return render_office(
        request,
        edition,
        ANSWERS,
        "organiser/answers/summary.html",
        summaries=summaries(questions, people, await answers_in(db, edition.id)),
        people=people,
        has_sensitive=any(question.sensitive for question in questions),
        in_words=in_words,
    )


async def download_answers(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    questions = await questions_of(db, edition.id, active_only=False)
    people = await respondents_of(db, edition.id)
    content = await asyncio.to_thread(answers_csv, questions, people, await answers_in(db, edition.id))
    return private_file(content, "text/csv", f"{_stem(edition)}-answers.csv", download=True)


async def show_sensitive_answers(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    await _note(request, edition, "view")
    questions = await questions_of(db, edition.id, active_only=False)
    people = await respondents_of(db, edition.id)
    answers = await _all_answers(request, edition)
    rows = answered_rows(questions, people, answers, sensitive=True)
    return render_office(
        request,
        edition,
        SENSITIVE,
        "organiser/answers/sensitive.html",
        questions=[question for question in questions if question.sensitive],
        summaries=summaries(questions, people, answers, sensitive=True),
        rows=[(person, own) for person, own in rows if own],
        people=people,
        in_words=in_words,
        is_deleted=now().astimezone(edition.zone).date() > edition.sensitive_until,
    )


async def download_sensitive_answers(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    await _note(request, edition, "download")
    questions = await questions_of(db, edition.id, active_only=False)
    people = await respondents_of(db, edition.id)
    answers = await _all_answers(request, edition)
    content = await asyncio.to_thread(answers_csv, questions, people, answers, sensitive=True)
    return private_file(content, "text/csv", f"{_stem(edition)}-food-and-access.csv", download=True)


async def _all_answers(request: Request, edition: Edition) -> dict[int, dict[int, Answer]]:
    """Both kinds together: a sensitive question may be shown by an ordinary one."""
    db = database(request)
    ordinary = await answers_in(db, edition.id)
    sensitive = await answers_in(db, edition.id, sensitive=True)
    return {
        ticket_id: {**ordinary.get(ticket_id, {}), **sensitive.get(ticket_id, {})}
        for ticket_id in ordinary.keys() | sensitive.keys()
    }


async def download_file(request: Request) -> Response:
    """A file that somebody answered with. Raises NotFoundError. A sensitive one is noted as the page of those is."""
    edition = await organised_edition(request)
    db = database(request)
    wanted, ticket_id = request.path_params["question"], request.path_params["ticket"]
    for question in await questions_of(db, edition.id, active_only=False):
        if question.id == wanted and question.kind is QuestionKind.FILE:
            if question.sensitive:
                await _note(request, edition, "download")
            file = await file_of(db, edition.id, ticket_id, question)
            if file is not None and file.data is not None:
                name = f"{question.code}-{ticket_id}{SUFFIXES[file.media_type]}"
                return private_file(file.data, file.media_type, name, download=True)
    raise NotFoundError(f"file of ticket {ticket_id} and question {wanted}")


async def _note(request: Request, edition: Edition, action: str) -> None:
    user = await require_user(request)
    await note_look(database(request), edition.id, action=action, actor=user.email)


def _stem(edition: Edition) -> str:
    return f"{edition.series.slug}-{edition.slug}"


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}{ANSWERS}", show_answers),
    Route(f"{_OFFICE}{ANSWERS}.csv", download_answers),
    Route(f"{_OFFICE}{SENSITIVE}", show_sensitive_answers),
    Route(f"{_OFFICE}{SENSITIVE}.csv", download_sensitive_answers),
    Route(_OFFICE + ANSWERS + "/{ticket:id}/{question:id}", download_file),
]
