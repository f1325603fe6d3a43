"""What stands inside other websites: framed by any of them, changing nothing; all other pages by none."""

import pytest
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.model import Edition
from tests.browser import Browser
from tests.factories import make_quota, make_session, make_ticket_type, wall

PATH = "/lokalekonomidagarna/2027/"


@pytest.mark.parametrize("page", ["programme", "registration"])
def test_any_website_may_frame_it(client: TestClient, edition: Edition, page: str) -> None:
    answer = client.get(f"{PATH}embed/{page}")
    assert (answer.status_code, "x-frame-options" in answer.headers) == (200, False)
    policy = answer.headers["content-security-policy"]
    assert ("frame-ancestors *" in policy, "form-action 'none'" in policy, "unsafe" in policy) == (True, True, False)
    assert '<base target="_top">' in answer.text
    assert "<form" not in answer.text
    assert "set-cookie" not in answer.headers


def test_no_website_may_frame_the_rest(client: TestClient, edition: Edition) -> None:
    for page in ("", "programme", "register", "calendar"):
        answer = client.get(f"{PATH}{page}")
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_what_it_shows_leads_to_our_pages(db: Database, client: TestClient, edition: Edition) -> None:
    code = await make_session(db, edition, "Mack i by", wall_starts=wall(11, 9))
    await make_ticket_type(db, edition, quota=await make_quota(db, edition, 10), name="Ordinarie")
    assert f'href="{PATH}sessions/{code}-mack-i-by"' in client.get(f"{PATH}embed/programme").text
    tickets = client.get(f"{PATH}embed/registration").text
    assert ("Ordinarie" in tickets, f'href="{PATH}register"' in tickets) == (True, True)


def test_the_script_has_an_address_that_stays(client: TestClient) -> None:
    answer = client.get("/embed.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "konferens-programme" in answer.text
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_office_shows_what_to_copy(office: Browser, edition: Edition) -> None:
    page = office.text(f"/organiser{PATH}embed")
    assert "&lt;script src=&#34;" in page
    assert "konferens-registration event=&#34;lokalekonomidagarna/2027&#34;" in page
    assert "/lokalekonomidagarna/2027/embed/programme" in page
