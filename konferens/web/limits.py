"""Limits on what visitors do, by the address that they come from."""

import ipaddress

from starlette.requests import Request
from starlette.responses import Response

from konferens.accounts.queries import digest
from konferens.attempts import Limit, TooManyAttemptsError
from konferens.web.requests import client_address, database


def is_a_visitors(address: str) -> bool:
    """Whether it is an address of the internet: a household's, or what all of a village or a town hall come from.

    This machine, and private networks, are a proxy that doesn't tell whom it asks for, a load test, or the venue's own net:
    there, one address tells nothing about how many ask.
    """
    try:
        return ipaddress.ip_network(address).is_global
    except ValueError:
        return False


async def take(request: Request, limit: Limit, *, name: str = "") -> int | None:
    """Note one more attempt of whoever asks, as `Limit.take` does; None for an address that isn't counted.

    Of the name a digest is kept. Raises TooManyAttemptsError.
    """
    address = client_address(request)
    if not is_a_visitors(address):
        return None
    return await limit.take(database(request), address=address, name=digest(name.lower()))


def to_wait(response: Response, error: TooManyAttemptsError) -> Response:
    """`response` as a 429 that says when to come back."""
    response.status_code = 429
    response.headers.update(error.headers)
    return response
