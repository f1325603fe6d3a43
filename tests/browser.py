"""A browser without scripts, for tests of pages: keeps a login, fills the form token in, doesn't follow redirects."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import gettempdir
from typing import Any

from starlette.testclient import TestClient

from konferens.app import create_app
from konferens.clock import now
from konferens.database import Database
from konferens.settings import load_settings


class Browser:
    """GET and POST as `login`; `post` fetches the page first and sends its form token along, as people do."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers, follow_redirects=False)

    def text(self, path: str) -> str:
        """The page's HTML; the page must be there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return str(response.text)

    def visible(self, path: str) -> str:
        """The words of the page's main part, with single blanks between them."""
        main = self.text(path).partition("<main")[2].partition(">")[2].partition("</main>")[0]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())

    def token(self, path: str) -> str:
        """The form token of the page at `path`."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.text(path))
        assert found, f"{path} has no form"
        return html.unescape(found[1])

    def post(
        self, path: str, data: Mapping[str, Any], *, page: str | None = None, files: Mapping[str, Any] | None = None
    ) -> Any:
        """POST the form that `page` (`path` unless told) shows."""
        filled = {"csrf_token": self.token(page or path), **data}
        return self.client.post(path, data=filled, files=files, follow_redirects=False)

    def do_called_duties(self) -> None:
        """What the housekeeper of this browser's application has been called for, as it would at once if it were running."""
        assert self.client.portal
        self.client.portal.call(self.client.app.state.housekeeper.do_called, now())  # type: ignore[attr-defined]

    def form(self, path: str, *, action: str = "") -> dict[str, Any]:
        """What a form of the page's main part would send if nothing were changed: inputs, textareas, choices.

        It is the form that is sent to `action`, or the last one.
        """
        main = self.text(path).partition("<main")[2].partition("</main>")[0]
        body = main.partition(f'action="{action}"')[2] if action else ""
        body = body or main.rpartition("<form")[2]
        body = body.partition("</form>")[0]
        values: dict[str, Any] = {}
        for tag in re.findall(r"<input\b[^>]*>", body):
            attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio") and not re.search(r"\bchecked\b", tag):
                continue
            if "name" in attributes and kind not in ("file", "submit"):
                values.setdefault(attributes["name"], []).append(html.unescape(attributes.get("value", "")))
        for name, text in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', body, re.DOTALL):
            values[name] = html.unescape(text).strip()
        for name, options in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL):
            chosen = re.search(r'<option\b[^>]*\bselected\b[^>]*value="([^"]*)"', options) or re.search(
                r'<option\b[^>]*value="([^"]*)"[^>]*\bselected\b', options
            )
            found = chosen or re.search(r'value="([^"]*)"', options)
            values[name] = html.unescape(found[1]) if found else ""
        return {
            name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in values.items()
        }


@contextmanager
def browser(db: Database, login: str | None = None) -> Iterator[Browser]:
    """A browser at an application on the same database as `db`, without its workers; `login` is the cookie's token."""
    settings = load_settings(
        {
            "DATABASE_URL": db.url,
            "DATA_DIR": gettempdir(),
            "BASE_URL": "http://testserver",
            "SECRET_KEY": "a secret for tests, long enough to be one",
        }
    )
    with TestClient(create_app(settings, working=False)) as client:
        if login:
            client.cookies.set("login", login)
        yield Browser(client)
