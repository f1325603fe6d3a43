"""Check-in as JSON: the same documents for the API and for our own web app."""

from datetime import datetime
from typing import Any

from konferens.checkin.model import Answer, Counts, Delta, Guest, Reason, Standing, Status
from konferens.checkin.queries import ListedEvent
from konferens.web.api import MOMENT
from konferens.web.schemas import Component, array, choice, flag, integer, nullable, record, text

Document = dict[str, Any]

_ORGANISATION = nullable(text())

SCAN_ANSWER = Component(
    "ScanAnswer",
    record(
        "What a scan meets.",
        {
            "nonce": text("The scan's own."),
            "status": choice(Status),
            "reason": nullable(choice(Reason, "Why it was refused.")),
            "attendee": {
                "anyOf": [
                    record(
                        "",
                        {
                            "name": text(),
                            "type": text("The ticket type's name."),
                            "organisation": _ORGANISATION,
                            "unpaid": flag("Let in, but money is owed."),
                        },
                    ),
                    {"type": "null"},
                ]
            },
            "first_scan": {
                "anyOf": [record("", {"scanned_at": MOMENT, "device": nullable(text())}), {"type": "null"}],
                "description": "The scan that let this ticket in before.",
            },
        },
    ),
)

STANDING = Component(
    "ListTicket",
    record(
        "A ticket as a list has it. Of one that left the list only token and status remain.",
        {
            "token": text(),
            "status": choice(("valid", "unpaid", "cancelled", "gone")),
            "name": nullable(text()),
            "type": nullable(text("The ticket type's name.")),
            "organisation": _ORGANISATION,
            "admitted_at": nullable(MOMENT),
        },
    ),
)

DELTA = Component(
    "ListTickets",
    record(
        "The tickets of a list, or what has changed.",
        {
            "items": array(STANDING),
            "next": {"type": "null", "description": "Everything is on one page."},
            "cursor": text("For `since` the next time."),
            "full": flag("True: replace what was kept. False: change it."),
        },
    ),
)

CHECKIN_LIST = Component(
    "CheckinList",
    record(
        "A place where people are let in.",
        {
            "id": integer(),
            "name": text(),
            "event": text("As `SERIES/EDITION`."),
            "event_name": text(),
            "time_zone": text("As `Europe/Stockholm`."),
            "admit_unpaid": flag("Lets in those who haven't paid."),
            "admitted": integer("How many are in."),
            "expected": integer("How many may come."),
        },
    ),
)


def answer_document(answer: Answer) -> Document:
    """The answer to a scan. `attendee.unpaid` asks for money at a list that admits without."""
    first = answer.first_scan
    return {
        "nonce": answer.nonce,
        "status": answer.status.value,
        "reason": answer.reason.value if answer.reason else None,
        "attendee": attendee_document(answer.guest) if answer.guest else None,
        "first_scan": {"scanned_at": _time(first.scanned_at), "device": first.device or None} if first else None,
    }


def attendee_document(guest: Guest) -> Document:
    """Only what staff need at the door: no e-mail, no answers to questions."""
    return {
        "name": guest.name,
        "type": guest.type,
        "organisation": guest.organisation or None,
        "unpaid": guest.unpaid,
    }


def standing_document(item: Standing) -> Document:
    """A ticket of a list; of one that left the list no more than that."""
    if item.status == "gone":
        return {
            "token": item.guest.token,
            "status": "gone",
            "name": None,
            "type": None,
            "organisation": None,
            "admitted_at": None,
        }
    return {
        "token": item.guest.token,
        "status": item.status,
        "name": item.guest.name,
        "type": item.guest.type,
        "organisation": item.guest.organisation or None,
        "admitted_at": _time(item.admitted_at) if item.admitted_at else None,
    }


def delta_document(delta: Delta) -> Document:
    """`full` says that the items are the whole list; else they change what the client has."""
    return {
        "items": [standing_document(item) for item in delta.items],
        "next": None,
        "cursor": delta.cursor,
        "full": delta.full,
    }


def list_document(listed: ListedEvent, counts: Counts | None = None) -> Document:
    """A list with its event; `admitted` and `expected` where they are counted."""
    return {
        "id": listed.list.id,
        "name": listed.list.name,
        "event": listed.event,
        "event_name": listed.event_name,
        "time_zone": listed.time_zone,
        "admit_unpaid": listed.list.admit_unpaid,
        **(counts_document(counts) if counts else {}),
    }


def counts_document(counts: Counts) -> Document:
    return {"admitted": counts.admitted, "expected": counts.expected}


def _time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds' worth of what was stored: '2027-05-11T08:30:00Z'."""
    return moment.isoformat().replace("+00:00", "Z")
