"""Rooms and tracks in the office: list, add, change, remove. Both are places in the programme and work alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.errors import NotFoundError
from konferens.events.actions import delete_place, save_place
from konferens.events.forms import RoomForm, TrackForm
from konferens.events.model import Edition, Room, Track
from konferens.events.queries import place_usage, rooms_of, tracks_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database


@dataclass(frozen=True, slots=True)
class Kind:
    """'rooms' or 'tracks' – the table, the address and the section in the navigation – and its form."""

    name: str
    form: type[RoomForm] | type[TrackForm]


ROOMS, TRACKS = Kind("rooms", RoomForm), Kind("tracks", TrackForm)


async def show_places(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    return await _list(request, edition, kind, kind.form())


async def post_place(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    form = kind.form(await read_form(request))
    if not form.validate():
        return await _list(request, edition, kind, form, status_code=422)
    db, user = database(request), await require_user(request)
    values = form.values()
    if form.position.data is None:
        places = await _places(request, edition, kind)
        values["position"] = max((place.position for place in places), default=-1) + 1
    await save_place(db, kind.name, edition.id, None, values, actor=user.email)
    return done(edition, kind.name, "created")


async def show_place(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    place = await _place(request, edition, kind)
    return render_office(
        request,
        edition,
        kind.name,
        "organiser/places/edit.html",
        kind=kind.name,
        place=place,
        form=kind.form(obj=place),
    )


async def post_place_change(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    form = kind.form(await read_form(request))
    place = await _place(request, edition, kind)
    if not form.validate():
        return render_office(
            request,
            edition,
            kind.name,
            "organiser/places/edit.html",
            422,
            kind=kind.name,
            place=place,
            form=form,
        )
    user = await require_user(request)
    await save_place(database(request), kind.name, edition.id, place.id, form.values(), actor=user.email)
    return done(edition, kind.name, "saved")


async def show_place_removal(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    place = await _place(request, edition, kind)
    usage = await place_usage(database(request), kind.name, edition.id)
    return render_office(
        request,
        edition,
        kind.name,
        "organiser/places/delete.html",
        kind=kind.name,
        place=place,
        sessions=usage.get(place.id, 0),
    )


async def post_place_removal(request: Request, *, kind: Kind) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_place(database(request), kind.name, edition.id, request.path_params["id"], actor=user.email)
    return done(edition, kind.name, "deleted")


async def _places(request: Request, edition: Edition, kind: Kind) -> Sequence[Room | Track]:
    db = database(request)
    return await rooms_of(db, edition.id) if kind is ROOMS else await tracks_of(db, edition.id)


async def _place(request: Request, edition: Edition, kind: Kind) -> Room | Track:
    """The room or track of the address. Raises NotFoundError."""
    for place in await _places(request, edition, kind):
        if place.id == request.path_params["id"]:
            return place
    raise NotFoundError(f"{kind.name} {request.path_params['id']}")


async def _list(
    request: Request, edition: Edition, kind: Kind, form: RoomForm | TrackForm, *, status_code: int = 200
) -> Response:
    return render_office(
        request,
        edition,
        kind.name,
        "organiser/places/list.html",
        status_code,
        kind=kind.name,
        places=await _places(request, edition, kind),
        usage=await place_usage(database(request), kind.name, edition.id),
        form=form,
    )


organiser_routes = [
    route
    for kind in (ROOMS, TRACKS)
    for route in (
        Route(f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}", partial(show_places, kind=kind)),
        Route(
            f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}", partial(post_place, kind=kind), methods=["POST"]
        ),
        Route(f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}/{{id:id}}", partial(show_place, kind=kind)),
        Route(
            f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}/{{id:id}}",
            partial(post_place_change, kind=kind),
            methods=["POST"],
        ),
        Route(
            f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}/{{id:id}}/delete",
            partial(show_place_removal, kind=kind),
        ),
        Route(
            f"/organiser/{{series:slug}}/{{edition:slug}}/{kind.name}/{{id:id}}/delete",
            partial(post_place_removal, kind=kind),
            methods=["POST"],
        ),
    )
]
