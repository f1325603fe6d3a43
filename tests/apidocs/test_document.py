"""The OpenAPI document tells everything that the API answers, and nothing else."""

from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from konferens.checkin.devices import devices_of, revoke_device
from konferens.database import Database
from konferens.routes import routes
from konferens.web.openapi import api_operations, openapi_document
from konferens.web.schemas import Component, resolved, text
from tests.apidocs.schemas import errors_in
from tests.apidocs.worlds import ApiWorld, make_api_world
from tests.factories import ACTOR

DOCUMENT = openapi_document(routes, "http://testserver")
ORDER = {
    "buyer": {"name": "Anna Öberg", "email": "anna@example.org", "orgnr": None},
    "tickets": [{"type": "ordinarie", "name": "Anna Öberg", "email": "anna@example.org", "addons": ["middag"]}],
    "language": "sv",
}


@pytest.fixture
async def world(db: Database) -> ApiWorld:
    return await make_api_world(db)


def scan(token: str) -> dict[str, str]:
    return {"token": token, "nonce": str(uuid4()), "device": "Grind 1", "scanned_at": "2026-05-11T07:00:00Z"}


def requests_of(world: ApiWorld) -> dict[str, list[dict[str, Any]]]:
    """Requests that succeed, by operation: for all of them whatever they answer has been seen in every state."""
    first, second = world.tokens
    own = scan(second) | {"nonce": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77"}
    wish = {"name": "Åke", "type": "ordinarie", "payment": "cash"}
    return {
        "list_events": [{}, {"params": {"limit": 1, "offset": 1}}],
        "list_sessions": [{}, {"params": {"limit": 1}}],
        "list_orders": [{}, {"params": {"limit": 1, "status": "pending"}}],
        "post_order": [{"json": ORDER, "headers": {"Idempotency-Key": "k"}}, {"json": ORDER}],
        "post_scans": [
            {"json": body} for body in (scan(first), [scan(first), scan(second), scan("nobody's")], scan(second), [])
        ],
        "post_claim": [{"json": {"code": world.setup_code}}],
        "get_search": [{"params": {"q": "åsa"}}],
        "post_door_scans": [
            {"json": own, "headers": {"Checkin-Clock": "2026-05-11T07:00:00Z", "Checkin-Waiting": "1"}}
        ],
        "post_undo": [{"json": {"nonce": own["nonce"]}}],
        "post_sale": [
            {"json": {**wish, "key": "k" * 8}},
            {"json": {**wish, "key": "l" * 8, "payment": "swish"}},
            {"json": {**wish, "key": "l" * 8, "type": "digital"}},
            {"json": {"key": "short"}},
        ],
        "post_paid": [{"json": {}}],
        "post_given_up": [{"json": {}}, {"json": {}}],
        "post_addition": [{"json": {"token": first, "type": "+middag", "payment": "cash"}}],
        "post_badge": [{"json": {"token": first}}, {"json": {"token": first}}],
        "post_door_payment": [{"json": {"token": first, "method": each}} for each in ("swish", "cash")],
    }


def test_every_address_answers_as_described(client: TestClient, world: ApiWorld) -> None:
    """Those that change an order come twice: done the first time, refused the second."""
    wrong, successes = [], set()
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            name = operation["operationId"]
            twice: list[dict[str, Any]] = [{}, {}] if name in ("post_cancellation", "post_payment") else [{}]
            for request in requests_of(world).get(name, twice):
                order = {"post_cancellation": 1, "post_given_up": 2}.get(name, 0)
                headers = {**world.headers_for(operation), **request.get("headers", {})}
                answer = client.request(method, world.address(path, order), **{**request, "headers": headers})
                wrong += [f"{name} {answer.status_code} {each}" for each in mistakes(operation, answer)]
                if answer.is_success:
                    successes.add(name)
    assert wrong == []
    assert successes == {described.name for described in api_operations(routes)}


def mistakes(operation: dict[str, Any], answer: Any) -> list[str]:
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        return [f"is not described: {answer.text[:200]}"]
    ((media_type, content),) = described["content"].items()
    if answer.headers["content-type"] != media_type:
        return [f"is {answer.headers['content-type']}"]
    return errors_in(DOCUMENT, content["schema"], answer.json())


def test_problems_are_as_described(client: TestClient, world: ApiWorld) -> None:
    """Without a token, with a wrong one, at an address of nothing, with a wrong body, with too much."""
    wrong, seen = [], set()
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            nothing = path.format(series="nobody", edition="2027", code="ZZZZZZ", list_id=99)
            too_much: dict[str, Any] = {"content": b"x" * (1024 * 1024 + 1)} if method == "post" else {}
            headers = world.headers_for(operation)
            attempts: list[tuple[str, dict[str, Any]]] = [
                (world.address(path), {}),
                (world.address(path), {"headers": {"Authorization": "Bearer nonsense"}}),
                (world.address(path), {"headers": {"Authorization": "Device nonsense"}}),
                (nothing, {"headers": headers}),
                (
                    world.address(path),
                    {"headers": headers, "params": {"limit": "x", "since": "x", "status": "x"}},
                ),
                (world.address(path), {"headers": headers, "params": {"q": "\0"}}),
                (world.address(path), {"headers": headers, **too_much}),
            ]
            for address, request in attempts:
                answer = client.request(method, address, **request)
                if answer.status_code >= 400:
                    seen.add(answer.json()["type"].rpartition("/")[2])
                    wrong += [f"{operation['operationId']} {each}" for each in mistakes(operation, answer)]
    assert wrong == []
    assert seen == {
        "token-required",
        "sign-in-required",
        "device-ended",
        "not-found",
        "conflict",
        "invalid",
        "bad-request",
        "content-too-large",
        "unsupported-media-type",
    }


async def test_what_phones_meet_that_ended_and_whoever_guesses_codes(
    db: Database, client: TestClient, world: ApiWorld
) -> None:
    """A claim from another site, one guess too many, and scans of a phone that has been ended meanwhile."""
    claims, scans = "/checkin/api/devices/claim", f"/checkin/api/lists/{world.list_id}/scans"
    answers = [(claims, client.post(claims, json={"code": "x"}, headers={"Sec-Fetch-Site": "cross-site"}))]
    answers += [(claims, client.post(claims, json={"code": str(guess)})) for guess in range(21)]
    [phone] = [each for each in await devices_of(db, world.edition_id) if each.claimed_at]
    await revoke_device(db, world.edition_id, phone.id, actor=ACTOR)
    answers.append((scans, client.post(scans, json=scan(world.tokens[0]), headers=world.door_headers)))
    operations = {path: DOCUMENT["paths"][path]["post"] for path in (claims, "/checkin/api/lists/{list_id}/scans")}
    operations[scans] = operations.pop("/checkin/api/lists/{list_id}/scans")
    assert [mistakes(operations[path], answer) for path, answer in answers] == [[]] * 23
    assert [answer.status_code for _, answer in answers] == [403, *[404] * 20, 429, 202]
    assert 60 <= int(answers[-2][1].headers["retry-after"]) <= 600


def test_what_a_request_may_hold_is_described(world: ApiWorld) -> None:
    """Whatever takes a body has an example, which is what it says that one may send."""
    bodies = [
        (content["schema"], content.get("example"))
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    assert [errors_in(DOCUMENT, schema, example) for schema, example in bodies] == [[] for _ in bodies]


def test_schemas_are_schemas() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_operations_have_names_of_their_own() -> None:
    names = [described.name for described in api_operations(routes)]
    assert sorted(set(names)) == sorted(names)


def test_a_route_without_description_is_an_error() -> None:
    async def forgotten(request: Request) -> Response:
        return Response()

    with pytest.raises(LookupError, match=r"/api/v1/forgotten \(forgotten\) is not described"):
        api_operations([Route("/api/v1/forgotten", forgotten)])


def test_a_name_is_of_one_schema() -> None:
    components: dict[str, Any] = {}
    assert resolved(Component("A", text()), components) == {"$ref": "#/components/schemas/A"}
    assert resolved(Component("A", text()), components) == {"$ref": "#/components/schemas/A"}
    with pytest.raises(ValueError, match="two schemas are called A"):
        resolved(Component("A", text("other")), components)
