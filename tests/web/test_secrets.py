"""What secret addresses open: each its own pages and nothing else, and nobody keeps or passes on what they show."""

import pytest

from konferens.database import Database
from tests.browser import browser
from tests.web.test_hostile import UNMADE, World, make_world, templates

NAMES = {
    "/orders/{code:code}/{secret}": "secret",
    "/tickets/{secret}": "ticket_secret",
    "/waiting/{entry_secret}": "entry_secret",
    "/open-space/{topic_secret}": "topic_secret",
    "/proposals/{proposal_secret}": "proposal_secret",
    "/speaking/{secret}": "speaking_secret",
    "/login/password/{link}": "link",
    "/t/{token}": "/t/",
    "/my/": "/my/",
}
"""Beginning of the addresses → what of the world opens them."""


def secrets_of(world: World) -> dict[str, str]:
    return {name: world.parts.get(name) or world.kinds[name] for name in NAMES.values()}


def secret_addresses(world: World) -> list[tuple[str, str]]:
    """(name of the secret, address) of every page behind one."""
    return [
        (name, world.address(path))
        for path in templates("GET")
        for start, name in NAMES.items()
        if path.startswith(start) and path not in UNMADE
    ]


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


def test_no_secret_opens_what_is_behind_another(db: Database, world: World) -> None:
    known = secrets_of(world)
    opened = []
    with browser(db) as visitor:
        for name, address in secret_addresses(world):
            assert known[name] in address
            for other, secret in known.items():
                tried = address.replace(known[name], secret)
                if other != name and visitor.client.get(tried, follow_redirects=False).status_code != 404:
                    opened.append((other, address))
    assert opened == []


def test_what_secrets_show_is_kept_by_nobody(db: Database, world: World) -> None:
    found, asked = [], 0
    with browser(db) as visitor:
        for name, address in secret_addresses(world):
            response = visitor.client.get(address, follow_redirects=False)
            told = (
                response.headers.get("cache-control"),
                response.headers.get("x-robots-tag"),
                response.headers.get("referrer-policy"),
                response.headers.get("x-content-type-options"),
            )
            asked += 1
            if name != "/my/" and told != ("no-store", "noindex", "same-origin", "nosniff"):
                found.append((address, response.status_code, told))
            if name == "/my/" and ("private" not in (told[0] or "") or told[1] != "noindex"):
                found.append((address, response.status_code, told))
    assert found == []
    assert asked > 15


async def test_the_office_is_kept_by_nobody(db: Database, world: World) -> None:
    kept = []
    with browser(db, world.logins["admin"]) as admin:
        for path in templates("GET"):
            if path.startswith("/organiser/"):
                response = admin.client.get(world.address(path), follow_redirects=False)
                if response.status_code == 200 and response.headers.get("cache-control") != "no-store":
                    kept.append((path, response.headers.get("cache-control")))
    assert kept == []
