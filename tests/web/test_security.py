"""What attackers tried here, and must not get."""

import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.accounts.queries import user_by_login
from konferens.accounts.signing_in import SIGN_INS, sign_in
from konferens.attempts import TooManyAttemptsError
from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.model import Answer, Reason, Scan, Status
from konferens.checkin.queries import find_list
from konferens.clock import now
from konferens.database import Database, migrate
from konferens.errors import ForbiddenError
from konferens.mail.transport import FileTransport
from konferens.programme.frab.html_text import markdown_from
from konferens.programme.imports import load_schedule_file
from konferens.programme.schedule import InvalidImportError
from konferens.settings import SettingsError, load_settings
from konferens.tables import attempts, orders, rooms
from tests.browser import browser
from tests.factories import ACTOR, make_edition, make_login, make_order, make_room, make_session, make_ticket_type, wall

PER_EMAIL = SIGN_INS.by_both or 0

PASSWORD = "en bra lång mening"
REGISTER = "/lokalekonomidagarna/2027/register"
OFFICE = "/organiser/lokalekonomidagarna/2027/"


async def test_many_guesses_at_once_are_no_way_around_the_limit(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    guesses = [sign_in(db, email="eva@example.org", password="fel", address="192.0.2.1") for _ in range(40)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert 0 < kinds.count(ForbiddenError) <= PER_EMAIL
    assert kinds.count(ForbiddenError) + kinds.count(TooManyAttemptsError) == 40


async def test_a_right_password_leaves_no_attempt_behind(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    for _ in range(PER_EMAIL + 1):
        await sign_in(db, email="eva@example.org", password=PASSWORD, address="192.0.2.1")
    assert await db.fetch_val(select(func.count()).select_from(attempts)) == 0


async def test_a_new_password_ends_every_login_of_the_account(db: Database) -> None:
    await create_user(db, email="eva@example.org", password=PASSWORD, role=Role.STAFF)
    token = await sign_in(db, email="eva@example.org", password=PASSWORD, address="")
    await create_user(db, email="eva@example.org", password=PASSWORD + "!", role=Role.STAFF)
    assert await user_by_login(db, token) is None


@pytest.mark.parametrize("origin", ["http://[", "http://[x]y", "null", "//"])
def test_an_origin_that_is_no_address(client: TestClient, origin: str) -> None:
    assert client.post("/login", data={}, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("name", ["buyer_name", "tickets-0-name", "tickets-²-name", "tickets-" + "9" * 4500 + "-name"])
async def test_files_and_odd_numbers_in_the_registration(db: Database, client: TestClient, name: str) -> None:
    await make_edition(db)
    if len(name) < 100:
        assert client.post(REGISTER, files={name: ("x.txt", b"x")}).status_code == 403
    assert client.post(REGISTER, data={name: "x"}).status_code == 403


@pytest.mark.parametrize("path", ["a" * 300, "../pyproject.toml", "..%2f..%2fpyproject.toml", "/etc/passwd"])
def test_no_way_out_of_the_built_files(client: TestClient, path: str) -> None:
    assert client.get(f"/static/dist/{path}", headers={"Accept-Encoding": "gzip"}).status_code == 404


@pytest.mark.parametrize("number", ["0" * 5000, "9" * 5000, "²", "-1", "1_0", "１"])
def test_odd_numbers_in_a_list_s_address(client: TestClient, number: str) -> None:
    assert client.get("/api/v1/events", params={"offset": number}).status_code == 422


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via", "Forwarded"])
def test_figures_are_not_told_through_a_proxy(client: TestClient, header: str) -> None:
    client._transport.client = ("127.0.0.1", 1)  # type: ignore[attr-defined]
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


async def test_a_room_s_address_fits_its_column(db: Database) -> None:
    edition = await make_edition(db)
    await make_room(db, edition, "a" * 120)
    await make_room(db, edition, "a" * 120)
    found = await db.fetch_all(select(rooms.c.slug).order_by(rooms.c.id))
    assert [row.slug for row in found] == ["a" * 70, "a" * 70 + "-2"]


async def test_nobody_learns_which_drafts_there_are(db: Database, client: TestClient) -> None:
    await make_edition(db, published=False)
    answers = [client.get(path) for path in (OFFICE, "/organiser/lokalekonomidagarna/2099/")]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"].startswith("/login?next=")


async def test_a_conference_stays_within_the_years_that_clocks_have(db: Database) -> None:
    edition = await make_edition(db)
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        form = organiser.form(OFFICE + "settings")
        for days in (("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31")):
            changed = {**form, "starts_on": days[0], "ends_on": days[1]}
            assert organiser.post(OFFICE + "settings", changed).status_code == 422
        changed = {**form, "registration_opens_at": "0001-01-01T00:00"}
        assert organiser.post(OFFICE + "settings", changed).status_code == 422
        assert organiser.get("/").status_code == 200


@pytest.mark.parametrize("blank", ["   ", "\x00", "\u202e"])
async def test_a_name_of_nothing_visible_is_missing(db: Database, blank: str) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    page = f"{OFFICE}orders/{order.code}/edit"
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        form = organiser.form(page)
        for name in ("buyer-name", "buyer-email", "ticket-1-name"):
            assert organiser.post(page, {**form, name: blank}).status_code == 422
        for path in ("quotas/new", "checkin-lists/new", "ticket-types/new", "rooms"):
            form = {**organiser.form(OFFICE + path), "size": "1", "price": "1", "name": blank}
            assert organiser.post(OFFICE + path, form).status_code == 422
    assert await db.fetch_val(select(orders.c.buyer_email)) == "anna.oberg@example.org"


async def test_badges_of_an_order_whose_code_is_typed_with_look_alikes(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    await db.execute(update(orders).where(orders.c.id == order.id).values(code="ABCSDE"))
    with browser(db, await make_login(db, Role.ORGANISER, edition)) as organiser:
        answer = organiser.get(OFFICE + "badges.pdf?order=abc\u017fde")
    assert (answer.status_code, answer.headers["content-disposition"].rpartition("-")[2]) == (200, 'abcsde.pdf"')


async def test_a_nonce_of_another_conference_s_door_tells_nothing(db: Database) -> None:
    lists = []
    for slug in ("2026", "2027"):
        edition = await make_edition(db, slug=slug)
        await make_ticket_type(db, edition)
        list_id = await save_list(
            db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR
        )
        lists.append(await find_list(db, list_id))
    order = await make_order(db, edition)
    scan = Scan(order.tickets[0].token, str(uuid4()), now() - timedelta(hours=1))
    [there] = await record_scans(db, lists[1], [scan], ACTOR)
    [here] = await record_scans(db, lists[0], [Scan("A", scan.nonce, scan.scanned_at)], ACTOR)
    assert there.status is Status.ADMITTED
    assert here == Answer(scan.nonce, Status.REFUSED, Reason.WRONG_EVENT)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a\nb", "x"])
def test_a_file_s_links_lead_to_the_web_only(address: str) -> None:
    guid = str(uuid4())
    event = {"guid": guid, "title": "T", "date": "2027-05-11T09:00:00+02:00", "duration": "01:00"}
    meta = {"konferens": {"sessions": {guid: {"stream_url": address}}}}
    conference = {"title": "K", "days": [{"rooms": {"Sal": [event]}}], "meta": meta}
    with pytest.raises(InvalidImportError) as caught:
        load_schedule_file(json.dumps({"schedule": {"conference": conference}}).encode())
    assert "är inte en adress som börjar med https://" in str(caught.value)


@pytest.mark.parametrize("part", ["<a ", "<li", '<a href="https://x">', "\n ", " ", "&", "<p>"])
def test_texts_of_unclosed_tags_are_read_in_no_time(part: str) -> None:
    started = time.process_time()
    markdown_from(f"<p>\n{part * (100_000 // len(part))}")
    assert time.process_time() - started < 2


async def test_feeds_are_kept_under_their_own_address_only(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    code = await make_session(db, edition, wall_starts=wall(11, 9))
    for end in ("", "-a", "-b"):
        assert client.get(f"{edition.path}sessions/{code}{end}.ics").status_code == 200
    client.get(f"{edition.path}sessions/{code.lower()}.ics")
    assert list(client.app.state.pages._pages) == [(f"{edition.path}sessions/{code}.ics", "", "sv")]  # type: ignore[attr-defined]


def test_what_holds_personal_data_is_its_owner_s_alone(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/k.db")
    load_settings({"DATA_DIR": str(tmp_path)})
    FileTransport(tmp_path / "mail")._write("a.eml", b"x")
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [(path.name, oct(path.stat().st_mode & 0o777)) for path in files] == [
        ("k.db", "0o600"),
        ("a.eml", "0o600"),
        ("secret-key", "0o600"),
    ]


def test_an_empty_secret_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("")
    with pytest.raises(SettingsError):
        load_settings({"DATA_DIR": str(tmp_path)})


async def test_nul_in_what_a_door_is_sent(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    await make_order(db, edition)
    list_id = await save_list(db, edition.id, None, name="Entrén", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR)
    with browser(db, await make_login(db, Role.STAFF, edition)) as staff:
        page = f"/checkin/list/{list_id}?q=Deltagare"
        assert staff.post(f"/checkin/list/{list_id}", {"token": "A\x00B"}, page=page).status_code == 200
