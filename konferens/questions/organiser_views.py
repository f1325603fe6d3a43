"""Questions in the office: list, add, change, order, put aside, remove."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.offering.queries import ticket_types_of
from konferens.questions.editing import delete_question, move_question, save_question, set_question_active
from konferens.questions.model import Question, option_label, shown_by
from konferens.questions.office_forms import QuestionForm, question_form
from konferens.questions.queries import answer_counts, questions_of
from konferens.questions.ready import add_ready_made, ready_made
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, named_by_id

QUESTIONS = "questions"


async def show_questions(request: Request) -> Response:
    return await _list(request, await organised_edition(request))


async def _list(request: Request, edition: Edition, *, problem: str = "", status_code: int = 200) -> Response:
    db = database(request)
    questions = await questions_of(db, edition.id, active_only=False)
    by_id = {each.id: each for each in questions}
    types = await ticket_types_of(db, edition.id, active_only=False)
    return render_office(
        request,
        edition,
        QUESTIONS,
        "organiser/questions/list.html",
        status_code,
        questions=questions,
        by_id=by_id,
        option_label=option_label,
        type_names={each.code: each.name for each in types},
        counts=await answer_counts(db, edition.id),
        ready=[each for each in ready_made() if each.missing(questions)],
        problem=problem,
    )


async def post_ready_made(request: Request) -> Response:
    """Add the ready-made questions that `ready` names. Raises NotFoundError, ConflictError (409) where they are there."""
    edition = await organised_edition(request)
    data = await read_form(request)
    user = await require_user(request)
    try:
        await add_ready_made(database(request), edition, str(data.get("ready", "")), actor=user.email)
    except InvalidError as error:
        problem = " ".join(text for messages in error.errors.values() for text in messages)
        return await _list(request, edition, problem=problem, status_code=422)
    return done(edition, QUESTIONS, "created")


async def show_new_question(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _edit(request, edition, await _form(request, edition), None)


async def post_new_question(request: Request) -> Response:
    edition = await organised_edition(request)
    form = await _form(request, edition, formdata=await read_form(request))
    return await _save(request, edition, form, None)


async def show_question(request: Request) -> Response:
    edition = await organised_edition(request)
    question = await _question(request, edition)
    return await _edit(request, edition, await _form(request, edition, question), question)


async def post_question(request: Request) -> Response:
    edition = await organised_edition(request)
    data = await read_form(request)
    question = await _question(request, edition)
    return await _save(request, edition, await _form(request, edition, question, data), question)


async def _form(
    request: Request, edition: Edition, question: Question | None = None, formdata: object = None
) -> QuestionForm:
    db = database(request)
    types = await ticket_types_of(db, edition.id, active_only=False)
    others = await questions_of(db, edition.id, active_only=False)
    return question_form(types, others, question=question, formdata=formdata)


async def _save(request: Request, edition: Edition, form: QuestionForm, question: Question | None) -> Response:
    if not form.validate():
        return await _edit(request, edition, form, question, status_code=422)
    user = await require_user(request)
    try:
        await save_question(
            database(request),
            edition.id,
            question.id if question else None,
            form.values(),
            type_ids=set(form.ticket_types.data or ()),
            actor=user.email,
        )
    except InvalidError as error:
        for name, messages in error.errors.items():
            form[name].errors = messages
        return await _edit(request, edition, form, question, status_code=422)
    return done(edition, QUESTIONS, "saved" if question else "created")


async def _edit(
    request: Request, edition: Edition, form: QuestionForm, question: Question | None, *, status_code: int = 200
) -> Response:
    counts = await answer_counts(database(request), edition.id) if question else {}
    return render_office(
        request,
        edition,
        QUESTIONS,
        "organiser/questions/edit.html",
        status_code,
        form=form,
        question=question,
        answered=counts.get(question.id, 0) if question else 0,
    )


async def post_move(request: Request) -> Response:
    """Move a question one place: `step` is 'up', else down."""
    edition = await organised_edition(request)
    data = await read_form(request)
    question = await _question(request, edition)
    user = await require_user(request)
    step = -1 if data.get("step") == "up" else 1
    await move_question(database(request), edition.id, question.id, step, actor=user.email)
    return done(edition, f"{QUESTIONS}#question-{question.id}", "saved")


async def post_state(request: Request) -> Response:
    """Ask a question (`active` is 'yes'), or put it aside."""
    edition = await organised_edition(request)
    data = await read_form(request)
    question = await _question(request, edition)
    user = await require_user(request)
    active = data.get("active") == "yes"
    await set_question_active(database(request), edition.id, question.id, active=active, actor=user.email)
    return done(edition, f"{QUESTIONS}#question-{question.id}", "saved")


async def show_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    question = await _question(request, edition)
    db = database(request)
    questions = await questions_of(db, edition.id, active_only=False)
    children = shown_by(questions, question.id) - {question.id}
    return render_office(
        request,
        edition,
        QUESTIONS,
        "organiser/questions/delete.html",
        question=question,
        answered=(await answer_counts(db, edition.id)).get(question.id, 0),
        dependent=[each for each in questions if each.id in children],
    )


async def post_removal(request: Request) -> Response:
    """Raises ConflictError (409) where it is answered, or shows another question."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_question(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, QUESTIONS, "deleted")


async def _question(request: Request, edition: Edition) -> Question:
    """The question of the address. Raises NotFoundError."""
    return named_by_id(request, await questions_of(database(request), edition.id, active_only=False))


_QUESTIONS = f"/organiser/{{series:slug}}/{{edition:slug}}/{QUESTIONS}"
_QUESTION = _QUESTIONS + "/{id:id}"

organiser_routes: list[BaseRoute] = [
    Route(_QUESTIONS, show_questions),
    Route(f"{_QUESTIONS}/ready-made", post_ready_made, methods=["POST"]),
    Route(f"{_QUESTIONS}/new", show_new_question),
    Route(f"{_QUESTIONS}/new", post_new_question, methods=["POST"]),
    Route(_QUESTION, show_question),
    Route(_QUESTION, post_question, methods=["POST"]),
    Route(f"{_QUESTION}/move", post_move, methods=["POST"]),
    Route(f"{_QUESTION}/state", post_state, methods=["POST"]),
    Route(f"{_QUESTION}/delete", show_removal),
    Route(f"{_QUESTION}/delete", post_removal, methods=["POST"]),
]
