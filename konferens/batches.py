"""Concurrent calls gathered into batches, so that they share one query or one durable commit.

Nobody waits for a batch to fill: a call that finds nothing under way starts at once, and whatever arrives meanwhile makes
up the next batch. Load alone decides how large batches become (group commit, as databases' own logs do it).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batches(Generic[Item, Result]):
    """Runs `work` over what callers hand in, one batch at a time and at most `limit` items in each.

    `work` takes the items in order of arrival and gives a result for each, in the same order. When it raises, its items
    are run again one by one, so that an error reaches only the caller whose item brought it.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], *, limit: int = 200) -> None:
        self._work = work
        self._limit = limit
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def run(self, item: Item) -> Result:
        """The result for `item`, from a batch that began after this call. Raises what `work` raised for it.

        Cancelling the caller doesn't stop a batch that is under way: others wait for it too.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                size = min(self._limit, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(size)]
                await self._finish([(item, future) for item, future in batch if not future.done()])
        finally:
            self._running = None
            for _, future in self._waiting:
                future.cancel()
            self._waiting.clear()

    async def _finish(self, batch: Sequence[tuple[Item, "asyncio.Future[Result]"]], *, again: bool = True) -> None:
        if not batch:
            return
        try:
            results = await self._work([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, future in batch:
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to the caller, who gets it below
            if again:
                for single in batch:
                    await self._finish([single], again=False)
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
