"""Public pages as bytes: conditional requests, compression, and that nothing old is ever shown."""

import asyncio
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.actions import touch_edition
from konferens.web.cache import Page, PageCache
from konferens.web.templating import render_text
from tests.factories import make_edition, make_session, make_ticket_type

PROGRAMME = "/lokalekonomidagarna/2027/programme"
MOMENT = datetime(2026, 10, 1, 8, 0, 0, 500_000, tzinfo=UTC)


async def answer(page: Page, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of `page` for a request with these headers."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    await page({"type": "http", "method": method, "headers": raw}, receive, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


def make_page(body: bytes = b"x" * 1000, **values: Any) -> Page:
    columns: dict[str, Any] = {
        "media_type": "text/plain",
        "valid_for": ("dagarna/2027", 1),
        "cache_control": "public, no-cache",
        "last_modified": MOMENT,
        "expires_at": None,
        **values,
    }
    return Page(body, **columns)


async def test_get_and_head() -> None:
    page = make_page()
    status, headers, body = await answer(page)
    assert (status, body, headers["content-length"]) == (200, page.body, "1000")
    assert headers["last-modified"] == "Thu, 01 Oct 2026 08:00:00 GMT"
    assert (await answer(page, "HEAD")) == (200, headers, b"")


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("gzipped", False),
        ("br", False),
        ("", False),
    ],
)
async def test_compression(accepted: str, compressed: bool) -> None:
    page = make_page()
    _, headers, body = await answer(page, accept_encoding=accepted)
    assert headers.get("content-encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(body) if compressed else body) == page.body
    assert headers["content-length"] == str(len(body))
    assert headers["vary"] == "Accept-Encoding, Accept-Language, Cookie"


async def test_short_bodies_are_not_compressed() -> None:
    _, headers, body = await answer(make_page(b"short"), accept_encoding="gzip")
    assert (headers.get("content-encoding"), body) == (None, b"short")


async def test_each_encoding_has_its_own_strong_etag_and_either_gives_304() -> None:
    page = make_page()
    _, plain, _ = await answer(page)
    _, zipped, _ = await answer(page, accept_encoding="gzip")
    assert plain["etag"] != zipped["etag"]
    for tag in (plain["etag"], zipped["etag"], f"W/{plain['etag']}", f'"other", {zipped["etag"]}', "*"):
        status, headers, body = await answer(page, if_none_match=tag)
        assert (status, body, headers["etag"]) == (304, b"", plain["etag"])
        assert "content-type" not in headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": '"other"'}, 200),
        ({"if_none_match": ""}, 200),
        ({"if_none_match": "\xff"}, 200),
        ({"if_modified_since": "Thu, 01 Oct 2026 08:00:00 GMT"}, 304),
        ({"if_modified_since": "Thu, 01 Oct 2026 07:59:59 GMT"}, 200),
        ({"if_modified_since": "Thu, 01 Oct 2026 08:00:00 -0000"}, 200),
        ({"if_modified_since": "yesterday"}, 200),
        ({"if_none_match": '"other"', "if_modified_since": "Thu, 01 Oct 2026 08:00:00 GMT"}, 200),
    ],
)
async def test_conditional_requests(headers: dict[str, str], status: int) -> None:
    assert (await answer(make_page(), **headers))[0] == status


