"""Each duty is done by one process at a time, and again when it failed."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from konferens.database import Database, open_database
from konferens.housekeeper import LATE, LEASE, Duty, Housekeeper, late_duties
from konferens.tables import jobs

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Diary:
    """Notes when a duty was done; fails while `is_broken`."""

    def __init__(self) -> None:
        self.done: list[datetime] = []
        self.is_broken = False
        self.was_asked = asyncio.Event()

    async def do(self, moment: datetime) -> None:
        await asyncio.sleep(0)
        self.was_asked.set()
        if self.is_broken:
            raise RuntimeError("out of order")
        self.done.append(moment)

    @property
    def duty(self) -> Duty:
        return Duty("water the plants", HOUR, self.do)


async def test_a_duty_is_done_at_once_and_then_every_so_often(db: Database) -> None:
    diary = Diary()
    keeper = Housekeeper(db, [diary.duty])
    moments = [NOON, NOON + timedelta(minutes=59), NOON + HOUR, NOON + HOUR * 5]
    for moment in moments:
        await keeper.do_due(moment)
    assert diary.done == [moments[0], moments[2], moments[3]]


async def test_of_many_processes_one_does_it(db: Database) -> None:
    diary = Diary()
    others = [open_database(db.url) for _ in range(3)]
    for other in others:
        await other.connect()
    keepers = [Housekeeper(each, [diary.duty]) for each in (db, *others)]
    for moment in (NOON, NOON + HOUR):
        done = await asyncio.gather(*(keeper.do_due(moment) for keeper in keepers))
        assert sorted(done) == [[], [], [], ["water the plants"]]
    for other in others:
        await other.disconnect()
    assert diary.done == [NOON, NOON + HOUR]


async def test_what_fails_is_logged_and_tried_again_after_a_rest(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    diary = Diary()
    diary.is_broken = True
    keeper = Housekeeper(db, [diary.duty])
    with caplog.at_level(logging.ERROR):
        assert await keeper.do_due(NOON) == []
    assert [record.getMessage() for record in caplog.records] == ["water the plants could not be done"]
    diary.is_broken = False
    assert await keeper.do_due(NOON + timedelta(seconds=59)) == []
    assert await keeper.do_due(NOON + timedelta(seconds=60)) == ["water the plants"]


async def test_a_duty_that_fails_doesn_t_keep_the_others_from_being_done(db: Database) -> None:
    broken, fine = Diary(), Diary()
    broken.is_broken = True
    keeper = Housekeeper(db, [broken.duty, Duty("feed the cat", HOUR, fine.do)])
    assert await keeper.do_due(NOON) == ["feed the cat"]


async def test_another_process_takes_over_from_one_that_died(db: Database) -> None:
    """The dead one had claimed the duty, and never came back."""

    async def die(moment: datetime) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Housekeeper(db, [Duty("water the plants", HOUR, die)]).do_due(NOON)
    diary = Diary()
    keeper = Housekeeper(db, [diary.duty])
    assert await keeper.do_due(NOON + LEASE - timedelta(seconds=1)) == []
    assert await keeper.do_due(NOON + LEASE) == ["water the plants"]


async def test_what_nobody_does_is_told(db: Database) -> None:
    diary = Diary()
    keeper = Housekeeper(db, [diary.duty])
    await keeper.do_due(NOON)
    due_at = await db.fetch_val(select(jobs.c.next_at))
    assert due_at == NOON + HOUR
    assert await late_duties(db, due_at + LATE) == {}
    assert await late_duties(db, due_at + LATE + timedelta(seconds=1)) == {"water the plants": due_at}
    diary.is_broken = True
    await keeper.do_due(due_at + LATE * 2)
    assert await late_duties(db, due_at + LATE * 2) == {"water the plants": due_at}


async def test_who_is_called_comes_at_once(db: Database) -> None:
    """Without waiting for the first look, and without a duty being due."""
    diary, other = Diary(), Diary()
    keeper = Housekeeper(db, [diary.duty, Duty("feed the cat", HOUR, other.do)])
    running = asyncio.create_task(keeper.run())
    keeper.call("water the plants")
    await asyncio.wait_for(diary.was_asked.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (len(diary.done), other.done) == (1, [])


async def test_a_call_that_fails_stops_nothing(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary()
    diary.is_broken = True
    keeper = Housekeeper(db, [diary.duty])
    running = asyncio.create_task(keeper.run())
    with caplog.at_level(logging.ERROR):
        keeper.call("water the plants")
        await asyncio.wait_for(diary.was_asked.wait(), 5)
        await asyncio.sleep(0.1)
        diary.is_broken = False
        diary.was_asked.clear()
        keeper.call("water the plants")
        await asyncio.wait_for(diary.was_asked.wait(), 5)
    running.cancel()
    assert [record.getMessage() for record in caplog.records] == ["duties could not be looked at"]
    await asyncio.gather(running, return_exceptions=True)
    assert len(diary.done) == 1
