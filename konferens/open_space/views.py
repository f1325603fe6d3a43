"""Open space for those who are there: the wall, proposing a topic, and the topic's own page. Without JavaScript."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from konferens.accounts.queries import digest
from konferens.attempts import Limit, TooManyAttemptsError
from konferens.clock import now
from konferens.codes import new_token
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import gettext, ngettext
from konferens.open_space.actions import change_topic, propose, proposer, show_interest, withdraw
from konferens.open_space.forms import TopicForm
from konferens.open_space.model import SlotTakenError, TooManyError, Topic, TopicStatus, wall_of_slots
from konferens.open_space.placing import place_topic
from konferens.open_space.queries import open_space_of, topic_by_secret, topics_of_ticket
from konferens.registration.model import Ticket
from konferens.registration.queries import order_of_ticket_secret
from konferens.web.cache import public_page
from konferens.web.csrf import ForgedFormError, is_same_site, read_form
from konferens.web.limits import take, to_wait
from konferens.web.private import private_page
from konferens.web.problems import error_page
from konferens.web.requests import database, edition_of, posted_form, typed_id

COOKIE = "interest"
COOKIE_AGE = timedelta(days=30)

PROPOSALS = Limit("topic", timedelta(minutes=10), by_address=10)
"""Topics without a ticket: half of what the edition takes meanwhile (model.GUESTS_AT_ONCE), so that nobody shuts out the others."""

INTERESTS = Limit("interest", timedelta(minutes=10), by_address=1000, by_both=200)
"""The name is the topic. A hall full of phones may come from one address."""


async def show_wall(request: Request) -> ASGIApp:
    """The slots and what is placed in them, and what waits. ?part=1 is what changes of it, for pages that are open.

    How many would like to be there is told as it was at most a minute ago.
    """
    edition = await _open_edition(request)
    space = await open_space_of(database(request), edition)
    is_part = str(request.query_params) == "part=1"
    return public_page(
        request,
        edition,
        "open_space/_wall.html" if is_part else "open_space/wall.html",
        keep=is_part or not request.url.query,
        expires_at=now() + timedelta(minutes=1),
        wall=wall_of_slots(space.slots),
        topics=space.proposed,
        thanks="thanks" in request.query_params,
    )


async def post_interest(request: Request) -> Response:
    """'I would like to be there', without an account: a cookie of the browser's own says who has told before.

    The wall is the same for all, so its form has no token; the browser must say that it comes from this site. 429 where more
    come from one address than a hall holds.
    """
    edition = await _open_edition(request)
    form = await posted_form(request)
    if not is_same_site(request):
        raise ForgedFormError(form)
    mark = request.cookies.get(COOKIE, "")
    if len(mark) != len(new_token()) or not mark.isalnum():
        mark = new_token()
    topic_id = request.path_params["id"]
    try:
        await take(request, INTERESTS, name=str(topic_id))
    except TooManyAttemptsError as error:
        text = ngettext(
            "Ovanligt många har tryckt ”Jag vill vara med” härifrån på kort tid. Försök igen om en minut.",
            "Ovanligt många har tryckt ”Jag vill vara med” härifrån på kort tid. Försök igen om %(num)s minuter.",
            error.minutes,
        ) % {"num": error.minutes}
        return to_wait(error_page(request, 429, gettext("Vänta lite"), text), error)
    await show_interest(database(request), edition, topic_id, digest(f"{edition.ref}:{mark}"))
    response = RedirectResponse(f"{edition.path}open-space?thanks=1#topic-{topic_id}", status_code=303)
    age = int(COOKIE_AGE.total_seconds())
    path = f"{edition.path}open-space"
    secure = request.app.state.settings.secure
    response.set_cookie(COOKIE, mark, max_age=age, path=path, httponly=True, samesite="lax", secure=secure)
    return response


async def show_proposal(request: Request) -> Response:
    """The form for whoever has no ticket at hand; where the organiser doesn't allow that, the way to one's ticket."""
    return await _proposal_page(request, await _open_edition(request), None, TopicForm())


async def post_proposal(request: Request) -> Response:
    return await _post_proposal(request, await _open_edition(request), None)


async def show_ticket_proposal(request: Request) -> Response:
    """The form on an attendee's own pages, with what they have proposed before."""
    ticket, edition = await _ticket_of(request)
    return await _proposal_page(request, edition, ticket, TopicForm(data={"name": ticket.name}))