async def test_without_last_modified_only_the_etag_counts() -> None:
    page = make_page(last_modified=None)
    status, headers, _ = await answer(page, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert (status, "last-modified" in headers) == (200, False)


def test_a_page_is_current_for_its_version_while_published_and_in_time() -> None:
    page = make_page()
    assert page.is_current({"dagarna/2027": (1, True), "other": (9, True)})
    assert not page.is_current({"dagarna/2027": (2, True)})
    assert not page.is_current({"dagarna/2027": (1, False)})
    assert not page.is_current({})
    assert not make_page(expires_at=time.time() - 1).is_current({"dagarna/2027": (1, True)})
    assert make_page(expires_at=time.time() + 60).is_current({"dagarna/2027": (1, True)})


def test_a_page_over_all_editions_is_current_while_none_changes() -> None:
    versions = {"a/1": (1, True), "b/1": (3, False)}
    page = make_page(valid_for=dict(versions))
    assert page.is_current(versions)
    assert not page.is_current({**versions, "c/1": (1, True)})
    assert not page.is_current({**versions, "b/1": (3, True)})


def test_the_least_recently_used_pages_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("konferens.web.cache.MAX_BYTES", 2500)
    cache = PageCache(cast("Database", None))  # no question is asked
    keys = [(f"/{number}", "", "sv") for number in range(3)]
    cache.put(keys[0], make_page())
    cache.put(keys[1], make_page())
    cache.get(keys[0])
    cache.put(keys[2], make_page())
    assert [cache.get(key) is not None for key in keys] == [True, False, True]
    cache.put(keys[0], make_page(b"y" * 1400))
    assert [cache.get(key) is not None for key in keys] == [True, False, True]


class _SlowDatabase:
    """Stands where a database does: its change token and versions are set by the test, reading waits for `go`."""

    def __init__(self, token: int | None) -> None:
        self.token = token
        self.version = 1
        self.reads = 0
        self.go = asyncio.Event()

    def change_token(self) -> int | None:
        return self.token

    async def fetch_all(self, _query: Any, _values: Any = None) -> list[Any]:
        self.reads += 1
        version = self.version
        await self.go.wait()
        return [type("Row", (dict,), {"__getattr__": dict.__getitem__})(_row(version))]


def _row(version: int) -> dict[str, Any]:
    return {"series": "dagarna", "slug": "2027", "version": version, "published": True, "series_slug": "dagarna"}


@pytest.mark.parametrize("tokens", [(1, 2), (None, None)])
async def test_who_comes_after_a_change_never_gets_what_was_read_before_it(
    tokens: tuple[int | None, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    db = _SlowDatabase(tokens[0])

    async def versions(database: Any) -> dict[str, tuple[int, bool]]:
        (row,) = await database.fetch_all("")
        return {"dagarna/2027": (row["version"], True)}

    monkeypatch.setattr("konferens.web.cache.edition_versions", versions)
    cache = PageCache(cast("Database", db))
    early = asyncio.create_task(cache.versions())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    db.version, db.token = 2, tokens[1]  # committed while the first question is under way
    late = [asyncio.create_task(cache.versions()) for _ in range(5)]
    await asyncio.sleep(0)
    db.go.set()
    assert (await early)["dagarna/2027"] == (1, True)
    assert [(await task)["dagarna/2027"] for task in late] == [(2, True)] * 5
    assert db.reads == 2


@contextmanager
def rendering_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The templates that are rendered inside the block."""
    rendered: list[str] = []

    def counting(request: Any, template: str, /, **context: Any) -> str:
        rendered.append(template)
        return render_text(request, template, **context)

    with monkeypatch.context() as patch:
        patch.setattr("konferens.web.cache.render_text", counting)
        yield rendered


async def test_a_page_is_rendered_once_for_each_language_and_version(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = await make_edition(db)
    with rendering_counted(monkeypatch) as rendered:
        bodies = [client.get(edition.path).content for _ in range(3)]
        assert (len(set(bodies)), len(rendered)) == (1, 1)
        client.get(edition.path, headers={"Accept-Language": "en"})
        assert len(rendered) == 2
        client.head(edition.path)
        assert len(rendered) == 2
        async with db.transaction():
            await touch_edition(db, edition.id)
        client.get(edition.path)
        assert len(rendered) == 3


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),
        ("?day=2027-05-11", True),
        ("?day=2027-05-11&q=&track=&room=", True),
        ("?track=", True),
        ("?q=mack", False),
        ("?q=+", False),
        ("?day=2027-05-31", False),
        ("?x=1", False),
        ("?track=&track=", False),
        ("?room=&day=2027-05-11", False),
        ("?day=2027-05-11&day=2027-05-11", False),
    ],
)
async def test_only_addresses_of_which_there_are_few_are_kept(
    query: str,
    kept: bool,
    db: Database,
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = await make_edition(db)
    await make_session(db, edition, wall_starts=datetime(2027, 5, 11, 9))  # noqa: DTZ001 - a wall clock
    with rendering_counted(monkeypatch) as rendered:
        for _ in range(2):
            assert client.get(PROGRAMME + query).status_code == 200
    assert len(rendered) == (1 if kept else 2)


async def test_no_page_but_the_programme_is_kept_under_a_query(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = await make_edition(db)
    for path in ("/", edition.series.path, edition.path, f"{edition.path}speakers/"):
        with rendering_counted(monkeypatch) as rendered:
            for _ in range(2):
                assert client.get(f"{path}?x=1").status_code == 200
        assert len(rendered) == 2


@pytest.mark.parametrize("path", ["/", "/lokalekonomidagarna/", "/lokalekonomidagarna/2027/", PROGRAMME])
async def test_public_pages_are_the_same_for_all(path: str, db: Database, client: TestClient) -> None:
    await make_edition(db)
    plain = client.get(path)
    assert "set-cookie" not in plain.headers
    assert plain.headers["cache-control"] == "public, no-cache"
    assert plain.headers["etag"].startswith('"')
    client.cookies.set("login", "somebody")
    assert client.get(path).content == plain.content
    assert client.get(path, headers={"If-None-Match": plain.headers["etag"]}).status_code == 304


async def test_unpublishing_takes_the_kept_page_away_at_once(db: Database, client: TestClient) -> None:
    from sqlalchemy import update

    from konferens.tables import editions

    edition = await make_edition(db)
    assert client.get(PROGRAMME).status_code == 200
    async with db.transaction():
        await db.execute(update(editions).where(editions.c.id == edition.id).values(published=False))
        await touch_edition(db, edition.id)
    assert client.get(PROGRAMME).status_code == 404


async def test_a_kept_page_ends_with_its_time(
    db: Database, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.now(UTC)
    edition = await make_edition(
        db,
        starts_on=(moment + timedelta(days=9)).date(),
        ends_on=(moment + timedelta(days=9)).date(),
        registration_opens_at=moment - timedelta(days=1),
        registration_closes_at=moment + timedelta(minutes=1),
    )
    await make_ticket_type(db, edition)
    assert "Anmäl dig" in client.get(edition.path).text
    later = moment + timedelta(minutes=2)
    monkeypatch.setattr("konferens.front.views.now", lambda: later)
    monkeypatch.setattr("konferens.web.cache.time.time", later.timestamp)
    assert "Anmälan är stängd." in client.get(edition.path).text
