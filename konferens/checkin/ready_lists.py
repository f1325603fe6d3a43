"""Ready lists, made with one click: the entrance of each day, the add-ons with a time, the sessions to sign up for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import insert, select

from konferens.audit import record
from konferens.checkin.actions import rule_columns
from konferens.checkin.model import Repeat, Rules
from konferens.checkin.queries import lists_of
from konferens.clock import midnight
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.formats import day
from konferens.i18n import gettext, use_language
from konferens.offering.queries import addons_of
from konferens.programme.queries import published_sessions
from konferens.tables import checkin_list_addons, checkin_lists

_MAX_NAME = 120


class Ready(StrEnum):
    """What the lists are for."""

    DAYS = "days"
    ADDONS = "addons"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Draft:
    """A list to be added, for all ticket types."""

    name: str
    rules: Rules


async def missing_lists(db: Database, edition: Edition) -> dict[Ready, list[Draft]]:
    """What can be made, by kind, without lists whose rules the edition has already; kinds without any are absent."""
    lists = await lists_of(db, edition.id)
    has = {_kind_of(one.own_rules) for one in lists}
    names = {one.name for one in lists}
    with use_language(edition.language):
        drafts = {
            Ready.DAYS: _days(edition) if len(edition.days) > 1 else [],
            Ready.ADDONS: [
                Draft(addon.name, Rules(addons=frozenset({addon.id})))
                for addon in await addons_of(db, edition.id)
                if addon.starts_at is not None
            ],
            Ready.SESSIONS: [
                Draft(session.title, Rules(session_id=session.id))
                for session in await published_sessions(db, edition.id, texts=False)
                if session.signup and not session.is_cancelled
            ],
        }
    found: dict[Ready, list[Draft]] = {}
    for kind, all_of_kind in drafts.items():
        for draft in all_of_kind:
            if _kind_of(draft.rules) not in has:
                name = _free_name(draft.name, names)
                names.add(name)
                found.setdefault(kind, []).append(replace(draft, name=name))
    return found


def _kind_of(rules: Rules) -> Rules:
    """What makes two lists the same for a click: whom they are for, and when; not how often, or what they show."""
    return replace(rules, repeat=Repeat.ONCE, shows=frozenset())


def _days(edition: Edition) -> list[Draft]:
    """A list for each day, open from midnight to midnight: a day's ticket is let in on its day only."""
    drafts = []
    for one in edition.days:
        opens = midnight(one, edition.zone)
        closes = midnight(one + timedelta(days=1), edition.zone)
        name = gettext("Entré %(day)s") % {"day": day(one)}
        drafts.append(Draft(name, Rules(opens_at=opens, closes_at=closes)))
    return drafts


def _free_name(name: str, taken: set[str]) -> str:
    """`name`, shortened to what a list's name can be; with a number where another list has it."""
    found, number = name[:_MAX_NAME].strip(), 1
    while found in taken:
        number += 1
        found = f"{name[: _MAX_NAME - 5].strip()} {number}"
    return found


async def add_ready_lists(db: Database, edition: Edition, kind: Ready, *, actor: str) -> Sequence[str]:
    """Add the lists of a kind that the edition lacks; gives their names. Raises ConflictError where it has them all."""
    async with db.transaction():
        drafts = (await missing_lists(db, edition)).get(kind)
        if not drafts:
            raise ConflictError(f"no check-in lists to add for {kind}")
        first = 1 + max((one.position for one in await lists_of(db, edition.id)), default=-1)
        await db.execute_many(
            insert(checkin_lists),
            [
                {
                    "edition_id": edition.id,
                    "name": draft.name,
                    "position": position,
                    "all_ticket_types": True,
                    "admit_unpaid": True,
                    **rule_columns(draft.rules),
                }
                for position, draft in enumerate(drafts, first)
            ],
        )
        query = select(checkin_lists.c.id, checkin_lists.c.name).where(checkin_lists.c.edition_id == edition.id)
        ids = {row.name: row.id for row in await db.fetch_all(query)}
        await db.execute_many(
            insert(checkin_list_addons),
            [{"list_id": ids[draft.name], "addon_id": each} for draft in drafts for each in sorted(draft.rules.addons)],
        )
        names = [draft.name for draft in drafts]
        await record(
            db,
            actor=actor,
            action="checkin-list.add-ready",
            subject=f"edition:{edition.id}",
            edition_id=edition.id,
            after={"lists": names},
        )
        return names
