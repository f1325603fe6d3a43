"""The programme in the office, as an organiser meets it."""

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.queries import all_sessions, find_session
from tests.browser import Browser, browser
from tests.factories import make_login, make_room, make_session, make_speaker, make_track, wall

BASE = "/organiser/lokalekonomidagarna/2027/sessions"
NINE = wall(11, 9)


async def test_a_new_session_is_saved_with_everything_typed(db: Database, edition: Edition, office: Browser) -> None:
    room, track = await make_room(db, edition), await make_track(db, edition)
    first, second = await make_speaker(db, edition, "Åsa Öberg"), await make_speaker(db, edition, "Erik Ek")
    response = office.post(
        f"{BASE}/new",
        {
            "title": "  Så startar du  en mack ",
            "type": "workshop",
            "status": "tentative",
            "language": "sv",
            "track": track,
            "room": room,
            "day": "2027-05-11",
            "starts": "09:00",
            "ends": "10:30",
            "capacity": "24",
            "abstract": "Ett **stycke**.",
            "speakers": [first, second],
            f"role-{second}": "moderator",
            "stream_url": "https://example.org/live",
        },
    )
    [session] = await all_sessions(db, edition.id)
    assert response.headers["location"] == f"{BASE}/{session.code}?notice=created"
    assert (session.title, session.type.value, session.capacity) == ("Så startar du en mack", "workshop", 24)
    assert {(person.name, person.role) for person in session.speakers} == {
        ("Åsa Öberg", "speaker"),
        ("Erik Ek", "moderator"),
    }
    assert session.starts_at is not None
    assert session.starts_at.astimezone(edition.zone).replace(tzinfo=None) == NINE


async def test_an_end_before_the_start_is_the_next_day(db: Database, edition: Edition, office: Browser) -> None:
    office.post(
        f"{BASE}/new",
        {
            "title": "Dans",
            "type": "social",
            "status": "confirmed",
            "language": "sv",
            "day": "2027-05-11",
            "starts": "21:00",
            "ends": "01:00",
        },
    )
    [session] = await all_sessions(db, edition.id)
    assert session.ends_at is not None
    assert session.ends_at.astimezone(edition.zone).replace(tzinfo=None) == wall(12, 1)


async def test_saving_the_form_untouched_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(
        db,
        edition,
        wall_starts=NINE,
        abstract="Rad ett.\n\nRad två.",
        room_id=await make_room(db, edition),
        track_id=await make_track(db, edition),
        speakers=[(await make_speaker(db, edition), "moderator")],
    )
    before = await find_session(db, edition.id, code)
    response = office.post(f"{BASE}/{code}", office.form(f"{BASE}/{code}"))
    assert response.status_code == 303
    assert await find_session(db, edition.id, code) == before


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "Skriv en titel."),
        ({"title": "x" * 301}, "Titel"),
        ({"day": "", "starts": "09:00", "ends": "10:00"}, "Välj dag för tiden."),
        ({"day": "2027-05-11", "starts": "", "ends": "10:00"}, "Skriv när den börjar."),
        ({"day": "2027-05-11", "starts": "09:00", "ends": ""}, "Skriv när den slutar."),
        ({"day": "2027-05-11", "starts": "09:00", "ends": "09:00"}, "Den slutar samtidigt som den börjar."),
        ({"day": "i morgon"}, "Dag"),
        ({"capacity": "många"}, "Antal platser"),
        ({"room": "999999"}, "Rum"),
        ({"stream_url": "javascript:alert(1)"}, "Skriv hela adressen"),
        ({"speakers": "ZZZZZZ"}, "Medverkande"),
    ],
)
async def test_what_cannot_be_saved_is_said_and_everything_typed_stays(
    db: Database, edition: Edition, office: Browser, typed: dict[str, str], message: str
) -> None:
    filled = {
        "title": "Mack",
        "type": "talk",
        "status": "confirmed",
        "language": "sv",
        "abstract": "Skrivet <b>här</b>",
    }
    response = office.post(f"{BASE}/new", filled | typed)
    assert response.status_code == 422
    summary = response.text.partition('class="error-summary"')[2].partition("</ul>")[0]
    assert message in summary
    assert "Skrivet &lt;b&gt;här&lt;/b&gt;" in response.text
    assert await all_sessions(db, edition.id) == []


async def test_a_collision_is_told_after_saving_but_not_refused(
    db: Database, edition: Edition, office: Browser
) -> None:
    room = await make_room(db, edition, "Loftet")
    await make_session(db, edition, "Den andra", wall_starts=NINE, room_id=room)
    code = await make_session(db, edition, wall_starts=NINE, room_id=room)
    response = office.post(f"{BASE}/{code}", office.form(f"{BASE}/{code}"))
    assert response.status_code == 303
    page = office.text(response.headers["location"])
    assert "Sparat." in page
    assert "<strong>Loftet</strong> är dubbelbokat:" in page


