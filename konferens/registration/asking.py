"""A request on its way to become an order: what is looked up for it before the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.offering.model import DiscountCode
from konferens.offering.queries import find_discount_code
from konferens.registration.catalogue import Catalogue
from konferens.registration.checking import check_request
from konferens.registration.model import Order, OrderRequest
from konferens.registration.queries import orders_where
from konferens.tables import orders
from konferens.waiting.actions import offer_of
from konferens.waiting.model import WaitingEntry


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what was looked up for it: the discount code that it names, the waiting-list offer that it takes.

    `earlier` is the order that the same request placed before.
    """

    request: OrderRequest
    key: str | None
    moment: datetime
    code: DiscountCode | None = None
    offer: WaitingEntry | None = None
    earlier: Order | None = None


async def look_up(
    db: Database, edition: Edition, request: OrderRequest, catalogue: Catalogue, moment: datetime
) -> Asked:
    """Check the request. Raises InvalidError and ConflictError, unless the same was placed before: then it could be had."""
    key = None
    if request.idempotency_key is not None:
        key = f"{request.source}:{edition.id}:{request.idempotency_key}"[:200]
    code = await find_discount_code(db, edition.id, request.discount_code) if request.discount_code else None
    offer = None
    try:
        if request.offer:
            offer = await offer_of(db, edition.id, request.offer, moment)
        check_request(edition, request, catalogue, moment, code=code, offered=offer.type_code if offer else "")
    except (InvalidError, ConflictError):
        same = (orders.c.idempotency_key == key, orders.c.request_digest == request.digest)
        earlier = await orders_where(db, *same) if key is not None else []
        if not earlier:
            raise
        return Asked(request, key, moment, earlier=earlier[0])
    return Asked(request, key, moment, code, offer)


def require_open(edition: Edition, requests: Sequence[OrderRequest], moment: datetime) -> None:
    """Organisers may register people at any time, and so may who sells at the door."""
    if edition.registration_state(moment) != "open" and any(
        request.source not in ("organiser", "door") for request in requests
    ):
        raise ConflictError(f"registration for {edition.ref} is not open")
