"""The edition's money in the office: sums, the bank's reports and what of them led to no order, and every payment."""

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.payments.bank_report import MAX_BYTES
from konferens.registration.api import wake_sender
from konferens.registration.bank_import import import_report, match_row, put_aside, require_line
from konferens.registration.bank_lines import lines_without_order
from konferens.registration.money_forms import MatchForm
from konferens.registration.payments_csv import payments_csv
from konferens.registration.sales import orders_to_follow_up, payment_lines, sales_of
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "payments"
_COUNTS = ("matched", "unmatched", "known", "outgoing")


async def show_payments(request: Request) -> Response:
    """`?before=` leads on in the list of payments."""
    edition = await organised_edition(request)
    return await _page(request, edition)


async def _page(
    request: Request, edition: Edition, *, status_code: int = 200, problems: tuple[str, ...] = (), **context: Any
) -> Response:
    db = database(request)
    before = typed_id(request.query_params.get("before", ""))
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/payments/page.html",
        status_code,
        sales=await sales_of(db, edition.id),
        follow_up=await orders_to_follow_up(db, edition.id),
        waiting=await lines_without_order(db, edition),
        aside=await lines_without_order(db, edition, aside=True),
        page=await payment_lines(db, edition.id, before=before),
        first=before is None,
        problems=problems,
        counts=_counts(request),
        **{"wrong_row": 0, "form": None, **context},
    )


def _counts(request: Request) -> dict[str, int] | None:
    """What the report that was just read told; from the address, where the redirect put it."""
    found = {name: typed_id(request.query_params.get(name, "")) for name in _COUNTS}
    numbers = {name: number for name, number in found.items() if number is not None}
    return numbers if len(numbers) == len(_COUNTS) else None


async def post_report(request: Request) -> Response:
    """Reads a bank's or Swish's report; 422 with the lines that are wrong, and nothing is kept then."""
    edition = await organised_edition(request)
    formdata = await read_form(request, upload="report")
    upload = formdata.get("report")
    content = await upload.read(MAX_BYTES + 1) if isinstance(upload, UploadFile) else b""
    await formdata.close()
    user = await require_user(request)
    try:
        counts = await import_report(
            database(request),
            edition,
            content,
            actor=user.email,
            base_url=request.app.state.settings.base_url,
            announce="announce" in formdata,
        )
    except InvalidError as error:
        return await _page(request, edition, status_code=422, problems=tuple(error.errors["report"]))
    wake_sender(request)
    told = "&".join(f"{name}={getattr(counts, name)}" for name in _COUNTS)
    return RedirectResponse(office_path(edition, f"{SECTION}?{told}"), status_code=303)


async def post_match(request: Request) -> Response:
    """A line of a report is for an order; 422 when there is no such order, 409 when the line has one by now."""
    edition = await organised_edition(request)
    form = MatchForm(await read_form(request))
    row_id = request.path_params["row"]
    await require_line(database(request), edition, row_id)
    user = await require_user(request)
    if form.validate():
        try:
            await match_row(
                database(request),
                edition,
                row_id,
                form.code.data,
                actor=user.email,
                base_url=request.app.state.settings.base_url,
            )
        except InvalidError as error:
            form.code.errors = error.errors["code"]
        else:
            wake_sender(request)
            return done(edition, f"{SECTION}#reports", "matched")
    return await _page(request, edition, status_code=422, wrong_row=row_id, form=form)


async def post_aside(request: Request) -> Response:
    """A line of a report is none of the edition's business."""
    return await _put(request, aside=True)


async def post_take_up(request: Request) -> Response:
    """A line that was put aside is the edition's business after all."""
    return await _put(request, aside=False)


async def _put(request: Request, *, aside: bool) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await put_aside(database(request), edition, request.path_params["row"], aside=aside, actor=user.email)
    return done(edition, f"{SECTION}#reports", "saved")


async def download_payments(request: Request) -> Response:
    """Every payment as CSV."""
    edition = await organised_edition(request)
    page = await payment_lines(database(request), edition.id, limit=None)
    return Response(
        await asyncio.to_thread(payments_csv, page.lines, edition.zone),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{edition.series.slug}-{edition.slug}-payments.csv"',
            "Cache-Control": "no-store",
        },
    )


_OFFICE = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes: list[BaseRoute] = [
    Route(f"{_OFFICE}payments", show_payments),
    Route(f"{_OFFICE}payments", post_report, methods=["POST"]),
    Route(f"{_OFFICE}payments.csv", download_payments),
    Route(f"{_OFFICE}payments/{{row:id}}/order", post_match, methods=["POST"]),
    Route(f"{_OFFICE}payments/{{row:id}}/aside", post_aside, methods=["POST"]),
    Route(f"{_OFFICE}payments/{{row:id}}/take-up", post_take_up, methods=["POST"]),
]
