"""The page on which one searches an edition's sessions and speakers."""

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from konferens.markdown import markdown_to_text
from konferens.programme.model import Session
from konferens.programme.queries import sessions_with_codes
from konferens.programme.search.excerpts import Part, excerpt, mark
from konferens.programme.search.queries import Found, search
from konferens.programme.search.query import MAX_CHARACTERS
from konferens.speakers.model import Speaker
from konferens.speakers.queries import public_speakers
from konferens.web.cache import public_page
from konferens.web.requests import database, edition_of

SHOWN = 50
"""Answers of a kind that the page lists; the programme shows them all."""


async def show_search(request: Request) -> ASGIApp:
    """?q= in sessions and speakers. Without words the page tells what can be found."""
    edition = await edition_of(request)
    db = database(request)
    words = " ".join(request.query_params.get("q", "")[:MAX_CHARACTERS].split())
    found = await search(db, edition, words) if words else Found()
    sessions = await sessions_with_codes(db, edition.id, found.session_codes[:SHOWN]) if found.sessions else []
    speakers = await public_speakers(db, edition.id) if found.speakers else []
    by_code = {speaker.code: speaker for speaker in speakers}
    people = [by_code[code] for code in found.speaker_codes[:SHOWN] if code in by_code]
    return public_page(
        request,
        edition,
        "search/page.html",
        words=words,
        found=found,
        sessions=[(session, mark(session.title, found.terms), _why(session, found)) for session in sessions],
        speakers=[(speaker, mark(speaker.name, found.terms), _about(speaker, found)) for speaker in people],
    )


def _why(session: Session, found: Found) -> list[Part]:
    texts = [session.subtitle, markdown_to_text(session.abstract), markdown_to_text(session.description)]
    return excerpt([text for text in texts if text], found.terms)


def _about(speaker: Speaker, found: Found) -> list[Part]:
    texts = [speaker.role_line, markdown_to_text(speaker.biography)]
    return excerpt([text for text in texts if text], found.terms)


routes = [Route("/{series:slug}/{edition:slug}/search", show_search)]
