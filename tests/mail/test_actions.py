"""What gets into the outbox."""

import asyncio
from contextlib import suppress

from sqlalchemy import func, select

from konferens.database import Database, open_database
from konferens.mail.actions import enqueue, outbox_row, queue_mail
from konferens.mail.model import Draft
from konferens.mail.queries import mails_of
from konferens.registration import letters
from konferens.tables import mail_outbox
from tests.factories import make_edition, make_order, make_ticket_type
from tests.mail.letters import BASE_URL


async def make_letter(db: Database) -> tuple[Draft, int]:
    """A reminder and its edition's id; the order's confirmation is in the outbox already."""
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    return letters.event_reminder(edition, order, BASE_URL), edition.id


async def test_what_is_to_be_said_once_is_said_once(db: Database) -> None:
    draft, edition_id = await make_letter(db)
    for key in ("a", "a", "b", None, None):
        await queue_mail(db, draft, base_url=BASE_URL, edition_id=edition_id, once_key=key)
    assert [mail.once_key for mail in reversed(await mails_of(db, edition_id))] == [None, "a", "b", None, None]


async def test_many_rows_pass_over_those_that_are_there(db: Database) -> None:
    draft, edition_id = await make_letter(db)
    keys = ["a", "b", "a", "c"]
    await enqueue(db, [outbox_row(draft, base_url=BASE_URL, edition_id=edition_id, once_key=key) for key in keys])
    assert [mail.once_key for mail in reversed(await mails_of(db, edition_id))] == [None, "a", "b", "c"]


async def test_two_processes_say_it_once_at_the_same_moment(db: Database, database_url: str) -> None:
    draft, edition_id = await make_letter(db)
    other = open_database(database_url)
    await other.connect()
    gate = asyncio.Barrier(2)

    async def say(database: Database, key: str) -> None:
        await gate.wait()
        async with database.transaction():
            await queue_mail(database, draft, base_url=BASE_URL, edition_id=edition_id, once_key=key)
            await asyncio.sleep(0.01)

    try:
        for n in range(10):
            await asyncio.gather(say(db, f"key {n}"), say(other, f"key {n}"))
    finally:
        await other.disconnect()
    keyed = select(func.count()).select_from(mail_outbox).where(mail_outbox.c.once_key.is_not(None))
    assert await db.fetch_val(keyed) == 10


async def test_what_is_undone_leaves_its_key_free(db: Database) -> None:
    draft, edition_id = await make_letter(db)
    with suppress(RuntimeError):
        async with db.transaction():
            await queue_mail(db, draft, base_url=BASE_URL, edition_id=edition_id, once_key="a")
            raise RuntimeError
    await queue_mail(db, draft, base_url=BASE_URL, edition_id=edition_id, once_key="a")
    assert [mail.once_key for mail in await mails_of(db, edition_id)] == ["a", None]
