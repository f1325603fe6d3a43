"""The editor of a badge: what stands where, with a picture of it. What is only tried is in the picture's address, and nowhere else."""

import asyncio
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from konferens.badges.design_forms import DesignForm, as_query, design_form, from_query, new_element
from konferens.badges.designs import design_of, designed_papers, save_design
from konferens.badges.elements import MAX_ELEMENTS, Elements, Kind, problems_of, qr_box
from konferens.badges.making import turns
from konferens.badges.model import Badge, look_of
from konferens.badges.papers import DESIGNED, Paper
from konferens.badges.pdf import badge_picture
from konferens.badges.pictures import NotAPictureError, as_png, has_logo, keep_picture, pictures_for
from konferens.errors import NotFoundError
from konferens.events.model import Edition
from konferens.formats import date_range
from konferens.i18n import gettext, use_language
from konferens.qr import qr_code
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.forms import clean_line
from konferens.web.office import done, office_path, organised_edition, render_office
from konferens.web.requests import database

_CODE = "K7Q2MX4PZR7WT3VN6HYB5DCF"
"""As long as a ticket's token; it opens nothing."""

_NAMES = {
    "short": ("Bo Ek", ""),
    "long": ("Anna-Karin Lindström-Söderbergh von Hohenheim", "Föreningen Hela Sverige ska leva i Värmlands län"),
}
"""Whose badge the picture is, by `?sample=`: the shortest and the longest that is likely."""


async def show_design(request: Request) -> Response:
    """The design of a paper as it is."""
    edition = await organised_edition(request)
    paper = _paper(request)
    return await _page(request, edition, paper, design_form(await design_of(database(request), edition.id, paper)))


async def post_design(request: Request) -> Response:
    """`action` is save, preview (show it, keep nothing), or the kind of an element to add. 422 for one that can't be printed."""
    edition = await organised_edition(request)
    paper = _paper(request)
    formdata = await read_form(request, upload="picture")
    form = design_form((), formdata)
    action = str(formdata.get("action", "save"))
    if not form.validate():
        return await _page(request, edition, paper, form, 422)
    if action == "add":
        return await _with_another(request, edition, paper, form, formdata)
    problems = problems_of(form.chosen, paper, _least_qr(request))
    form.tell(problems)
    if action != "save":
        shown = form if problems else design_form(form.chosen)
        return await _page(request, edition, paper, shown, unsaved=True)
    if problems:
        return await _page(request, edition, paper, form, 422)
    user = await require_user(request)
    await save_design(database(request), edition.id, paper, form.chosen, actor=user.email)
    return done(edition, f"badges/designs/{paper.value}", "saved")


async def _with_another(
    request: Request, edition: Edition, paper: Paper, form: DesignForm, formdata: FormData
) -> Response:
    """One element more, of the form's `kind`; a logo and a picture are of the file `picture`, which is kept. 422 without one."""
    kind = str(formdata.get("kind", ""))
    shown = {"unsaved": True}
    if kind not in set(Kind) or len(form.chosen) >= MAX_ELEMENTS:
        return await _page(request, edition, paper, form, **shown)
    digest = ""
    if kind in (Kind.LOGO, Kind.IMAGE):
        try:
            digest = await _keep_upload(request, edition, formdata, is_logo=kind == Kind.LOGO)
        except NotAPictureError as error:
            return await _page(request, edition, paper, form, 422, picture_error=str(error), kind=kind, **shown)
    if kind == Kind.LOGO and any(element.kind is Kind.LOGO for element in form.chosen):  # it got another picture
        return await _page(request, edition, paper, design_form(form.chosen), **shown)
    added = (*form.chosen, new_element(Kind(kind), paper, digest if kind == Kind.IMAGE else ""))
    return await _page(request, edition, paper, design_form(added), opened=len(added) - 1, **shown)


async def _keep_upload(request: Request, edition: Edition, formdata: FormData, *, is_logo: bool) -> str:
    """The digest of the picture that was sent; '' for a logo that is there already. Raises NotAPictureError."""
    db = database(request)
    upload = formdata.get("picture")
    data = await upload.read() if isinstance(upload, UploadFile) else b""
    if not data:
        if is_logo and await has_logo(db, edition.id):
            return ""
        raise NotAPictureError(gettext("Välj en bild."))
    png = await asyncio.to_thread(as_png, data)
    user = await require_user(request)
    name = clean_line(upload.filename or "") if isinstance(upload, UploadFile) else ""
    return await keep_picture(db, edition.id, png, name=name, is_logo=is_logo, actor=user.email)


