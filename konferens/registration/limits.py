"""How fast one address may register people and try discount codes."""

from dataclasses import replace
from datetime import timedelta

from konferens.attempts import Limit
from konferens.database import Database
from konferens.offering.model import DiscountCode
from konferens.offering.queries import find_discount_code

REGISTRATIONS = Limit("register", timedelta(minutes=10), by_address=100, by_both=30)
"""Forms that became an order; the name is the buyer's e-mail. A town hall registers fewer in ten minutes."""

WRONG_CODES = Limit("code", timedelta(minutes=10), by_address=20)
"""Codes that an edition doesn't have, by a visitor's address."""

WRONG_CODES_OF_TOKEN = Limit("code", timedelta(minutes=10), by_address=200)
"""By the token of a website that sends what its own visitors typed."""


async def guessed_code(db: Database, edition_id: int, typed: str, *, limit: Limit, address: str) -> DiscountCode | None:
    """The discount code that was typed; None where there is no such code, which counts as one guess however often it is sent.

    `address` is who guesses. Raises TooManyAttemptsError for too many guesses, and from then on for right ones, too.
    """
    if not typed.strip():
        return None
    code = await find_discount_code(db, edition_id, typed)
    own = replace(limit, kind=f"{limit.kind}:{edition_id}")
    if code is not None and code.active:
        await own.require(db, address=address)
    else:
        await own.take(db, address=address, name=typed.strip().upper(), once=True)
    return code
