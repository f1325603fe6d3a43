"""The hub: one look at the database for all, and everybody hears of what is new."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from konferens.clock import now
from konferens.live import hub as hubs
from konferens.live.hub import FullError, Hub, Listener

REF = "lokalekonomidagarna/2027"


class World:
    """Versions and moments as the database would tell them; counts how often it is asked."""

    def __init__(self) -> None:
        self.version = 7
        self.moments: list[datetime] = []
        self.looks = 0
        self.fails = False

    async def versions(self) -> dict[str, tuple[int, bool]]:
        self.looks += 1
        if self.fails:
            raise OSError("no database")
        return {REF: (self.version, True), "drivmedelskonferensen/2027": (1, True)}

    async def coming(self, ref: str) -> list[datetime]:
        assert ref == REF
        return self.moments


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub looks every 20 ms."""
    monkeypatch.setattr(hubs, "LOOK_EVERY", 0.02)


async def _heard(listener: Listener) -> str:
    """The first thing that is new."""
    async with asyncio.timeout(5):
        while not (kind := await listener.wait(0.5)):
            pass
        return kind


async def _looked(world: World, times: int) -> None:
    """Wait until the hub has looked so many times more."""
    wanted = world.looks + times
    async with asyncio.timeout(5):
        while world.looks < wanted:  # noqa: ASYNC110 - a moment within the work is what is wanted
            await asyncio.sleep(0)


@pytest.mark.usefixtures("quick")
async def test_a_thousand_listeners_hear_of_a_change_by_the_same_looks() -> None:
    world = World()
    hub = Hub(world.versions, world.coming)
    async with AsyncExitStack() as stack:
        listeners = [await stack.enter_async_context(hub.listen(REF, current=7, seen=7)) for _ in range(1000)]
        assert hub.listeners == 1000
        waiting = [asyncio.create_task(_heard(listener)) for listener in listeners]
        await _looked(world, 3)
        began, looked = asyncio.get_running_loop().time(), world.looks
        world.version = 8
        assert set(await asyncio.gather(*waiting)) == {"programme"}
        passed = asyncio.get_running_loop().time() - began
        assert world.looks - looked <= passed / hubs.LOOK_EVERY * 2 + 1
        assert {listener.version for listener in listeners} == {8}
    assert hub.listeners == 0
    looked = world.looks
    await asyncio.sleep(3 * hubs.LOOK_EVERY)
    assert world.looks == looked  # nobody listens, nobody looks


@pytest.mark.usefixtures("quick")
async def test_who_shows_an_older_version_hears_of_it_at_once() -> None:
    hub = Hub((world := World()).versions, world.coming)
    async with hub.listen(REF, current=7, seen=5) as behind, hub.listen(REF, current=7, seen=None) as new:
        assert await behind.wait(0) == "programme"
        assert await behind.wait(0) == ""
        assert await new.wait(0) == ""
        # A reader who comes with a version that the hub hasn't seen yet brings the news to the others.
        async with hub.listen(REF, current=9, seen=9) as latest:
            assert (await new.wait(0), await latest.wait(0)) == ("programme", "")


@pytest.mark.usefixtures("quick")
async def test_the_clock_and_a_database_that_comes_back() -> None:
    world = World()
    world.moments = [now() - timedelta(hours=1), now() + timedelta(seconds=0.1)]
    hub = Hub(world.versions, world.coming)
    async with hub.listen(REF, current=7, seen=7) as listener:
        assert await _heard(listener) == "clock"
        world.fails = True
        await _looked(world, 2)
        world.fails, world.version = False, 8
        assert await _heard(listener) == "programme"


async def test_there_is_an_end_to_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MAX_LISTENERS", 2)
    hub = Hub((world := World()).versions, world.coming)
    async with hub.listen(REF, current=7, seen=7) as one, hub.listen(REF, current=7, seen=7):
        with pytest.raises(FullError):
            async with hub.listen(REF, current=7, seen=7):
                pass
        waiting = asyncio.create_task(one.wait(30))
        await asyncio.sleep(0)
        hub.close()
        assert await waiting == "end"
        assert await one.wait(30) == "end"
