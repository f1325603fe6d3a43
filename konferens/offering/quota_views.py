"""Quotas in the office: list, add, change, remove."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.forms import QuotaForm
from konferens.offering.model import Addon, Quota, TicketType
from konferens.offering.queries import addons_of, quotas_of, ticket_types_of
from konferens.offering.quota_actions import delete_quota, save_quota
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import call_housekeeper, database, named_by_id

QUOTAS = "quotas"


async def show_quotas(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    sharing: dict[int, list[TicketType | Addon]] = {}
    for ticket_type in await ticket_types_of(db, edition.id, active_only=False):
        for quota in ticket_type.quotas:
            sharing.setdefault(quota.id, []).append(ticket_type)
    for addon in await addons_of(db, edition.id, active_only=False):
        if addon.quota is not None:
            sharing.setdefault(addon.quota.id, []).append(addon)
    return render_office(
        request,
        edition,
        QUOTAS,
        "organiser/quotas/list.html",
        quotas=await quotas_of(db, edition.id),
        sharing=sharing,
    )


async def show_new_quota(request: Request) -> Response:
    edition = await organised_edition(request)
    return _quota_page(request, edition, QuotaForm(), None)


async def post_new_quota(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _save_quota(request, edition, QuotaForm(await read_form(request)), None)


async def show_quota(request: Request) -> Response:
    edition = await organised_edition(request)
    quota = await _quota(request, edition)
    return _quota_page(request, edition, QuotaForm(obj=quota), quota)


async def post_quota(request: Request) -> Response:
    edition = await organised_edition(request)
    form = QuotaForm(await read_form(request))
    return await _save_quota(request, edition, form, await _quota(request, edition))


async def _save_quota(request: Request, edition: Edition, form: QuotaForm, quota: Quota | None) -> Response:
    if not form.validate():
        return _quota_page(request, edition, form, quota, status_code=422)
    user = await require_user(request)
    try:
        await save_quota(
            database(request),
            edition.id,
            quota.id if quota else None,
            name=form.name.data,
            size=form.size.data,
            actor=user.email,
        )
    except InvalidError as error:
        form.size.errors = error.errors["size"]
        return _quota_page(request, edition, form, quota, status_code=422)
    except ConflictError:
        form.name.errors = [gettext("Det finns redan en kvot med det namnet. Välj ett annat namn.")]
        return _quota_page(request, edition, form, quota, status_code=422)
    call_housekeeper(request, "waiting-lists")  # a larger quota has seats for those who wait
    return done(edition, QUOTAS, "saved" if quota else "created")


def _quota_page(
    request: Request, edition: Edition, form: QuotaForm, quota: Quota | None, *, status_code: int = 200
) -> Response:
    return render_office(request, edition, QUOTAS, "organiser/quotas/edit.html", status_code, form=form, quota=quota)


async def show_quota_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    quota = await _quota(request, edition)
    return render_office(request, edition, QUOTAS, "organiser/quotas/delete.html", quota=quota)


async def post_quota_removal(request: Request) -> Response:
    """Raises ConflictError (409) while seats are taken."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_quota(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, QUOTAS, "deleted")


async def _quota(request: Request, edition: Edition) -> Quota:
    """The quota of the address. Raises NotFoundError."""
    return named_by_id(request, await quotas_of(database(request), edition.id))


_QUOTAS = "/organiser/{series:slug}/{edition:slug}/" + QUOTAS

organiser_routes: list[BaseRoute] = [
    Route(_QUOTAS, show_quotas),
    Route(f"{_QUOTAS}/new", show_new_quota),
    Route(f"{_QUOTAS}/new", post_new_quota, methods=["POST"]),
    Route(_QUOTAS + "/{id:id}", show_quota),
    Route(_QUOTAS + "/{id:id}", post_quota, methods=["POST"]),
    Route(_QUOTAS + "/{id:id}/delete", show_quota_removal),
    Route(_QUOTAS + "/{id:id}/delete", post_quota_removal, methods=["POST"]),
]
