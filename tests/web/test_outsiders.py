"""What strangers send with their requests, and must not come back as ours."""

from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from tests.browser import browser
from tests.web.test_hostile import make_world, templates


def test_a_host_that_a_stranger_wrote_is_not_led_to(client: TestClient, edition: Edition) -> None:
    def answer(path: str) -> tuple[int, str | None]:
        response = client.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
        return response.status_code, response.headers.get("location")

    assert answer(edition.path.rstrip("/") + "?a=%C3%A5&b") == (307, f"{edition.path}?a=%C3%A5&b")
    assert answer(f"{edition.path}programme/") == (307, f"{edition.path}programme")
    assert answer("http://testserver//evil.example") == (404, None)
    assert answer("http://testserver//evil.example/") == (404, None)


WITHOUT_TOKEN = {
    "/language": 303,  # another site can at most change the language
    "/{series:slug}/{edition:slug}/open-space/topics/{id:id}/interest": 403,
    "/checkin/api/lists/{list_id:id}/scans": 415,  # JSON alone, which forms cannot send
}
UNMADE = "/organiser/{series:slug}/{edition:slug}/orders/{code:code}/payments/{payment:id}/correction"


async def test_no_form_is_taken_from_another_site(db: Database) -> None:
    """Not with the admin's cookie and a token of theirs, to every address that changes something."""
    world = await make_world(db)
    taken = []
    with browser(db, world.logins["admin"]) as admin:
        token = admin.token("/organiser/lokalekonomidagarna/2027/settings")
        for path in templates("POST"):
            answer = admin.client.post(
                world.address(path),
                data={"csrf_token": token},
                headers={"Sec-Fetch-Site": "cross-site"},
                follow_redirects=False,
            )
            expected = 401 if path.startswith("/api/v1/") else WITHOUT_TOKEN.get(path, 403)
            if answer.status_code != expected and path != UNMADE:
                taken.append((path, answer.status_code))
    assert taken == []
