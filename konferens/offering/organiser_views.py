"""Ticket types and quotas in the office: list, add, change, remove."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.actions import (
    Sold,
    delete_quota,
    delete_ticket_type,
    save_quota,
    save_ticket_type,
    sold_by_type,
)
from konferens.offering.forms import QuotaForm, TicketTypeForm, ticket_type_form
from konferens.offering.model import Quota, TicketType
from konferens.offering.queries import quotas_of, ticket_types_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database

TYPES, QUOTAS = "ticket-types", "quotas"


async def show_ticket_types(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    moment = now()
    types = await ticket_types_of(db, edition.id, active_only=False)
    return render_office(
        request,
        edition,
        TYPES,
        "organiser/ticket-types/list.html",
        types=types,
        moment=moment,
        states={each.id: each.sale_state(moment) for each in types},
        sold=await sold_by_type(db, edition.id),
    )


async def show_new_ticket_type(request: Request) -> Response:
    edition = await organised_edition(request)
    form = ticket_type_form(edition, await quotas_of(database(request), edition.id))
    return _type_page(request, edition, form, None)


async def post_new_ticket_type(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    form = ticket_type_form(edition, await quotas_of(database(request), edition.id), formdata=formdata)
    return await _save_type(request, edition, form, None)


async def show_ticket_type(request: Request) -> Response:
    edition = await organised_edition(request)
    ticket_type = await _ticket_type(request, edition)
    db = database(request)
    form = ticket_type_form(edition, await quotas_of(db, edition.id), ticket_type=ticket_type)
    return _type_page(
        request, edition, form, ticket_type, sold=(await sold_by_type(db, edition.id)).get(ticket_type.id)
    )


async def post_ticket_type(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    ticket_type = await _ticket_type(request, edition)
    quotas = await quotas_of(database(request), edition.id)
    form = ticket_type_form(edition, quotas, ticket_type=ticket_type, formdata=formdata)
    return await _save_type(request, edition, form, ticket_type)


async def _save_type(
    request: Request, edition: Edition, form: TicketTypeForm, ticket_type: TicketType | None
) -> Response:
    if not form.validate():
        return _type_page(request, edition, form, ticket_type, status_code=422)
    db, user = database(request), await require_user(request)
    values = form.values(edition)
    if form.position.data is not None:
        values["position"] = form.position.data
    if ticket_type is None:
        values["code"] = form.chosen_code()
        if form.position.data is None:
            types = await ticket_types_of(db, edition.id, active_only=False)
            values["position"] = max((each.position for each in types), default=-1) + 1
    type_id = ticket_type.id if ticket_type else None
    try:
        await save_ticket_type(db, edition.id, type_id, values, quota_ids=set(form.quotas.data or ()), actor=user.email)
    except InvalidError as error:
        for name, messages in error.errors.items():
            form[name].errors = messages
        return _type_page(request, edition, form, ticket_type, status_code=422)
    except ConflictError:
        form.code.errors = [
            gettext("Det finns redan en biljettyp med koden %(code)s. Välj en annan kod.")
            % {"code": form.chosen_code()}
        ]
        return _type_page(request, edition, form, ticket_type, status_code=422)
    return done(edition, TYPES, "saved" if ticket_type else "created")


def _type_page(
    request: Request,
    edition: Edition,
    form: TicketTypeForm,
    ticket_type: TicketType | None,
    *,
    sold: Sold | None = None,
    status_code: int = 200,
) -> Response:
    return render_office(
        request,
        edition,
        TYPES,
        "organiser/ticket-types/edit.html",
        status_code,
        form=form,
        ticket_type=ticket_type,
        sold=sold,
    )


async def show_ticket_type_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    ticket_type = await _ticket_type(request, edition)
    sold = (await sold_by_type(database(request), edition.id)).get(ticket_type.id)
    return render_office(
        request, edition, TYPES, "organiser/ticket-types/delete.html", ticket_type=ticket_type, sold=sold
    )


async def post_ticket_type_removal(request: Request) -> Response:
    """Raises ConflictError (409) where tickets are sold: such a type is put aside instead."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_ticket_type(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, TYPES, "deleted")


async def _ticket_type(request: Request, edition: Edition) -> TicketType:
    """The ticket type of the address. Raises NotFoundError."""
    for each in await ticket_types_of(database(request), edition.id, active_only=False):
        if each.id == request.path_params["id"]:
            return each
    raise NotFoundError(f"ticket type {request.path_params['id']}")


async def show_quotas(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    sharing: dict[int, list[TicketType]] = {}
    for ticket_type in await ticket_types_of(db, edition.id, active_only=False):
        for quota in ticket_type.quotas:
            sharing.setdefault(quota.id, []).append(ticket_type)
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
    for each in await quotas_of(database(request), edition.id):
        if each.id == request.path_params["id"]:
            return each
    raise NotFoundError(f"quota {request.path_params['id']}")


_EDITION = "/organiser/{series:slug}/{edition:slug}/"
_TYPES, _QUOTAS = f"{_EDITION}{TYPES}", f"{_EDITION}{QUOTAS}"

organiser_routes: list[BaseRoute] = [
    Route(_TYPES, show_ticket_types),
    Route(f"{_TYPES}/new", show_new_ticket_type),
    Route(f"{_TYPES}/new", post_new_ticket_type, methods=["POST"]),
    Route(_TYPES + "/{id:id}", show_ticket_type),
    Route(_TYPES + "/{id:id}", post_ticket_type, methods=["POST"]),
    Route(_TYPES + "/{id:id}/delete", show_ticket_type_removal),
    Route(_TYPES + "/{id:id}/delete", post_ticket_type_removal, methods=["POST"]),
    Route(_QUOTAS, show_quotas),
    Route(f"{_QUOTAS}/new", show_new_quota),
    Route(f"{_QUOTAS}/new", post_new_quota, methods=["POST"]),
    Route(_QUOTAS + "/{id:id}", show_quota),
    Route(_QUOTAS + "/{id:id}", post_quota, methods=["POST"]),
    Route(_QUOTAS + "/{id:id}/delete", show_quota_removal),
    Route(_QUOTAS + "/{id:id}/delete", post_quota_removal, methods=["POST"]),
]
