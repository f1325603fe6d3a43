"""Phones at the door: set up once, for some lists, until a time; ended at once, and nothing that they had scanned is lost."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from konferens.checkin.afterwards import conflicts_of, held_of, mark_seen, settle_held
from konferens.checkin.devices import (
    Device,
    claim_device,
    devices_of,
    find_device,
    prepare_device,
    renew_setup,
    revoke_device,
)
from konferens.checkin.model import CheckinList
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from tests.checkin.factories import make_edition, make_list, make_ticket, make_type

ACTOR = "anna@example.org"
LONG = timedelta(days=3)


class Door:
    """An event with two lists and a ticket, and a phone for the first of them."""

    def __init__(self, client: TestClient, entrance: CheckinList, dinner: CheckinList, token: str) -> None:
        self.client = client
        self.entrance, self.dinner, self.ticket = entrance, dinner, token
        self.key = ""

    def claim(self, code: str) -> Any:
        answer = self.client.post("/checkin/api/devices/claim", json={"code": code})
        if answer.status_code == 201:
            self.key = answer.json()["token"]
        self.client.cookies.clear()
        return answer

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.request(
            method, f"/checkin/api/{path}", json=body, headers={"Authorization": f"Device {self.key}", **headers}
        )

    def scan(self, nonce: str = "", *, told: str = "", list_id: int = 0, at: str = "", **headers: str) -> Any:
        scan = {"token": self.ticket, "nonce": nonce or str(uuid4()), "device": "Telefon", "told": told}
        scan |= {"scanned_at": at} if at else {}
        return self.ask("POST", f"lists/{list_id or self.entrance.id}/scans", [scan], **headers)


@pytest.fixture
async def door(db: Database, client: TestClient) -> Door:
    edition = await make_edition(db)
    kind = await make_type(db, edition)
    return Door(
        client,
        await make_list(db, edition, "Entré"),
        await make_list(db, edition, "Middag"),
        await make_ticket(db, edition, kind),
    )


@pytest.fixture
async def code(db: Database, door: Door) -> str:
    """The code that the organiser shows for a phone at the entrance."""
    return await prepare(db, door.entrance)


async def prepare(db: Database, *lists: CheckinList, expires_at: datetime | None = None) -> str:
    _, code = await prepare_device(
        db,
        lists[0].edition_id,
        name="Annas telefon",
        list_ids=[each.id for each in lists],
        may_sell=False,
        expires_at=expires_at or now() + LONG,
        actor=ACTOR,
    )
    return code


async def only(db: Database, door: Door) -> Device:
    [device] = await devices_of(db, door.entrance.edition_id)
    return device


async def test_a_code_sets_one_phone_up_once(db: Database, door: Door, code: str) -> None:
    answer = door.claim(code)
    assert answer.status_code == 201
    document = answer.json()
    assert [(one["id"], one["name"]) for one in document["lists"]] == [(door.entrance.id, "Entré")]
    assert (document["device"]["name"], document["device"]["may_sell"]) == ("Annas telefon", False)
    assert "phone=1" in answer.headers["set-cookie"]
    assert door.claim(code).status_code == 404
    assert door.scan().json()["answers"][0]["status"] == "admitted"
    assert (await only(db, door)).is_valid(now())


async def test_a_phone_uses_its_lists_and_no_others(door: Door, code: str) -> None:
    door.claim(code)
    assert [one["name"] for one in door.ask("GET", "lists").json()["items"]] == ["Entré"]
    assert door.scan(list_id=door.dinner.id).status_code == 403
    assert door.ask("GET", f"lists/{door.dinner.id}/tickets").status_code == 403
    assert door.client.get("/organiser/", headers={"Authorization": f"Device {door.key}"}).status_code == 303


async def test_a_code_is_for_a_quarter_of_an_hour(
    db: Database, door: Door, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = now() + timedelta(minutes=16)
    monkeypatch.setattr("konferens.checkin.devices.now", lambda: late)
    with pytest.raises(NotFoundError):
        await claim_device(db, code, address="127.0.0.1")


async def test_who_guesses_has_to_wait(db: Database, door: Door, code: str) -> None:
    assert {door.claim("X" * 16).status_code for _ in range(20)} == {404}
    assert door.claim(code).status_code == 429


async def test_who_was_sent_away_without_network_has_not_come(door: Door, code: str) -> None:
    """A later scan admits; and where the phone says no and the server yes at once, the server's answer is the one that counts."""
    door.claim(code)
    an_hour_ago = (now() - timedelta(hours=1)).isoformat()
    sent_away = door.scan(told="refused", at=an_hour_ago).json()
    [answer] = sent_away["answers"]
    assert (answer["status"], answer["reason"], answer["conflict"]) == ("refused", "turned-away", False)
    assert sent_away["counts"]["admitted"] == 0
    assert door.scan(told="refused", at=now().isoformat()).json()["answers"][0]["status"] == "admitted"


