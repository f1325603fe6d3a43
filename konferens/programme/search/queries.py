"""Searching an edition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from konferens.database import Database
from konferens.events.model import Edition
from konferens.programme.model import Session
from konferens.programme.search.documents import SESSION, SPEAKER, documents_of, vocabulary
from konferens.programme.search.index import up_to_date
from konferens.programme.search.query import FIELDS, Term, expand, parse, score

_FIND = {
    "sqlite": (
        "SELECT kind, code, title, names, abstract, rest FROM search_documents "
        "WHERE edition_id = :edition_id AND id IN (SELECT rowid FROM search_texts WHERE search_texts MATCH :query)"
    ),
    # The expression is that of ix_search_documents_words.
    "postgresql": (
        "SELECT kind, code, title, names, abstract, rest FROM search_documents "
        "WHERE edition_id = :edition_id AND array_to_tsvector(array_remove(string_to_array("
        "title || ' ' || names || ' ' || abstract || ' ' || rest, ' '), '')) @@ CAST(:query AS tsquery)"
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: codes of sessions and speakers with their score, the best first, and the terms that were found."""

    terms: tuple[Term, ...] = ()
    sessions: tuple[tuple[str, float], ...] = ()
    speakers: tuple[tuple[str, float], ...] = ()

    @property
    def session_codes(self) -> list[str]:
        return [code for code, _ in self.sessions]

    @property
    def speaker_codes(self) -> list[str]:
        return [code for code, _ in self.speakers]

    @property
    def best(self) -> str:
        """'session' or 'speaker': of which kind the best answer is; a person wins where they are even."""
        first = [found[0][1] if found else 0 for found in (self.sessions, self.speakers)]
        return SESSION if first[0] > first[1] else SPEAKER


async def search(db: Database, edition: Edition, text: str) -> Found:
    """What in the public programme answers `text`; nothing does where it has no word. No text is an error."""
    terms = parse(text)
    if not terms:
        return Found()
    terms = expand(terms, await up_to_date(db, edition))
    write = _fts5 if db.dialect == "sqlite" else _tsquery
    query = " AND ".join(map(write, terms)) if db.dialect == "sqlite" else " & ".join(map(write, terms))
    rows = await db.fetch_all(_FIND[db.dialect], {"edition_id": edition.id, "query": query})
    ranked = sorted(
        (-value, row.kind, row.code) for row in rows if (value := score(terms, {name: row[name] for name in FIELDS}))
    )
    return Found(
        tuple(terms),
        tuple((code, -value) for value, kind, code in ranked if kind == SESSION),
        tuple((code, -value) for value, kind, code in ranked if kind == SPEAKER),
    )


def search_among(edition: Edition, sessions: Iterable[Session], text: str) -> set[str]:
    """Codes of those of `sessions` that answer `text`, found without the index: for drafts, which it doesn't know."""
    documents = documents_of(edition, sessions, [])
    terms = expand(parse(text), vocabulary(documents))
    return {each.code for each in documents if score(terms, {name: getattr(each, name) for name in FIELDS})}


def _alternatives(term: Term) -> Sequence[str]:
    return sorted(term.inflections | term.compounds)


def _fts5(term: Term) -> str:
    """`term` as SQLite's FTS5 reads it (sqlite.org/fts5.html#full_text_query_syntax). Words hold letters and digits only."""
    *first, last = term.words
    parts = [f'"{word}"' for word in first] + [f'"{last}"' if term.literal else f'"{last}" *']
    either = [" AND ".join(parts), *(f'"{word}"' for word in _alternatives(term))]
    return f"({' OR '.join(f'({each})' for each in either)})"


def _tsquery(term: Term) -> str:
    """`term` as PostgreSQL reads it (postgresql.org/docs/current/datatype-textsearch.html)."""
    *first, last = term.words
    parts = [f"'{word}'" for word in first] + [f"'{last}'" if term.literal else f"'{last}':*"]
    either = [" & ".join(parts), *(f"'{word}'" for word in _alternatives(term))]
    return f"({' | '.join(f'({each})' for each in either)})"
