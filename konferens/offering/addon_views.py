"""Add-ons in the office: list, add, change, remove."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.actions import Sold
from konferens.offering.addon_actions import delete_addon, save_addon, sold_by_addon
from konferens.offering.addon_forms import AddonForm, addon_form
from konferens.offering.model import Addon
from konferens.offering.queries import addons_of, quotas_of, ticket_types_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, named_by_id

ADDONS = "addons"


async def show_addons(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    return render_office(
        request,
        edition,
        ADDONS,
        "organiser/addons/list.html",
        addons=await addons_of(db, edition.id, active_only=False),
        types={each.code: each for each in await ticket_types_of(db, edition.id, active_only=False)},
        sold=await sold_by_addon(db, edition.id),
        moment=now(),
    )


async def show_new_addon(request: Request) -> Response:
    edition = await organised_edition(request)
    return _page(request, edition, await _form(request, edition, None), None)


async def post_new_addon(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    return await _save(request, edition, await _form(request, edition, None, formdata), None)


async def show_addon(request: Request) -> Response:
    edition = await organised_edition(request)
    addon = await _addon(request, edition)
    sold = (await sold_by_addon(database(request), edition.id)).get(addon.id)
    return _page(request, edition, await _form(request, edition, addon), addon, sold=sold)


async def post_addon(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    addon = await _addon(request, edition)
    return await _save(request, edition, await _form(request, edition, addon, formdata), addon)


async def _form(request: Request, edition: Edition, addon: Addon | None, formdata: object = None) -> AddonForm:
    db = database(request)
    quotas = await quotas_of(db, edition.id)
    types = await ticket_types_of(db, edition.id, active_only=False)
    return addon_form(edition, quotas, types, addon=addon, formdata=formdata)


async def _save(request: Request, edition: Edition, form: AddonForm, addon: Addon | None) -> Response:
    if not form.validate():
        return _page(request, edition, form, addon, status_code=422)
    db, user = database(request), await require_user(request)
    values = form.values(edition)
    if addon is None:
        values["code"] = form.chosen_code()
    if addon is None or form.position.data is not None:
        values["position"] = form.place_among(await addons_of(db, edition.id, active_only=False))
    addon_id = addon.id if addon else None
    try:
        await save_addon(db, edition.id, addon_id, values, type_ids=set(form.ticket_types.data or ()), actor=user.email)
    except InvalidError as error:
        form.quota_id.errors = error.errors["quota_id"]
        return _page(request, edition, form, addon, status_code=422)
    except ConflictError:
        text = gettext("Det finns redan ett tillval med koden %(code)s. Välj en annan kod.")
        form.code.errors = [text % {"code": form.chosen_code()}]
        return _page(request, edition, form, addon, status_code=422)
    return done(edition, ADDONS, "saved" if addon else "created")


def _page(
    request: Request,
    edition: Edition,
    form: AddonForm,
    addon: Addon | None,
    *,
    sold: Sold | None = None,
    status_code: int = 200,
) -> Response:
    return render_office(
        request, edition, ADDONS, "organiser/addons/edit.html", status_code, form=form, addon=addon, sold=sold
    )


async def show_addon_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    addon = await _addon(request, edition)
    sold = (await sold_by_addon(database(request), edition.id)).get(addon.id)
    return render_office(request, edition, ADDONS, "organiser/addons/delete.html", addon=addon, sold=sold)


async def post_addon_removal(request: Request) -> Response:
    """Raises ConflictError (409) where it is sold: such an add-on is put aside instead."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_addon(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, ADDONS, "deleted")


async def _addon(request: Request, edition: Edition) -> Addon:
    """The add-on of the address. Raises NotFoundError."""
    return named_by_id(request, await addons_of(database(request), edition.id, active_only=False))


_ADDONS = "/organiser/{series:slug}/{edition:slug}/" + ADDONS

organiser_routes: list[BaseRoute] = [
    Route(_ADDONS, show_addons),
    Route(f"{_ADDONS}/new", show_new_addon),
    Route(f"{_ADDONS}/new", post_new_addon, methods=["POST"]),
    Route(_ADDONS + "/{id:id}", show_addon),
    Route(_ADDONS + "/{id:id}", post_addon, methods=["POST"]),
    Route(_ADDONS + "/{id:id}/delete", show_addon_removal),
    Route(_ADDONS + "/{id:id}/delete", post_addon_removal, methods=["POST"]),
]
