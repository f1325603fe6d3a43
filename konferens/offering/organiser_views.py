"""Ticket types in the office: list, add, change, remove. The routes are those of everything that is sold."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering import addon_views, code_views, quota_views
from konferens.offering.actions import (
    Sold,
    delete_ticket_type,
    only_for_type,
    save_ticket_type,
    sold_by_type,
)
from konferens.offering.forms import TicketTypeForm, ticket_type_form
from konferens.offering.model import TicketType
from konferens.offering.queries import quotas_of, ticket_types_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import call_housekeeper, database, named_by_id

TYPES = "ticket-types"


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
    if ticket_type is None:
        values["code"] = form.chosen_code()
    if ticket_type is None or form.position.data is not None:
        values["position"] = form.place_among(await ticket_types_of(db, edition.id, active_only=False))
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
    call_housekeeper(request, "waiting-lists")  # another quota may have seats for those who wait
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
    db = database(request)
    return render_office(
        request,
        edition,
        TYPES,
        "organiser/ticket-types/delete.html",
        ticket_type=ticket_type,
        sold=(await sold_by_type(db, edition.id)).get(ticket_type.id),
        narrowed=await only_for_type(db, ticket_type.id),
    )


async def post_ticket_type_removal(request: Request) -> Response:
    """Raises ConflictError (409) where tickets are sold or waited for: such a type is put aside instead."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_ticket_type(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, TYPES, "deleted")


async def _ticket_type(request: Request, edition: Edition) -> TicketType:
    """The ticket type of the address. Raises NotFoundError."""
    return named_by_id(request, await ticket_types_of(database(request), edition.id, active_only=False))


_EDITION = "/organiser/{series:slug}/{edition:slug}/"
_TYPES = f"{_EDITION}{TYPES}"

organiser_routes: list[BaseRoute] = [
    Route(_TYPES, show_ticket_types),
    Route(f"{_TYPES}/new", show_new_ticket_type),
    Route(f"{_TYPES}/new", post_new_ticket_type, methods=["POST"]),
    Route(_TYPES + "/{id:id}", show_ticket_type),
    Route(_TYPES + "/{id:id}", post_ticket_type, methods=["POST"]),
    Route(_TYPES + "/{id:id}/delete", show_ticket_type_removal),
    Route(_TYPES + "/{id:id}/delete", post_ticket_type_removal, methods=["POST"]),
    *addon_views.organiser_routes,
    *code_views.organiser_routes,
    *quota_views.organiser_routes,
]
