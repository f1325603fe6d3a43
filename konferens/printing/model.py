"""What is printed of a programme, as the templates of templates/pdf/ read it: pure, sessions in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from konferens.badges.layout import ink, text_on
from konferens.badges.model import look_of
from konferens.events.model import Edition, Room
from konferens.formats import date_range, long_date, short_date
from konferens.formats import day as format_day
from konferens.i18n import gettext
from konferens.printing.texts import NIGHT_ENDS, blocks_of, on_paper, session_time
from konferens.programme.model import Session
from konferens.typesetting import printable

MANY = 200
"""From so many sessions on the letters are smaller: nobody folds forty sheets."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A programme to print. `sessions` are in order of time; those without one are left out. `base_url` has no slash last."""

    edition: Edition
    rooms: Sequence[Room]
    sessions: Sequence[Session]
    base_url: str
    language: str

    @property
    def url(self) -> str:
        return f"{self.base_url}{self.edition.path}"

    def days(self) -> list[tuple[date, list[Session]]]:
        """The days on which sessions begin, with them; in a group of parallel sessions the rooms are in their order."""
        zone = self.edition.zone
        timed = [session for session in self.sessions if session.starts_at and session.ends_at]
        order = {room.id: place for place, room in enumerate(self.rooms)}

        def key(session: Session) -> tuple[Any, ...]:
            place = order.get(session.room.id, len(order)) if session.room else -1
            return session.starts_at, session.ends_at, place, session.code

        by_day = groupby(sorted(timed, key=key), key=lambda session: session.day(zone))
        return [(day, list(sessions)) for day, sessions in by_day if day is not None]


def heading_data(printed: Printed, title: str) -> dict[str, Any]:
    """What all these papers share: whose they are, their colours, how old they are. Call it in the paper's language."""
    edition = printed.edition
    look = look_of(edition.theme)
    return {
        "title": f"{title} – {printable(edition.name)}",
        "language": printed.language,
        "edition": on_paper(edition.name),
        "dates": _dates(edition),
        "place": on_paper(edition.venue),
        "status": _status(edition),
        "ground": look.ground,
        "on_ground": text_on(look.ground),
        "ink": ink(look.ground),
        "mark": look.mark,
    }


def programme_data(printed: Printed, form: str) -> dict[str, Any]:
    """For programme.typ; `form` is 'a4', or 'booklet' for A5 pages that fill whole folded sheets."""
    edition = printed.edition
    site = printed.url.partition("://")[2]
    return heading_data(printed, gettext("Program")) | {
        "form": form,
        "small": len(printed.sessions) >= MANY,
        "tagline": on_paper(edition.tagline),
        "venue": {
            "name": on_paper(edition.venue_name),
            "address": [on_paper(line) for line in (edition.venue_address, edition.venue_city) if line],
        },
        "days": [
            {"name": capitalised(long_date(day)), "short": format_day(day), "groups": _groups(printed, day, sessions)}
            for day, sessions in printed.days()
        ],
        "practical": blocks_of(edition.practical),
        "organiser": on_paper(edition.series.organisation or edition.seller_name),
        "contact": printable(edition.contact_email),
        "site": printable(site),
        "words": {
            "programme": gettext("Program"),
            "online": gettext("Programmet på nätet, alltid det senaste"),
            "practical": gettext("Praktiskt"),
            "find": gettext("Hitta hit"),
            "map": gettext("Karta"),
            "questions": gettext("Frågor"),
            "organiser": gettext("Arrangör"),
            "notes": gettext("Anteckningar"),
            "cancelled": gettext("Inställd"),
            "empty": gettext("Programmet är inte klart än."),
            "qr_online": gettext("QR-kod till programmet på nätet"),
            "qr_map": gettext("QR-kod till en karta"),
            "page": gettext("Sida"),
        },
        "pages": [{"qr_text": f"{printed.url}programme"}, *_map_page(edition)],
    }


def signs_data(printed: Printed, *, room: str = "", day: date | None = None) -> dict[str, Any]:
    """For signs.typ: a sign for each room and day that has something, or those of one room (its slug) or day.

    `pages` is empty where there is nothing to put up.
    """
    days = printed.days()
    signs = [
        _sign(printed, each, when, here)
        for each in printed.rooms
        if room in ("", each.slug)
        for when, sessions in days
        if day in (None, when) and (here := _going_on(printed, each, when) + _in_room(each, sessions))
    ]
    return heading_data(printed, gettext("Dörrskyltar")) | {
        "words": {
            "cancelled": gettext("Inställd"),
            "online": gettext("Programmet i det här rummet"),
            "qr_alt": gettext("QR-kod till rummets program på nätet"),
            "seats": gettext("Platser"),
        },
        "pages": signs,
    }


