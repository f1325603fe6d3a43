"""The feeds over HTTP, on a real application and database."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from konferens.database import Database
from konferens.events.actions import update_edition
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, tracks_of
from konferens.offering.addon_actions import save_addon
from konferens.programme.actions import delete_session, save_session
from konferens.programme.queries import find_session
from konferens.tables import editions, orders, ticket_addons, ticket_sessions, ticket_types, tickets
from tests.calendar.readers import event, events, read
from tests.factories import ACTOR, MOMENT, make_addon, make_edition, make_room, make_session, make_speaker, make_track

BASE = "/lokalekonomidagarna/2027/"
NINE = datetime(2027, 5, 11, 9)  # noqa: DTZ001 - what the clock on the wall shows
TOKEN = "MFRGGZDFMZTWQ2LKNNWG23TP"


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


@pytest.fixture
async def programme(db: Database, edition: Edition) -> dict[str, str]:
    """Two sessions: 'mack' in Stora salen, on the track Energi, by Åsa Öberg; 'bank' in none of these. Codes by name."""
    room, track = await make_room(db, edition), await make_track(db, edition)
    speaker = await make_speaker(db, edition)
    mack = await make_session(
        db,
        edition,
        "Så startar du en mack",
        wall_starts=NINE,
        room_id=room,
        track_id=track,
        speakers=[(speaker, "speaker")],
    )
    bank = await make_session(db, edition, "Bank på landet", wall_starts=NINE.replace(hour=10))
    await make_session(db, edition, "Utan tid")
    return {"mack": mack, "bank": bank, "speaker": speaker}


async def make_ticket(db: Database, edition: Edition, *chosen: str, **order: Any) -> int:
    """An attendee's ticket with the sessions chosen by code, its feed at /my/TOKEN/; gives its id."""
    type_row = {"edition_id": edition.id, "code": "ordinarie", "name": "Ordinarie", "price": 0}
    type_id = await db.fetch_val(insert(ticket_types).values(**type_row).returning(ticket_types.c.id))
    order_row = {
        "edition_id": edition.id,
        "code": "ORD234",
        "secret": "s",
        "status": "paid",
        "buyer_name": "Örjan",
        "buyer_email": "orjan@example.org",
        "total": 0,
        "placed_at": MOMENT,
        **order,
    }
    order_id = await db.fetch_val(insert(orders).values(**order_row).returning(orders.c.id))
    ticket_row = {
        "order_id": order_id,
        "edition_id": edition.id,
        "ticket_type_id": type_id,
        "position": 1,
        "token": "T",
        "calendar_token": TOKEN,
        "secret": "S" * 24,
        "attendee_name": "Örjan Åkesson",
        "price": 0,
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }
    ticket_id = int(await db.fetch_val(insert(tickets).values(**ticket_row).returning(tickets.c.id)))
    for code in chosen:
        session = await find_session(db, edition.id, code)
        row = {"ticket_id": ticket_id, "session_id": session.id, "created_at": MOMENT}
        await db.execute(insert(ticket_sessions).values(**row))
    return ticket_id


