"""What is written to speakers, and about them to organisers: drafts for `mail.actions`."""

from collections.abc import Sequence

from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.mail.facts import Facts
from konferens.mail.model import Draft
from konferens.registration.model import Order
from konferens.speakers.model import Speaker, own_path
from konferens.speaking.spoken import Spoken, told

INVITATION, REMINDER = "speaker_invitation", "speaker_reminder"


def to_speaker(
    kind: str,
    edition: Edition,
    speaker: Speaker,
    secret: str,
    spoken: Sequence[Spoken],
    *,
    language: str,
    base_url: str,
) -> Draft:
    """An invitation or a reminder, in `language`, with the link to the speaker's own page (its `secret`)."""
    with use_language(language):
        facts = Facts(edition=edition, base_url=base_url, path=own_path(secret), spoken=told(spoken, edition))
    return Draft(kind, speaker.name, speaker.email, language, facts)


def confirmed(
    edition: Edition,
    speaker: Speaker,
    secret: str,
    spoken: Sequence[Spoken],
    order: Order | None,
    *,
    language: str,
    base_url: str,
) -> Draft:
    """Thanks for the yes; with the ticket of `order`, where the speaker has just got one."""
    with use_language(language):
        facts = Facts(
            edition=edition,
            base_url=base_url,
            path=own_path(secret),
            spoken=told(spoken, edition),
            order_code=order.code if order else "",
            attendees=tuple((ticket.name, ticket.type_name) for ticket in order.tickets) if order else (),
        )
    attachments = ("tickets.pdf",) if order else ()
    return Draft("speaker_confirmed", speaker.name, speaker.email, language, facts, attachments)


def declined(edition: Edition, speaker: Speaker, spoken: Sequence[Spoken], *, message: str, base_url: str) -> Draft:
    """To the conference's own address, in its language: somebody won't come, and what that leaves open."""
    with use_language(edition.language):
        facts = Facts(
            edition=edition,
            base_url=base_url,
            path=f"/organiser{edition.path}speakers/{speaker.code}/answer",
            spoken=told(spoken, edition),
            speaker=speaker.name,
            message=message,
        )
    name = edition.series.organisation or edition.series.name
    return Draft("speaker_declined", name, edition.contact_email, edition.language, facts)
