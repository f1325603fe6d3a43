"""What imported files told of people is told to them, and goes with them."""

import json

from konferens.database import Database
from konferens.events.model import Edition
from konferens.privacy.speakers import erase_speaker, speaker_data
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.queries import all_sessions
from konferens.speakers.queries import speakers_of
from tests.factories import ACTOR


async def test_numbers_pictures_and_answers_from_another_system_go_with_the_person(
    db: Database, edition: Edition
) -> None:
    told = {
        "id": 7,
        "public_name": "Åsa Öberg",
        "avatar": "https://a.example.org/asa.png",
        "answers": [{"answer": "Ja"}],
    }
    other = {"id": 8, "public_name": "Bo Ek"}
    event = {"id": 1, "title": "Mackar", "date": "2027-05-11T09:00:00+02:00", "duration": "01:00"}
    events = {"rooms": {"Salen": [{**event, "persons": [told, other]}]}}
    data = json.dumps({"schedule": {"conference": {"title": "A", "days": [events]}}}).encode()
    await import_schedule(db, edition, load_schedule_file(data), actor=ACTOR)
    (session,) = await all_sessions(db, edition.id)
    people = {speaker.name: speaker for speaker in await speakers_of(db, edition.id)}
    asa, bo = people["Åsa Öberg"], people["Bo Ek"]

    known = await speaker_data(db, edition, asa)
    assert [(each["session"], each["avatar"], each["answers"]) for each in known["imported"]] == [
        (session.code, "https://a.example.org/asa.png", [{"answer": "Ja"}])
    ]
    await erase_speaker(db, edition, asa.code, actor=ACTOR)
    (session,) = await all_sessions(db, edition.id)
    assert list(session.extras["persons"]) == [bo.guid]
