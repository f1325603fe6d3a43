"""What orders of an edition are checked against, priced by and answered with: types, add-ons, sessions to sign up for,
questions, the edition's own words in mail, and what webhooks want to be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from konferens.batches import Batches
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.model import OwnTexts
from konferens.mail.queries import own_texts
from konferens.offering.model import Addon, TicketType
from konferens.offering.queries import addons_of, ticket_types_of
from konferens.programme.model import Session
from konferens.questions.model import Question
from konferens.questions.queries import questions_of
from konferens.signups.queries import signup_sessions
from konferens.webhooks.queries import webhooks_of


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is active, by code and in its own order. Seats left are those of when it was read."""

    types: dict[str, TicketType]
    addons: dict[str, Addon]
    sessions: dict[str, Session]
    questions: tuple[Question, ...]
    texts: OwnTexts
    told: frozenset[str]


async def catalogue_of(db: Database, edition_id: int) -> Catalogue:
    """Read the edition's catalogue; some seven queries, whatever there is."""
    return Catalogue(
        types={each.code: each for each in await ticket_types_of(db, edition_id)},
        addons={each.code: each for each in await addons_of(db, edition_id)},
        sessions={each.code: each for each in await signup_sessions(db, edition_id)},
        questions=tuple(await questions_of(db, edition_id)),
        texts=await own_texts(db, edition_id),
        told=frozenset(event for each in await webhooks_of(db, edition_id) for event in each.events),
    )


class Catalogues:
    """The catalogues of one process, each kept until its edition's version rises: what they hold changes with it. Requests that
    come together read a new one once between them.

    How many seats are left is as old as the catalogue: seats are taken by the database, which alone knows.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[int, tuple[int, Catalogue]] = {}
        self._reading = Batches(self._read)

    async def of(self, edition: Edition) -> Catalogue:
        """The catalogue for the edition as it was read."""
        return self._known(edition) or await self._reading.run(edition)

    def _known(self, edition: Edition) -> Catalogue | None:
        version, catalogue = self._kept.get(edition.id, (0, None))
        return catalogue if version == edition.version else None

    async def _read(self, asked: Sequence[Edition]) -> list[Catalogue]:
        found = []
        for edition in asked:
            catalogue = self._known(edition) or await catalogue_of(self._db, edition.id)
            self._kept[edition.id] = (edition.version, catalogue)
            found.append(catalogue)
        return found
