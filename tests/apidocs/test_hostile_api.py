"""Requests that schemathesis makes from the OpenAPI document, fitting and unfitting: every answer is one that it describes."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from konferens.app import create_app
from konferens.database import open_database
from konferens.settings import load_settings
from tests.apidocs.worlds import ApiWorld, make_api_world

EXAMPLES = 6
"""Of each operation and kind."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def served(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, assets: None
) -> Iterator[tuple[TestClient, ApiWorld]]:
    """A client that tells a 500 rather than raise, and what its application has."""
    folder = tmp_path_factory.mktemp("api")
    url = f"sqlite:///{shutil.copyfile(migrated_sqlite, folder / 'konferens.db')}"

    async def fill() -> ApiWorld:
        db = open_database(url)
        await db.connect()
        try:
            return await make_api_world(db)
        finally:
            await db.disconnect()

    world = asyncio.run(fill())
    environ = {"DATABASE_URL": url, "DATA_DIR": str(folder), "BASE_URL": "http://testserver", "SECRET_KEY": "x" * 40}
    app = create_app(load_settings(environ))
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client, world


def send(client: TestClient, case: Case[Any], world: ApiWorld) -> Any:
    """The answer to what schemathesis made up, with the token in the place of whatever it made up for that."""
    headers = world.headers_for(case.operation.definition.raw)
    made = case.as_transport_kwargs(base_url="http://testserver")
    return client.request(
        made["method"],
        made["url"],
        params=made.get("params"),
        headers={name: value for name, value in made["headers"].items() if name != "Authorization"} | headers,
        json=made.get("json"),
        content=made.get("data"),
    )


# The application's thread uses `random` at the same time; hypothesis takes that for a strategy's doing.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("found", [True, False], ids=["found", "nowhere"])
def test_every_answer_is_described(served: tuple[TestClient, ApiWorld], mode: GenerationMode, found: bool) -> None:
    """`found`: at addresses where there is something; else at whatever the document lets one ask for."""
    client, world = served
    document = client.get("/api/v1/openapi.json").json()
    parts = {"series": "lokalekonomidagarna", "edition": "2027", "code": world.orders[0], "list_id": world.list_id}
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.headers or operation.body):
            continue
        names = [each.name for each in operation.path_parameters]
        if not found and not names:
            continue
        fixed = {name: parts[name] for name in names} if found and names else None

        @seed(2027)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, path_parameters=fixed))
        def answers(case: Case[Any]) -> None:
            case.validate_response(send(client, case, world), checks=CHECKS)

        answers()
