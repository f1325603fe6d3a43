"""The end of a check-in list: deleted where it was never used, else ended; phones lose it, and none of their scans."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from starlette.testclient import TestClient

from konferens.checkin.devices import claim_device, prepare_device
from konferens.checkin.queries import lists_of
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from tests.browser import Browser
from tests.checkin.factories import make_list
from tests.factories import ACTOR, make_order, make_ticket_type


async def names(db: Database, edition: Edition) -> list[tuple[str, bool]]:
    """Of the edition's lists, and whether each has ended."""
    return [(one.name, one.ended_at is not None) for one in await lists_of(db, edition.id)]


def offered(page: str) -> list[str]:
    """Ids of the lists that a new phone can be set up for."""
    boxes = re.findall(r"<input[^>]*name=\"lists\"[^>]*>", page)
    return [found[1] for box in boxes if (found := re.search(r'value="(\d+)"', box))]


async def test_a_list_is_ended_where_phones_have_it_and_deleted_where_none_does(
    db: Database, client: TestClient, edition: Edition, office: Browser
) -> None:
    await make_ticket_type(db, edition)
    eva, bo = [(await make_order(db, edition)).tickets[0] for _ in range(2)]
    spare, entrance = await make_list(db, edition.id, "Buss"), await make_list(db, edition.id, "Entré")
    _, code = await prepare_device(
        db,
        edition.id,
        name="Grind",
        list_ids=[entrance.id, spare.id],
        may_sell=False,
        expires_at=now() + timedelta(days=1),
        actor=ACTOR,
    )
    page = f"/organiser/{edition.ref}/checkin-lists"
    assert "Ta bort Buss?" in office.text(f"{page}/{spare.id}/end")
    _, key = await claim_device(db, code, address="127.0.0.1")

    def phone(method: str, path: str = "", body: Any = None) -> Any:
        address = f"/checkin/api/lists{path}"
        return client.request(method, address, json=body, headers={"Authorization": f"Device {key}"})

    def scan(token: str) -> str:
        made = [{"token": token, "nonce": str(uuid4()), "told": "admitted"}]
        return str(phone("POST", f"/{entrance.id}/scans", made).json()["answers"][0]["status"])

    assert scan(eva.token) == "admitted"
    assert "Avsluta Entré?" in office.text(f"{page}/{entrance.id}/end")
    refused = office.post(f"{page}/{entrance.id}/end", {"deed": "delete"})
    assert (refused.status_code, await names(db, edition)) == (409, [("Buss", False), ("Entré", False)])
    assert office.post(f"{page}/{entrance.id}/end", {"deed": "end"}).status_code == 303
    assert await names(db, edition) == [("Buss", False), ("Entré", True)]
    assert [one["name"] for one in phone("GET").json()["items"]] == ["Buss"]
    assert phone("GET", f"/{entrance.id}/tickets").status_code == 404
    assert scan(bo.token) == "admitted"
    assert "2 av 2 har kommit" in office.text(f"{page}/{entrance.id}")
    assert offered(office.text(f"/organiser/{edition.ref}/devices")) == [str(spare.id)]

    assert office.post(f"{page}/{entrance.id}/end", {"deed": "reopen"}).status_code == 303
    assert [one["name"] for one in phone("GET").json()["items"]] == ["Buss", "Entré"]

    unused = await make_list(db, edition.id, "Middag")
    assert office.post(f"{page}/{unused.id}/end", {"deed": "delete"}).status_code == 303
    assert await names(db, edition) == [("Buss", False), ("Entré", False)]
