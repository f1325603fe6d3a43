"""Next year's conference for tests."""

from collections.abc import Collection
from datetime import date
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.organiser.copying import start_next_edition
from konferens.organiser.next_edition import Part
from tests.factories import (
    ACTOR,
)

LATER = date(2028, 5, 9)  # the Tuesday of the same week, 364 days after 11 May 2027


async def copied(db: Database, edition: Edition, parts: Collection[Part] = tuple(Part), **values: Any) -> Edition:
    return await start_next_edition(
        db,
        edition.id,
        parts=parts,
        actor=ACTOR,
        **{"slug": "2028", "name": "Lokalekonomidagarna 2028", "starts_on": LATER, **values},
    )
