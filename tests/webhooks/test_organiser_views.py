"""Webhooks in the office."""

from konferens.database import Database
from konferens.events.model import Edition
from konferens.webhooks.queries import webhooks_of
from tests.browser import Browser
from tests.factories import make_edition
from tests.webhooks.test_delivery import hook

PAGE = "/organiser/lokalekonomidagarna/2027/webhooks"


async def test_added_tried_changed_and_removed(db: Database, edition: Edition, office: Browser) -> None:
    typed = {"url": "https://example.org/hook", "events": ["order.placed", "ticket.scanned"], "active": "y"}
    assert office.post(f"{PAGE}/new", typed).status_code == 303
    [webhook] = await webhooks_of(db, edition.id)
    assert (webhook.url, webhook.events, webhook.active) == (typed["url"], ("order.placed", "ticket.scanned"), True)
    own = f"{PAGE}/{webhook.id}"
    assert webhook.secret in office.text(own)
    assert office.post(f"{own}/test", {}, page=own).status_code == 303
    assert "webhook.test" in office.visible(own)
    assert "1 på väg" in office.visible(PAGE)
    assert office.post(own, typed | {"events": ["order.paid"], "active": ""}).status_code == 303
    [webhook] = await webhooks_of(db, edition.id)
    assert (webhook.events, webhook.active) == (("order.paid",), False)
    assert office.post(f"{own}/delete", {}).status_code == 303
    assert await webhooks_of(db, edition.id) == []


async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(office: Browser) -> None:
    answer = office.post(f"{PAGE}/new", {"url": "https://user:pw@example.org/"})
    assert answer.status_code == 422
    assert "Adressen går inte att skicka till." in answer.text
    assert "Välj minst en händelse." in answer.text
    assert 'value="https://user:pw@example.org/"' in answer.text


async def test_another_conferences_webhooks_are_not_found(db: Database, edition: Edition, office: Browser) -> None:
    other = await hook(db, await make_edition(db, slug="2028"), "https://example.org/")
    assert office.get(f"{PAGE}/{other.id}").status_code == 404
    assert office.post(f"{PAGE}/{other.id}/test", {}, page=f"{PAGE}/new").status_code == 404
    assert "example.org/" not in office.visible(PAGE)