async def post_standard(request: Request) -> Response:
    """Back to the standard design."""
    edition = await organised_edition(request)
    paper = _paper(request)
    await read_form(request)
    user = await require_user(request)
    await save_design(database(request), edition.id, paper, (), actor=user.email)
    return done(edition, f"badges/designs/{paper.value}", "saved")


async def show_picture(request: Request) -> Response:
    """A badge by `?e=` (an element each, as `as_query` writes them), of `?sample=` short or long. PNG."""
    edition = await organised_edition(request)
    paper = _paper(request)
    elements = from_query(request.query_params.getlist("e"))
    badge = _sample(request, edition, request.query_params.get("sample", "short"))
    pictures = await pictures_for(database(request), edition.id, elements)
    async with turns(request.app.state):
        made = await asyncio.to_thread(badge_picture, badge, paper, elements, pictures)
    return Response(made, media_type="image/png", headers={"Cache-Control": "no-store"})


async def _page(
    request: Request, edition: Edition, paper: Paper, form: DesignForm, status: int = 200, **more: Any
) -> Response:
    valid = not any(row.errors for row in form.rows)
    elements = _readable(form)
    picture = f"{office_path(edition, f'badges/designs/{paper.value}.png')}?"
    return render_office(
        request,
        edition,
        "badges",
        "organiser/badges/design.html",
        status,
        form=form,
        paper=paper,
        papers=DESIGNED,
        kinds=tuple(Kind),
        least_qr=_least_qr(request),
        picture=picture,
        pictures=[picture + as_query(elements, sample) for sample in _NAMES],
        is_own=paper in await designed_papers(database(request), edition.id),
        valid=valid,
        has_logo=await has_logo(database(request), edition.id),
        **{"unsaved": False, "opened": None, "picture_error": "", "kind": "", **more},
    )


def _readable(form: DesignForm) -> Elements:
    """The elements whose fields can be read, for the picture of what is wrong elsewhere."""
    return tuple(row.element for row in form.rows if not row.remove.data and row.is_readable)


def _sample(request: Request, edition: Edition, which: str) -> Badge:
    name, organisation = _NAMES.get(which, _NAMES["short"])
    with use_language(edition.language):
        return Badge(
            name=name,
            organisation=organisation or gettext("Bymacken"),
            ticket_type=gettext("Deltagare"),
            colour="#1f6f5c",
            qr_text=_qr_text(request),
            edition_name=edition.name,
            edition_dates=date_range(edition.starts_on, edition.ends_on),
            look=look_of(edition.theme),
            language=edition.language,
            sessions=(gettext("fre 13.00 Studiebesök på mejeriet"), gettext("lör 10.00 Verkstad: starta en mack")),
        )


def _qr_text(request: Request) -> str:
    return f"{request.app.state.settings.base_url}/t/{_CODE}"


def _least_qr(request: Request) -> float:
    """By how many modules the codes of this server's tickets have."""
    code = qr_code(_qr_text(request))
    return qr_box(code.modules, code.size)


def _paper(request: Request) -> Paper:
    """Raises NotFoundError for what has no design."""
    value = request.path_params["paper"]
    if value not in {paper.value for paper in DESIGNED}:
        raise NotFoundError(f"badge paper {value}")
    return Paper(value)


async def _show_designs(request: Request) -> Response:
    edition = await organised_edition(request)
    return RedirectResponse(office_path(edition, f"badges/designs/{Paper.A6.value}"), status_code=303)


_DESIGNS = "/organiser/{series:slug}/{edition:slug}/badges/designs"

design_routes: list[BaseRoute] = [
    Route(_DESIGNS, _show_designs),
    Route(f"{_DESIGNS}/{{paper}}.png", show_picture),
    Route(f"{_DESIGNS}/{{paper}}", show_design, methods=["GET"]),
    Route(f"{_DESIGNS}/{{paper}}", post_design, methods=["POST"]),
    Route(f"{_DESIGNS}/{{paper}}/standard", post_standard, methods=["POST"]),
]
