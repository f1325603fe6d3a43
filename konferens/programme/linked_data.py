"""What machines read about a conference, its sessions and its speakers: schema.org's Event and Person as JSON-LD.

Pure. Google wants name, startDate and location of an Event; what has no time is none. Texts are in the edition's language.
"""

from collections.abc import Iterable

from konferens.events.linked_data import (
    Node,
    attendance,
    breadcrumbs,
    filled,
    graph,
    local_time,
    organiser,
    place,
    term,
    virtual_location,
)
from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.markdown import markdown_to_text
from konferens.programme.model import Session, SpeakerRef
from konferens.speakers.model import Speaker


def conference(edition: Edition, sessions: Iterable[Session], base_url: str) -> Node:
    """Event: the edition at its venue.

    It begins with the first of `sessions` on its first day and ends with the last on its last day. A day without any
    stands as a date alone, which means that the hour isn't known.
    """
    timed = [session for session in sessions if session.starts_at is not None and not session.is_cancelled]
    starts = [s.starts_at for s in timed if s.starts_at and s.day(edition.zone) == edition.starts_on]
    ends = [s.ends_at or s.starts_at for s in timed if s.starts_at and s.day(edition.zone) == edition.ends_on]
    here = place(edition)
    return filled(
        {
            "@type": "Event",
            "@id": f"{base_url}{edition.path}#event",
            "name": edition.name,
            "url": f"{base_url}{edition.path}",
            "startDate": local_time(min(starts), edition) if starts else edition.starts_on.isoformat(),
            "endDate": local_time(max(ends), edition) if ends else edition.ends_on.isoformat(),
            "eventStatus": term("EventScheduled"),
            **attendance([here] if here else []),
            "organizer": organiser(edition),
        }
    )


def session_page(edition: Edition, session: Session, sessions: Iterable[Session], base_url: str) -> Node:
    """All that a session's page tells; `sessions` are the whole programme's."""
    return graph(
        _session_event(edition, session, sessions, base_url),
        breadcrumbs(
            edition, base_url, (gettext("Program"), "programme"), (session.title, f"sessions/{session.path_part}")
        ),
    )


def _session_event(edition: Edition, session: Session, sessions: Iterable[Session], base_url: str) -> Node | None:
    """Event; None for pauses, and for what has no time yet."""
    if session.starts_at is None or session.type.is_pause:
        return None
    address = f"{base_url}{edition.path}sessions/{session.path_part}"
    where = _session_place(edition, session)
    online = virtual_location(session.stream_url) if session.stream_url else None
    pictures = [person.image_digest for person in session.speakers if person.image_digest]
    return filled(
        {
            "@type": "Event",
            "@id": f"{base_url}{edition.path}sessions/{session.code}#event",
            "name": session.title,
            "url": address,
            "description": markdown_to_text(session.abstract) or session.subtitle,
            "inLanguage": session.language,
            "startDate": local_time(session.starts_at, edition),
            "endDate": local_time(session.ends_at, edition) if session.ends_at else None,
            "eventStatus": term("EventCancelled" if session.is_cancelled else "EventScheduled"),
            **attendance([each for each in (where, online) if each]),
            "image": [f"{base_url}/media/{digest}.webp" for digest in pictures],
            "maximumAttendeeCapacity": session.capacity,
            "performer": [_performer(edition, person, base_url) for person in session.speakers],
            "organizer": organiser(edition),
            "superEvent": conference(edition, sessions, base_url),
        }
    )


def _session_place(edition: Edition, session: Session) -> Node | None:
    """Place: its room; without one the meeting point, which may be anywhere in the town; else the venue."""
    if session.room is None and session.meeting_point:
        address = (place(edition) or {}).get("address", {})
        address = {name: value for name, value in address.items() if name != "streetAddress"}
        return filled({"@type": "Place", "name": session.meeting_point, "address": address})
    return place(edition, session.room.name if session.room else "")


def _performer(edition: Edition, person: SpeakerRef, base_url: str) -> Node:
    address = f"{base_url}{edition.path}speakers/{person.path_part}"
    return {"@type": "Person", "@id": _person_id(edition, person.code, base_url), "name": person.name, "url": address}


def _person_id(edition: Edition, code: str, base_url: str) -> str:
    """What names somebody on every page of the edition, whatever they are called later."""
    return f"{base_url}{edition.path}speakers/{code}#person"


def _addresses(speaker: Speaker) -> str | list[str]:
    """The person's pages elsewhere; a single one stands by itself."""
    found = [address for address in (speaker.website, *(link.url for link in speaker.links)) if address]
    return found[0] if len(found) == 1 else found


def speaker_page(edition: Edition, speaker: Speaker, base_url: str) -> Node:
    """All that a speaker's page tells."""
    address = f"{base_url}{edition.path}speakers/{speaker.path_part}"
    employer = {"@type": "Organization", "name": speaker.organisation} if speaker.organisation else None
    return graph(
        filled(
            {
                "@type": "Person",
                "@id": _person_id(edition, speaker.code, base_url),
                "name": speaker.name,
                "url": address,
                "image": f"{base_url}{speaker.image_url}" if speaker.image_url else None,
                "jobTitle": speaker.title,
                "affiliation": employer,
                "description": markdown_to_text(speaker.biography),
                "sameAs": _addresses(speaker),
            }
        ),
        breadcrumbs(
            edition, base_url, (gettext("Medverkande"), "speakers/"), (speaker.name, f"speakers/{speaker.path_part}")
        ),
    )
