"""The way in for the orders of one process."""

from collections.abc import Sequence

from konferens.batches import Batches
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.asking import look_up
from konferens.registration.catalogue import Catalogue, Catalogues
from konferens.registration.model import Order, OrderRequest
from konferens.registration.placing import BATCH, place_orders


class Desk:
    """The way in for orders of one process: concurrent ones of an edition share a durable commit.

    Correct beside other processes too, since every order is placed by a transaction of `place_orders`.
    """

    def __init__(self, db: Database, base_url: str) -> None:
        self._db = db
        self._base_url = base_url
        self._catalogues = Catalogues(db)
        self._batches: dict[int, Batches[tuple[Edition, OrderRequest], Order]] = {}

    async def catalogue(self, edition: Edition) -> Catalogue:
        """What the edition's orders are checked against, as `Catalogues` has it."""
        return await self._catalogues.of(edition)

    async def place(self, edition: Edition, request: OrderRequest) -> Order:
        """As place_order."""
        # A request that cannot succeed is told so before it could undo the batch of others.
        await look_up(self._db, edition, request, await self.catalogue(edition), now())
        batches = self._batches.setdefault(edition.id, Batches(self._place, limit=BATCH))
        return await batches.run((edition, request))

    async def _place(self, items: Sequence[tuple[Edition, OrderRequest]]) -> list[Order]:
        edition = items[-1][0]  # the one read last
        return await place_orders(
            self._db,
            edition,
            [request for _, request in items],
            base_url=self._base_url,
            catalogue=await self.catalogue(edition),
        )
