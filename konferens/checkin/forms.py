"""Uploads of scans, checked before anything is done with them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from konferens.checkin.model import MAX_SCANS, MAX_TOKEN, Direction, Scan
from konferens.errors import InvalidError
from konferens.web.api import MOMENT
from konferens.web.forms import clean_line
from konferens.web.schemas import Component, array, choice, nullable, record, text

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
_FAR = 9000
"""Beyond that year nothing is put right: clocks have an end there."""
MAX_DEVICE = 120
"""The column's width."""
TOLD = ("", "admitted", "already", "refused", "provisional")
IGNORED_ERROR_MS = 2000
"""A clock that is as wrong as that is right: a request takes its time."""

SCAN = Component(
    "Scan",
    record(
        "One reading of a code.",
        {
            "token": text("What the scanner read: the token, or the address that holds it.", minLength=1),
            "nonce": text("A UUID of this scan's own. Sent again, it gives its first answer again.", format="uuid"),
            "scanned_at": nullable(MOMENT, "By the device's clock; the time of arrival unless told."),
            "device": nullable(text("The device's name.", maxLength=MAX_DEVICE)),
            "direction": choice(Direction, "`in` unless told."),
            "told": choice(TOLD, "What the device said at the door, where it had no network; empty where it waits."),
        },
        optional=("scanned_at", "device", "direction", "told"),
    ),
)
SCANS = {"anyOf": [SCAN, array(SCAN, maxItems=MAX_SCANS)]}
SCAN_EXAMPLE = {
    "token": "GEZDGNBVGY3TQOJQ",
    "nonce": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77",
    "scanned_at": "2027-05-11T08:30:00Z",
    "device": "Entrance 1",
}


def read_scans(body: Any, received_at: datetime, *, clock_ms: int | None = None) -> list[Scan]:
    """The scans in a JSON body, an object or an array of at most 500.

    `scanned_at` is RFC 3339 with an offset, and is `received_at` where it is absent. A device whose clock is ahead of ours
    or years behind keeps its scan, with our time: a queue that waits on a phone with a wrong clock must not be lost.
    `clock_ms` is how much the device's clock is ahead, where that is known: times are put right by it.
    Raises InvalidError, with fields named '0.nonce' in an array.
    """
    ahead = timedelta(milliseconds=clock_ms if clock_ms and abs(clock_ms) > IGNORED_ERROR_MS else 0)
    if not isinstance(body, list):
        return [_read_scan(body, "", received_at, ahead)]
    if len(body) > MAX_SCANS:
        raise InvalidError({"body": [f"At most {MAX_SCANS} scans at a time."]})
    read: list[Scan] = []
    errors: dict[str, list[str]] = {}
    for number, item in enumerate(body):
        try:
            read.append(_read_scan(item, f"{number}.", received_at, ahead))
        except InvalidError as error:
            errors.update(error.errors)
    if errors:
        raise InvalidError(errors)
    return read


def _read_scan(item: Any, prefix: str, received_at: datetime, ahead: timedelta) -> Scan:
    if not isinstance(item, Mapping):
        raise InvalidError({prefix.rstrip(".") or "body": ["A scan is an object with token and nonce."]})
    errors: dict[str, list[str]] = {}
    token, nonce, direction = item.get("token"), item.get("nonce"), item.get("direction", "in")
    scanned_at, device = _moment(item.get("scanned_at"), received_at, ahead), item.get("device") or ""
    told = item.get("told") or ""
    if not isinstance(token, str) or not token.strip():
        errors["token"] = ["The text of the code that was scanned is missing."]
    elif len(token) > 10 * MAX_TOKEN:
        errors["token"] = ["No code of ours is that long."]
    if not isinstance(nonce, str) or not _UUID.fullmatch(nonce):
        errors["nonce"] = ["A UUID of this scan's own is needed, such as 0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77."]
    if scanned_at is None:
        errors["scanned_at"] = ["The time must be RFC 3339 with an offset, such as 2027-05-11T08:30:00Z."]
    if not isinstance(device, str) or len(device) > MAX_DEVICE:
        errors["device"] = ["The device's name is a text of at most 120 characters."]
    if direction not in ("in", "out"):
        errors["direction"] = ["The direction is 'in' or 'out'."]
    if told not in TOLD:
        errors["told"] = [f"One of {', '.join(TOLD[1:])}."]
    if errors:
        raise InvalidError({prefix + field: messages for field, messages in errors.items()})
    return Scan(
        token=str(token),
        nonce=str(nonce),
        scanned_at=scanned_at or received_at,
        device=clean_line(str(device)),
        direction=Direction(str(direction)),
        told=str(told),
    )


def _moment(value: Any, received_at: datetime, ahead: timedelta) -> datetime | None:
    """None for what isn't a time with an offset."""
    if value is None:
        return received_at
    moment = read_moment(value)
    if moment is None:
        return None
    moment -= ahead if moment.year < _FAR else timedelta()
    return moment if _EARLIEST <= moment <= received_at else received_at


def read_moment(value: Any) -> datetime | None:
    """A time with an offset (RFC 3339), in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
