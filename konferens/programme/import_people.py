"""People of an imported programme: who is new, what differs, and the writing of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import and_, bindparam, insert, or_, select, update

from konferens.clock import now
from konferens.codes import new_code
from konferens.database import Database
from konferens.programme.schedule import ImportedPerson
from konferens.tables import edition_speakers, editions, session_speakers, sessions, speakers

_TEXTS = ("title", "organisation", "biography")
Known = Mapping[int, Mapping[str, Any]]
"""Speakers by id: id, guid, code, name; 'here' is None for those whom the edition doesn't have, else it has their texts too.
'foreign' are those whom the edition may not have."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody who is new (`speaker_id` None), comes from another edition (`joins`), or of whom the file tells otherwise.

    `before` and `after` are name and texts; `before` is None for whom the edition doesn't have. `own_guid` is the guid of
    somebody new: another one than the file's where that is a foreign person's.
    """

    guid: str
    speaker_id: int | None
    before: Mapping[str, str] | None
    after: Mapping[str, str]
    wanted_code: str | None = None
    renames: bool = False
    own_guid: str = ""

    @property
    def joins(self) -> bool:
        return self.speaker_id is not None and self.before is None

    @property
    def name(self) -> str:
        return self.after["name"]

    @property
    def fields(self) -> list[str]:
        """What differs, of somebody who was there."""
        before = self.before or {}
        return [name for name in self.after if name in before and self.after[name] != before[name]]


@dataclass(frozen=True, slots=True)
class PeoplePlan:
    """`found` are speakers' rows (as in `Known`) by the file's guid, of those who are known already."""

    changes: tuple[PersonChange, ...]
    found: Mapping[str, Mapping[str, Any]]

    @property
    def guids(self) -> dict[str, str]:
        """Everybody's own guid by the file's."""
        new = {change.guid: change.own_guid for change in self.changes if change.speaker_id is None}
        return new | {guid: row["guid"] for guid, row in self.found.items()}


def _guid_here(edition_id: int, guid: str) -> str:
    """The guid of somebody new in the edition, whose guid in the file a foreign person has: always the same."""
    return str(uuid5(NAMESPACE_URL, f"konferens:{edition_id}:{guid}"))


def plan_people(edition_id: int, known: Known, people: Mapping[str, ImportedPerson]) -> PeoplePlan:
    """Who is new, and what is told otherwise of the others. What the file doesn't tell stays. A foreign person isn't
    recognised: guids and codes are public, and whoever writes them in a file must not get at anybody's profile.

    A file without guids names people by other systems' numbers: those who are here already are found by name, if only one
    of the edition's speakers and one in the file has it.
    """
    foreign = {row["guid"] for row in known.values() if row["foreign"]}
    guids = {guid: _guid_here(edition_id, guid) if guid in foreign else guid for guid in people}
    known = {speaker_id: row for speaker_id, row in known.items() if not row["foreign"]}
    found = {guid: known[speaker_id] for guid, speaker_id in _matched(people, guids, known).items()}
    changes = []
    for guid, person in people.items():
        row = found.get(guid)
        told = {name: getattr(person, name) for name in _TEXTS}
        if row is None or row["here"] is None:
            texts = {"name": person.name} | {name: value or "" for name, value in told.items()}
            speaker_id, renames = (None, False) if row is None else (row["id"], row["name"] != person.name)
            changes.append(PersonChange(guid, speaker_id, None, texts, person.code, renames, guids[guid]))
            continue
        before = {"name": row["name"]} | {name: row[name] for name in _TEXTS}
        after = {"name": person.name} | {name: row[name] if told[name] is None else told[name] for name in _TEXTS}
        if after != before:
            changes.append(PersonChange(guid, row["id"], before, after, renames=after["name"] != before["name"]))
    return PeoplePlan(tuple(changes), found)


async def write_people(db: Database, edition_id: int, plan: PeoplePlan) -> dict[str, tuple[int, str]]:
    """Write it; gives (id, code) of everybody in the file by the file's guid."""
    new = [change for change in plan.changes if change.speaker_id is None]
    ids = {guid: (row["id"], row["code"]) for guid, row in plan.found.items()}
    ids |= await _add(db, new)
    await _rename(db, edition_id, [change for change in plan.changes if change.renames])
    joining = [change for change in plan.changes if change.before is None]
    await db.execute_many(
        insert(edition_speakers),
        [
            {"edition_id": edition_id, "speaker_id": ids[each.guid][0]} | {name: each.after[name] for name in _TEXTS}
            for each in joining
        ],
    )
    await _update_texts(db, edition_id, [each for each in plan.changes if each.before is not None])
    return ids


