"""Where messages may go: public addresses only, so that nobody reaches what stands behind our own firewall (SSRF)."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

_NAT64 = ip_network("64:ff9b::/96")


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
    if not allow_private and not all(map(is_public, addresses)):
        raise AddressError("the host isn't on the public internet")
    return parts, addresses[0]


def is_public(address: str) -> bool:
    """Whether `address` is one host's on the public internet.

    An IPv6 address that a gateway turns into one of IPv4 is as public as that one (NAT64, RFC 6052), or not at all (6to4).
    """
    found = ip_address(address.partition("%")[0])
    if found in _NAT64:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    if isinstance(found, IPv6Address) and (found.is_site_local or found.sixtofour is not None):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved
