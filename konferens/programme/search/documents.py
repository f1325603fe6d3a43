"""What is searched: an edition's public sessions and speakers as words. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.programme.model import Session
from konferens.programme.search.words import Vocabulary, vocabulary_of, words_of
from konferens.speakers.model import Speaker

MAX_TEXT = 200_000
"""Characters of a field that count: PostgreSQL holds a megabyte of different words at most."""

_ADDRESS = re.compile(r"(?:https?|mailto):[^\s)>]+")

SESSION, SPEAKER = "session", "speaker"


@dataclass(frozen=True, slots=True)
class Document:
    """A session or a speaker, found by `code`; the other fields but `language` are words apart by blanks."""

    kind: str
    code: str
    language: str
    title: str
    names: str
    abstract: str
    rest: str


def documents_of(edition: Edition, sessions: Iterable[Session], speakers: Iterable[Speaker]) -> list[Document]:
    """One for each, in a steady order."""
    with use_language(edition.language):
        found = [*map(_of_session, sessions), *(_of_speaker(speaker, edition.language) for speaker in speakers)]
    return sorted(found, key=lambda document: (document.kind, document.code))


def _of_session(session: Session) -> Document:
    places = [place.name for place in (session.room, session.track) if place]
    return Document(
        kind=SESSION,
        code=session.code,
        language=session.language,
        title=_words(session.title, session.subtitle),
        names=_words(*(speaker.name for speaker in session.speakers)),
        abstract=_words(session.abstract),
        rest=_words(session.description, *places, session.type.label, session.meeting_point),
    )


def _of_speaker(speaker: Speaker, language: str) -> Document:
    return Document(
        kind=SPEAKER,
        code=speaker.code,
        language=language,
        title=_words(speaker.name),
        names=_words(speaker.organisation),
        abstract=_words(speaker.title),
        rest=_words(speaker.biography),
    )


def _words(*texts: str) -> str:
    """Markdown has no words of its own, save the addresses of links."""
    return " ".join(words_of(_ADDRESS.sub(" ", "\n".join(texts)[:MAX_TEXT])))


def vocabulary(documents: Iterable[Document]) -> Vocabulary:
    """The words of all."""
    return vocabulary_of(
        (each.language, text) for each in documents for text in (each.title, each.names, each.abstract, each.rest)
    )


def digest_of(documents: Sequence[Document]) -> str:
    """The same for the same documents only."""
    return hashlib.sha256(json.dumps([asdict(each) for each in documents]).encode()).hexdigest()