async def known_people(
    db: Database, edition_id: int, people: Iterable[ImportedPerson], *, mine: Collection[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Speakers that may be among `people`, and all of the edition's. Who speaks neither in it nor in one of the editions `mine`
    (None: all) is foreign.
    """
    people = list(people)
    guids = [person.guid for person in people]
    query = (
        select(
            speakers.c.id,
            speakers.c.guid,
            speakers.c.code,
            speakers.c.name,
            edition_speakers.c.speaker_id.label("here"),
            edition_speakers.c.recording,
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
                speakers.c.guid.in_([*guids, *(_guid_here(edition_id, guid) for guid in guids)]),
                speakers.c.code.in_([person.code for person in people if person.code]),
                edition_speakers.c.edition_id == edition_id,
            )
        )
    )
    rows = [dict(row) for row in await db.fetch_all(query)]
    others = {row["id"] for row in rows if row["here"] is None} if mine is not None else set()
    if others:
        shared = select(edition_speakers.c.speaker_id).where(
            edition_speakers.c.speaker_id.in_(others), edition_speakers.c.edition_id.in_(mine or ())
        )
        others -= {row.speaker_id for row in await db.fetch_all(shared)}
    return {row["id"]: row | {"foreign": row["id"] in others} for row in rows}


def _matched(
    people: Mapping[str, ImportedPerson], guids: Mapping[str, str], known: Mapping[int, Mapping[str, Any]]
) -> dict[str, int]:
    """File guid → speaker id; `guids` are file guid → guid here. Nobody is found twice: a guid is surer than a code, and a code
    than a name.
    """
    by_guid = {row["guid"]: speaker_id for speaker_id, row in known.items()}
    by_code = {(row["code"], row["name"].casefold()): speaker_id for speaker_id, row in known.items()}
    names = Counter(person.name.casefold() for person in people.values())
    names_here = Counter(row["name"].casefold() for row in known.values() if row["here"] is not None)
    by_name = {
        row["name"].casefold(): speaker_id
        for speaker_id, row in known.items()
        if row["here"] is not None and names_here[row["name"].casefold()] == 1 and names[row["name"].casefold()] == 1
    }
    matched = {guid: by_guid[guids[guid]] for guid in people if guids[guid] in by_guid}
    taken = set(matched.values())
    for guid, person in people.items():
        name = person.name.casefold()
        speaker_id = by_code.get((person.code, name)) or by_name.get(name)
        if guid not in matched and speaker_id is not None and speaker_id not in taken:
            matched[guid] = speaker_id
            taken.add(speaker_id)
    return matched


async def _add(db: Database, people: Sequence[PersonChange]) -> dict[str, tuple[int, str]]:
    codes = await free_codes(db, speakers.c.code, [person.wanted_code for person in people])
    moment = now()
    await db.execute_many(
        insert(speakers),
        [
            {"code": code, "guid": person.own_guid, "name": person.name, "created_at": moment, "updated_at": moment}
            for code, person in zip(codes, people, strict=True)
        ],
    )
    if not people:
        return {}
    query = select(speakers.c.id, speakers.c.code, speakers.c.guid)
    rows = await db.fetch_all(query.where(speakers.c.guid.in_([person.own_guid for person in people])))
    added = {row.guid: (row.id, row.code) for row in rows}
    return {person.guid: added[person.own_guid] for person in people}


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


async def _rename(db: Database, edition_id: int, renamed: Sequence[PersonChange]) -> None:
    """A name stands on the pages of every edition where the person speaks, and in calendar entries there."""
    if not renamed:
        return
    ids = [change.speaker_id for change in renamed]
    moment = now()
    await db.execute_many(
        update(speakers)
        .where(speakers.c.id == bindparam("row_id"))
        .values(name=bindparam("new_name"), updated_at=moment),
        [{"row_id": change.speaker_id, "new_name": change.name} for change in renamed],
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


async def _update_texts(db: Database, edition_id: int, changes: Sequence[PersonChange]) -> None:
    query = (
        update(edition_speakers)
        .where(edition_speakers.c.speaker_id == bindparam("row_id"), edition_speakers.c.edition_id == edition_id)
        .values({name: bindparam(f"new_{name}") for name in _TEXTS})
    )
    await db.execute_many(
        query,
        [{"row_id": each.speaker_id} | {f"new_{name}": each.after[name] for name in _TEXTS} for each in changes],
    )