async def post_ticket_proposal(request: Request) -> Response:
    ticket, edition = await _ticket_of(request)
    return await _post_proposal(request, edition, ticket)


async def _post_proposal(request: Request, edition: Edition, ticket: Ticket | None) -> Response:
    """Put it on the wall, and lead to its own page; 422 for what is wrong, 409 when it can't be taken, 429 for too many of
    one address, all typed kept.
    """
    try:
        form = TopicForm(await read_form(request))
    except ForgedFormError as error:
        text = gettext("Sidan hade varit öppen för länge. Allt du skrev finns kvar: skicka det en gång till.")
        return await _proposal_page(request, edition, ticket, TopicForm(error.form), status_code=403, problem=text)
    if not form.validate():
        return await _proposal_page(request, edition, ticket, form, status_code=422)
    ticket_id = ticket.id if ticket else None
    try:
        if ticket is None:
            await take(request, PROPOSALS)
        secret = await propose(database(request), edition, form.values(), ticket_id=ticket_id)
    except TooManyAttemptsError as error:
        text = ngettext(
            "Det har kommit ovanligt många förslag härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om en minut.",
            "Det har kommit ovanligt många förslag härifrån på kort tid. Allt du skrev finns kvar: skicka det igen om %(num)s minuter.",
            error.minutes,
        ) % {"num": error.minutes}
        return to_wait(await _proposal_page(request, edition, None, form, problem=text), error)
    except TooManyError:
        text = gettext("Just nu väntar många förslag på en plats. Försök igen om en stund.")
        return await _proposal_page(request, edition, ticket, form, status_code=409, problem=text)
    except ConflictError:
        return await _proposal_page(request, edition, ticket, form, status_code=409)
    return RedirectResponse(f"/open-space/{secret}?done=proposed", status_code=303)


async def show_topic(request: Request) -> Response:
    topic, edition = await _topic_of(request)
    return await _topic_page(request, edition, topic, _filled(topic))


async def post_topic(request: Request) -> Response:
    """Other texts; 303 back, 422 with what was typed, 409 for a topic that is off the wall."""
    topic, edition = await _topic_of(request)
    form = TopicForm(await read_form(request))
    if not form.validate():
        return await _topic_page(request, edition, topic, form, status_code=422)
    base_url = request.app.state.settings.base_url
    try:
        await change_topic(database(request), edition, topic, form.values(), base_url=base_url)
    except ConflictError:
        return await _topic_page(request, edition, topic, form, status_code=409)
    return RedirectResponse(f"{topic.path}?done=saved", status_code=303)


async def post_withdrawal(request: Request) -> Response:
    topic, edition = await _topic_of(request)
    await read_form(request)
    await withdraw(database(request), edition, topic)
    return RedirectResponse(topic.path, status_code=303)


async def post_own_place(request: Request) -> Response:
    """Take a free slot oneself, where the organiser lets people; 409 when somebody else was faster."""
    topic, edition = await _topic_of(request)
    form = await read_form(request)
    slot = typed_id(str(form.get("slot", "")))
    if not edition.open_space_self or slot is None:
        return await _topic_page(request, edition, topic, _filled(topic), status_code=409)
    try:
        await place_topic(
            database(request),
            edition,
            topic.id,
            slot,
            seen=str(form.get("seen", "")),
            actor=proposer(topic),
            base_url=request.app.state.settings.base_url,
        )
    except SlotTakenError as error:
        text = gettext("”%(title)s” hann före till den tiden. Välj en annan.") % {"title": error.title}
        return await _topic_page(request, edition, topic, _filled(topic), status_code=409, problem=text)
    except (ConflictError, NotFoundError):
        text = gettext("Läget har ändrats medan sidan var öppen. Så här är det nu.")
        current, _ = await _topic_of(request)
        return await _topic_page(request, edition, current, _filled(current), status_code=409, problem=text)
    return RedirectResponse(f"{topic.path}?done=placed", status_code=303)


