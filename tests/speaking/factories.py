"""Speakers who are invited, and the mails about them."""

from typing import Any

from sqlalchemy import select

from konferens.database import Database
from konferens.events.model import Edition
from konferens.speakers.queries import find_participation, find_speaker
from konferens.speaking.actions import invite_speakers
from konferens.tables import mail_outbox
from tests.factories import (
    ACTOR,
)

OFFICE = "/organiser/lokalekonomidagarna/2027/speakers"
PUBLIC = "/lokalekonomidagarna/2027/"
BASE_URL = "http://testserver"


async def invited(db: Database, edition: Edition, *codes: str) -> list[str]:
    """Invite these speakers; gives the paths of their own pages."""
    await invite_speakers(db, edition, codes, language="sv", actor=ACTOR, base_url=BASE_URL)
    people = [await find_speaker(db, edition.id, code) for code in codes]
    return [(await find_participation(db, edition.id, person.id)).path for person in people]


async def letters(db: Database, kind: str) -> list[Any]:
    return await db.fetch_all(select(mail_outbox).where(mail_outbox.c.kind == kind).order_by(mail_outbox.c.id))
