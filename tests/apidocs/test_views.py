"""The description as it is served: to programs, and to people in Swedish and English."""

import re

import pytest
from starlette.testclient import TestClient

from konferens.apidocs.examples import example_of
from konferens.apidocs.problem_texts import PROBLEM_TEXTS
from konferens.apidocs.reference import as_json, calls, fields, words
from konferens.routes import routes
from konferens.web.openapi import openapi_document
from konferens.web.problems import PROBLEMS
from tests.apidocs.schemas import errors_in


def test_the_document_is_public_and_cacheable(client: TestClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert (document["openapi"], document["servers"]) == ("3.1.1", [{"url": "http://testserver"}])
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_document_is_the_same_in_every_language(client: TestClient) -> None:
    one, other = (client.get("/api/v1/openapi.json", headers={"Accept-Language": code}) for code in ("sv", "en"))
    assert one.content == other.content


@pytest.mark.parametrize(("language", "heading"), [("sv", "API för program"), ("en", "API for programs")])
def test_the_page_has_every_operation_and_schema(client: TestClient, language: str, heading: str) -> None:
    page = client.get("/api/docs", headers={"Accept-Language": language}).text
    document = openapi_document(routes, "http://testserver")
    ids = set(re.findall(r'id="([^"]+)"', page))
    assert f"<h1>{heading}</h1>" in page
    assert {call.id for call in calls(document)} - ids == set()
    assert {f"schema-{name}" for name in document["components"]["schemas"]} - ids == set()
    assert set(re.findall(r'href="#([^"]+)"', page)) - ids == set()
    assert "`" not in page, "Markdown is shown as it is written"
    assert '<a href="https://www.standardwebhooks.com">Standard Webhooks</a>' in page


def test_every_problem_has_a_page(client: TestClient) -> None:
    assert PROBLEM_TEXTS.keys() == PROBLEMS.keys()
    for slug in PROBLEMS:
        page = client.get(f"/api/docs/problems/{slug}")
        assert (page.status_code, f"<code>{slug}</code>" in page.text) == (200, True)


def test_a_problem_leads_to_its_page(client: TestClient) -> None:
    problem = client.get("/api/v1/orders/ABC234").json()
    assert problem["type"] == "http://testserver/api/docs/problems/token-required"
    assert client.get(problem["type"]).status_code == 200


def test_no_such_problem_is_a_page_for_people(client: TestClient) -> None:
    answer = client.get("/api/docs/problems/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_examples_are_what_the_schemas_say() -> None:
    document = openapi_document(routes, "http://testserver")
    schemas = document["components"]["schemas"]
    answers = [
        (operation["operationId"], status, content["schema"])
        for item in document["paths"].values()
        for operation in item.values()
        for status, answer in operation["responses"].items()
        for content in answer["content"].values()
    ]
    wrong = [
        (name, status, errors)
        for name, status, schema in answers
        if (errors := errors_in(document, schema, example_of(schema, schemas)))
    ]
    assert wrong == []
    assert as_json({"total": example_of(schemas["Money"], schemas)}).splitlines() == [
        "{",
        '  "total": {"amount": 125000, "currency": "SEK"}',
        "}",
    ]


def test_types_in_words() -> None:
    assert words({"type": ["string", "null"], "format": "date"}) == [("string or null, date", "")]
    assert words({"enum": ["in", "out", None]}) == [('"in" | "out" | null', "")]
    assert words({"type": "array", "items": {"$ref": "#/components/schemas/Order"}}) == [
        ("array of ", ""),
        ("Order", "Order"),
    ]
    assert words({"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]}) == [
        ("Money", "Money"),
        (" or ", ""),
        ("null", ""),
    ]


def test_fields_by_their_full_names() -> None:
    inner = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    schema = {
        "properties": {
            "buyer": inner,
            "tickets": {"type": "array", "items": inner},
            "first": {"anyOf": [inner, {"type": "null"}]},
        }
    }
    names = [(field.name, field.required) for field in fields(schema)]
    assert names == [
        ("buyer", False),
        ("buyer.name", True),
        ("tickets", False),
        ("tickets[].name", True),
        ("first", False),
        ("first.name", True),
    ]


def test_calls_as_curl_makes_them() -> None:
    by_id = {call.id: call.curl for call in calls(openapi_document(routes, "https://konferens.example.org"))}
    assert by_id["show_event"] == "curl https://konferens.example.org/api/v1/events/lokalekonomidagarna/2027"
    assert by_id["post_cancellation"].splitlines() == [
        "curl --request POST \\",
        '  --header "Authorization: Bearer $TOKEN" \\',
        "  https://konferens.example.org/api/v1/orders/ABC234/cancel",
    ]
    assert by_id["get_offer"].splitlines() == [
        "curl \\",
        '  --header "Authorization: Device $TOKEN" \\',
        "  https://konferens.example.org/checkin/api/lists/1/offer",
    ]