async def test_a_change_by_somebody_else_is_shown_and_nothing_typed_is_lost(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_session(db, edition, "Gammal titel")
    mine = office.form(f"{BASE}/{code}")
    erik = await make_login(db, edition=edition, email="erik@example.org")
    with browser(db, erik) as other:
        assert other.post(f"{BASE}/{code}", {**other.form(f"{BASE}/{code}"), "title": "Eriks titel"}).status_code == 303
    response = office.post(f"{BASE}/{code}", {**mine, "title": "Annas titel", "abstract": "Långt arbete"})
    assert response.status_code == 409
    assert "erik@example.org sparade" in response.text
    assert "Eriks titel" in response.text
    assert 'value="Annas titel"' in response.text
    assert "Långt arbete</textarea>" in response.text
    assert (await find_session(db, edition.id, code)).title == "Eriks titel"


async def test_after_the_warning_saving_again_counts(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, "Gammal titel")
    stale = {**office.form(f"{BASE}/{code}"), "version": "older", "title": "Annas titel"}
    page = office.post(f"{BASE}/{code}", stale)
    fresh = page.text.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    assert office.post(f"{BASE}/{code}", stale | {"version": fresh}).status_code == 303
    assert (await find_session(db, edition.id, code)).title == "Annas titel"


async def test_save_and_next_goes_through_the_programme(db: Database, edition: Edition, office: Browser) -> None:
    first = await make_session(db, edition, "Ett", wall_starts=NINE)
    second = await make_session(db, edition, "Två", wall_starts=wall(11, 10))
    go = {"next": "1"}
    to_second = office.post(f"{BASE}/{first}", office.form(f"{BASE}/{first}") | go)
    assert to_second.headers["location"] == f"{BASE}/{second}?notice=saved"
    to_list = office.post(f"{BASE}/{second}", office.form(f"{BASE}/{second}") | go)
    assert to_list.headers["location"] == f"{BASE}?notice=saved"


async def test_next_after_a_new_one_is_another_at_the_same_place(
    db: Database, edition: Edition, office: Browser
) -> None:
    room = await make_room(db, edition)
    typed = {"title": "Ett", "type": "talk", "status": "confirmed", "language": "sv", "next": "1"}
    when = {"day": "2027-05-12", "starts": "09:00", "ends": "10:00", "room": room}
    response = office.post(f"{BASE}/new", typed | when)
    form = office.form(response.headers["location"])
    assert (form["title"], form["day"], form["room"]) == ("", "2027-05-12", str(room))


async def test_removal_asks_first(db: Database, edition: Edition, office: Browser) -> None:
    code = await make_session(db, edition, "Bort")
    assert "Ta bort Bort?" in office.text(f"{BASE}/{code}/delete")
    assert len(await all_sessions(db, edition.id)) == 1
    assert office.post(f"{BASE}/{code}/delete", {}).headers["location"] == f"{BASE}?notice=deleted"
    assert await all_sessions(db, edition.id) == []
    assert office.get(f"{BASE}/{code}").status_code == 404


async def test_the_list_is_filtered_by_day_room_track_status_and_words(
    db: Database, edition: Edition, office: Browser
) -> None:
    room, track = await make_room(db, edition, "Loftet"), await make_track(db, edition, "Energi")
    people = [(await make_speaker(db, edition, "Åsa Öberg"), "speaker")]
    await make_session(db, edition, "Mackar", wall_starts=NINE, room_id=room, speakers=people)
    await make_session(db, edition, "Solel", wall_starts=wall(12, 9), track_id=track, status="tentative")
    await make_session(db, edition, "Senare")

    def found(query: str) -> list[str]:
        page = office.text(f"{BASE}?{query}")
        return [title for title in ("Mackar", "Solel", "Senare") if f">{title}</a>" in page]

    assert found("") == ["Mackar", "Solel", "Senare"]
    assert found("day=2027-05-12") == ["Solel"]
    assert found("day=none") == ["Senare"]
    assert found("room=loftet") == ["Mackar"]
    assert found("room=none") == ["Solel", "Senare"]
    assert found("track=energi") == ["Solel"]
    assert found("status=tentative") == ["Solel"]
    assert found("q=öberg+mack") == ["Mackar"]
    assert found("q=ingenting") == []
    assert found("day=nonsens&status=x") == ["Mackar", "Solel", "Senare"]


async def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    db: Database, edition: Edition, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    fetch = Database.fetch_all

    async def counted(self: Database, *args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        return await fetch(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "fetch_all", counted)

    async def queries() -> int:
        """The fewest of three tries: workers beside the requests ask the database too."""
        nonlocal count
        await make_session(
            db, edition, wall_starts=wall(11, 9), speakers=[(await make_speaker(db, edition), "speaker")]
        )
        tries = []
        for _ in range(3):
            count = 0
            office.text(BASE)
            tries.append(count)
        return min(tries)

    one = await queries()
    await queries()
    assert await queries() == one
