"""A call for proposals, and what people write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from konferens.accounts.model import Role
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.mail.model import Draft
from konferens.programme.model import SessionLevel, SessionType
from konferens.proposals import letters
from konferens.proposals.actions import begin_proposal, save_call
from konferens.proposals.model import DECISIONS, Person, Proposal, ProposalStatus, Viewer, no_call
from konferens.proposals.queries import find_by_secret
from konferens.tables import user_roles, users
from tests.factories import ACTOR, MOMENT, make_login

BASE_URL = "http://testserver"
TOPIC = {"code": "topic", "kind": "choice", "label": "Vad är nytt?", "help": "", "choices": ["Allt", "Inget"]}


async def open_call(db: Database, edition: Edition, **values: Any) -> None:
    """A call that is open for a week from now; `values` as for `save_call`."""
    columns = {
        "active": True,
        "opens_at": None,
        "closes_at": now() + timedelta(days=7),
        "types": ["talk", "workshop"],
        "questions": [],
        **values,
    }
    await save_call(db, edition, columns, actor=ACTOR)


def person(name: str, email: str, **values: str) -> dict[str, str]:
    """One of a proposal's people, as actions take them."""
    return {"name": name, "email": email, "title": "", "organisation": "", "biography": "", **values}


KAJSA = person("Kajsa Åberg", "kajsa@example.org", organisation="Bymackarna", biography="Driver en mack.")
OLLE = person("Olle Lind", "olle@example.org")


def written(title: str = "Macken som inte dog", *people: Mapping[str, str], **values: Any) -> dict[str, Any]:
    """What `begin_proposal` takes; by Kajsa unless people are given."""
    return {
        "type": "talk",
        "track_id": None,
        "title": title,
        "abstract": "Så gick det till.",
        "description": "",
        "language": "sv",
        "level": "",
        "minutes": 45,
        "notes": "Kommer med tåg.",
        "answers": {},
        "people": list(people or [KAJSA]),
        **values,
    }


async def propose(
    db: Database,
    edition: Edition,
    title: str = "Macken som inte dog",
    *people: Mapping[str, str],
    submit: bool = True,
    **values: Any,
) -> Proposal:
    """A proposal that is handed in, or a draft; the call must be open."""
    made = await begin_proposal(db, edition, written(title, *people, **values), submit=submit, base_url=BASE_URL)
    return await find_by_secret(db, made.secret)


async def reviewer(db: Database, edition: Edition, email: str) -> tuple[str, Viewer]:
    """Somebody who reviews the edition: the cookie's token, and what they are to the list."""
    token = await make_login(db, Role.REVIEWER, edition, email=email)
    user_id = await db.fetch_val(users.select().with_only_columns(users.c.id).where(users.c.email == email))
    return token, Viewer(user_id, email, organises=False)


async def grant(db: Database, edition: Edition, viewer: Viewer, role: Role) -> None:
    """One more role for somebody."""
    await db.execute(user_roles.insert().values(user_id=viewer.user_id, role=role.value, edition_id=edition.id))


def letters_about_a_proposal(edition: Edition, *, language: str, text: str, base_url: str) -> dict[str, Draft]:
    """By kind, one of every letter; `text` ends what people wrote."""
    call = replace(no_call(edition.id), closes_at=MOMENT, active=True)
    people = tuple(
        Person(id=n, position=n, email="anna@example.org", speaker_id=None, **names)
        for n in range(2)
        for names in [{"name": f"Anna{text}", "title": "", "organisation": "", "biography": ""}]
    )
    proposal = Proposal(
        id=1,
        edition_id=edition.id,
        code="ABC234",
        secret="A",
        status=ProposalStatus.DRAFT,
        type=SessionType.TALK,
        track=None,
        title=f"Macken{text}",
        abstract="",
        description="",
        language=language,
        level=SessionLevel.ANY,
        minutes=None,
        notes="",
        answers={},
        decided_by="",
        session_code=None,
        created_at=MOMENT,
        updated_at=MOMENT,
        submitted_at=None,
        decided_at=None,
        told_at=None,
        people=people,
    )
    ours = edition, call
    told = [
        letter(*ours, proposal, base_url=base_url) for letter in (letters.saved, letters.submitted, letters.reminder)
    ]
    told.append(replace(letters.withdrawn(*ours, proposal, base_url=base_url), language=language))
    told.append(letters.named(*ours, proposal, people[1], base_url=base_url))
    told += [letters.decision(*ours, replace(proposal, status=each), base_url=base_url) for each in DECISIONS]
    return {draft.kind: draft for draft in told}
