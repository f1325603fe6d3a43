"""Webhooks: other programs are told what happens, by a signed POST to an address of theirs.

Signatures and headers are those of Standard Webhooks (https://www.standardwebhooks.com, specification 1.0), for which most
languages have a library that verifies them.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from konferens.i18n import lazy_gettext as _l

EVENTS = {
    "order.placed": _l("en bokning görs"),
    "order.paid": _l("en bokning blir betald"),
    "order.cancelled": _l("en bokning avbokas"),
    "ticket.scanned": _l("en biljett skannas"),
    "programme.released": _l("en ny version av programmet släpps"),
}
"""What can be told, by its name in the message's `type`."""

PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 24 * 3600)
)
"""How long to wait after each failed attempt; after the last one the delivery has failed, two days after its event."""

KEPT = timedelta(days=30)
"""How long deliveries stay in the log."""

PREFIX = "whsec_"


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told `events` of one edition; `secret` is what both sides sign with."""

    id: int
    edition_id: int
    url: str
    secret: str
    events: tuple[str, ...]
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one webhook. `answer` is the last HTTP status, None while nobody has answered."""

    id: int
    webhook_id: int
    message_id: str
    event: str
    payload: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime
    answer: int | None
    last_error: str
    created_at: datetime
    delivered_at: datetime | None


def new_secret() -> str:
    """192 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signed_headers(delivery: Delivery, secret: str, moment: datetime) -> dict[str, str]:
    """The headers that go with the payload at `moment`: who verifies them refuses old ones and repeats."""
    timestamp = str(int(moment.timestamp()))
    signed = f"{delivery.message_id}.{timestamp}.{delivery.payload}".encode()
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Konferens",
        "Webhook-Id": delivery.message_id,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": f"v1,{signature}",
    }


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after the failed attempt of that number (1, 2, …); None: it was the last."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
