"""Check-in as JSON: the same documents for the API and for our own web app."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from konferens.checkin.copies import Delta, Standing
from konferens.checkin.devices import Device
from konferens.checkin.elsewhere import elsewhere_keys
from konferens.checkin.model import Answer, Counts, Guest, Mark, Reason, Repeat, Status
from konferens.checkin.queries import ListedEvent
from konferens.web.api import MOMENT
from konferens.web.schemas import Component, array, choice, flag, integer, nullable, record, text

Document = dict[str, Any]

_ORGANISATION = nullable(text())

MARKS = record(
    "What was answered about food and access, where the list shows it; empty on every other list.",
    {mark.value: text() for mark in Mark},
    optional=tuple(mark.value for mark in Mark),
)

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
                            "owes": integer("What is left to pay for the whole order, in öre."),
                            "note": nullable(text("The organisers' word to the door.")),
                            "marks": MARKS,
                        },
                    ),
                    {"type": "null"},
                ]
            },
            "first_scan": {
                "anyOf": [record("", {"scanned_at": MOMENT, "device": nullable(text())}), {"type": "null"}],
                "description": "The scan that let this ticket in before.",
            },
            "conflict": flag("The device had let somebody in whom the rules, or an earlier scan, keep out."),
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
            "admitted_by": nullable(text("The device that let it in.")),
            "owes": integer("What is left to pay for the whole order, in öre."),
            "note": nullable(text("The organisers' word to the door.")),
            "valid_on": nullable(text("The only day on which the list lets it in.", format="date")),
            "marks": MARKS,
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

COUNTS = Component(
    "CheckinCounts",
    record(
        "A list's numbers.",
        {"admitted": integer("How many are in."), "expected": integer("How many may come.")},
    ),
)

DEVICE = Component(
    "Device",
    record(
        "A phone at the door, as it sees itself.",
        {
            "id": integer(),
            "name": text("As the organisers call it."),
            "expires_at": MOMENT,
            "may_sell": flag("Whether it may sell tickets."),
        },
    ),
)

DOOR_DELTA = Component(
    "DoorTickets",
    {
        **DELTA.schema,
        "properties": {
            **DELTA.schema["properties"],
            "elsewhere": text(
                "Where it is asked for: the event's tickets that the list isn't for, all or those that are new. Of each the "
                "first 8 bytes of the SHA-256 of its token, one after the other, in base64."
            ),
        },
    },
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
            "repeat": choice(Repeat, "How often the same ticket is let in; with `daily`, once a day of `time_zone`."),
            "opens_at": nullable(MOMENT, "Nobody is let in before."),
            "closes_at": nullable(MOMENT, "Nobody is let in from then on."),
            "shows": array(choice(Mark), "What its devices are told of people beside the usual."),
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
        "conflict": answer.conflict,
    }


def attendee_document(guest: Guest) -> Document:
    """Only what staff need at the door: no e-mail, and no answers to questions but those that the list shows."""
    return {
        "name": guest.name,
        "type": guest.type,
        "organisation": guest.organisation or None,
        "unpaid": guest.unpaid,
        "owes": guest.owes,
        "note": guest.note or None,
        "marks": dict(guest.marks),
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
            "admitted_by": None,
            "owes": 0,
            "note": None,
            "valid_on": None,
            "marks": {},
        }
    return {
        "token": item.guest.token,
        "status": item.status,
        "name": item.guest.name,
        "type": item.guest.type,
        "organisation": item.guest.organisation or None,
        "admitted_at": _time(item.admitted_at) if item.admitted_at else None,
        "admitted_by": item.admitted_by or None,
        "owes": item.guest.owes,
        "note": item.guest.note or None,
        "valid_on": item.valid_on.isoformat() if item.valid_on else None,
        "marks": dict(item.guest.marks),
    }


def delta_document(delta: Delta) -> Document:
    """`full` says that the items are the whole list; else they change what the client has."""
    return {
        "items": [standing_document(item) for item in delta.items],
        "next": None,
        "cursor": delta.cursor,
        "full": delta.full,
    }


def door_delta_document(delta: Delta) -> Document:
    """As delta_document; but of tickets that the list isn't for, new ones or those that left it, only keys are told."""
    document = delta_document(replace(delta, items=[item for item in delta.items if item.status != "gone"]))
    return {**document, "elsewhere": elsewhere_keys(delta.elsewhere)}


def list_document(listed: ListedEvent, counts: Counts | None = None) -> Document:
    """A list with its event; `admitted` and `expected` where they are counted."""
    return {
        "id": listed.list.id,
        "name": listed.list.name,
        "event": listed.event,
        "event_name": listed.event_name,
        "time_zone": listed.time_zone,
        "admit_unpaid": listed.list.admit_unpaid,
        "repeat": listed.list.repeat.value,
        "opens_at": _time(listed.list.opens_at) if listed.list.opens_at else None,
        "closes_at": _time(listed.list.closes_at) if listed.list.closes_at else None,
        "shows": sorted(listed.list.shows),
        **(counts_document(counts) if counts else {}),
    }


def device_document(device: Device) -> Document:
    """A phone, as it sees itself."""
    return {
        "id": device.id,
        "name": device.name,
        "expires_at": _time(device.expires_at),
        "may_sell": device.may_sell,
    }


def counts_document(counts: Counts) -> Document:
    return {"admitted": counts.admitted, "expected": counts.expected}


def _time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds' worth of what was stored: '2027-05-11T08:30:00Z'."""
    return moment.isoformat().replace("+00:00", "Z")
