"""Forms are taken only from our own pages."""

import re

import pytest
from starlette.testclient import TestClient

FIELDS = {"email": "eva@example.org", "password": "fel lösenord"}


def token_of(client: TestClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def test_our_own_form_is_taken(client: TestClient) -> None:
    answer = client.post("/login", data={**FIELDS, "csrf_token": token_of(client)})
    assert (answer.status_code, "stämmer inte" in answer.text) == (422, True)


@pytest.mark.parametrize("token", ["", "forged", "WyJ4IiwiIl0.aQ.sig"])
def test_a_forged_token_is_refused(client: TestClient, token: str) -> None:
    answer = client.post("/login", data={**FIELDS, "csrf_token": token})
    assert (answer.status_code, "Formuläret gick inte att ta emot" in answer.text) == (403, True)


def test_no_token_at_all(client: TestClient) -> None:
    assert client.post("/login", data=FIELDS).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver"}, 422),
    ],
)
def test_where_the_browser_says_the_form_comes_from(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/login", data={**FIELDS, "csrf_token": token_of(client)}, headers=headers).status_code == status


def test_a_token_of_nobody_does_not_serve_a_login(client: TestClient) -> None:
    token = token_of(client)
    client.cookies.set("login", "somebody")
    assert client.post("/logout", data={"csrf_token": token}).status_code == 403


def test_a_file_in_the_token_s_place(client: TestClient) -> None:
    assert client.post("/login", files={"csrf_token": ("x", b"x")}, data=FIELDS).status_code == 403


def test_a_body_over_the_limit(client: TestClient) -> None:
    assert client.post("/login", content=b"x" * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("address", ["/login%00", "/?q=%00", "/a/b/programme?q=%00"])
def test_nul_in_an_address(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 400
