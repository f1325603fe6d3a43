"""What the tests of the office's pages about orders share: a signed-in organiser, and a count of queries."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from konferens.database import Database

OFFICE = "/organiser/lokalekonomidagarna/2027"


@contextmanager
def counted_queries() -> Iterator[list[object]]:
    """The queries that any database handle runs inside the block."""
    seen: list[object] = []
    fetch_all = Database.fetch_all

    async def noting(self: Database, query: object, values: object = None) -> object:
        seen.append(query)
        return await fetch_all(self, query, values)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "fetch_all", noting)
        yield seen
