"""A programme from a file in the office: what it would change is shown first, and nothing else is done."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, rooms_of
from konferens.programme.actions import save_session
from konferens.programme.drafts import drafts_of, working_sessions
from konferens.programme.import_files import read_schedule
from konferens.programme.model import SessionStatus
from konferens.programme.queries import all_sessions
from konferens.programme.releases import add_release
from konferens.programme.schedule import InvalidImportError
from konferens.programme.uploads import drop_old_uploads
from konferens.programme.xlsx_reading import MAX_UNPACKED
from konferens.speakers.queries import speakers_of
from konferens.tables import uploads
from tests.browser import Browser
from tests.factories import ACTOR, make_room, make_session, make_speaker, make_track, wall

BASE = "/organiser/lokalekonomidagarna/2027/import"
CSV = "Titel;Datum;Börjar;Slutar;Rum;Medverkande\n"


def send(office: Browser, *files: tuple[str, bytes]) -> Any:
    return office.post(BASE, {}, files=[("file", file) for file in files])  # type: ignore[arg-type]


def go_on(office: Browser, address: str, **values: str) -> Any:
    """Do what the page at `address` shows."""
    return office.post(address.partition("?")[0], office.form(address) | values, page=address)


async def test_what_a_file_changes_is_shown_and_then_done(db: Database, edition: Edition, office: Browser) -> None:
    await make_room(db, edition, "Stora salen")
    code = await make_session(db, edition, "Mackar", wall_starts=wall(11, 9))
    other = await make_session(db, edition, "Fika", wall_starts=wall(11, 10))
    before = await edition_by_id(db, edition.id)
    data = f"{CSV}Mackar;2027-05-11;09.00;10.30;Lilla salen;Åsa Öberg\nDans;2027-05-13;20:00;01:00;;\n".encode()

    address = send(office, ("program.csv", data)).headers["location"]

    shown = office.visible(address)
    for words in (
        "Nya programpunkter 1 Dans torsdag 13 maj 20.00",
        "Ändrade programpunkter 1 Mackar tisdag 11 maj 09.00, Lilla salen",
        "Före: (tomt) → Efter: Lilla salen",
        "Nya rum 1 Lilla salen",
        "Nya personer 1 Åsa Öberg",
        "1 programpunkt ligger på en dag som konferensen inte har.",
        "Programpunkter som saknas i filen står kvar.",
    ):
        assert words in shown
    assert await edition_by_id(db, edition.id) == before

    done = go_on(office, address)

    assert done.headers["location"].endswith("/sessions?notice=imported")
    found = {session.title: session for session in await all_sessions(db, edition.id)}
    assert {title: session.code for title, session in found.items()} == {
        "Mackar": code,
        "Fika": other,
        "Dans": found["Dans"].code,
    }
    mackar = found["Mackar"]
    assert (mackar.ends_at, mackar.room and mackar.room.name) == (
        datetime(2027, 5, 11, 8, 30, tzinfo=UTC),
        "Lilla salen",
    )
    assert [person.name for person in mackar.speakers] == ["Åsa Öberg"]
    assert await db.fetch_val(select(func.count()).select_from(uploads)) == 0


async def test_what_has_been_changed_meanwhile_is_looked_at_again(
    db: Database, edition: Edition, office: Browser
) -> None:
    code = await make_session(db, edition, "Mackar", wall_starts=wall(11, 9))
    address = send(office, ("p.csv", f"{CSV}Mackar;2027-05-11;09:00;11:00;;\n".encode())).headers["location"]
    form = office.form(address)
    times = {"wall_starts": wall(11, 9), "wall_ends": wall(11, 10, 15)}
    await save_session(db, edition, code, times, actor=ACTOR)

    refused = office.post(address.partition("?")[0], form, page=address)

    assert refused.status_code == 409
    assert "Programmet har ändrats medan du tittade." in refused.text
    assert "10.15" in refused.text
    assert (await all_sessions(db, edition.id))[0].ends_at == datetime(2027, 5, 11, 8, 15, tzinfo=UTC)
    assert go_on(office, address).status_code == 303
    assert (await all_sessions(db, edition.id))[0].ends_at == datetime(2027, 5, 11, 9, 0, tzinfo=UTC)


async def test_with_versions_an_import_is_drafts(db: Database, edition: Edition, office: Browser) -> None:
    await make_session(db, edition, "Mackar", wall_starts=wall(11, 9))
    await add_release(db, edition, name="1.0", actor=ACTOR)
    data = json.dumps(
        {
            "schedule": {
                "conference": {
                    "title": "A",
                    "days": [
                        {
                            "rooms": {
                                "Salen": [
                                    {
                                        "guid": "00000000-0000-4000-8000-000000000001",
                                        "title": "Nytt",
                                        "date": "2027-05-11T09:00:00+02:00",
                                        "duration": "01:00",
                                        "abstract": "<p>Hej</p>",
                                        "logo": "https://a.example.org/l.png",
                                    }
                                ]
                            }
                        }
                    ],
                }
            }
        }
    ).encode()

    address = send(office, ("schedule.json", data)).headers["location"]
    assert "Programpunkter som tas bort 1 Mackar" in office.visible(address)
    go_on(office, address)

    edition = await edition_by_id(db, edition.id)
    assert [session.title for session in await all_sessions(db, edition.id)] == ["Mackar"]
    (planned,) = await working_sessions(db, edition)
    assert (planned.title, planned.abstract, planned.extras["logo"]) == ("Nytt", "Hej", "https://a.example.org/l.png")
    assert {draft.deleted for draft in (await drafts_of(db, edition.id)).values()} == {True, False}
    assert "Filen ändrar ingenting" in office.visible(send(office, ("schedule.json", data)).headers["location"])


async def test_the_programme_as_an_excel_file_is_changed_and_read_back(
    db: Database, edition: Edition, office: Browser
) -> None:
    room, track = await make_room(db, edition), await make_track(db, edition)
    people = [(await make_speaker(db, edition), "speaker"), (await make_speaker(db, edition, "Bo Ek"), "moderator")]
    values = {"room_id": room, "track_id": track, "speakers": people, "capacity": 24, "level": "beginner"}
    code = await make_session(db, edition, "=1+1", wall_starts=wall(11, 9), abstract="- Ett\n- Två", **values)
    await make_session(db, edition, "Lunch", wall_starts=wall(11, 12), type="meal", all_rooms=True)
    parked = await make_session(db, edition, "Utan tid", status="tentative")
    content = office.get(f"{BASE}/programme.xlsx").content

    in_english = office.get(f"{BASE}/programme.xlsx", **{"Accept-Language": "en"}).content
    for file in (content, in_english):
        unchanged = send(office, ("program.xlsx", file)).headers["location"]
        assert "Filen ändrar ingenting" in office.visible(unchanged)

    book = load_workbook(io.BytesIO(content))
    sheet = book["Program"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    headings = [cell.value for cell in sheet[1]]
    assert rows[code][headings.index("Titel")].value == "=1+1"
    assert rows[code][headings.index("Titel")].data_type == "s"
    rows[code][headings.index("Titel")].value = "Ny titel"
    rows[code][headings.index("Slutar")].value = datetime(2027, 5, 11, 11, 30).time()  # noqa: DTZ001
    rows[parked][headings.index("Datum")].value = datetime(2027, 5, 12)  # noqa: DTZ001
    rows[parked][headings.index("Börjar")].value = "13.00"
    rows[parked][headings.index("Slutar")].value = "14.00"
    rows[parked][headings.index("Läge")].value = "Inställd"
    changed = io.BytesIO()
    book.save(changed)
    go_on(office, send(office, ("program.xlsx", changed.getvalue())).headers["location"])

    found = {session.code: session for session in await all_sessions(db, edition.id)}
    assert len(found) == 3
    assert (found[code].title, found[code].ends_at) == ("Ny titel", datetime(2027, 5, 11, 9, 30, tzinfo=UTC))
    assert (found[code].abstract, found[code].capacity) == ("- Ett\n- Två", 24)
    assert [(person.name, person.role) for person in found[code].speakers] == [
        ("Åsa Öberg", "speaker"),
        ("Bo Ek", "moderator"),
    ]
    assert (found[parked].starts_at, found[parked].status) == (
        datetime(2027, 5, 12, 11, 0, tzinfo=UTC),
        SessionStatus.CANCELLED,
    )


async def test_pretalx_lists_of_submissions_and_speakers(db: Database, edition: Edition, office: Browser) -> None:
    submissions = [
        {
            "code": "ABCDEF",
            "title": "Mackar",
            "state": "confirmed",
            "submission_type": {"en": "Workshop", "sv": "Workshop"},
            "track": {"name": {"sv": "Energi"}},
            "abstract": "Ett stycke",
            "content_locale": "sv",
            "do_not_record": True,
            "speakers": ["SPKAAA"],
            "slot": {
                "room": {"sv": "Salen"},
                "start": "2027-05-11T09:00:00+02:00",
                "end": "2027-05-11T10:00:00+02:00",
            },
        },
        {"code": "GHJKLM", "title": "Utan tid", "state": "accepted", "speakers": [], "slot": None},
        {"code": "NPQRST", "title": "Nej", "state": "rejected", "speakers": []},
    ]
    speakers = [{"code": "SPKAAA", "name": "Åsa Öberg", "biography": "<p>Om mig</p>", "submissions": ["ABCDEF"]}]
    lists = [
        (name, json.dumps({"count": len(items), "next": None, "results": items}).encode())
        for name, items in (("submissions.json", submissions), ("speakers.json", speakers))
    ]

    alone = send(office, lists[0])
    assert (alone.status_code, "SPKAAA" in alone.text) == (422, True)
    go_on(office, send(office, *lists).headers["location"])

    found = {session.code: session for session in await all_sessions(db, edition.id)}
    assert {code: session.title for code, session in found.items()} == {"ABCDEF": "Mackar", "GHJKLM": "Utan tid"}
    first = found["ABCDEF"]
    assert (first.type.value, first.recording, first.room and first.room.name) == ("workshop", False, "Salen")
    assert found["GHJKLM"].starts_at is None
    assert [speaker.biography for speaker in await speakers_of(db, edition.id)] == ["Om mig"]
    assert "Filen ändrar ingenting" in office.visible(send(office, *lists).headers["location"])


async def test_a_bad_file_is_told_by_its_rows_and_kept_nowhere(db: Database, edition: Edition, office: Browser) -> None:
    data = f"{CSV}Mackar;2027-05-11;9;tolv;;\nDans;;;;;\n;2027-05-11;09:00;10:00;;\n".encode()
    refused = send(office, ("p.csv", data))
    assert refused.status_code == 422
    assert "rad 2: &#39;2027-05-11&#39; och &#39;tolv&#39; är inte ett datum" in refused.text
    assert "rad 4: titeln saknas" in refused.text
    assert send(office).status_code == 422
    assert await db.fetch_val(select(func.count()).select_from(uploads)) == 0
    assert await rooms_of(db, edition.id) == []


async def test_files_that_nobody_goes_on_with_are_forgotten_after_a_day(
    db: Database, edition: Edition, office: Browser
) -> None:
    old, new = (
        send(office, ("p.csv", f"{CSV}{title};2027-05-11;09:00;11:00;;\n".encode())).headers["location"]
        for title in ("A", "B")
    )
    number = int(old.rpartition("/")[2].partition("?")[0])
    moment = now()
    await db.execute(update(uploads).where(uploads.c.id == number).values(created_at=moment - timedelta(hours=25)))
    await drop_old_uploads(db, moment)
    assert (office.get(old).status_code, office.get(new).status_code) == (404, 200)


def excel(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (excel(bomb=b"0" * (MAX_UNPACKED + 1)), "Excel-filen är för stor."),
        (excel(a=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'), "går inte att läsa som en Excel-fil"),
        (excel(a=b"nothing"), "går inte att läsa som en Excel-fil"),
        (b"PK\x03\x04 cut off", "går inte att läsa som en Excel-fil"),
    ],
)
def test_an_excel_file_that_is_none_or_too_much_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InvalidImportError) as caught:
        read_schedule([("p.xlsx", data)])
    assert words in caught.value.problems[0]


def test_formulas_are_what_they_last_gave_and_rows_far_below_are_no_trouble() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Titel", "Datum", "Börjar", "Slutar", "Platser"])
    sheet.append(["Mackar", "2027-05-11", "09:00", "10:00", "=1+1"])
    sheet["A1048576"] = "långt ner"
    file = io.BytesIO()
    book.save(file)
    (session,) = read_schedule([("p.xlsx", file.getvalue())]).sessions
    assert (session.title, session.capacity) == ("Mackar", None)  # nobody has calculated it
