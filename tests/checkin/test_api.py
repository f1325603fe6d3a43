"""Check-in for programs: documents, scopes, what is refused."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from konferens.accounts.actions import create_api_token
from konferens.database import Database
from tests.checkin.factories import make_edition, make_list, make_ticket, make_type

TIME = "2026-05-11T09:00:00+02:00"


class Api:
    """An edition with a list and two tickets, and a client with a token for it."""

    client: TestClient
    edition_id: int
    list_id: int
    tokens: list[str]
    headers: dict[str, str]

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1/checkin/{path}", headers=self.headers)

    def scan(self, body: Any, list_id: int | None = None) -> Any:
        path = f"/api/v1/checkin/lists/{list_id or self.list_id}/scans"
        return self.client.post(path, json=body, headers=self.headers)


@pytest.fixture
async def api(db: Database, client: TestClient) -> Api:
    made = Api()
    made.client = client
    made.edition_id = await make_edition(db, "drivmedel", name="Drivmedelskonferensen 2027")
    type_id = await make_type(db, made.edition_id)
    made.list_id = (await make_list(db, made.edition_id)).id
    made.tokens = [
        await make_ticket(db, made.edition_id, type_id, name=name, organisation="Ås byalag")
        for name in ("Åsa", "Örjan")
    ]
    token = await create_api_token(db, name="grinden", scopes=["checkin"], edition_id=made.edition_id)
    made.headers = {"Authorization": f"Bearer {token}"}
    return made


def body(token: str, **more: Any) -> dict[str, Any]:
    return {"token": token, "nonce": str(uuid4()), "scanned_at": TIME, "device": "Grind 1", "direction": "in", **more}


def test_an_object_for_an_object(api: Api) -> None:
    first, second = body(api.tokens[0]), body(api.tokens[0].lower(), device="")
    attendee: dict[str, Any] = {"name": "Åsa", "type": "Medlem", "organisation": "Ås byalag"}
    attendee |= {"unpaid": False, "owes": 0, "note": None, "marks": {}}
    admitted = {
        "nonce": first["nonce"],
        "status": "admitted",
        "reason": None,
        "attendee": attendee,
        "first_scan": None,
        "conflict": False,
    }
    response = api.scan(first)
    assert (response.status_code, response.json()) == (200, admitted)
    assert api.scan(second).json() == {
        "nonce": second["nonce"],
        "status": "already",
        "reason": None,
        "attendee": attendee,
        "first_scan": {"scanned_at": "2026-05-11T07:00:00Z", "device": "Grind 1"},
        "conflict": False,
    }
    assert api.scan(first).json() == admitted


def test_an_array_for_an_array(api: Api) -> None:
    sent = [body(f"http://testserver/t/{api.tokens[0]}"), body("nobody's"), body(api.tokens[0], direction="out")]
    answers = api.scan(sent).json()
    assert [(a["nonce"], a["status"], a["reason"]) for a in answers] == [
        (sent[0]["nonce"], "admitted", None),
        (sent[1]["nonce"], "refused", "unknown"),
        (sent[2]["nonce"], "admitted", None),
    ]
    assert (answers[1]["attendee"], answers[1]["first_scan"]) == (None, None)
    assert api.scan([]).json() == []
    assert api.scan(sent).json() == answers


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"token": None}, "token"),
        ({"token": "  "}, "token"),
        ({"token": "A" * 5000}, "token"),
        ({"nonce": "once"}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"scanned_at": "2027-05-11T09:00:00"}, "scanned_at"),
        ({"scanned_at": "soon"}, "scanned_at"),
        ({"scanned_at": 5}, "scanned_at"),
        ({"direction": "up"}, "direction"),
        ({"device": "x" * 121}, "device"),
    ],
)
def test_malformed_scans_are_422_and_record_nothing(api: Api, wrong: dict[str, Any], field: str) -> None:
    response = api.scan([body(api.tokens[0]), body(api.tokens[1]) | wrong])
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in response.json()["errors"]] == [f"1.{field}"]
    assert api.scan(body(api.tokens[0])).json()["status"] == "admitted"


@pytest.mark.parametrize("content", [b"", b"{", b'"text"', b"[[]]", b'{"token": "\\u0000"}', b"\xff"])
def test_other_bodies_are_422(api: Api, content: bytes) -> None:
    path = f"/api/v1/checkin/lists/{api.list_id}/scans"
    assert api.client.post(path, content=content, headers=api.headers).status_code == 422


def test_more_than_500_scans_are_422(api: Api) -> None:
    assert api.scan([body("x") for _ in range(501)]).status_code == 422


def test_a_wrong_clock_loses_no_scan(api: Api) -> None:
    sent = [
        body(api.tokens[0], scanned_at="2999-01-01T00:00:00Z"),
        body(api.tokens[1], scanned_at="1970-01-01T00:00:00Z"),
    ]
    assert [answer["status"] for answer in api.scan(sent).json()] == ["admitted", "admitted"]
    first = api.scan(body(api.tokens[0])).json()["first_scan"]["scanned_at"]
    assert first < "2999"


async def test_lists_and_their_numbers(api: Api, db: Database) -> None:
    await make_list(db, await make_edition(db))
    api.scan(body(api.tokens[0]))
    document = api.get("lists").json()
    assert document["next"] is None
    assert [(i["id"], i["name"], i["event"], i["admitted"], i["expected"]) for i in document["items"]] == [
        (api.list_id, "Entré", "drivmedel/2027", 1, 2)
    ]


def test_tickets_for_offline_use(api: Api) -> None:
    document = api.get(f"lists/{api.list_id}/tickets").json()
    assert document["items"] == [
        {
            "token": token,
            "status": "valid",
            "name": name,
            "type": "Medlem",
            "organisation": "Ås byalag",
            "admitted_at": None,
            "admitted_by": None,
            "owes": 0,
            "note": None,
            "valid_on": None,
            "marks": {},
        }
        for token, name in zip(api.tokens, ("Åsa", "Örjan"), strict=True)
    ]
    api.scan(body(api.tokens[1]))
    delta = api.get(f"lists/{api.list_id}/tickets?since={document['cursor']}").json()
    assert [(i["name"], i["admitted_at"]) for i in delta["items"]] == [("Örjan", "2026-05-11T07:00:00Z")]
    assert api.get(f"lists/{api.list_id}/tickets?since=abc").status_code == 422


async def test_long_lists_come_packed_to_who_takes_it(api: Api, db: Database) -> None:
    kind = await make_type(db, api.edition_id)
    for _ in range(3):
        await make_ticket(db, api.edition_id, kind)
    path = f"lists/{api.list_id}/tickets"
    packed = api.get(path)
    api.headers["Accept-Encoding"] = "identity"
    plain = api.get(path)
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.json() == plain.json()
    assert len(plain.json()["items"]) == 5


async def test_who_may(api: Api, db: Database) -> None:
    elsewhere = await make_list(db, await make_edition(db))
    assert api.scan(body(api.tokens[0]), elsewhere.id).status_code == 403
    assert api.get("lists/999999/tickets").status_code == 404
    api.headers = {"Authorization": f"Bearer {await create_api_token(db, name='orders', scopes=['orders'])}"}
    assert api.get("lists").status_code == 403
    assert api.scan(body(api.tokens[0])).status_code == 403
    api.headers = {"Authorization": "Bearer konf_wrong"}
    refused = api.scan(body(api.tokens[0]))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    api.headers = {}
    assert api.get("lists").status_code == 401
