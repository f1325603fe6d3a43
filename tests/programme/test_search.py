"""Search: Swedish words in every form, alike on both databases, and nothing that anybody types is an error."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.testclient import TestClient

from konferens.backup import backup, restore
from konferens.database import Database, open_database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.actions import delete_session
from konferens.programme.queries import published_sessions
from konferens.programme.search.excerpts import excerpt
from konferens.programme.search.index import refresh_indexes
from konferens.programme.search.queries import search
from konferens.programme.search.query import Term, expand, parse, score
from konferens.programme.search.words import fold, stem, vocabulary_of
from konferens.speakers.queries import speakers_of
from konferens.tables import search_documents
from tests.factories import ACTOR, make_edition, make_room, make_session, make_speaker, make_track, wall

PAGE = "/lokalekonomidagarna/2027/search"


async def small_programme(db: Database) -> Edition:
    """Five sessions and two speakers, each with words of its own."""
    edition = await make_edition(db)
    hall = await make_room(db, edition, "Ödesalen")
    energy = await make_track(db, edition, "Energi och drivmedel")
    asa = await make_speaker(db, edition, "Åsa Öberg", organisation="Bymackarna", biography="Driver en lanthandel.")
    jose = await make_speaker(db, edition, "José Lindgren", biography="Kommunutvecklare på landsbygden.")
    sessions: dict[str, dict[str, Any]] = {
        "Så startar du en mack": {"abstract": "Från **idé** till invigning.", "speakers": [(asa, "speaker")]},
        "Bygdemacken som blev mötesplats": {"track_id": energy, "description": "Kommunens roll, och skolans."},
        "Tre kommuner, ett bolag": {"abstract": "Om lokal mat. Mat som är lokal.", "speakers": [(jose, "speaker")]},
        "Rust for robust infrastructure": {"language": "en", "abstract": "Trusting small machines."},
        "Lunch": {"type": "meal", "room_id": hall},
    }
    for hour, (title, values) in enumerate(sessions.items(), start=9):
        await make_session(db, edition, title, wall_starts=wall(11, hour), **values)
    await make_session(db, edition, "Macken utan tid")
    return await edition_by_id(db, edition.id)


async def found_by(db: Database, edition: Edition, text: str) -> list[str]:
    """The first word of each session, and the name of each speaker, that `text` finds: the best first."""
    found = await search(db, edition, text)
    titles = {session.code: session.title.split()[0] for session in await published_sessions(db, edition.id)}
    names = {speaker.code: speaker.name.split()[0] for speaker in await speakers_of(db, edition.id)}
    return [*(titles[code] for code in found.session_codes), *(names[code] for code in found.speaker_codes)]


FOUND = {
    "mack": ["Så", "Bygdemacken", "Åsa"],  # the word itself before the compound
    "macken": ["Så", "Bygdemacken", "Åsa"],
    "MACKARNA": ["Så", "Bygdemacken", "Åsa"],
    "kommun": ["Tre", "Bygdemacken", "José"],  # in a title before a description
    "kommunens": ["Tre", "Bygdemacken"],
    "kommu": ["Tre", "Bygdemacken", "José"],
    "skola": ["Bygdemacken"],
    "energin": ["Bygdemacken"],
    "öberg": ["Så", "Åsa"],
    "oberg": [],  # ö is a letter of its own
    "Jose lindgren": ["Tre", "José"],  # é is an e
    "mack öberg": ["Så", "Åsa"],  # all of them
    "så startar en mack": ["Så"],
    "mack och kommunen": ["Bygdemacken"],  # small words tell nothing
    '"lokal mat"': ["Tre"],
    "”mat lokal”": [],
    '"macken"': [],
    "mat lokal": ["Tre"],
    "rust": ["Rust"],  # 'trust' is no kind of rust
    "trusted machine": ["Rust"],
    "måltid": ["Lunch"],
    "ödesalen": ["Lunch"],
    "lanthandeln": ["Åsa"],
    "tid": [],
    "": [],
    '"': [],
    "* - ' \\ ( ) :": [],
}


async def test_words_find(db: Database) -> None:
    edition = await small_programme(db)
    assert {text: await found_by(db, edition, text) for text in FOUND} == FOUND


async def test_the_index_follows_every_change(db: Database) -> None:
    edition = await small_programme(db)
    assert await found_by(db, edition, "mack") == ["Så", "Bygdemacken", "Åsa"]
    await make_session(db, edition, "Mack på hjul", wall_starts=wall(12, 9))
    await delete_session(db, edition, (await search(db, edition, "startar")).session_codes[0], actor=ACTOR)
    edition = await edition_by_id(db, edition.id)
    assert await found_by(db, edition, "mack") == ["Mack", "Bygdemacken"]  # Åsa has no session


async def test_what_is_gone_leaves_the_index_though_nobody_searches(db: Database) -> None:
    edition = await small_programme(db)
    code = (await search(db, edition, "startar")).session_codes[0]
    await delete_session(db, edition, code, actor=ACTOR)
    await refresh_indexes(db)
    kept = await db.fetch_all(select(search_documents.c.code).where(search_documents.c.kind == "session"))
    assert code not in [row.code for row in kept]
    assert len(kept) == 4


async def test_those_who_come_at_once_make_one_index(db: Database, database_url: str) -> None:
    edition = await small_programme(db)
    other = open_database(database_url)
    await other.connect()
    answers = await asyncio.gather(*(search(each, edition, "mack") for each in (db, other) * 3))
    await other.disconnect()
    assert [len(found.sessions) for found in answers] == [2] * 6
    assert await db.fetch_val(select(func.count()).select_from(search_documents)) == 7


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_copy_finds_what_the_database_finds(
    db: Database, database_url: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    """Also brought back over a database that has nothing but its tables: what FTS5 keeps in its own is no data."""
    edition = await small_programme(db)
    await search(db, edition, "mack")
    copied = f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'other.db')}"
    backup(database_url, tmp_path / "copy")
    restore(copied, tmp_path / "copy", force=False)
    other = open_database(copied)
    await other.connect()
    assert await found_by(other, edition, "mack") == ["Så", "Bygdemacken", "Åsa"]
    await other.disconnect()


async def test_no_text_is_an_error(db: Database) -> None:
    edition = await small_programme(db)
    await search(db, edition, "mack")  # makes the index

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text() | st.sampled_from(['"', "'", "*", "mack", ":*", " & ", " OR ", "NEAR(", "\\", "ﷺ", "İ"])))
    def typed(texts: list[str]) -> None:
        queries.append("".join(texts))

    queries: list[str] = []
    await asyncio.to_thread(typed)
    for text in queries:
        await search(db, edition, text)
    assert len(queries) >= 40


# --- words and terms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mack", "mackarna"),
        ("kommun", "kommunernas"),
        ("skola", "skolan"),
        ("energi", "energin"),
        ("hållbar", "hållbart"),
    ],
)
def test_inflections_have_a_stem_in_common(one: str, other: str) -> None:
    assert stem(one, "sv") == stem(other, "sv")


def test_short_words_are_not_cut_to_others() -> None:
    assert stem("svart", "sv") != stem("svar", "sv")
    assert stem("öst", "sv") != stem("ost", "sv")


def test_letters_are_compared_as_swedes_do() -> None:
    assert [fold(word) for word in ("ÅSA", "Café", "Bjørn", "Grüße", "o'Hara")] == [
        "åsa",
        "cafe",
        "björn",
        "grusse",
        "ohara",
    ]


def test_what_was_typed_becomes_terms() -> None:
    assert parse('en  e-post "en mack" »oavslutat citat') == [
        Term(("e", "post")),
        Term(("en", "mack"), literal=True),
        Term(("oavslutat", "citat"), literal=True),
    ]
    assert parse("och") == [Term(("och",))]
    assert len(parse(" ".join(f"ord{n}" for n in range(50)))) == 10


def test_the_title_weighs_most() -> None:
    terms = expand(parse("mack"), vocabulary_of([("sv", "mack bygdemack")]))
    empty = dict.fromkeys(("title", "names", "abstract", "rest"), "")
    places = [{**empty, field: "en mack"} for field in empty]
    assert sorted(places, key=lambda each: -score(terms, each)) == places
    assert score(terms, {**empty, "title": "bygdemack"}) < score(terms, {**empty, "title": "macken"})
    assert score(terms, empty) == 0


def test_an_excerpt_shows_where_it_was_found() -> None:
    terms = expand(parse("mack"), vocabulary_of([("sv", "mack macken")]))
    parts = excerpt(["Inget här.", f"{'Ord ' * 40} <b>Macken</b> {'stod ' * 40}"], terms)
    assert [part.text for part in parts if part.hit] == ["Macken"]
    text = "".join(part.text for part in parts)
    assert text.startswith("… Ord")
    assert text.endswith("stod …")
    assert len(text) < 200
    assert [(part.text, part.hit) for part in excerpt(["Inget här."], terms)] == [("Inget här.", False)]


# --- the page -------------------------------------------------------------------------------------------------------


async def test_the_page_shows_sessions_and_people_with_what_was_found(db: Database, client: TestClient) -> None:
    await small_programme(db)
    html = client.get(PAGE, params={"q": "mackarna"}).text
    assert "3 träffar på ”mackarna”" in html
    assert html.index("en <mark>mack</mark>") < html.index("<mark>Bygdemacken</mark> som") < html.index("Åsa Öberg</a>")
    assert "<mark>Bymackarna</mark>" in html


async def test_the_page_helps_those_who_find_nothing(db: Database, client: TestClient) -> None:
    await small_programme(db)
    assert "Böjningar räknas med" in client.get(PAGE).text
    html = client.get(PAGE, params={"q": "<script>zzz"}).text
    assert "Inga träffar på ”&lt;script&gt;zzz”" in html
    assert "Böjningar räknas med" in html


async def test_programs_search_too(db: Database, client: TestClient) -> None:
    await small_programme(db)
    path = "/api/v1/events/lokalekonomidagarna/2027/sessions"
    items = client.get(path, params={"q": "kommun"}).json()["items"]
    assert [item["title"] for item in items] == ["Tre kommuner, ett bolag", "Bygdemacken som blev mötesplats"]
    first = client.get(path, params={"q": "kommun", "limit": 1}).json()
    assert len(client.get(first["next"]).json()["items"]) == 1
