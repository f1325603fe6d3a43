"""A badge printed at the door, by who stands there: staff, and phones that may sell. It is noted as printed at once."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.papers import Paper
from konferens.badges.print_views import print_at_desk
from konferens.badges.prints import PrintedMeanwhileError, last_paper
from konferens.badges.queries import ticket_with_token
from konferens.checkin.access import Access, list_access
from konferens.checkin.api import NO_STORE
from konferens.checkin.door_api import CONTACT, TAG
from konferens.checkin.model import CheckinList, read_token
from konferens.errors import ForbiddenError
from konferens.events.queries import edition_by_id
from konferens.i18n import lazy_gettext as _l
from konferens.web.csrf import read_form, read_own_object
from konferens.web.openapi import describe
from konferens.web.problems import problem
from konferens.web.requests import database
from konferens.web.schemas import record, text
from konferens.web.templating import render


def badge_papers() -> list[tuple[str, str]]:
    """(value, label) of what a printer at the door may have in it; the first is what most have."""
    papers = sorted(Paper, key=lambda paper: (paper.per_sheet > 1, not paper.is_label))
    return [(paper.value, paper.label) for paper in papers]


@describe(
    TAG,
    _l("Skriv ut en namnskylt i dörren"),
    record("", {"url": text("The path of the PDF, which opens it for a quarter of an hour.")}),
    description="The badge is noted as printed. One that is printed already is refused with when and by whom, unless `again`.",
    door=True,
    parameters=CONTACT,
    body=record(
        "",
        {
            "token": text("The ticket's token."),
            "paper": text("What the printer has in it; without it, what it had last."),
            "again": text("Anything but nothing: print it once more."),
        },
        optional=("paper", "again"),
    ),
    body_example={"token": "GEZDGNBVGY3TQOJQ", "paper": Paper.BROTHER.value},
    problems=["conflict"],
)
async def post_badge(request: Request) -> Response:
    """409 for one that is printed already is a problem with `printed_at` and `who`, unless `again`."""
    checkin_list, access = await _printing(request)
    body = await read_own_object(request)
    try:
        url = await _print(request, checkin_list, access, body)
    except PrintedMeanwhileError as meanwhile:
        printed_at = meanwhile.moment.isoformat() if meanwhile.moment else None
        return problem(request, "conflict", "The badge is printed.", printed_at=printed_at, who=_who(meanwhile))
    return JSONResponse({"url": url}, headers=NO_STORE)


async def show_form(request: Request) -> Response:
    """Without scripts: `?token=`'s badge, and which paper; to the list where it is nobody's."""
    checkin_list, access = await _printing(request)
    if not request.query_params.get("token"):
        return RedirectResponse(f"/checkin/list/{checkin_list.id}", status_code=303)
    return await _page(request, checkin_list, access, request.query_params)


async def post_form(request: Request) -> Response:
    """303 to the PDF; the form again with 409 for one that is printed already, unless `again`."""
    checkin_list, access = await _printing(request)
    formdata = await read_form(request)
    try:
        url = await _print(request, checkin_list, access, formdata)
    except PrintedMeanwhileError as meanwhile:
        return await _page(request, checkin_list, access, formdata, meanwhile)
    return RedirectResponse(url, status_code=303)


async def _printing(request: Request) -> tuple[CheckinList, Access]:
    """Raises as list_access does, and ForbiddenError for who may not print."""
    checkin_list, access = await list_access(request)
    if not access.may_print(checkin_list.edition_id):
        raise ForbiddenError(f"{access.actor} may not print badges")
    return checkin_list, access


async def _print(request: Request, checkin_list: CheckinList, access: Access, asked: Any) -> str:
    """The address of the PDF. Raises NotFoundError for a ticket that isn't the edition's, PrintedMeanwhileError."""
    db, edition_id = database(request), checkin_list.edition_id
    ticket_id, _ = await ticket_with_token(db, edition_id, read_token(str(asked.get("token", ""))))
    paper = _paper(asked) or await last_paper(db, edition_id, access.actor)
    again = bool(asked.get("again"))
    return await print_at_desk(db, edition_id, ticket_id, paper, actor=access.actor, again=again)


async def _page(
    request: Request,
    checkin_list: CheckinList,
    access: Access,
    asked: Any,
    meanwhile: PrintedMeanwhileError | None = None,
) -> Response:
    db = database(request)
    token = read_token(str(asked.get("token", "")))
    _, name = await ticket_with_token(db, checkin_list.edition_id, token)
    edition = await edition_by_id(db, checkin_list.edition_id)
    return render(
        request,
        "checkin/badge.html",
        status_code=409 if meanwhile else 200,
        edition=edition,
        checkin_list=checkin_list,
        token=token,
        name=name,
        papers=badge_papers(),
        paper=(_paper(asked) or await last_paper(db, edition.id, access.actor)).value,
        printed_at=meanwhile.moment if meanwhile else None,
        who=_who(meanwhile) if meanwhile else "",
    )


def _paper(asked: Any) -> Paper | None:
    value = str(asked.get("paper", ""))
    return Paper(value) if value in set(Paper) else None


def _who(meanwhile: PrintedMeanwhileError) -> str:
    """A phone by its name."""
    return meanwhile.actor.removeprefix("device:")


_LISTS = "/checkin/list/{list_id:id}"

routes: list[BaseRoute] = [
    Route("/checkin/api/lists/{list_id:id}/badges", post_badge, methods=["POST"]),
    Route(f"{_LISTS}/badge", show_form, methods=["GET"]),
    Route(f"{_LISTS}/badge", post_form, methods=["POST"]),
]
