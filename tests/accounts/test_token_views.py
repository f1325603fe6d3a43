"""The office's API tokens: shown once, for one conference, ended at once."""

import re

from sqlalchemy import select

from konferens.accounts.queries import api_token
from konferens.accounts.token_actions import issue_token, tokens_of
from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import audit
from tests.browser import Browser
from tests.factories import ACTOR, make_edition

PAGE = "/organiser/lokalekonomidagarna/2027/tokens"
SHOWN = re.compile(r"<code>(konf_[\w-]+)</code>")


async def test_a_key_is_shown_once_and_opens_this_conference_only(
    db: Database, edition: Edition, office: Browser
) -> None:
    shown = office.post(PAGE, {"name": "Webbplatsen", "scopes": ["orders", "events"], "last_day": "2199-12-31"})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    [key] = SHOWN.findall(shown.text)
    token = await api_token(db, key)
    assert token is not None
    assert (token.scopes, token.edition_id) == (frozenset({"orders", "events"}), edition.id)
    assert token.expires_at is not None
    assert token.expires_at.isoformat() == "2199-12-31T23:00:00+00:00"
    assert SHOWN.findall(office.text(PAGE)) == []
    rows = await db.fetch_all(select(audit).where(audit.c.action.like("token.%")))
    assert key not in str([dict(row) for row in rows])


async def test_an_ended_key_opens_nothing(db: Database, edition: Edition, office: Browser) -> None:
    key = await issue_token(db, edition.id, name="Skannern", scopes=["checkin"], expires_at=None, actor=ACTOR)
    [line] = await tokens_of(db, edition.id)
    assert office.post(f"{PAGE}/{line.id}/delete", {}).status_code == 303
    assert await api_token(db, key) is None
    assert "Avslutad" in office.visible(PAGE)
    assert office.get(f"{PAGE}/{line.id}/delete").status_code == 404


async def test_another_conferences_keys_are_not_found(db: Database, edition: Edition, office: Browser) -> None:
    other = await make_edition(db, slug="2028")
    await issue_token(db, other.id, name="Annan", scopes=["checkin"], expires_at=None, actor=ACTOR)
    [line] = await tokens_of(db, other.id)
    assert "Annan" not in office.visible(PAGE)
    assert office.get(f"{PAGE}/{line.id}/delete").status_code == 404


async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(office: Browser) -> None:
    answer = office.post(PAGE, {"name": "Kassan", "last_day": "2020-01-01"})
    assert answer.status_code == 422
    assert 'value="Kassan"' in answer.text
    assert "Välj minst en sak som nyckeln får göra." in answer.text
    assert "Välj en dag som inte har varit." in answer.text