def titles(client: TestClient, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [str(found["SUMMARY"]) for found in events(response.content)]


# --- what is in which ---


async def test_each_feed_has_its_own_sessions(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    mack, bank = "Så startar du en mack", "Bank på landet"
    assert titles(client, f"{BASE}calendar.ics") == [mack, bank]
    assert titles(client, f"{BASE}rooms/stora-salen.ics") == [mack]
    assert titles(client, f"{BASE}tracks/energi.ics") == [mack]
    assert titles(client, f"{BASE}speakers/{programme['speaker']}.ics") == [mack]
    assert titles(client, f"{BASE}sessions/{programme['bank']}.ics") == [bank]
    assert titles(client, f"{BASE}sessions/{programme['bank'].lower()}-bank-pa-landet.ics") == [bank]


async def test_feeds_are_named_after_what_they_hold(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    paths = ["calendar", "rooms/stora-salen", "tracks/energi", f"speakers/{programme['speaker']}"]
    calendars = [read(client.get(f"{BASE}{path}.ics").content) for path in paths]
    assert [str(calendar["NAME"]).removeprefix(edition.name) for calendar in calendars] == [
        "",
        " – Stora salen",
        " – Energi",
        " – Åsa Öberg",
    ]
    (track,) = await tracks_of(db, edition.id)
    assert [str(calendar.get("X-APPLE-CALENDAR-COLOR", "")) for calendar in calendars] == ["", "", track.colour, ""]
    assert [str(calendar["SOURCE"]) for calendar in calendars] == [
        f"http://testserver{BASE}{path}.ics" for path in paths
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/lokalekonomidagarna/1999/calendar.ics",
        f"{BASE}rooms/finns-inte.ics",
        f"{BASE}tracks/finns-inte.ics",
        f"{BASE}speakers/ZZZZZZ.ics",
        f"{BASE}sessions/ZZZZZZ.ics",
        f"{BASE}rooms/%C3%A5.ics",
        "/my/FEL/calendar.ics",
        "/my/%F0%9F%8C%BB/calendar.ics",
        "/my/%FF/calendar.ics",
        f"/my/{'A' * 2000}/calendar.ics",
    ],
)
async def test_the_unknown_is_not_found(client: TestClient, programme: dict[str, str], path: str) -> None:
    assert client.get(path).status_code == 404


async def test_a_draft_has_no_feeds(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    await make_ticket(db, edition)
    paths = [f"{BASE}calendar.ics", f"{BASE}sessions/{programme['mack']}.ics", f"/my/{TOKEN}/calendar.ics"]
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    await db.execute(update(editions).where(editions.c.id == edition.id).values(published=False))
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


# --- change ---


async def test_a_moved_session_moves_in_the_feed_at_once(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    path = f"{BASE}sessions/{programme['mack']}.ics"
    before, tag = event(client.get(path).content), client.get(path).headers["etag"]
    values = {"wall_starts": NINE.replace(hour=13), "wall_ends": NINE.replace(hour=14)}
    await save_session(db, edition, programme["mack"], values, actor=ACTOR)
    response = client.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200
    after = event(response.content)
    assert after["DTSTART"].dt.hour == 13
    assert (str(after["UID"]), int(after["SEQUENCE"])) == (str(before["UID"]), int(before["SEQUENCE"]) + 1)
    assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt


async def test_a_removed_session_stays_as_cancelled(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    await delete_session(db, edition, programme["mack"], actor=ACTOR)
    for path in ("calendar", "tracks/energi", "rooms/stora-salen", f"sessions/{programme['mack']}"):
        found = events(client.get(f"{BASE}{path}.ics").content)
        assert [str(each["STATUS"]) for each in found if "mack" in str(each["SUMMARY"])] == ["CANCELLED"], path


# --- HTTP ---


async def test_headers(client: TestClient, db: Database, edition: Edition, programme: dict[str, str]) -> None:
    response = client.get(f"{BASE}tracks/energi.ics")
    changed_at = (await edition_by_id(db, edition.id)).updated_at
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["last-modified"] == format_datetime(changed_at, usegmt=True)
    assert response.headers["etag"][0] == '"'
    assert response.headers["content-disposition"] == 'inline; filename="lokalekonomidagarna-2027-tracks-energi.ics"'
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("path", [f"{BASE}calendar.ics", f"/my/{TOKEN}/calendar.ics"])
async def test_who_has_it_already_gets_304(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str], path: str
) -> None:
    await make_ticket(db, edition, programme["mack"])
    first = client.get(path)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for condition in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}, {"If-Modified-Since": modified}):
        answer = client.get(path, headers=condition)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    old = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
    for condition in ({"If-None-Match": '"x"', "If-Modified-Since": modified}, {"If-Modified-Since": old}):
        assert client.get(path, headers=condition).content == first.content


@pytest.mark.parametrize("path", [f"{BASE}calendar.ics", f"/my/{TOKEN}/calendar.ics"])
async def test_head_tells_the_same_without_a_body(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str], path: str
) -> None:
    await make_ticket(db, edition, programme["mack"])
    got, told = client.get(path), client.head(path)
    assert (told.status_code, told.content, told.headers) == (200, b"", got.headers)


async def test_the_visitors_language_changes_nothing(client: TestClient, programme: dict[str, str]) -> None:
    swedish, english = (client.get(f"{BASE}calendar.ics", headers={"Accept-Language": tag}) for tag in ("sv", "en"))
    assert swedish.content == english.content


# --- the attendee's own ---


async def test_personal_feed_has_the_conference_and_what_was_chosen(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    await make_ticket(db, edition, programme["bank"])
    response = client.get(f"/my/{TOKEN}/calendar.ics")
    assert [str(each["SUMMARY"]) for each in events(response.content)] == [edition.name, "Bank på landet"]
    assert str(read(response.content)["NAME"]) == f"{edition.name} – Örjan Åkesson"
    assert response.headers["cache-control"] == "private, max-age=300"
    assert response.headers["x-robots-tag"] == "noindex"
    assert TOKEN not in response.headers["content-disposition"]


async def test_personal_feed_follows_every_change(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    path = f"/my/{TOKEN}/calendar.ics"
    await make_ticket(db, edition, programme["bank"])
    await save_session(db, edition, programme["bank"], {"title": "Bank i byn"}, actor=ACTOR)
    assert titles(client, path) == [edition.name, "Bank i byn"]
    await delete_session(db, edition, programme["bank"], actor=ACTOR)
    assert titles(client, path) == [edition.name, "Inställt: Bank i byn"]


@pytest.mark.parametrize("of_what", ["ticket", "order", "expired order"])
async def test_a_cancelled_ticket_cancels_its_feed(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str], of_what: str
) -> None:
    status = {"ticket": "paid", "order": "cancelled", "expired order": "expired"}[of_what]
    ticket_id = await make_ticket(db, edition, programme["mack"], status=status)
    if of_what == "ticket":
        await db.execute(update(tickets).where(tickets.c.id == ticket_id).values(status="cancelled"))
    found = events(client.get(f"/my/{TOKEN}/calendar.ics").content)
    assert [str(each["STATUS"]) for each in found] == ["CANCELLED", "CANCELLED"]


@pytest.fixture
def asked(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that the server makes, as they come."""
    found: list[str] = []
    served: Database = client.app.state.database  # type: ignore[attr-defined]
    fetch_all = served.fetch_all  # the other ways to read go through it

    async def counted(*arguments: Any) -> Any:
        found.append(str(arguments[0]))
        return await fetch_all(*arguments)

    monkeypatch.setattr(served, "fetch_all", counted)
    return found


async def test_a_personal_feed_that_is_as_before_costs_one_query(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str], asked: list[str]
) -> None:
    path = f"/my/{TOKEN}/calendar.ics"
    ticket_id = await make_ticket(db, edition, programme["bank"])
    tag = client.get(path).headers["etag"]
    asked.clear()
    assert (client.get(path, headers={"If-None-Match": tag}).status_code, len(asked)) == (304, 1)
    changes = [
        update(tickets).where(tickets.c.id == ticket_id).values(attendee_name="Åsa"),
        update(orders).values(status="cancelled"),
        update(editions).where(editions.c.id == edition.id).values(version=edition.version + 9, name="En annan"),
    ]
    for change in changes:
        await db.execute(change)
        again = client.get(path, headers={"If-None-Match": tag})
        assert again.status_code == 200
        tag = again.headers["etag"]
    await db.execute(update(editions).values(published=False))
    assert client.get(path).status_code == 404


async def test_the_conference_and_an_add_on_are_dated_by_what_they_show(
    client: TestClient, db: Database, edition: Edition, programme: dict[str, str]
) -> None:
    path = f"/my/{TOKEN}/calendar.ics"
    ticket_id = await make_ticket(db, edition, programme["bank"])
    addon_id = await make_addon(db, edition, "middag", starts_at=MOMENT, location="Loftet")
    booking = {"ticket_id": ticket_id, "addon_id": addon_id, "price": 0, "created_at": MOMENT}
    await db.execute(insert(ticket_addons).values(booking))

    async def change_addon(**values: Any) -> None:
        await save_addon(db, edition.id, addon_id, values, type_ids=[], actor=ACTOR)

    def shown() -> list[int]:
        conference, _session, dinner = events(client.get(path).content)
        return [int(conference["SEQUENCE"]), int(dinner["SEQUENCE"])]

    before = client.get(path).content
    await update_edition(db, edition.id, {"seller_name": "Byalaget"}, actor=ACTOR)
    await change_addon(price=5000)
    assert client.get(path).content == before
    await update_edition(db, edition.id, {"tagline": "Två dagar"}, actor=ACTOR)
    assert shown() == [1, 0]
    await change_addon(location="Ladan")
    assert shown() == [1, 1]
    await db.execute(update(ticket_addons).values(status="cancelled"))
    assert shown() == [1, 2]
    again = {**booking, "created_at": MOMENT + timedelta(hours=1)}
    await db.execute(insert(ticket_addons).values(again))
    assert shown() == [1, 3]


async def test_a_feed_takes_as_many_queries_for_many_sessions_as_for_one(
    client: TestClient, db: Database, edition: Edition, asked: list[str]
) -> None:
    counts = []
    for number in (1, 3):
        while len(events(client.get(f"{BASE}calendar.ics").content)) < number:
            await make_session(db, edition, f"Pass {number}", wall_starts=NINE)
        await make_session(db, edition, "Utan tid")  # so that nothing is kept
        asked.clear()
        client.get(f"{BASE}calendar.ics")
        counts.append(len(asked))
    assert counts == [4, 4]  # the versions, the edition, its sessions, their speakers
