"""What calendar entries say about a session, in the current language."""

from datetime import datetime
from html import escape

from konferens.calendar.model import PersonalCalendar
from konferens.events.model import Edition
from konferens.formats import wall_clock
from konferens.i18n import gettext
from konferens.markdown import markdown_to_text, render_markdown
from konferens.programme.model import Session, SpeakerRef


def place(edition: Edition, session: Session) -> str:
    """Room and venue in one line; for a session that has no room but a meeting point, that point alone."""
    if session.room is not None:
        return ", ".join(part for part in (session.room.name, edition.venue) if part)
    return session.meeting_point or edition.venue


def description(session: Session, address: str) -> str:
    """Subtitle, speakers, texts, meeting point and links as plain text, a blank line between; `address` ends it."""
    parts = [
        session.subtitle,
        _speakers(session),
        markdown_to_text(session.abstract),
        markdown_to_text(session.description),
        *_facts(session),
        address,
    ]
    return "\n\n".join(part for part in parts if part)


def html_description(session: Session, address: str) -> str:
    """The same as a small HTML document, for Outlook (X-ALT-DESC)."""
    lines = [f"<p>{escape(part)}</p>" for part in (session.subtitle, _speakers(session)) if part]
    lines += [render_markdown(text) for text in (session.abstract, session.description) if text]
    lines += [f"<p>{escape(fact)}</p>" for fact in _facts(session)]
    lines.append(f'<p><a href="{escape(address)}">{escape(address)}</a></p>')
    return f"<!DOCTYPE html><html><body>{''.join(lines)}</body></html>"


def getting_there(edition: Edition, person: PersonalCalendar, address: str) -> str:
    """What an attendee needs on the way: the ticket, the doors, what was booked beside it, the practical text, whom to ask."""
    ticket = gettext("Biljett: %(type)s. Bokning: %(code)s.") % {"type": person.ticket_type, "code": person.order_code}
    parts = [
        edition.tagline,
        ticket if person.order_code else "",
        "" if person.is_digital else _doors(edition),
        gettext("Du har också: %(names)s") % {"names": ", ".join(person.others)} if person.others else "",
        "" if person.is_digital else markdown_to_text(edition.practical),
        gettext("Frågor: %(address)s") % {"address": edition.contact_email} if edition.contact_email else "",
        address,
    ]
    return "\n\n".join(part for part in parts if part)


def _doors(edition: Edition) -> str:
    opens, closes = (
        wall_clock(datetime.combine(edition.starts_on, moment)) if moment is not None else ""
        for moment in (edition.day_starts, edition.day_ends)
    )
    if opens and closes:
        return gettext("Huset är öppet %(opens)s–%(closes)s.") % {"opens": opens, "closes": closes}
    return gettext("Huset öppnar %(opens)s.") % {"opens": opens} if opens else ""


def _speakers(session: Session) -> str:
    if not session.speakers:
        return ""
    return gettext("Medverkande: %(names)s") % {"names": ", ".join(map(_speaker, session.speakers))}


def _speaker(speaker: SpeakerRef) -> str:
    return f"{speaker.name} ({speaker.role_label.lower()})" if speaker.role_label else speaker.name


def _facts(session: Session) -> list[str]:
    facts = []
    if session.meeting_point:
        facts.append(gettext("Samling: %(place)s") % {"place": session.meeting_point})
    if session.stream_url:
        facts.append(gettext("Direktsändning: %(address)s") % {"address": session.stream_url})
    if session.recording_url:
        facts.append(gettext("Inspelning: %(address)s") % {"address": session.recording_url})
    return facts
