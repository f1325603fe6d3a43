"""What the server asks of the system."""

import resource
from collections.abc import Iterator

import pytest

from konferens.server import OPEN_FILES, allow_open_connections


@pytest.fixture
def few() -> Iterator[int]:
    """The usual number of open files; gives the most that there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_listeners_leave_room_for_others(few: int) -> None:
    most = OPEN_FILES if few == resource.RLIM_INFINITY else min(OPEN_FILES, few)
    for _ in range(2):
        allow_open_connections()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, few)
