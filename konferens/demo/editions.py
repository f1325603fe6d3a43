"""The demo's files as rows: editions with what is sold and where badges are scanned."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from sqlalchemy import insert, select

from konferens.codes import slugify
from konferens.database import Database
from konferens.demo.goods import ACTOR, ask_questions, load_goods
from konferens.errors import NotFoundError
from konferens.events.actions import create_edition, create_series
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id, find_series
from konferens.programme.imports import ImportReport, import_schedule, load_schedule_file
from konferens.tables import checkin_list_ticket_types, checkin_lists, rooms, ticket_types, tracks

DATA = files("konferens.demo") / "data"


@dataclass(frozen=True, slots=True)
class EditionFile:
    """One folder of data: the parsed edition.toml, schedule.json's bytes, and the parsed proposals.toml, {} where there is none."""

    values: Mapping[str, Any]
    schedule: bytes
    proposals: Mapping[str, Any]

    @property
    def shares(self) -> dict[str, int]:
        """How often each ticket type is bought, by its code."""
        return {each["code"]: each["share"] for each in self.values["ticket_types"]}

    @property
    def extra_shares(self) -> dict[str, int]:
        """How many of a hundred take an add-on, or use a code, by its code."""
        extras = (*self.values.get("addons", ()), *self.values.get("codes", ()))
        return {each["code"]: each.get("share", 0) for each in extras}


def edition_files() -> list[EditionFile]:
    """Every edition of the demo; those whose edition.toml tells most about the series first, then by name."""
    found = [
        EditionFile(
            tomllib.loads((folder / "edition.toml").read_text("utf-8")),
            (folder / "schedule.json").read_bytes(),
            _proposals(folder / "proposals.toml"),
        )
        for folder in _folders()
    ]
    return sorted(found, key=lambda each: -len(each.values["series"]))


def _proposals(file: Traversable) -> Mapping[str, Any]:
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def portrait_looks() -> dict[str, str]:
    """Speaker's name → how they look."""
    return tomllib.loads((DATA / "portraits.toml").read_text("utf-8"))


def _folders() -> list[Traversable]:
    series = sorted((each for each in DATA.iterdir() if each.is_dir()), key=lambda each: each.name)
    return [edition for each in series for edition in sorted(each.iterdir(), key=lambda each: each.name)]


async def load_edition(db: Database, file: EditionFile, *, scale: int = 1) -> tuple[Edition, ImportReport]:
    """Write a whole edition, published, in one transaction. Quotas have `scale` times the seats of the file."""
    values = file.values
    async with db.transaction():
        series_id = await _series_id(db, values["series"])
        columns = {**values["edition"], "series_id": series_id, "published": True}
        edition_id = await create_edition(db, columns, actor=ACTOR)
        for table, each in ((rooms, values["rooms"]), (tracks, values["tracks"])):
            await _insert_places(db, table, edition_id, each)
        await load_goods(db, edition_id, values, scale=scale)
        await _add_checkin_lists(db, edition_id, values["checkin_lists"])
        edition = await edition_by_id(db, edition_id)
        if any(file.shares.values()):
            await ask_questions(db, edition)
        report = await import_schedule(db, edition, load_schedule_file(file.schedule), actor=ACTOR)
        return await edition_by_id(db, edition_id), report


async def _series_id(db: Database, values: Mapping[str, Any]) -> int:
    try:
        return (await find_series(db, values["slug"])).id
    except NotFoundError:
        return await create_series(db, values)


async def _insert_places(db: Database, table: Any, edition_id: int, places: list[dict[str, Any]]) -> None:
    columns = {name for place in places for name in place}
    defaults = {"description": "", "capacity": None}
    await db.execute_many(
        insert(table),
        [
            {"edition_id": edition_id, "slug": slugify(place["name"]), "position": position}
            | {name: place.get(name, defaults.get(name)) for name in sorted(columns)}
            for position, place in enumerate(places, start=1)
        ],
    )


async def _add_checkin_lists(db: Database, edition_id: int, lists: list[dict[str, Any]]) -> None:
    rows = await db.fetch_all(
        select(ticket_types.c.id, ticket_types.c.code).where(ticket_types.c.edition_id == edition_id)
    )
    type_ids = {row.code: row.id for row in rows}
    for position, each in enumerate(lists, start=1):
        list_id = await db.fetch_val(
            insert(checkin_lists)
            .values(
                edition_id=edition_id,
                name=each["name"],
                position=position,
                all_ticket_types="ticket_types" not in each,
                admit_unpaid=each.get("admit_unpaid", True),
            )
            .returning(checkin_lists.c.id)
        )
        await db.execute_many(
            insert(checkin_list_ticket_types),
            [{"list_id": list_id, "ticket_type_id": type_ids[code]} for code in each.get("ticket_types", ())],
        )
