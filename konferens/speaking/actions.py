"""Speakers are invited and reminded, and answer: each step with the mails and the ticket that go with it."""

from collections.abc import Collection

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError
from konferens.events.model import Edition
from konferens.mail.actions import enqueue, outbox_row, queue_mail
from konferens.mail.queries import own_texts
from konferens.registration.model import Order
from konferens.speakers.answers import invite, set_answer
from konferens.speakers.model import Speaker, SpeakerStatus
from konferens.speakers.queries import find_participation, find_speaker, participations_of, speakers_of
from konferens.speaking import letters
from konferens.speaking.spoken import Programme
from konferens.speaking.tickets import give_tickets


def may_invite(speaker: Speaker) -> bool:
    """Whether an invitation to all who haven't had one goes to this one too."""
    return bool(speaker.email) and speaker.status is SpeakerStatus.ADDED


def may_remind(speaker: Speaker) -> bool:
    """Whether a reminder to all who haven't answered goes to this one too."""
    return bool(speaker.email) and speaker.status is SpeakerStatus.INVITED


async def invite_speakers(
    db: Database,
    edition: Edition,
    codes: Collection[str],
    *,
    language: str,
    actor: str,
    base_url: str,
    again: bool = False,
) -> int:
    """Write to those people, who then have a page of their own; gives how many. Those without an address are passed over, and
    those who were invited before, unless `again`.
    """
    async with db.transaction():
        people = [each for each in await speakers_of(db, edition.id) if each.code in set(codes) and each.email]
        secrets = await invite(db, edition.id, [each.code for each in people], actor=actor, again=again)
        asked = [each for each in people if each.code in secrets]
        await _write(db, edition, letters.INVITATION, asked, secrets, language=language, base_url=base_url)
    return len(asked)


async def remind_speakers(
    db: Database, edition: Edition, codes: Collection[str], *, language: str, base_url: str
) -> int:
    """Write once more to those of them who are invited and haven't answered, at most once a day; gives how many they are."""
    async with db.transaction():
        agreed = await participations_of(db, edition.id)
        people = [each for each in await speakers_of(db, edition.id) if each.code in set(codes) and may_remind(each)]
        secrets = {each.code: agreed[each.id].secret or "" for each in people}
        await _write(
            db, edition, letters.REMINDER, people, secrets, language=language, base_url=base_url, once_a_day=True
        )
    return len(people)


async def _write(
    db: Database,
    edition: Edition,
    kind: str,
    people: Collection[Speaker],
    secrets: dict[str, str],
    *,
    language: str,
    base_url: str,
    once_a_day: bool = False,
) -> None:
    own = await own_texts(db, edition.id, kind=kind)
    programme = await Programme.read(db, edition)
    day = now().astimezone(edition.zone).date().isoformat()
    rows = [
        outbox_row(
            letters.to_speaker(
                kind,
                edition,
                each,
                secrets[each.code],
                programme.of(each.code),
                language=language,
                base_url=base_url,
            ),
            base_url=base_url,
            edition_id=edition.id,
            once_key=f"{kind}:{edition.id}:{each.code}:{day}" if once_a_day else None,
            own_texts=own,
        )
        for each in people
    ]
    await enqueue(db, rows)


async def confirm(
    db: Database, edition: Edition, code: str, *, message: str, language: str, actor: str, base_url: str
) -> None:
    """The speaker comes. Thanks go to them, with a ticket where the edition gives one and there is a seat; the office sees
    who has none. Nothing more happens when they had said so before. Raises NotFoundError.
    """
    async with db.transaction():
        if not await set_answer(db, edition.id, code, SpeakerStatus.CONFIRMED, actor=actor, message=message):
            return
        order = await _ticket(db, edition, code, language=language, actor=actor, base_url=base_url)
        speaker = await find_speaker(db, edition.id, code)
        agreed = await find_participation(db, edition.id, speaker.id)
        if agreed.secret is None:
            return
        spoken = (await Programme.read(db, edition)).of(speaker.code)
        await queue_mail(
            db,
            letters.confirmed(edition, speaker, agreed.secret, spoken, order, language=language, base_url=base_url),
            base_url=base_url,
            edition_id=edition.id,
            order_id=order.id if order else None,
            ticket_id=order.tickets[0].id if order else None,
        )


async def _ticket(
    db: Database, edition: Edition, code: str, *, language: str, actor: str, base_url: str
) -> Order | None:
    """The order with the ticket, if one could be given: that it couldn't doesn't undo the answer."""
    if not edition.speaker_ticket_type:
        return None
    try:
        async with db.transaction():
            given = await give_tickets(
                db, edition, [code], language=language, actor=actor, base_url=base_url, announce=False
            )
            return given[0] if given else None
    except (ConflictError, InvalidError):
        return None


async def decline(db: Database, edition: Edition, code: str, *, message: str, actor: str, base_url: str) -> None:
    """The speaker doesn't come; the conference's own address is told, with the message. Raises NotFoundError."""
    async with db.transaction():
        if not await set_answer(db, edition.id, code, SpeakerStatus.DECLINED, actor=actor, message=message):
            return
        speaker = await find_speaker(db, edition.id, code)
        spoken = (await Programme.read(db, edition)).of(speaker.code)
        if edition.contact_email:
            await queue_mail(
                db,
                letters.declined(edition, speaker, spoken, message=message, base_url=base_url),
                base_url=base_url,
                edition_id=edition.id,
            )
