"""What people do with their own proposals: begin, save, hand in, withdraw; and what organisers call for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.codes import new_code, new_token
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.events.model import Edition
from konferens.mail.actions import enqueue
from konferens.mail.queries import own_texts
from konferens.proposals import letters
from konferens.proposals.model import Call, Person, Proposal, ProposalStatus, TooManyProposalsError
from konferens.proposals.queries import call_of, find_by_code, find_by_secret, made_since
from konferens.tables import calls, proposal_people, proposals

HOUR = timedelta(hours=1)
OWN_PER_HOUR, ALL_PER_HOUR = 5, 200
"""Proposals that one address, and all together, may begin in an edition within an hour."""

TEXTS = ("type", "track_id", "title", "abstract", "description", "language", "level", "minutes", "notes", "answers")


async def save_call(db: Database, edition: Edition, values: Mapping[str, Any], *, actor: str) -> None:
    """Write the edition's call: any columns of `calls`, `types` and `questions` as JSON has them."""
    async with db.transaction():
        held = await db.fetch_val(select(calls.c.edition_id).where(calls.c.edition_id == edition.id))
        stamped = {**values, "updated_at": now()}
        if held is None:
            await db.execute(insert(calls).values(edition_id=edition.id, **stamped))
        else:
            await db.execute(update(calls).where(calls.c.edition_id == edition.id).values(**stamped))
        await touch_edition(db, edition.id)  # the front page leads to it
        await record(
            db, actor=actor, action="call.save", subject=f"edition:{edition.id}", edition_id=edition.id, after=values
        )


async def begin_proposal(
    db: Database, edition: Edition, values: Mapping[str, Any], *, submit: bool, base_url: str
) -> Proposal:
    """A new proposal, a draft or with `submit` handed in; a mail has the link to its own page.

    `values` are TEXTS and 'people', a list of dicts as model.Person, who proposes first. Raises ConflictError while the call
    isn't open, TooManyProposalsError for what no person writes.
    """
    moment = now()
    async with db.transaction():
        call = await _open_call(db, edition, moment)
        everybody, own = await made_since(db, edition.id, moment - HOUR, values["people"][0]["email"])
        if everybody >= ALL_PER_HOUR or own >= OWN_PER_HOUR:
            raise TooManyProposalsError(f"{own} of {everybody} proposals within an hour")
        status = ProposalStatus.SUBMITTED if submit else ProposalStatus.DRAFT
        secret = new_token()
        columns = {
            **{name: values[name] for name in TEXTS},
            "edition_id": edition.id,
            "code": await _free_code(db),
            "secret": secret,
            "status": status.value,
            "created_at": moment,
            "updated_at": moment,
            "submitted_at": moment if submit else None,
        }
        proposal_id = int(await db.fetch_val(insert(proposals).values(**columns).returning(proposals.c.id)))
        await _write_people(db, proposal_id, values["people"])
        return await _saved(db, edition, call, secret, {}, base_url=base_url)


async def save_proposal(
    db: Database, edition: Edition, secret: str, values: Mapping[str, Any], *, submit: bool, base_url: str
) -> Proposal:
    """Change a proposal, with `submit` handing it in; what is handed in stays so. `values` as for `begin_proposal`.

    Raises NotFoundError, and ConflictError when it can't be changed any more.
    """
    moment = now()
    async with db.transaction():
        before = await _locked(db, secret)
        call = await call_of(db, edition.id)
        if not before.is_editable(call, moment):
            raise ConflictError(f"proposal {before.code} can't be changed any more")
        columns: dict[str, Any] = {name: values[name] for name in TEXTS} | {"updated_at": moment}
        if submit and before.status is ProposalStatus.DRAFT:
            columns |= {"status": ProposalStatus.SUBMITTED.value, "submitted_at": moment}
        await db.execute(update(proposals).where(proposals.c.id == before.id).values(**columns))
        await db.execute(delete(proposal_people).where(proposal_people.c.proposal_id == before.id))
        await _write_people(db, before.id, values["people"])
        return await _saved(db, edition, call, secret, {"status": before.status.value}, base_url=base_url)


