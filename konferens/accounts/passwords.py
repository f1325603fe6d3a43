"""Passwords: what is kept of them, and comparing. Argon2id, with the parameters of RFC 9106's low-memory profile."""

import asyncio
import secrets
from functools import cache
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from konferens.errors import InvalidError
from konferens.i18n import gettext

MIN_PASSWORD = 10
MAX_PASSWORD = 1024

UNSET = ""
"""What stands for the hash of an account whose owner hasn't chosen a password yet. No password fits it."""

VERIFIED_AT_ONCE = 2
"""Passwords that a process checks at the same time: each takes 64 MiB and a processor for some 50 ms."""

_verifying = WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _dummy_hash() -> str:
    """Verified when there is no account, so that the time taken doesn't tell who has one."""
    return _hasher().hash(secrets.token_hex())


async def hash_password(password: str, *, field: str = "password") -> str:
    """What is stored of it. Raises InvalidError for one of fewer than 10 characters, with the message at `field`."""
    if len(password) < MIN_PASSWORD:
        raise InvalidError({field: [gettext("Lösenordet måste ha minst tio tecken.")]})
    return await asyncio.to_thread(_hasher().hash, password[:MAX_PASSWORD])


async def fits(password: str, password_hash: str) -> bool:
    """Whether it is this password; UNSET takes as long as any other, and none fits it."""
    turn = _verifying.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(VERIFIED_AT_ONCE))
    async with turn:
        is_right = await asyncio.to_thread(_verify, password_hash or _dummy_hash(), password)
    return is_right and password_hash != UNSET


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password[:MAX_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
