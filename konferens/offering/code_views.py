"""Codes in the office: list, add one or many, change, remove, download."""

from math import ceil
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from konferens.clock import now
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.offering.code_actions import delete_code, make_codes, ordered_codes, save_code
from konferens.offering.code_forms import BatchForm, CodeForm, batch_form, code_form
from konferens.offering.code_sheet import codes_csv
from konferens.offering.model import DiscountCode
from konferens.offering.queries import discount_codes_of, ticket_types_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database, named_by_id, typed_id

CODES = "codes"

A_PAGE = 100
"""So many codes are listed at a time: some hundreds are made at once."""


async def show_codes(request: Request) -> Response:
    """`?q=` finds codes by what they or their notes say, `?page=` leads on."""
    edition = await organised_edition(request)
    db = database(request)
    words = request.query_params.get("q", "").strip()[:100]
    codes = await discount_codes_of(db, edition.id)
    found = [code for code in codes if words.casefold() in f"{code.code} {code.note}".casefold()]
    pages = max(1, ceil(len(found) / A_PAGE))
    page = min(max(1, typed_id(request.query_params.get("page", "")) or 1), pages)
    return render_office(
        request,
        edition,
        CODES,
        "organiser/codes/list.html",
        codes=found[(page - 1) * A_PAGE : page * A_PAGE],
        total=len(codes),
        words=words,
        page=page,
        pages=pages,
        url=lambda number: f"{office_path(edition, CODES)}?{urlencode({'q': words, 'page': number})}",
        is_long=len(codes) > A_PAGE,
        types={each.code: each for each in await ticket_types_of(db, edition.id, active_only=False)},
        moment=now(),
    )


async def download_codes(request: Request) -> Response:
    """Every code as a CSV file."""
    edition = await organised_edition(request)
    db = database(request)
    types = await ticket_types_of(db, edition.id, active_only=False)
    names = {each.code: each.name for each in types}
    return Response(
        codes_csv(
            await discount_codes_of(db, edition.id),
            names,
            edition.zone,
            f"{request.app.state.settings.base_url}{edition.path}register",
        ),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{edition.series.slug}-{edition.slug}-codes.csv"',
            "Cache-Control": "no-store",
        },
    )


async def show_new_code(request: Request) -> Response:
    edition = await organised_edition(request)
    return _page(request, edition, await _form(request, edition, None), None)


async def post_new_code(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    return await _save(request, edition, await _form(request, edition, None, formdata), None)


async def show_code(request: Request) -> Response:
    edition = await organised_edition(request)
    code = await _code(request, edition)
    stays = code.id in await ordered_codes(database(request), edition.id)
    return _page(request, edition, await _form(request, edition, code), code, stays=stays)


async def post_code(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    code = await _code(request, edition)
    return await _save(request, edition, await _form(request, edition, code, formdata), code)


async def _form(request: Request, edition: Edition, code: DiscountCode | None, formdata: object = None) -> CodeForm:
    types = await ticket_types_of(database(request), edition.id, active_only=False)
    return code_form(edition, types, code=code, formdata=formdata)


async def _save(request: Request, edition: Edition, form: CodeForm, code: DiscountCode | None) -> Response:
    if not form.validate():
        return _page(request, edition, form, code, status_code=422)
    user = await require_user(request)
    try:
        await save_code(
            database(request),
            edition.id,
            code.id if code else None,
            form.values(edition),
            type_ids=set(form.ticket_types.data or ()),
            actor=user.email,
        )
    except InvalidError as error:
        form.max_uses.errors = error.errors["max_uses"]
        return _page(request, edition, form, code, status_code=422)
    except ConflictError:
        form.code.errors = [gettext("Koden finns redan. Välj en annan.")]
        return _page(request, edition, form, code, status_code=422)
    return done(edition, CODES, "saved" if code else "created")


def _page(
    request: Request,
    edition: Edition,
    form: CodeForm,
    code: DiscountCode | None,
    *,
    stays: bool = False,
    status_code: int = 200,
) -> Response:
    return render_office(
        request, edition, CODES, "organiser/codes/edit.html", status_code, form=form, code=code, stays=stays
    )


async def show_batch(request: Request) -> Response:
    edition = await organised_edition(request)
    types = await ticket_types_of(database(request), edition.id, active_only=False)
    return _batch_page(request, edition, batch_form(types))


async def post_batch(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    db = database(request)
    form = batch_form(await ticket_types_of(db, edition.id, active_only=False), formdata)
    if not form.validate():
        return _batch_page(request, edition, form, status_code=422)
    user = await require_user(request)
    await make_codes(
        db,
        edition.id,
        form.count.data,
        form.prefix.data,
        form.shared_values(edition),
        type_ids=set(form.ticket_types.data or ()),
        actor=user.email,
    )
    return done(edition, CODES, "created")


def _batch_page(request: Request, edition: Edition, form: BatchForm, *, status_code: int = 200) -> Response:
    return render_office(request, edition, CODES, "organiser/codes/batch.html", status_code, form=form)


async def show_code_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    code = await _code(request, edition)
    stays = code.id in await ordered_codes(database(request), edition.id)
    return render_office(request, edition, CODES, "organiser/codes/delete.html", code=code, stays=stays)


async def post_code_removal(request: Request) -> Response:
    """Raises ConflictError (409) where an order was placed with it: such a code is turned off instead."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await delete_code(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, CODES, "deleted")


async def _code(request: Request, edition: Edition) -> DiscountCode:
    """The code of the address. Raises NotFoundError."""
    return named_by_id(request, await discount_codes_of(database(request), edition.id))


_EDITION = "/organiser/{series:slug}/{edition:slug}/"
_CODES = f"{_EDITION}{CODES}"

organiser_routes: list[BaseRoute] = [
    Route(_CODES, show_codes),
    Route(f"{_CODES}.csv", download_codes),
    Route(f"{_CODES}/new", show_new_code),
    Route(f"{_CODES}/new", post_new_code, methods=["POST"]),
    Route(f"{_CODES}/batch", show_batch),
    Route(f"{_CODES}/batch", post_batch, methods=["POST"]),
    Route(_CODES + "/{id:id}", show_code),
    Route(_CODES + "/{id:id}", post_code, methods=["POST"]),
    Route(_CODES + "/{id:id}/delete", show_code_removal),
    Route(_CODES + "/{id:id}/delete", post_code_removal, methods=["POST"]),
]
