"""The attendee's own page, by the ticket's own secret: details and answers, programme, ticket, calendar, what is known of one.

It shows nothing of the order's money, nor of the others in it.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.attendee.access import OWN, base_url, holder, own_ticket
from konferens.attendee.documents import file_stem, order_tickets_pdf
from konferens.attendee.forms import AttendeeForm
from konferens.attendee.offline_views import is_kept, own_page_headers
from konferens.attendee.programme_views import programme_page, save_programme
from konferens.calendar.links import subscription_links
from konferens.clock import now
from konferens.events.model import Edition
from konferens.programme.judging import is_judged
from konferens.programme.queries import chosen_sessions
from konferens.questions.forms import AnswersForm, answers_form, upload_names
from konferens.questions.model import Answer, Question
from konferens.questions.queries import answers_of, questions_of
from konferens.registration.details import renew_calendar, save_details
from konferens.registration.model import Order, Ticket
from konferens.signups.choosing import remember_sessions
from konferens.web.csrf import read_form
from konferens.web.private import private_file, private_page
from konferens.web.requests import database

_NOTICES = ("saved", "calendar", "stars", "signup")


async def show_own_page(request: Request) -> Response:
    """The page; one whose ticket is cancelled says so and nothing more."""
    order, ticket, edition = await own_ticket(request, valid=False)
    asked = await _asked(request, edition, ticket)
    given = await _given(request, ticket)
    form = AttendeeForm(data={"name": ticket.name, "email": ticket.email, "organisation": ticket.organisation})
    return await _page(request, edition, order, ticket, form=form, answers=answers_form(asked, data=given))


async def post_own_page(request: Request) -> Response:
    """Save who the attendee is and what was answered; 303 back, 422 with what was typed."""
    order, ticket, edition = await own_ticket(request)
    db = database(request)
    asked = await _asked(request, edition, ticket)
    data = await read_form(request, upload=upload_names(asked))
    given = await _given(request, ticket)
    form, answers = AttendeeForm(data), answers_form(asked, formdata=data, data=given)
    is_valid = [form.validate(), answers.validate_for(ticket.type)]
    if not all(is_valid):
        return await _page(request, edition, order, ticket, form=form, answers=answers, status_code=422)
    await save_details(
        db,
        order,
        ticket.position,
        form.values(),
        answers=answers.values(ticket.type),
        questions=asked,
        actor=holder(order, ticket),
    )
    return RedirectResponse(f"{ticket.own_path}?done=saved", status_code=303)


async def _given(request: Request, ticket: Ticket) -> dict[int, Answer]:
    """Question id → what was answered, sensitive or not: it is the attendee's own."""
    db = database(request)
    ordinary = await answers_of(db, [ticket.id])
    sensitive = await answers_of(db, [ticket.id], sensitive=True)
    return ordinary.get(ticket.id, {}) | sensitive.get(ticket.id, {})


async def _asked(request: Request, edition: Edition, ticket: Ticket) -> list[Question]:
    return [each for each in await questions_of(database(request), edition.id) if each.is_for(ticket.type)]


async def _page(
    request: Request,
    edition: Edition,
    order: Order,
    ticket: Ticket,
    *,
    form: AttendeeForm,
    answers: AnswersForm,
    status_code: int = 200,
) -> Response:
    done = request.query_params.get("done", "") if request.method == "GET" else ""
    sessions = [each for each in await chosen_sessions(database(request), ticket.id) if each.deleted_at is None]
    feed = f"{base_url(request)}/my/{ticket.calendar_token}/calendar.ics"
    response = private_page(
        request,
        "attendee/own.html",
        status_code=status_code,
        edition=edition,
        ticket=ticket,
        holds=ticket.is_valid and order.is_active,
        form=form,
        answers=answers,
        sessions=sessions,
        judged={each.id for each in sessions if is_judged(each, edition, now())},
        feed=feed,
        calendars=subscription_links(feed, edition.name),
        is_over=edition.is_over(now()),
        has_list=any(each.code == "attendee-list" for each in answers.questions),
        done=done if done in _NOTICES else "",
        is_kept=is_kept(edition, order, ticket),
    )
    response.headers.update(own_page_headers(edition, order, ticket))
    return response


async def own_ticket_pdf(request: Request) -> Response:
    """This ticket alone."""
    order, ticket, edition = await own_ticket(request)
    content = await order_tickets_pdf(database(request), edition, order, base_url=base_url(request), only=ticket.id)
    return private_file(content, "application/pdf", f"{file_stem(edition, order)}-{ticket.position}.pdf")


async def show_own_programme(request: Request) -> Response:
    _, ticket, edition = await own_ticket(request)
    address = f"{ticket.own_path}programme"
    return await programme_page(request, edition, ticket, address=address, back=ticket.own_path)


async def post_own_programme(request: Request) -> Response:
    order, ticket, edition = await own_ticket(request)
    address = f"{ticket.own_path}programme"
    return await save_programme(
        request, edition, ticket, address=address, back=ticket.own_path, actor=holder(order, ticket)
    )


async def post_stars(request: Request) -> Response:
    """Keep what was starred in a browser, as the codes of `codes`; 303 back, which tells when something needs a sign-up."""
    order, ticket, edition = await own_ticket(request)
    codes = str((await read_form(request)).get("codes", "")).upper().split()
    unseated = await remember_sessions(database(request), edition, ticket.id, codes, actor=holder(order, ticket))
    return RedirectResponse(f"{ticket.own_path}?done={'signup' if unseated else 'stars'}", status_code=303)


async def post_calendar(request: Request) -> Response:
    """Another address for the personal feed; 303 back."""
    order, ticket, _ = await own_ticket(request)
    await read_form(request)
    await renew_calendar(database(request), order, ticket.position)
    return RedirectResponse(f"{ticket.own_path}?done=calendar", status_code=303)


routes: list[BaseRoute] = [
    Route(f"{OWN}/", show_own_page, methods=["GET"]),
    Route(f"{OWN}/", post_own_page, methods=["POST"]),
    Route(f"{OWN}/ticket.pdf", own_ticket_pdf),
    Route(f"{OWN}/programme", show_own_programme, methods=["GET"]),
    Route(f"{OWN}/programme", post_own_programme, methods=["POST"]),
    Route(f"{OWN}/stars", post_stars, methods=["POST"]),
    Route(f"{OWN}/calendar", post_calendar, methods=["POST"]),
]
