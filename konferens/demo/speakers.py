"""The demo's speakers: where to write to them, and what they have answered so far."""

from sqlalchemy import bindparam, update

from konferens.clock import now
from konferens.codes import new_token, slugify
from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.queries import ticket_types_of
from konferens.speakers.model import SpeakerStatus
from konferens.speakers.queries import speakers_of
from konferens.tables import edition_speakers, editions, speakers

FREE_TYPE = "medverkande"
_ANSWERS = (*[SpeakerStatus.CONFIRMED] * 6, SpeakerStatus.INVITED, SpeakerStatus.ADDED)
"""In turn, by name; whoever has spoken already has confirmed."""


async def let_speakers_answer(db: Database, edition: Edition) -> None:
    """Give the edition's speakers addresses and answers, and the ticket type `FREE_TYPE` to those who will confirm, where it has
    such a type.
    """
    moment = now()
    people = await speakers_of(db, edition.id)
    answers = [
        SpeakerStatus.CONFIRMED if edition.is_over(moment) else _ANSWERS[place % len(_ANSWERS)]
        for place in range(len(people))
    ]
    async with db.transaction():
        await db.execute_many(
            update(speakers).where(speakers.c.id == bindparam("of")).values(email=bindparam("its")),
            [{"of": each.id, "its": f"{slugify(each.name).replace('-', '.')}@example.org"} for each in people],
        )
        await db.execute_many(
            update(edition_speakers)
            .where(edition_speakers.c.edition_id == edition.id, edition_speakers.c.speaker_id == bindparam("of"))
            .values(
                status=bindparam("said"),
                secret=bindparam("page"),
                invited_at=bindparam("asked"),
                answered_at=bindparam("answered"),
            ),
            [
                {
                    "of": each.id,
                    "said": answer.value,
                    "page": new_token() if answer is not SpeakerStatus.ADDED else None,
                    "asked": moment if answer is not SpeakerStatus.ADDED else None,
                    "answered": moment if answer.has_answered else None,
                }
                for each, answer in zip(people, answers, strict=True)
            ],
        )
        if any(each.code == FREE_TYPE and not each.price for each in await ticket_types_of(db, edition.id)):
            mine = update(editions).where(editions.c.id == edition.id)
            await db.execute(mine.values(speaker_ticket_type=FREE_TYPE))
