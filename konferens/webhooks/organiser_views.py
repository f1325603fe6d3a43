"""Webhooks in the office: list, add, change, try, the log and sending again."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.events.model import Edition
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, typed_id
from konferens.webhooks.actions import remove_webhook, replay, save_webhook, send_test
from konferens.webhooks.forms import WebhookForm
from konferens.webhooks.model import EVENTS, DeliveryStatus, Webhook
from konferens.webhooks.queries import deliveries_of, delivery_counts, find_webhook, webhooks_of

SECTION = "webhooks"


async def show_webhooks(request: Request) -> Response:
    edition = await organised_edition(request)
    db = database(request)
    counts = await delivery_counts(db, edition.id)
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/webhooks/list.html",
        webhooks=await webhooks_of(db, edition.id),
        waiting={hook: n for (hook, status), n in counts.items() if status is DeliveryStatus.QUEUED},
        failed={hook: n for (hook, status), n in counts.items() if status is DeliveryStatus.FAILED},
        events=EVENTS,
    )


async def show_new(request: Request) -> Response:
    edition = await organised_edition(request)
    return _form_page(request, edition, WebhookForm(data={"events": ["order.placed", "order.paid"]}), None)


async def post_new(request: Request) -> Response:
    edition = await organised_edition(request)
    form = WebhookForm(await read_form(request))
    return await _save(request, edition, form, None)


async def show_webhook(request: Request) -> Response:
    """The webhook with its log; `?before=` goes on."""
    edition = await organised_edition(request)
    db = database(request)
    webhook = await _webhook(request, edition)
    form = WebhookForm(data={"url": webhook.url, "events": list(webhook.events), "active": webhook.active})
    before = typed_id(request.query_params.get("before", ""))
    log, following = await deliveries_of(db, webhook.id, before=before)
    return _form_page(request, edition, form, webhook, log=log, following=following)


async def post_webhook(request: Request) -> Response:
    edition = await organised_edition(request)
    form = WebhookForm(await read_form(request))
    return await _save(request, edition, form, await _webhook(request, edition))


async def post_test(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    webhook = await _webhook(request, edition)
    await send_test(database(request), edition, webhook.id, actor=user.email)
    request.app.state.deliverer.wake()
    return done(edition, f"webhooks/{webhook.id}#log", "queued")


async def post_replay(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    webhook = await _webhook(request, edition)
    await replay(database(request), edition.id, webhook.id, request.path_params["delivery"], actor=user.email)
    request.app.state.deliverer.wake()
    return done(edition, f"webhooks/{webhook.id}#log", "queued")


async def show_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    webhook = await _webhook(request, edition)
    return render_office(request, edition, SECTION, "organiser/webhooks/delete.html", webhook=webhook)


async def post_removal(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    await remove_webhook(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, "webhooks", "deleted")


async def _webhook(request: Request, edition: Edition) -> Webhook:
    return await find_webhook(database(request), edition.id, request.path_params["id"])


async def _save(request: Request, edition: Edition, form: WebhookForm, webhook: Webhook | None) -> Response:
    if not form.validate():
        return _form_page(request, edition, form, webhook, status_code=422)
    user = await require_user(request)
    saved = await save_webhook(
        database(request),
        edition.id,
        webhook.id if webhook else None,
        url=form.url.data,
        events=form.events.data,
        active=form.active.data,
        actor=user.email,
    )
    request.app.state.deliverer.wake()
    return done(edition, f"webhooks/{saved}", "saved" if webhook else "created")


def _form_page(
    request: Request,
    edition: Edition,
    form: WebhookForm,
    webhook: Webhook | None,
    *,
    status_code: int = 200,
    log: object = (),
    following: int | None = None,
) -> Response:
    return render_office(
        request,
        edition,
        SECTION,
        "organiser/webhooks/edit.html",
        status_code,
        form=form,
        webhook=webhook,
        log=log,
        following=following,
        events=EVENTS,
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/webhooks"

organiser_routes = [
    Route(_BASE, show_webhooks),
    Route(f"{_BASE}/new", show_new),
    Route(f"{_BASE}/new", post_new, methods=["POST"]),
    Route(_BASE + "/{id:id}", show_webhook),
    Route(_BASE + "/{id:id}", post_webhook, methods=["POST"]),
    Route(_BASE + "/{id:id}/test", post_test, methods=["POST"]),
    Route(_BASE + "/{id:id}/deliveries/{delivery:id}/replay", post_replay, methods=["POST"]),
    Route(_BASE + "/{id:id}/delete", show_removal),
    Route(_BASE + "/{id:id}/delete", post_removal, methods=["POST"]),
]
