"""Who may enter the office: asked of every route that the site map has under /organiser/."""

from collections.abc import Iterator

from starlette.routing import BaseRoute, Route

from konferens.accounts.model import Role
from konferens.database import Database
from konferens.routes import routes
from tests.browser import Browser, browser
from tests.factories import make_edition, make_login

FORGED = {"csrf_token": "WyJmb3JnZWQiLCIiXQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"}


def office_routes(site: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """(method, path) of everything that the office answers."""
    for route in site:
        if isinstance(route, Route) and route.path.startswith("/organiser/"):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, route.path


ROUTES = sorted(set(office_routes(routes)))
EDITION_ROUTES = [(method, path) for method, path in ROUTES if "{edition" in path]


def filled(path: str) -> str:
    """`path` with the test's edition; codes and numbers are of the right form, whether or not they lead anywhere."""
    parts = []
    for part in path.split("/"):
        name = part.strip("{}").partition(":")[0]
        known = {"series": "lokalekonomidagarna", "edition": "2027", "code": "ABC234", "paper": "a6"}
        parts.append(known.get(name, "1") if part.startswith("{") else part)
    return "/".join(parts)


def test_the_office_is_in_the_site_map() -> None:
    paths = {path for _, path in ROUTES}
    sections = {path.split("/")[4] for path in paths if path.count("/") == 4}
    assert {"", "rooms", "tracks", "sessions", "speakers", "settings"} <= sections


def statuses(visitor: Browser, site: list[tuple[str, str]]) -> dict[str, int]:
    """What each route answers, by 'METHOD path'."""
    return {
        f"{method} {path}": visitor.client.request(method, filled(path), follow_redirects=False).status_code
        for method, path in site
    }


def all_of(site: list[tuple[str, str]], status: int) -> dict[str, int]:
    return {f"{method} {path}": status for method, path in site}


async def test_nobody_is_sent_to_sign_in(db: Database) -> None:
    await make_edition(db)
    with browser(db) as anonymous:
        assert statuses(anonymous, ROUTES) == all_of(ROUTES, 303)
        assert anonymous.get("/organiser/?q=1").headers["location"] == "/login?next=/organiser/%3Fq%3D1"


async def test_staff_may_not_organise(db: Database) -> None:
    edition = await make_edition(db)
    with browser(db, await make_login(db, Role.STAFF, edition)) as staff:
        assert statuses(staff, ROUTES) == all_of(ROUTES, 403) | {"GET /organiser/account": 200}  # one's own


async def test_an_organiser_stays_with_her_own_edition(db: Database) -> None:
    await make_edition(db)
    hers = await make_edition(db, "drivmedel")
    with browser(db, await make_login(db, Role.ORGANISER, hers)) as neighbour:
        assert statuses(neighbour, EDITION_ROUTES) == all_of(EDITION_ROUTES, 403)


async def test_a_forged_form_is_refused(db: Database) -> None:
    """Also where its address leads nowhere: the form is looked at before what it is about."""
    await make_edition(db)
    with browser(db, await make_login(db, Role.ADMIN)) as admin:
        answers = {
            path: admin.client.post(filled(path), data=FORGED).status_code
            for method, path in ROUTES
            if method == "POST"
        }
    assert answers == {path: 403 for method, path in ROUTES if method == "POST"}


async def test_only_an_admin_makes_new_conferences(db: Database) -> None:
    edition = await make_edition(db)
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        assert organiser.get("/organiser/new").status_code == 403
        assert "/organiser/new" not in organiser.text("/organiser/")


async def test_the_entrance_shows_only_what_one_may_organise(db: Database) -> None:
    edition = await make_edition(db)
    await make_edition(db, "drivmedel")
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        page = organiser.text("/organiser/")
    assert 'href="/organiser/lokalekonomidagarna/2027/"' in page
    assert "drivmedel" not in page


async def test_an_unknown_edition_is_not_found(db: Database) -> None:
    with browser(db, await make_login(db, Role.ADMIN)) as admin:
        assert admin.get("/organiser/ingen/2027/").status_code == 404