def _sign(printed: Printed, room: Room, day: date, here: Sequence[Session]) -> dict[str, Any]:
    return {
        "room": on_paper(room.name),
        "seats": str(room.capacity) if room.capacity else "",
        "day": capitalised(format_day(day)),
        "sessions": [item_data(printed, session, day, with_room=False) for session in here],
        "qr_text": f"{printed.url}programme?room={room.slug}",
    }


def _going_on(printed: Printed, room: Room, day: date) -> list[Session]:
    """What has begun in the room on an earlier day and goes on for more than the night: an exhibition, say."""
    zone = printed.edition.zone
    morning = datetime.combine(day, NIGHT_ENDS, zone)
    return [
        each
        for each in printed.sessions
        if each.room is not None and each.room.id == room.id and each.starts_at and each.ends_at
        if each.starts_at.astimezone(zone).date() < day and each.ends_at > morning
    ]


def _in_room(room: Room, sessions: Sequence[Session]) -> list[Session]:
    """The room's own sessions, and what is for everybody between the first and the last of them."""
    own = {each.code for each in sessions if each.room is not None and each.room.id == room.id}
    shown = [each for each in sessions if each.code in own or each.all_rooms]
    places = [place for place, each in enumerate(shown) if each.code in own]
    return shown[places[0] : places[-1] + 1] if places else []


def _groups(printed: Printed, day: date, sessions: Iterable[Session]) -> list[dict[str, Any]]:
    """Sessions that begin and end together under one time."""
    spans = groupby(sessions, key=lambda session: (session.starts_at, session.ends_at))
    groups = []
    for _, together in spans:
        items = list(together)
        groups.append(
            {
                "time": session_time(items[0], day, printed.edition.zone),
                "items": [item_data(printed, session, day) for session in items],
            }
        )
    return groups


def item_data(printed: Printed, session: Session, day: date, *, with_room: bool = True) -> dict[str, Any]:
    """A session on the paper of `day`; without its room where the paper itself tells it."""
    place = session.room.name if session.room else session.meeting_point
    notes = [] if session.type.is_pause or session.type.value == "talk" else [session.type.label]
    notes += [session.track.name] if session.track else []
    notes += [gettext("Anmälan krävs")] if session.signup and not session.is_cancelled else []
    return {
        "time": session_time(session, day, printed.edition.zone),
        "title": on_paper(session.title),
        "people": on_paper(", ".join(_person(person.name, person.role_label) for person in session.speakers)),
        "room": on_paper(place) if with_room else "",
        "notes": on_paper(" · ".join(notes)),
        "colour": session.track.colour if session.track else "",
        "pause": session.type.is_pause,
        "cancelled": session.is_cancelled,
        "language": session.language,
    }


def _person(name: str, role: str) -> str:
    return f"{name} ({role.lower()})" if role else name


def _map_page(edition: Edition) -> list[Mapping[str, str]]:
    if edition.latitude is None or edition.longitude is None:
        return []
    here = f"{edition.latitude:.5f}", f"{edition.longitude:.5f}"
    return [{"qr_text": f"https://www.openstreetmap.org/?mlat={here[0]}&mlon={here[1]}#map=17/{here[0]}/{here[1]}"}]


def _dates(edition: Edition) -> str:
    if edition.starts_on == edition.ends_on:
        return capitalised(long_date(edition.starts_on))
    return date_range(edition.starts_on, edition.ends_on)


def _status(edition: Edition) -> str:
    """How old the paper is: the version's name, or the day of the latest change."""
    changed = short_date(edition.updated_at.astimezone(edition.zone).date())
    if edition.release:
        return gettext("Version %(version)s, %(day)s") % {"version": printable(edition.release), "day": changed}
    return gettext("Som programmet var %(day)s") % {"day": changed}


def capitalised(text: str) -> str:
    """'tisdag 11 maj' → 'Tisdag 11 maj'."""
    return text[:1].upper() + text[1:]
