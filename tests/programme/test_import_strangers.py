"""A programme from a file, and people who are somebody else's."""

from konferens.database import Database
from konferens.events.queries import edition_by_id
from konferens.programme.imports import import_schedule, load_schedule_file
from konferens.programme.queries import all_sessions
from konferens.speakers.queries import speakers_of
from tests.factories import ACTOR, make_edition
from tests.programme.test_imports import event, load, schedule


async def test_a_file_gets_at_no_profile_of_an_edition_that_its_sender_has_nothing_to_do_with(db: Database) -> None:
    """Guids and codes are public: whoever writes them down gets somebody of the same name, and finds them again."""
    edition, other = await make_edition(db), await make_edition(db, slug="2028")
    person = {"guid": "00000000-0000-4000-8000-0000000000aa", "name": "Åsa", "biography": "Old"}
    await load(db, edition.id, schedule(event(1, persons=[person])))
    [there] = await speakers_of(db, edition.id)
    file = load_schedule_file(schedule(event(2, persons=[person | {"name": "Hånad", "code": there.code}])))
    for _ in range(2):
        await import_schedule(db, await edition_by_id(db, other.id), file, actor=ACTOR, mine=[other.id])
    [here] = await speakers_of(db, other.id)
    assert (await speakers_of(db, edition.id), here.name, here.biography) == ([there], "Hånad", "Old")
    assert (here.id == there.id, here.code == there.code, here.guid == there.guid) == (False, False, False)
    [session] = await all_sessions(db, other.id)
    assert [each.code for each in session.speakers] == [here.code]
    again = await import_schedule(db, await edition_by_id(db, other.id), file, actor=ACTOR, mine=[other.id])
    assert again.is_empty
