"""The office's entrance, an edition's overview and settings, and new editions."""

from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from konferens.accounts.model import Role
from konferens.clock import now
from konferens.errors import ConflictError, ForbiddenError
from konferens.events.model import Edition
from konferens.events.queries import all_editions, all_series
from konferens.organiser.actions import found_edition, save_settings
from konferens.organiser.forms import NewEditionForm, SettingsForm, new_edition_form, settings_form
from konferens.organiser.queries import has_prices, missing_in_settings, overview
from konferens.web.auth import require_role, require_user
from konferens.web.csrf import read_form
from konferens.web.office import REVIEWS, done, office_path, organised_edition, render_office
from konferens.web.requests import database
from konferens.web.templating import render


async def show_editions(request: Request) -> Response:
    """The editions that this person may organise; who only reviews is led to the proposals. Raises SignInRequiredError,
    ForbiddenError.
    """
    user = await require_user(request)
    if user.may_somewhere(Role.REVIEWER) and not user.may_somewhere(Role.ORGANISER):
        return RedirectResponse(REVIEWS, status_code=303)
    if not user.may_somewhere(Role.ORGANISER):
        raise ForbiddenError(f"{user.email} organises nothing")
    editions = [
        edition
        for edition in await all_editions(database(request), published_only=False)
        if user.may(Role.ORGANISER, edition.id)
    ]
    moment = now()
    return render(
        request,
        "organiser/editions.html",
        coming=sorted((e for e in editions if not e.is_over(moment)), key=lambda e: e.starts_on),
        earlier=[e for e in editions if e.is_over(moment)],
        may_create=user.may(Role.ADMIN, None),
        latest={each.series.id: each.id for each in reversed(editions)},
    )


async def show_overview(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    moment = now()
    db = database(request)
    figures = await overview(db, edition, today=moment.astimezone(edition.zone).date())
    return render_office(
        request,
        edition,
        "overview",
        "organiser/overview.html",
        figures=figures,
        missing_for_invoices=[] if edition.is_over(moment) else await missing_in_settings(db, edition),
        registration=edition.registration_state(moment),
        days_left=(edition.starts_on - moment.astimezone(edition.zone).date()).days,
        is_over=edition.is_over(moment),
        may_create=user.may(Role.ADMIN, None),
    )


async def show_settings(request: Request) -> Response:
    edition = await organised_edition(request)
    return _settings_page(request, edition, settings_form(edition))


async def post_settings(request: Request) -> Response:
    edition = await organised_edition(request)
    formdata = await read_form(request)
    form = settings_form(edition, formdata, has_prices=await has_prices(database(request), edition.id))
    if not form.validate():
        return _settings_page(request, edition, form, status_code=422)
    user = await require_user(request)
    await save_settings(database(request), edition, form.values(), actor=user.email)
    return done(edition, "settings", "saved")


async def post_publication(request: Request) -> Response:
    """`published=1` shows the edition to everybody, anything else takes it away."""
    edition = await organised_edition(request)
    published = (await read_form(request)).get("published") == "1"
    user = await require_user(request)
    await save_settings(database(request), edition, {"published": published}, actor=user.email)
    return done(edition, "settings", "published" if published else "unpublished")


def _settings_page(request: Request, edition: Edition, form: SettingsForm, *, status_code: int = 200) -> Response:
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
    return render_office(
        request, edition, "settings", "organiser/settings.html", status_code, form=form, time_zones=zones
    )


async def show_new_edition(request: Request) -> Response:
    await require_role(request, Role.ADMIN, None)
    return _new_page(request, new_edition_form(await all_series(database(request))))


async def post_new_edition(request: Request) -> Response:
    user = await require_role(request, Role.ADMIN, None)
    db = database(request)
    form = new_edition_form(await all_series(db), await read_form(request))
    if not form.validate():
        return _new_page(request, form, status_code=422)
    try:
        edition = await found_edition(
            db,
            series_slug=form.series_slug(),
            new_series=form.new_series(),
            values=form.values(),
            actor=user.email,
        )
    except ConflictError:
        form.refuse_slug()
        return _new_page(request, form, status_code=422)
    return RedirectResponse(f"{office_path(edition, 'settings')}?notice=created", status_code=303)


def _new_page(request: Request, form: NewEditionForm, *, status_code: int = 200) -> Response:
    return render(request, "organiser/new.html", status_code=status_code, form=form)


_EDITION = "/organiser/{series:slug}/{edition:slug}/"

organiser_routes = [
    Route("/organiser/", show_editions),
    Route("/organiser/new", show_new_edition),
    Route("/organiser/new", post_new_edition, methods=["POST"]),
    Route(_EDITION, show_overview),
    Route(f"{_EDITION}settings", show_settings),
    Route(f"{_EDITION}settings", post_settings, methods=["POST"]),
    Route(f"{_EDITION}publication", post_publication, methods=["POST"]),
]