async def test_an_ended_phone_is_told_and_what_it_had_scanned_is_kept(db: Database, door: Door, code: str) -> None:
    door.claim(code)
    device = await only(db, door)
    await revoke_device(db, device.edition_id, device.id, actor=ACTOR)
    answer = door.ask("GET", "lists")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (401, "device-ended")
    nonce = str(uuid4())
    assert [door.scan(nonce, told="admitted").status_code for _ in range(2)] == [202, 202]
    assert door.scan(nonce, list_id=door.dinner.id).status_code == 401
    [held] = await held_of(db, device.edition_id)
    assert (held.name, held.device, held.scan["told"]) == ("Åsa Öberg", "Annas telefon", "admitted")
    assert await settle_held(db, device.edition_id, [held.id], keep=True, actor=ACTOR) == 1
    assert await held_of(db, device.edition_id) == []
    assert door.scan(nonce, told="admitted").status_code == 202
    assert await held_of(db, device.edition_id) == []  # it is in the log by now


async def test_an_ended_phone_in_a_stranger_s_hands_fills_no_disk(
    db: Database, door: Door, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konferens.checkin.afterwards.MAX_HELD", 2)
    device_id = door.claim(code).json()["device"]["id"]
    await revoke_device(db, door.entrance.edition_id, device_id, actor=ACTOR)
    nonce = str(uuid4())
    assert [door.scan(nonce).status_code, *(door.scan().status_code for _ in range(2))] == [202, 202, 401]
    assert door.scan(nonce).status_code == 202  # sent again, its answer was lost
    assert len(await held_of(db, door.entrance.edition_id)) == 2


async def test_a_token_that_no_phone_has_keeps_nothing(db: Database, door: Door, code: str) -> None:
    door.key = "X" * 32
    assert door.scan(told="admitted").status_code == 401
    assert await held_of(db, door.entrance.edition_id) == []


async def test_who_tries_many_tokens_has_to_wait_and_nobody_else_at_the_same_address(door: Door, code: str) -> None:
    door.claim(code)
    own = door.key
    tried = []
    for door.key in [f"{number:032d}" for number in range(20)] * 2 + ["X" * 32]:
        tried.append(door.ask("GET", "lists").status_code)
    assert tried == [401] * 20 + [429] * 21
    programs = door.client.get("/api/v1/checkin/lists", headers={"Authorization": "Bearer guess"})
    assert (programs.status_code, "Retry-After" in programs.headers) == (429, True)
    door.key = own
    assert door.ask("GET", "lists").status_code == 200


async def test_a_phone_ends_by_itself(db: Database, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.claim(await prepare(db, door.entrance, expires_at=now() + timedelta(hours=1)))
    late = now() + timedelta(hours=2)
    monkeypatch.setattr("konferens.checkin.access.now", lambda: late)
    assert door.ask("GET", "lists").status_code == 401


async def test_a_new_code_ends_the_phone_that_had_the_old_one_and_keeps_what_it_had_scanned(
    db: Database, door: Door, code: str
) -> None:
    unused = await only(db, door)
    again = await renew_setup(db, unused.edition_id, unused.id, actor=ACTOR)
    assert (door.claim(code).status_code, door.claim(again).status_code) == (404, 201)
    lost = await only(db, door)
    assert lost.id == unused.id
    old, code = door.key, await renew_setup(db, lost.edition_id, lost.id, actor=ACTOR)
    assert door.claim(code).status_code == 201
    new, door.key = door.key, old
    assert (door.ask("GET", "lists").status_code, old == new) == (401, False)
    assert door.scan(told="admitted").status_code == 202
    assert [held.name for held in await held_of(db, lost.edition_id)] == ["Åsa Öberg"]
    latest, ended = await devices_of(db, lost.edition_id)
    assert (latest.name, latest.list_ids, latest.expires_at) == (lost.name, lost.list_ids, lost.expires_at)
    assert (latest.is_valid(now()), ended.is_valid(now())) == (True, False)
    with pytest.raises(ConflictError):
        await renew_setup(db, lost.edition_id, lost.id, actor=ACTOR)


async def test_two_phones_without_network_let_the_same_ticket_in(db: Database, door: Door, code: str) -> None:
    door.claim(code)
    first = door.scan(told="admitted", at="2026-05-11T07:00:00Z").json()["answers"][0]
    second = door.scan(told="admitted", at="2026-05-11T07:01:00Z").json()["answers"][0]
    assert (first["status"], first["conflict"]) == ("admitted", False)
    assert (second["status"], second["conflict"]) == ("already", True)
    [conflict] = await conflicts_of(db, door.entrance.edition_id)
    times = [each.isoformat() for each in (conflict.first_at, conflict.scanned_at) if each]
    assert times == ["2026-05-11T07:00:00+00:00", "2026-05-11T07:01:00+00:00"]
    await mark_seen(db, door.entrance.edition_id, conflict.id, actor=ACTOR)
    assert [each.seen_by for each in await conflicts_of(db, door.entrance.edition_id)] == [ACTOR]
    with pytest.raises(NotFoundError):
        await mark_seen(db, door.entrance.edition_id + 1, conflict.id, actor=ACTOR)


async def test_a_phone_whose_clock_is_wrong_is_put_right(db: Database, door: Door, code: str) -> None:
    door.claim(code)
    ahead = now() + timedelta(hours=1)
    scanned = ahead - timedelta(minutes=10)
    door.scan(at=scanned.isoformat(), **{"Checkin-Clock": ahead.isoformat(), "Checkin-Waiting": "7"})  # type: ignore[arg-type]
    again = door.scan().json()["answers"][0]
    told = datetime.fromisoformat(again["first_scan"]["scanned_at"])
    assert abs((now() - timedelta(minutes=10) - told).total_seconds()) < 60
    device = await find_device(db, door.entrance.edition_id, (await only(db, door)).id)
    assert device.clock_ms is not None
    assert (abs(device.clock_ms - 3_600_000) < 60_000, device.waiting) == (True, 7)


async def test_a_slip_of_the_hand_is_taken_back(db: Database, door: Door, code: str) -> None:
    door.claim(code)
    nonce = str(uuid4())
    assert door.scan(nonce).json()["counts"]["admitted"] == 1
    path = f"lists/{door.entrance.id}/undo"
    assert door.ask("POST", path, {"nonce": nonce}).json() == {
        "undone": True,
        "counts": {"admitted": 0, "expected": 1},
    }
    assert door.ask("POST", path, {"nonce": nonce}).json()["undone"] is False
    assert door.ask("POST", path, {"nonce": "another"}).status_code == 404
    assert door.scan().json()["answers"][0]["status"] == "admitted"


async def test_what_was_long_ago_is_not_taken_back(
    db: Database, door: Door, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.claim(code)
    nonce = str(uuid4())
    door.scan(nonce)
    late = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr("konferens.checkin.afterwards.now", lambda: late)
    assert door.ask("POST", f"lists/{door.entrance.id}/undo", {"nonce": nonce}).status_code == 409


async def test_a_phones_page_opens_without_anybody_signed_in(door: Door, code: str) -> None:
    assert door.client.get("/checkin/").status_code == 303
    assert door.client.get("/checkin/setup").status_code == 200
    page = door.client.get("/checkin/", headers={"Cookie": "phone=1"})
    assert (page.status_code, "data-list=" in page.text) == (200, False)
