"""Phones at the door in the office: set up, end; and what they leave to look at: conflicts, and scans of ended phones."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from konferens.checkin import queries
from konferens.checkin.afterwards import conflicts_of, held_of, mark_seen, settle_held
from konferens.checkin.devices import (
    SETUP_LASTS,
    devices_of,
    find_device,
    prepare_device,
    renew_setup,
    revoke_device,
)
from konferens.checkin.model import CheckinList
from konferens.checkin.texts import app_texts
from konferens.clock import midnight, now
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.i18n import lazy_gettext as _l
from konferens.qr import qr_code
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.date_fields import DayField, not_past
from konferens.web.forms import ChecksField, Form, LineField
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, typed_id

SECTION = "devices"


class DeviceForm(Form):
    """A phone that is to be set up. The last day counts, by the edition's clock."""

    name = LineField(
        _l("Namn"), [DataRequired(_l("Skriv vems telefon det är, eller var den ska stå."))], max_length=120
    )
    lists = ChecksField(
        _l("Listor"),
        [DataRequired(_l("Välj minst en lista."))],
        coerce=int,
    )
    may_sell = BooleanField(
        _l("Får sälja i dörren"),
        description=_l("Ta emot den som kommer oanmäld, och betalning med Swish eller kontant."),
    )
    last_day = DayField(_l("Gäller till och med"), [DataRequired(_l("Välj en dag.")), not_past])


async def show_devices(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _page(request, edition, await _form(request, edition))


async def post_device(request: Request) -> Response:
    """A new phone; the page that answers shows the code, and none does later."""
    edition = await organised_edition(request)
    form = await _form(request, edition, await read_form(request))
    if not form.validate():
        return await _page(request, edition, form, status_code=422)
    user = await require_user(request)
    _, code = await prepare_device(
        database(request),
        edition.id,
        name=form.name.data,
        list_ids=form.lists.data,
        may_sell=form.may_sell.data,
        expires_at=midnight(form.last_day.data + timedelta(days=1), edition.zone),
        actor=user.email,
    )
    return _show_code(request, edition, form.name.data, code)


async def post_renewal(request: Request) -> Response:
    """Another code for the same phone, or the one that takes its place."""
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    db = database(request)
    device = await find_device(db, edition.id, request.path_params["id"])
    try:
        code = await renew_setup(db, edition.id, device.id, actor=user.email)
    except ConflictError:
        return done(edition, SECTION, "ended")
    return _show_code(request, edition, device.name, code)


async def post_end(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await revoke_device(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, SECTION, "ended")


async def post_seen(request: Request) -> Response:
    edition = await organised_edition(request)
    await read_form(request)
    user = await require_user(request)
    await mark_seen(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, f"{SECTION}#conflicts", "saved")


async def post_held(request: Request) -> Response:
    """`id` (several) are recorded, or with `drop` forgotten."""
    edition = await organised_edition(request)
    formdata = await read_form(request)
    user = await require_user(request)
    ids = [typed_id(str(each)) for each in formdata.getlist("id")]
    wanted = [each for each in ids if each is not None]
    await settle_held(database(request), edition.id, wanted, keep="drop" not in formdata, actor=user.email)
    return done(edition, f"{SECTION}#held", "saved")


async def _form(request: Request, edition: Edition, formdata: Any = None) -> DeviceForm:
    lists = [each for each in await queries.lists_of(database(request), edition.id) if each.ended_at is None]
    form = DeviceForm(
        formdata, data={"last_day": max(edition.ends_on, now().date()), "lists": [each.id for each in lists[:1]]}
    )
    form.lists.choices = [SelectChoice(each.id, each.name) for each in lists]
    return form


def _show_code(request: Request, edition: Edition, name: str, code: str) -> Response:
    address = f"{request.app.state.settings.base_url}/checkin/setup#{code}"
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/setup.html",
        name=name,
        address=address,
        qr=qr_code(address),
        minutes=int(SETUP_LASTS.total_seconds() // 60),
    )


async def _page(request: Request, edition: Edition, form: DeviceForm, *, status_code: int = 200) -> Response:
    db = database(request)
    texts = app_texts()
    lists: dict[int, CheckinList] = {each.id: each for each in await queries.lists_of(db, edition.id)}
    return render_office(
        request,
        edition,
        SECTION,
        "checkin/organiser/devices.html",
        status_code,
        form=form,
        devices=await devices_of(db, edition.id),
        lists_of=lambda device: ", ".join(lists[each].name for each in device.list_ids if each in lists),
        conflicts=await conflicts_of(db, edition.id),
        why=lambda conflict: texts[f"refused-{conflict.reason}" if conflict.reason else "already"],
        held=await held_of(db, edition.id),
        moment=now(),
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/devices"

organiser_routes = [
    Route(_BASE, show_devices),
    Route(_BASE, post_device, methods=["POST"]),
    Route(_BASE + "/held", post_held, methods=["POST"]),
    Route(_BASE + "/{id:id}/code", post_renewal, methods=["POST"]),
    Route(_BASE + "/{id:id}/end", post_end, methods=["POST"]),
    Route(_BASE + "/conflicts/{id:id}/seen", post_seen, methods=["POST"]),
]
