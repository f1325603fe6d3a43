"""Concurrent calls share batches; errors don't."""

import asyncio
from collections.abc import Sequence

import pytest

from konferens.batches import Batches


class Recorder:
    """Work that doubles numbers, refuses negative ones, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        await asyncio.sleep(0.01)
        if any(item < 0 for item in items):
            raise ValueError(f"negative in {items}")
        return [2 * item for item in items]


async def test_a_lone_call_starts_at_once_and_the_rest_make_up_the_next_batch() -> None:
    work = Recorder()
    batches = Batches(work)
    first = asyncio.create_task(batches.run(1))
    await asyncio.sleep(0.001)
    rest = [asyncio.create_task(batches.run(n)) for n in (2, 3, 4)]
    assert [await task for task in (first, *rest)] == [2, 4, 6, 8]
    assert work.batches == [[1], [2, 3, 4]]


async def test_no_batch_is_larger_than_the_limit() -> None:
    work = Recorder()
    batches = Batches(work, limit=2)
    assert await asyncio.gather(*(batches.run(n) for n in range(5))) == [0, 2, 4, 6, 8]
    assert work.batches == [[0, 1], [2, 3], [4]]


async def test_an_error_reaches_only_the_caller_who_brought_it() -> None:
    batches = Batches(Recorder())
    results = await asyncio.gather(*(batches.run(n) for n in (1, -1, 3)), return_exceptions=True)
    assert [results[0], results[2]] == [2, 6]
    assert str(results[1]) == "negative in [-1]"


async def test_a_cancelled_caller_does_not_stop_the_others() -> None:
    batches = Batches(Recorder())
    first, second = asyncio.create_task(batches.run(1)), asyncio.create_task(batches.run(2))
    await asyncio.sleep(0.001)
    first.cancel()
    assert await second == 4
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await batches.run(5) == 10
