"""What is written to those who wait, in the language that they chose."""

from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import use_language
from konferens.mail.model import Draft
from konferens.waiting.model import WaitingEntry


def joined(edition: Edition, entry: WaitingEntry, base_url: str) -> Draft:
    """You stand on the list; with the link to the page that tells how far you have come."""
    return _draft("waiting_joined", edition, entry, base_url)


def offer(edition: Edition, entry: WaitingEntry, base_url: str) -> Draft:
    """There is a seat for you until a moment; with the link that takes it."""
    return _draft("waiting_offer", edition, entry, base_url)


def _draft(kind: str, edition: Edition, entry: WaitingEntry, base_url: str) -> Draft:
    with use_language(entry.language):
        ends = when(entry.offer_ends_at, None, edition.zone) if entry.offer_ends_at else ""
    return Draft(
        kind=kind,
        to_name=entry.name,
        to_email=entry.email,
        language=entry.language,
        context={
            "edition": edition,
            "entry": entry,
            "entry_url": f"{base_url}{entry.path}",
            "offer_url": f"{base_url}{edition.path}{entry.offer_query}",
            "offer_ends": ends,
            "edition_url": f"{base_url}{edition.path}",
        },
    )