async def _saved(
    db: Database, edition: Edition, call: Call, secret: str, before: Mapping[str, Any], *, base_url: str
) -> Proposal:
    proposal = await find_by_secret(db, secret)
    own = await own_texts(db, edition.id)
    await enqueue(db, letters.rows_on_saving(edition, call, proposal, own, base_url=base_url))
    after = {"status": proposal.status.value}
    await note(db, proposal, "proposal.save", actor=_proposer(proposal), before=before, after=after)
    return proposal


async def withdraw(db: Database, edition: Edition, secret: str, *, base_url: str) -> None:
    """Its people take it back; the conference's own address is told where they knew of being accepted, or in reserve.

    Raises NotFoundError, and ConflictError where that is over, or it stands in the programme.
    """
    async with db.transaction():
        proposal = await _locked(db, secret)
        if not proposal.may_be_withdrawn:
            raise ConflictError(f"proposal {proposal.code} can't be withdrawn")
        gone = {"status": ProposalStatus.WITHDRAWN.value, "updated_at": now()}
        await db.execute(update(proposals).where(proposals.c.id == proposal.id).values(**gone))
        if proposal.told_status.is_decision and edition.contact_email:
            draft = letters.withdrawn(edition, await call_of(db, edition.id), proposal, base_url=base_url)
            own = await own_texts(db, edition.id, kind=draft.kind)
            await enqueue(db, [letters.row(draft, edition, proposal, own, base_url=base_url)])
        before, after = {"status": proposal.status.value}, {"status": ProposalStatus.WITHDRAWN.value}
        await note(db, proposal, "proposal.withdraw", actor=_proposer(proposal), before=before, after=after)


def named_person(proposal: Proposal, key: str) -> Person:
    """The co-speaker whose link has this key. Raises NotFoundError."""
    for person in proposal.people[1:]:
        if proposal.key_for(person) == key:
            return person
    raise NotFoundError(f"nobody of proposal {proposal.code}")


async def take_person_away(db: Database, code: str, key: str) -> None:
    """A co-speaker takes themselves away. Raises NotFoundError, and ConflictError once it stands in the programme."""
    async with db.transaction():
        proposal = await _locked(db, (await find_by_code(db, code)).secret)
        person = named_person(proposal, key)
        if proposal.session_code:
            raise ConflictError(f"proposal {proposal.code} is in the programme")
        await db.execute(delete(proposal_people).where(proposal_people.c.id == person.id))
        await note(db, proposal, "proposal.leave", actor=_proposer(proposal))


def _proposer(proposal: Proposal) -> str:
    return f"proposer:{proposal.code}"


async def note(
    db: Database,
    proposal: Proposal,
    action: str,
    *,
    actor: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """A row of the trail; nothing that people wrote stands in it."""
    await record(
        db,
        actor=actor,
        action=action,
        subject=f"proposal:{proposal.code}",
        edition_id=proposal.edition_id,
        before=before,
        after=after,
    )


async def _open_call(db: Database, edition: Edition, moment: datetime) -> Call:
    call = await call_of(db, edition.id)
    if not call.is_open(moment):
        raise ConflictError(f"nothing can be proposed to {edition.ref} now")
    return call


async def _locked(db: Database, secret: str) -> Proposal:
    """The proposal, which nobody else changes until the transaction ends. Raises NotFoundError."""
    await db.fetch_one(select(proposals.c.id).where(proposals.c.secret == secret).with_for_update())
    return await find_by_secret(db, secret)


async def _write_people(db: Database, proposal_id: int, people: list[dict[str, str]]) -> None:
    rows = [{**person, "proposal_id": proposal_id, "position": place} for place, person in enumerate(people)]
    await db.execute_many(insert(proposal_people), rows)


async def _free_code(db: Database) -> str:
    code = new_code()
    while await db.fetch_val(select(proposals.c.id).where(proposals.c.code == code)):
        code = new_code()
    return code
