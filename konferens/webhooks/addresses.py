"""Where messages may go: public addresses only, so that nobody reaches what stands behind our own firewall (SSRF)."""

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


class AddressError(Exception):
    """Nothing is sent there; the text tells why."""


def parse_address(url: str) -> SplitResult:
    """Raises AddressError unless it is https:// (or http:// for tests on this machine) with a host and without a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise AddressError("not a web address")
    if parts.username or parts.password:
        raise AddressError("the address holds a password")
    return parts


async def resolve(url: str, *, allow_private: bool) -> tuple[SplitResult, str]:
    """The address's parts, and the IP address to connect to; asked for anew each time, and the connection is made to just
    that one, so that a name can't be pointed elsewhere in between (DNS rebinding).

    Raises AddressError for names that don't exist and, unless `allow_private`, for addresses that aren't public.
    """
    parts = parse_address(url)
    if parts.scheme == "http" and not allow_private:
        raise AddressError("only https is sent to")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressError(f"the host isn't found: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and any(not ip_address(address.partition("%")[0]).is_global for address in addresses):
        raise AddressError("the host isn't on the public internet")
    return parts, addresses[0]