def _filled(topic: Topic) -> TopicForm:
    return TopicForm(data={"title": topic.title, "abstract": topic.abstract, "name": topic.name})


async def _open_edition(request: Request) -> Edition:
    """The edition of the address. Raises NotFoundError, also for one without open space."""
    edition = await edition_of(request)
    if not edition.open_space:
        raise NotFoundError(f"{edition.ref} has no open space")
    return edition


async def _ticket_of(request: Request) -> tuple[Ticket, Edition]:
    """The valid ticket whose holder's address it is. Raises NotFoundError, also where there is no open space."""
    db = database(request)
    order, ticket = await order_of_ticket_secret(db, request.path_params["secret"])
    edition = await edition_by_id(db, order.edition_id)
    if not (edition.open_space and ticket.is_valid and order.is_active):
        raise NotFoundError(f"ticket {ticket.id} proposes nothing")
    return ticket, edition


async def _topic_of(request: Request) -> tuple[Topic, Edition]:
    db = database(request)
    topic = await topic_by_secret(db, request.path_params["topic_secret"])
    return topic, await edition_by_id(db, topic.edition_id)


async def _proposal_page(
    request: Request,
    edition: Edition,
    ticket: Ticket | None,
    form: TopicForm,
    *,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    is_over = edition.is_over(now())
    return private_page(
        request,
        "open_space/propose.html",
        status_code=status_code,
        edition=edition,
        ticket=ticket,
        form=form,
        problem=problem,
        may_propose=not is_over and (ticket is not None or edition.open_space_guests),
        is_over=is_over,
        topics=await topics_of_ticket(database(request), ticket.id) if ticket else [],
    )


async def _topic_page(
    request: Request, edition: Edition, topic: Topic, form: TopicForm, *, status_code: int = 200, problem: str = ""
) -> Response:
    moment = now()
    space = await open_space_of(database(request), edition)
    done = request.query_params.get("done", "") if request.method == "GET" else ""
    free = [slot for slot in space.slots if slot.is_free and slot.ends_at > moment]
    return private_page(
        request,
        "open_space/topic.html",
        status_code=status_code,
        edition=edition,
        topic=topic,
        statuses=TopicStatus,
        form=form,
        problem=problem,
        wall=wall_of_slots(free) if edition.open_space_self and topic.is_open else None,
        address=f"{request.app.state.settings.base_url}{topic.path}",
        done=done if done in ("proposed", "saved", "placed") else "",
    )


routes: list[BaseRoute] = [
    Route("/open-space/{topic_secret}", show_topic, methods=["GET"]),
    Route("/open-space/{topic_secret}", post_topic, methods=["POST"]),
    Route("/open-space/{topic_secret}/withdraw", post_withdrawal, methods=["POST"]),
    Route("/open-space/{topic_secret}/place", post_own_place, methods=["POST"]),
    Route("/tickets/{secret}/open-space", show_ticket_proposal, methods=["GET"]),
    Route("/tickets/{secret}/open-space", post_ticket_proposal, methods=["POST"]),
]

edition_routes: list[BaseRoute] = [
    Route("/{series:slug}/{edition:slug}/open-space", show_wall),
    Route("/{series:slug}/{edition:slug}/open-space/propose", show_proposal, methods=["GET"]),
    Route("/{series:slug}/{edition:slug}/open-space/propose", post_proposal, methods=["POST"]),
    Route("/{series:slug}/{edition:slug}/open-space/topics/{id:id}/interest", post_interest, methods=["POST"]),
]
