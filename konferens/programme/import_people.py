"""People of an imported programme."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update

from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.programme.schedule import ImportedPerson
from konferens.tables import edition_speakers, editions, session_speakers, sessions, speakers

_TEXTS = ("title", "organisation", "biography")


async def import_people(
    db: Database, edition_id: int, people: Mapping[str, ImportedPerson]
) -> tuple[dict[str, int], int]:
    """Find or add them; gives speaker ids by the file's guid, and how many were added or changed.

    A file without guids names people by other systems' numbers: those who are here already are found by name, if only one
    of the edition's speakers and one in the file has it.
    """
    if not people:
        return {}, 0
    known = await _known(db, edition_id, people.values())
    rows = _matched(people, known)
    found = {guid: known[speaker_id] for guid, speaker_id in rows.items()}
    new = [person for guid, person in people.items() if guid not in found]
    await _add(db, new)
    changed = await _update_names(db, edition_id, people, found)
    if new:
        inserted = await db.fetch_all(
            select(speakers.c.id, speakers.c.guid).where(speakers.c.guid.in_([p.guid for p in new]))
        )
        rows |= {row.guid: row.id for row in inserted}
    here = {guid: row for guid, row in found.items() if row["here"] is not None}
    await db.execute_many(
        insert(edition_speakers),
        [
            {"edition_id": edition_id, "speaker_id": rows[guid], "website": ""}
            | {name: getattr(person, name) or "" for name in _TEXTS}
            for guid, person in people.items()
            if guid not in here
        ],
    )
    changed |= {guid for guid in found if guid not in here} | await _update_texts(db, edition_id, people, here)
    return rows, len(new) + len(changed)


async def _known(db: Database, edition_id: int, people: Iterable[ImportedPerson]) -> dict[int, dict[str, Any]]:
    """Speakers by id that may be among `people`; 'here' is None for those that the edition doesn't have."""
    people = list(people)
    query = (
        select(
            speakers.c.id,
            speakers.c.guid,
            speakers.c.code,
            speakers.c.name,
            edition_speakers.c.speaker_id.label("here"),
            *(edition_speakers.c[name] for name in _TEXTS),
        )
        .select_from(
            speakers.outerjoin(
                edition_speakers,
                and_(edition_speakers.c.speaker_id == speakers.c.id, edition_speakers.c.edition_id == edition_id),
            )
        )
        .where(
            or_(
                speakers.c.guid.in_([person.guid for person in people]),
                speakers.c.code.in_([person.code for person in people if person.code]),
                edition_speakers.c.edition_id == edition_id,
            )
        )
    )
    return {row.id: dict(row) for row in await db.fetch_all(query)}


def _matched(people: Mapping[str, ImportedPerson], known: Mapping[int, Mapping[str, Any]]) -> dict[str, int]:
    """File guid → speaker id. Nobody is found twice: a guid is surer than a code, and a code than a name."""
    by_guid = {row["guid"]: speaker_id for speaker_id, row in known.items()}
    by_code = {(row["code"], row["name"].casefold()): speaker_id for speaker_id, row in known.items()}
    names = Counter(person.name.casefold() for person in people.values())
    names_here = Counter(row["name"].casefold() for row in known.values() if row["here"] is not None)
    by_name = {
        row["name"].casefold(): speaker_id
        for speaker_id, row in known.items()
        if row["here"] is not None and names_here[row["name"].casefold()] == 1 and names[row["name"].casefold()] == 1
    }
    matched = {guid: by_guid[guid] for guid in people if guid in by_guid}
    taken = set(matched.values())
    for guid, person in people.items():
        name = person.name.casefold()
        speaker_id = by_code.get((person.code, name)) or by_name.get(name)
        if guid not in matched and speaker_id is not None and speaker_id not in taken:
            matched[guid] = speaker_id
            taken.add(speaker_id)
    return matched


async def _add(db: Database, people: list[ImportedPerson]) -> None:
    codes = await free_codes(db, speakers.c.code, [person.code for person in people])
    moment = now()
    await db.execute_many(
        insert(speakers),
        [
            {"code": code, "guid": person.guid, "name": person.name, "created_at": moment, "updated_at": moment}
            for code, person in zip(codes, people, strict=True)
        ],
    )


async def free_codes(db: Database, column: Any, wanted: list[str | None]) -> list[str]:
    """A code for each, none of them in `column` yet: the wanted one where it is free, else a new one."""
    codes: list[str] = []
    used: set[str] = set()
    for code in wanted:
        chosen = code if code and code not in used else new_code()
        while chosen in used:
            chosen = new_code()
        used.add(chosen)
        codes.append(chosen)
    while codes:  # again only when a new one is taken, one in a thousand million
        taken = {row[column.name] for row in await db.fetch_all(select(column).where(column.in_(codes)))}
        if not taken:
            break
        codes = [new_code() if code in taken else code for code in codes]
    return codes


async def _update_names(
    db: Database, edition_id: int, people: Mapping[str, ImportedPerson], found: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    """A name stands on the pages of every edition where the person speaks, and in calendar entries there."""
    renamed = {guid for guid, row in found.items() if row["name"] != people[guid].name}
    if not renamed:
        return set()
    ids = [found[guid]["id"] for guid in renamed]
    moment = now()
    await db.execute_many(
        update(speakers)
        .where(speakers.c.id == bindparam("row_id"))
        .values(name=bindparam("new_name"), updated_at=moment),
        [{"row_id": found[guid]["id"], "new_name": people[guid].name} for guid in renamed],
    )
    spoken = select(session_speakers.c.session_id).where(session_speakers.c.speaker_id.in_(ids))
    await db.execute(
        update(sessions).where(sessions.c.id.in_(spoken)).values(sequence=sessions.c.sequence + 1, updated_at=moment)
    )
    elsewhere = select(edition_speakers.c.edition_id).where(
        edition_speakers.c.speaker_id.in_(ids), edition_speakers.c.edition_id != edition_id
    )
    await db.execute(
        update(editions).where(editions.c.id.in_(elsewhere)).values(version=editions.c.version + 1, updated_at=moment)
    )
    return renamed


async def _update_texts(
    db: Database, edition_id: int, people: Mapping[str, ImportedPerson], here: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    updates: dict[str, dict[str, Any]] = {}
    for guid, row in here.items():
        told = {name: getattr(people[guid], name) for name in _TEXTS}
        wanted = {name: row[name] if value is None else value for name, value in told.items()}
        if any(row[name] != value for name, value in wanted.items()):
            updates[guid] = {"row_id": row["id"]} | {f"new_{name}": value for name, value in wanted.items()}
    query = (
        update(edition_speakers)
        .where(edition_speakers.c.speaker_id == bindparam("row_id"), edition_speakers.c.edition_id == edition_id)
        .values({name: bindparam(f"new_{name}") for name in _TEXTS})
    )
    await db.execute_many(query, list(updates.values()))
    return set(updates)
