"""What is written to those who wait, in the language that they chose."""

from konferens.events.model import Edition
from konferens.mail import drafts
from konferens.mail.model import Draft
from konferens.waiting.model import WaitingEntry


def joined(edition: Edition, entry: WaitingEntry, base_url: str) -> Draft:
    """You stand on the list; with the link to the page that tells how far you have come."""
    return drafts.waiting_joined(
        edition,
        name=entry.name,
        email=entry.email,
        language=entry.language,
        ticket_type=entry.type_name,
        base_url=base_url,
        path=entry.path,
    )


def offer(edition: Edition, entry: WaitingEntry, base_url: str) -> Draft:
    """There is a seat for you until a moment; with the link to the page where it is taken, or the list is left.

    Raises ValueError for an entry that isn't offered one.
    """
    if entry.offer_ends_at is None:
        raise ValueError(f"entry {entry.id} is offered nothing")
    return drafts.waiting_offer(
        edition,
        name=entry.name,
        email=entry.email,
        language=entry.language,
        ticket_type=entry.type_name,
        until=entry.offer_ends_at,
        base_url=base_url,
        path=entry.path,
    )
