"""Open space in the office: placing topics with a tap, on a phone too; how it is held, and its slots."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.events.actions import update_edition
from konferens.events.model import Edition
from konferens.events.queries import rooms_of
from konferens.i18n import gettext
from konferens.open_space.forms import SettingsForm, SlotsForm
from konferens.open_space.model import SlotTakenError, TopicMovedError, wall_of_slots
from konferens.open_space.placing import place_topic, refuse_topic, restore_topic, take_down
from konferens.open_space.queries import find_topic, open_space_of, refused_topics
from konferens.open_space.slots import add_slots, remove_slots
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

SECTION = "open-space"
SETTINGS = "open-space/settings"


async def show_topics(request: Request) -> Response:
    return await _topics_page(request, await organised_edition(request))


async def post_place(request: Request) -> Response:
    """Place or move the topic: `slot` is where, `seen` where the page had it. 409 when somebody else was faster."""
    edition = await organised_edition(request)
    form = await read_form(request)
    user = await require_user(request)
    topic = await find_topic(database(request), edition.id, request.path_params["id"])
    slot = str(form.get("slot", ""))
    if not (slot.isascii() and slot.isdigit() and len(slot) <= 9):  # noqa: PLR2004
        return await _topics_page(request, edition, status_code=422, problem=gettext("Välj en ledig tid."))
    try:
        await place_topic(
            database(request),
            edition,
            topic.id,
            int(slot),
            seen=str(form.get("seen", "")),
            actor=user.email,
            base_url=request.app.state.settings.base_url,
        )
    except SlotTakenError as error:
        text = gettext("”%(title)s” hann före till den tiden. Välj en annan.") % {"title": error.title}
        return await _topics_page(request, edition, status_code=409, problem=text)
    except TopicMovedError:
        return await _topics_page(request, edition, status_code=409, problem=_moved())
    return done(edition, SECTION, "placed")


async def post_take_down(request: Request) -> Response:
    """Out of its slot and the programme, back to those that wait."""
    edition = await organised_edition(request)
    form = await read_form(request)
    user = await require_user(request)
    seen = str(form.get("seen", ""))
    try:
        await take_down(database(request), edition, request.path_params["id"], seen=seen, actor=user.email)
    except TopicMovedError:
        return await _topics_page(request, edition, status_code=409, problem=_moved())
    return done(edition, SECTION, "taken-down")


async def post_refusal(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await refuse_topic(database(request), edition, request.path_params["id"], actor=user.email)
    return done(edition, SECTION, "deleted")


async def post_restoring(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await restore_topic(database(request), edition, request.path_params["id"], actor=user.email)
    return done(edition, SECTION, "saved")


def _moved() -> str:
    return gettext("Någon annan hann flytta det ämnet. Så här är det nu.")


async def _topics_page(request: Request, edition: Edition, *, status_code: int = 200, problem: str = "") -> Response:
    db = database(request)
    space = await open_space_of(db, edition)
    moment = now()
    coming = [slot for slot in space.slots if slot.ends_at > moment]
    free = sorted((slot for slot in coming if slot.is_free), key=lambda slot: slot.starts_at)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/open_space/topics.html",
        status_code=status_code,
        problem=problem,
        proposed=space.proposed,
        placed=[topic for topic in space.topics if topic.session],
        refused=await refused_topics(db, edition.id),
        free=free,
        wall=wall_of_slots(space.slots),
        free_wall=wall_of_slots([slot for slot in coming if slot.is_free]),
    )


async def show_settings(request: Request) -> Response:
    return await _settings_page(request, await organised_edition(request))


async def post_settings(request: Request) -> Response:
    edition = await organised_edition(request)
    form = SettingsForm(await read_form(request))
    if not form.validate():
        return await _settings_page(request, edition, settings=form, status_code=422)
    user = await require_user(request)
    await update_edition(database(request), edition.id, form.values(), actor=user.email)
    return done(edition, SETTINGS, "saved")


async def post_slots(request: Request) -> Response:
    """Make slots of a day; those that would lie upon others are left out."""
    edition = await organised_edition(request)
    db = database(request)
    form = SlotsForm.for_edition(edition, await rooms_of(db, edition.id), await read_form(request))
    if not form.validate():
        return await _settings_page(request, edition, slots=form, status_code=422)
    user = await require_user(request)
    if not await add_slots(db, edition, form.slots(), actor=user.email):
        text = gettext("Inga nya pass: tiden räcker inte till något, eller så finns de redan.")
        return await _settings_page(request, edition, slots=form, status_code=422, problem=text)
    return done(edition, SETTINGS, "created")


async def post_slot_removal(request: Request) -> Response:
    """Remove the slot of the address, or all free ones. 409 for one in which something is placed."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    try:
        await remove_slots(database(request), edition, request.path_params.get("id"), actor=user.email)
    except SlotTakenError:
        text = gettext("Något är placerat där. Ta först bort det därifrån.")
        return await _settings_page(request, edition, status_code=409, problem=text)
    return done(edition, SETTINGS, "deleted")


async def _settings_page(
    request: Request,
    edition: Edition,
    *,
    settings: SettingsForm | None = None,
    slots: SlotsForm | None = None,
    status_code: int = 200,
    problem: str = "",
) -> Response:
    db = database(request)
    rooms = await rooms_of(db, edition.id)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/open_space/settings.html",
        status_code=status_code,
        settings=settings or SettingsForm(obj=edition),
        form=slots or SlotsForm.for_edition(edition, rooms),
        rooms=rooms,
        wall=wall_of_slots((await open_space_of(db, edition)).slots),
        problem=problem,
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/open-space"

organiser_routes: list[BaseRoute] = [
    Route(_BASE, show_topics, methods=["GET"]),
    Route(_BASE + "/topics/{id:id}/place", post_place, methods=["POST"]),
    Route(_BASE + "/topics/{id:id}/take-down", post_take_down, methods=["POST"]),
    Route(_BASE + "/topics/{id:id}/refuse", post_refusal, methods=["POST"]),
    Route(_BASE + "/topics/{id:id}/restore", post_restoring, methods=["POST"]),
    Route(_BASE + "/settings", show_settings, methods=["GET"]),
    Route(_BASE + "/settings", post_settings, methods=["POST"]),
    Route(_BASE + "/slots", post_slots, methods=["POST"]),
    Route(_BASE + "/slots/remove", post_slot_removal, methods=["POST"]),
    Route(_BASE + "/slots/{id:id}/remove", post_slot_removal, methods=["POST"]),
]
