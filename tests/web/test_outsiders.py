"""What strangers send with their requests, and must not come back as ours."""

from starlette.testclient import TestClient

from konferens.events.model import Edition


def test_a_host_that_a_stranger_wrote_is_not_led_to(client: TestClient, edition: Edition) -> None:
    def answer(path: str) -> tuple[int, str | None]:
        response = client.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
        return response.status_code, response.headers.get("location")

    assert answer(edition.path.rstrip("/") + "?a=%C3%A5&b") == (307, f"{edition.path}?a=%C3%A5&b")
    assert answer(f"{edition.path}programme/") == (307, f"{edition.path}programme")
    assert answer("http://testserver//evil.example") == (404, None)
    assert answer("http://testserver//evil.example/") == (404, None)
