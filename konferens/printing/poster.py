"""A day on a sheet of A3, or several: rooms side by side, times downwards. Pure, as model.py."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from konferens.formats import clock, clock_range
from konferens.formats import day as format_day
from konferens.i18n import gettext
from konferens.printing.model import Printed, capitalised, heading_data, item_data
from konferens.printing.texts import on_paper
from konferens.programme.grid import Day, Row, days_of
from konferens.programme.model import Session

MAX_COLUMNS = 7
"""Rooms beside each other on a sheet of A3."""

MAX_ROWS, MAX_IN_ROOM = 30, 14
"""Times below each other, and sessions in one room, on a sheet of A3."""


def poster_data(printed: Printed, *, day: date | None = None) -> dict[str, Any]:
    """For poster.typ: a sheet of A3 for each day, or for `day`: rooms side by side, times downwards. A day of more rooms than
    a sheet holds gets several. `pages` is empty where there is nothing to put up.
    """
    return heading_data(printed, gettext("Dagens program")) | {
        "words": {
            "cancelled": gettext("Inställd"),
            "online": gettext("Programmet på nätet, alltid det senaste"),
            "elsewhere": gettext("Andra platser"),
            "qr_alt": gettext("QR-kod till programmet på nätet"),
            "time": gettext("Tid"),
        },
        "pages": [
            _sheet(printed, table, hours=hours)
            for when, sessions in printed.days()
            if day in (None, when)
            for part in _parts(printed, sessions)
            for hours in [_hours(part)]
            for stretch in hours
            for table in days_of(stretch, [room.slug for room in printed.rooms], printed.edition.zone)
        ],
    }


def _parts(printed: Printed, sessions: Sequence[Session]) -> list[list[Session]]:
    """A day's sessions, parted so that each part has at most MAX_COLUMNS rooms; what is for all rooms is in every one."""
    used = {session.room.id for session in sessions if session.room and not session.all_rooms}
    rooms = [room.id for room in printed.rooms if room.id in used]
    count = max(1, -(-len(rooms) // MAX_COLUMNS))
    size = -(-len(rooms) // count) if rooms else 1
    parts = [set(rooms[start : start + size]) for start in range(0, len(rooms), size)] or [set()]
    return [
        [
            session
            for session in sessions
            if session.all_rooms or (session.room.id in part if session.room else number == len(parts) - 1)
        ]
        for number, part in enumerate(parts)
    ]


def _hours(sessions: Sequence[Session]) -> list[list[Session]]:
    """`sessions`, which are in order of time, parted so that no part has more rows, or more in one room, than a sheet holds."""
    stretches: list[list[Session]] = [[]]
    for _, together in groupby(sessions, key=lambda session: session.starts_at):
        beginning = list(together)
        stretch = stretches[-1]
        rooms = Counter(session.room.id if session.room else 0 for session in [*stretch, *beginning])
        starts = {session.starts_at for session in [*stretch, *beginning]}
        if stretch and (max(rooms.values()) > MAX_IN_ROOM or len(starts) > MAX_ROWS):
            stretches.append(beginning)
        else:
            stretch += beginning
    return stretches


def _sheet(printed: Printed, table: Day, *, hours: Sequence[Sequence[Session]]) -> dict[str, Any]:
    """A day's table, or a stretch of its hours, which its heading then tells."""
    zone = printed.edition.zone
    told = f" {clock_range(*_span(table), zone)}" if len(hours) > 1 else ""

    def cells(row: Row) -> list[dict[str, Any]]:
        return [
            {
                "rowspan": cell.rowspan,
                "colspan": cell.colspan,
                "items": [
                    item_data(printed, session, table.date, with_room=cell.colspan > 1 or not session.room)
                    for session in cell.sessions
                ],
            }
            for cell in row.cells
        ]

    return {
        "day": f"{capitalised(format_day(table.date))}{told}",
        "columns": [on_paper(column.name) if column else "" for column in table.columns],
        "rows": [{"time": clock(row.starts_at, zone), "cells": cells(row)} for row in table.rows],
        "qr_text": f"{printed.url}programme?day={table.date.isoformat()}",
    }


def _span(table: Day) -> tuple[datetime, datetime]:
    sessions = [session for row in table.rows for cell in row.cells for session in cell.sessions]
    ends = [session.ends_at for session in sessions if session.ends_at]
    return table.rows[0].starts_at, max(ends)
