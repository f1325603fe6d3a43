"""A call for proposals, and what people write."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from konferens.accounts.model import Role
from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.proposals.actions import begin_proposal, save_call
from konferens.proposals.model import Proposal, Viewer
from konferens.proposals.queries import find_by_secret
from konferens.tables import user_roles, users
from tests.factories import ACTOR, make_login

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
