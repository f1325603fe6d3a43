"""The edition's API tokens in the office: list, make, end."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from konferens.accounts.token_actions import TokenLine, end_token, issue_token, tokens_of
from konferens.clock import now
from konferens.events.model import Edition
from konferens.i18n import lazy_gettext as _l
from konferens.web.auth import require_user
from konferens.web.csrf import read_form
from konferens.web.date_fields import DayField, not_past
from konferens.web.forms import ChecksField, Form, LineField
from konferens.web.office import done, organised_edition, render_office
from konferens.web.requests import database, named_by_id

SCOPE_LABELS = {
    "orders": _l("lägga, läsa, avboka och betalmarkera bokningar"),
    "checkin": _l("läsa incheckningslistor och registrera skanningar"),
    "events": _l("läsa den här konferensens uppgifter"),
}
"""What each of accounts.model.SCOPES lets a script do."""


class TokenForm(Form):
    """A new token. The last day is a day in the edition's zone, and counts."""

    name = LineField(_l("Namn"), [DataRequired(_l("Skriv vad nyckeln är till för."))], max_length=120)
    scopes = ChecksField(
        _l("Får"),
        [DataRequired(_l("Välj minst en sak som nyckeln får göra."))],
        choices=[SelectChoice(scope, label) for scope, label in SCOPE_LABELS.items()],
    )
    last_day = DayField(_l("Gäller till och med"), [not_past])


async def show_tokens(request: Request) -> Response:
    edition = await organised_edition(request)
    return await _list(request, edition, TokenForm())


async def post_token(request: Request) -> Response:
    """Make one. The key stands on the page that answers, and nowhere else."""
    edition = await organised_edition(request)
    user = await require_user(request)
    form = TokenForm(await read_form(request))
    if not form.validate():
        return await _list(request, edition, form, status_code=422)
    token = await issue_token(
        database(request),
        edition.id,
        name=form.name.data,
        scopes=form.scopes.data,
        expires_at=form.last_day.ends_at(edition.zone),
        actor=user.email,
    )
    return await _list(request, edition, TokenForm(), made=form.name.data, token=token)


async def show_end(request: Request) -> Response:
    edition = await organised_edition(request)
    return render_office(
        request, edition, "tokens", "organiser/tokens/end.html", token=await _token(request, edition.id)
    )


async def post_end(request: Request) -> Response:
    edition = await organised_edition(request)
    user = await require_user(request)
    await read_form(request)
    await end_token(database(request), edition.id, request.path_params["id"], actor=user.email)
    return done(edition, "tokens", "deleted")


async def _token(request: Request, edition_id: int) -> TokenLine:
    tokens = await tokens_of(database(request), edition_id)
    return named_by_id(request, [token for token in tokens if token.revoked_at is None])


async def _list(
    request: Request, edition: Edition, form: TokenForm, *, status_code: int = 200, made: str = "", token: str = ""
) -> Response:
    return render_office(
        request,
        edition,
        "tokens",
        "organiser/tokens/list.html",
        status_code,
        form=form,
        tokens=await tokens_of(database(request), edition.id),
        scope_labels=SCOPE_LABELS,
        moment=now(),
        made=made,
        token=token,
    )


_BASE = "/organiser/{series:slug}/{edition:slug}/tokens"

organiser_routes = [
    Route(_BASE, show_tokens),
    Route(_BASE, post_token, methods=["POST"]),
    Route(_BASE + "/{id:id}/delete", show_end),
    Route(_BASE + "/{id:id}/delete", post_end, methods=["POST"]),
]
