"""What every request goes through: language, limits, security headers."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.web.middleware import CSP, MAX_BODY
from tests.factories import make_edition


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/login", "/healthz", "/api/v1/events", "/nothing%00"])
def test_security_headers_are_on_every_answer(path: str, client: TestClient) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "strict-transport-security" not in headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert CSP.startswith("default-src 'self';")
    assert "unsafe-inline" not in CSP
    assert "http" not in CSP


@pytest.mark.parametrize("path", ["/", "/lokalekonomidagarna/2027/", "/lokalekonomidagarna/2027/programme", "/login"])
async def test_pages_have_no_inline_script_or_style(path: str, db: Database, client: TestClient) -> None:
    await make_edition(db)
    html = client.get(path).text
    assert ' style="' not in html
    assert "<style" not in html
    loaded = html.count('<script type="module" src="/static/dist/')
    data = html.count('<script type="application/ld+json">')  # not run by browsers, and no matter of the policy
    assert html.count("<script") == loaded + data


@pytest.mark.parametrize(
    ("accept", "cookie", "language"),
    [
        ("", "", "sv"),
        ("en-GB,en;q=0.9", "", "en"),
        ("de", "", "sv"),
        ("en", "language=sv", "sv"),
        ("sv", "a=b; language=en", "en"),
        ("en", "language=xx", "en"),
        ("en", "language=", "en"),
        ("en", 'language="sv', "en"),
        ("en", "xlanguage=sv", "en"),
    ],
)
def test_language(accept: str, cookie: str, language: str, client: TestClient) -> None:
    response = client.get("/", headers={"Accept-Language": accept, "Cookie": cookie})
    assert f'<html lang="{language}">' in response.text


def test_a_choice_of_language_is_kept_and_leads_back(client: TestClient) -> None:
    response = client.post("/language", data={"language": "en", "next": "/login?next=/organiser/"})
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/organiser/")
    assert '<html lang="en">' in client.get("/").text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", ""])
def test_a_choice_of_language_never_leads_elsewhere(target: str, client: TestClient) -> None:
    response = client.post("/language", data={"language": "xx", "next": target})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "set-cookie" not in response.headers


def test_nul_in_an_address_is_refused(client: TestClient) -> None:
    assert client.get("/a%00b").status_code == 400
    assert client.get("/?q=a%00b").status_code == 400


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    response = client.post("/language", content=b"x" * (MAX_BODY + 1))
    assert response.status_code == 413


def test_a_body_that_does_not_tell_its_length_is_cut_off(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 65536 + 2):
            yield b"x" * 65536

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/language", content=chunks(), headers=headers).status_code == 400


def test_methods_that_a_page_does_not_know(client: TestClient) -> None:
    response = client.post("/")
    assert (response.status_code, sorted(response.headers["allow"].split(", "))) == (405, ["GET", "HEAD"])
