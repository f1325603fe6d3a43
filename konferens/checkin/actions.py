"""What happens at the door, and what changes check-in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_, update

from konferens.audit import record
from konferens.checkin import guest_queries, queries
from konferens.checkin.announcing import announce_scans
from konferens.checkin.marks import mark_answers
from konferens.checkin.model import (
    MAX_SCANS,
    Answer,
    CheckinList,
    Direction,
    FirstScan,
    Guest,
    Reason,
    Repeat,
    Rules,
    Scan,
    Status,
    decide,
    newly_admitted,
    read_token,
)
from konferens.checkin.passages import Key, passages_of, passages_with, went_through
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.tables import (
    addons,
    admissions,
    checkin_list_addons,
    checkin_list_ticket_types,
    checkin_lists,
    scans,
    sessions,
    ticket_types,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """Scans that one device sends for one list; `actor` is whom the log names for them, `device_id` a phone of ours."""

    list: CheckinList
    scans: Sequence[Scan]
    actor: str
    device_id: int | None = None


async def record_scans(
    db: Database,
    checkin_list: CheckinList,
    new_scans: Sequence[Scan],
    actor: str,
    *,
    device_id: int | None = None,
) -> list[Answer]:
    """Decide and keep these scans in one transaction; an answer for each, in their order.

    A nonce seen before gives its first answer again and records nothing. Scans count in their order, also several of
    the same ticket. Raises InvalidError for more than `MAX_SCANS`.
    """
    return (await record_uploads(db, [Upload(checkin_list, new_scans, actor, device_id)]))[0]


async def record_uploads(db: Database, uploads: Sequence[Upload]) -> list[list[Answer]]:
    """As record_scans for several uploads together, in one transaction: their answers stand in the same order.

    The tickets are locked first, so two transactions never decide about the same ticket at once; were it to happen, the
    admissions' primary key and the scans' unique nonce would refuse the second.
    """
    if any(len(upload.scans) > MAX_SCANS for upload in uploads):
        raise InvalidError({"body": [f"At most {MAX_SCANS} scans at a time."]})
    received_at = now()
    every = [(upload, scan, read_token(scan.token)) for upload in uploads for scan in upload.scans]
    async with db.transaction():
        guests = await guest_queries.guests_by_token(
            db, {token for _, _, token in every}, [upload.list for upload in uploads], lock=True
        )
        answers = await guest_queries.answers_by_nonce(db, {scan.nonce for _, scan, _ in every})
        keys = {(upload.list.id, guests[token].ticket_id) for upload, _, token in every if token in guests}
        before = await guest_queries.admissions_of(db, keys) if keys else {}
        after = dict(before)
        in_and_out = [
            ((upload.list.id, guests[token].ticket_id), scan, place)
            for place, (upload, scan, token) in enumerate(every, 1)
            if upload.list.repeat is Repeat.IN_OUT and token in guests
        ]
        passages = await passages_with(db, in_and_out, before)
        rows = []
        for place, (upload, scan, token) in enumerate(every, 1):
            if scan.nonce not in answers:
                guest = guests.get(token)
                key = (upload.list.id, guest.ticket_id) if guest else None
                away = scan.was_turned_away(received_at)
                timeline = passages.get(key) if key else None
                if key and timeline:
                    answer = decide(upload.list, scan, guest, _met(key, timeline.standing(scan, place)))
                else:
                    answer = decide(upload.list, scan, guest, dict(after) if away else after)
                if away and answer.status is Status.ADMITTED:
                    answer = replace(answer, status=Status.REFUSED, reason=Reason.TURNED_AWAY)
                answer = replace(answer, conflict=scan.was_let_in and answer.status is not Status.ADMITTED)
                answers[scan.nonce] = answer
                if key and timeline:
                    if went_through(scan, answer):
                        timeline.add(scan, is_in=scan.direction is Direction.IN, place=place)
                    after.pop(key, None)
                    after |= _met(key, timeline.inside_since)
                rows.append({**_decided(upload, scan, guest, answer), "token": token, "received_at": received_at})
        await _write(db, before, after, rows)
        await announce_scans(db, [upload.list for upload in uploads], rows)
    told = [(each.list, [_told(answers[scan.nonce], each.list) for scan in each.scans]) for each in uploads]
    return await mark_answers(db, told)


def _met(key: Key, first: FirstScan | None) -> dict[Key, FirstScan]:
    return {key: first} if first else {}


def _decided(upload: Upload, scan: Scan, guest: Guest | None, answer: Answer) -> dict[str, Any]:
    return {
        "list_id": upload.list.id,
        "ticket_id": guest.ticket_id if guest else None,
        "nonce": scan.nonce,
        "direction": scan.direction.value,
        "status": answer.status.value,
        "reason": answer.reason.value if answer.reason else None,
        "scanned_at": scan.scanned_at,
        "device": scan.device,
        "actor": upload.actor,
        "device_id": upload.device_id,
        "told": scan.told,
        "conflict": answer.conflict,
        "first_nonce": answer.first_scan.nonce if answer.first_scan else None,
    }


def _told(answer: Answer, checkin_list: CheckinList) -> Answer:
    """Another event's ticket is recorded with the scan, but its holder is nobody's business at this door.

    Nor is what another event's door has answered, to someone who sends a nonce that was used there.
    """
    if answer.guest is not None and answer.guest.edition_id != checkin_list.edition_id:
        return Answer(answer.nonce, Status.REFUSED, Reason.WRONG_EVENT)
    return answer


async def _write(
    db: Database,
    before: Mapping[tuple[int, int], FirstScan],
    after: dict[tuple[int, int], FirstScan],
    rows: list[dict[str, Any]],
) -> None:
    entered = newly_admitted(before, after)
    left = [key for key in before if key not in after or key in entered]
    if left:
        await db.execute(delete(admissions).where(tuple_(admissions.c.list_id, admissions.c.ticket_id).in_(left)))
    await db.execute_many(
        insert(admissions),
        [
            {
                "list_id": list_id,
                "ticket_id": ticket_id,
                "scan_nonce": first.nonce,
                "scanned_at": first.scanned_at,
                "device": first.device,
            }
            for (list_id, ticket_id), first in entered.items()
        ],
    )
    await db.execute_many(insert(scans), rows)


async def settle(db: Database, key: Key, *, undone: str) -> None:
    """At a list for in and out, whose scan `undone` was taken back: inside is whom the other passages say; in the caller's
    transaction."""
    before = await guest_queries.admissions_of(db, [key])
    passages = (await passages_of(db, [key]))[key]
    for first in before.values():
        if first.nonce != undone:
            passages.add(first, is_in=True)
    await _write(db, before, _met(key, passages.inside_since), [])


async def save_list(
    db: Database,
    edition_id: int,
    list_id: int | None,
    *,
    name: str,
    ticket_type_ids: Sequence[int] | None,
    admit_unpaid: bool,
    rules: Rules = Rules(),  # noqa: B008 (frozen)
    actor: str,
) -> int:
    """Create (`list_id` None) or change a list; `ticket_type_ids` None admits every type. Gives its id.

    Raises NotFoundError for a list, type, add-on or session of another edition, ConflictError when another list has the name.
    """
    values = {"name": name, "all_ticket_types": ticket_type_ids is None, "admit_unpaid": admit_unpaid}
    values |= rule_columns(rules)
    chosen = sorted(set(ticket_type_ids or ()))
    async with db.transaction():
        others = {one.name: one for one in await queries.lists_of(db, edition_id)}
        before = next((one for one in others.values() if one.id == list_id), None)
        if list_id is not None and before is None:
            raise NotFoundError(f"check-in list {list_id}")
        if name in others and others[name].id != list_id:
            raise ConflictError(f"a check-in list {name!r} exists")
        known = select(ticket_types.c.id).where(ticket_types.c.edition_id == edition_id, ticket_types.c.id.in_(chosen))
        if len(await db.fetch_all(known)) != len(chosen):
            raise NotFoundError(f"one of the ticket types {chosen}")
        await _require_own(db, edition_id, rules)
        if list_id is None:
            position = 1 + max((one.position for one in others.values()), default=-1)
            list_id = int(
                await db.fetch_val(
                    insert(checkin_lists)
                    .values(edition_id=edition_id, position=position, **values)
                    .returning(checkin_lists.c.id)
                )
            )
        else:
            await db.execute(update(checkin_lists).where(checkin_lists.c.id == list_id).values(**values))
            for table in (checkin_list_ticket_types, checkin_list_addons):
                await db.execute(delete(table).where(table.c.list_id == list_id))
        rows = [{"list_id": list_id, "ticket_type_id": type_id} for type_id in chosen]
        await db.execute_many(insert(checkin_list_ticket_types), rows)
        await db.execute_many(
            insert(checkin_list_addons), [{"list_id": list_id, "addon_id": each} for each in sorted(rules.addons)]
        )
        await record(
            db,
            actor=actor,
            action="checkin-list.save",
            subject=f"checkin-list:{list_id}",
            edition_id=edition_id,
            before=_plain(before) if before else None,
            after={**_audited(values), "ticket_types": chosen, "addons": sorted(rules.addons)},
        )
    return list_id


def rule_columns(rules: Rules) -> dict[str, Any]:
    """A list's columns for its rules; its add-ons have a table of their own."""
    return {
        "session_id": rules.session_id,
        "repeat": rules.repeat.value,
        "opens_at": rules.opens_at,
        "closes_at": rules.closes_at,
        "shows": sorted(rules.shows),
    }


async def _require_own(db: Database, edition_id: int, rules: Rules) -> None:
    wanted = sorted(rules.addons)
    if wanted:
        known = select(addons.c.id).where(addons.c.edition_id == edition_id, addons.c.id.in_(wanted))
        if len(await db.fetch_all(known)) != len(wanted):
            raise NotFoundError(f"one of the add-ons {wanted}")
    if rules.session_id is not None:
        own = select(sessions.c.id).where(sessions.c.edition_id == edition_id, sessions.c.id == rules.session_id)
        if await db.fetch_one(own) is None:
            raise NotFoundError(f"session {rules.session_id}")


def _plain(before: CheckinList) -> dict[str, Any]:
    return {
        "name": before.name,
        "all_ticket_types": before.all_ticket_types,
        "admit_unpaid": before.admit_unpaid,
        **_audited(rule_columns(before.own_rules)),
        "ticket_types": sorted(before.ticket_types),
        "addons": sorted(before.addons),
    }


def _audited(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
