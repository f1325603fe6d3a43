"""What is written to those whom a release concerns."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from konferens.events.model import Edition
from konferens.i18n import use_language
from konferens.mail.actions import outbox_row
from konferens.mail.facts import Facts
from konferens.mail.model import Draft, OwnTexts
from konferens.programme.release_words import sentence
from konferens.programme.snapshots import FOR_ATTENDEES
from konferens.signups.affected import ATTENDEE, Reader
from konferens.signups.invited import seat_files


def letter_to(
    edition: Edition, reader: Reader, people: Mapping[str, str], *, release: str, note: str, base_url: str
) -> Draft:
    """The mail to one of them, to attendees with what changes their calendars. `people` has speakers' names by code."""
    only = FOR_ATTENDEES if reader.kind == ATTENDEE else None
    with use_language(reader.language):
        told = tuple(sentence(change, edition, people, only=only) for change in reader.changes)
    facts = Facts(edition=edition, base_url=base_url, path=reader.path, changes=told, release=release, note=note)
    files = seat_files(change.code for change in reader.changes) if reader.kind == ATTENDEE else ()
    return Draft(reader.kind, reader.name, reader.email, reader.language, facts, files)


def letter_rows(
    edition: Edition,
    readers: Sequence[Reader],
    people: Mapping[str, str],
    *,
    release: str,
    note: str,
    base_url: str,
    own_texts: OwnTexts,
) -> list[dict[str, Any]]:
    """Rows for `mail.actions.enqueue`, one for each reader with an address. The same release is told each of them once; without
    one (`release` '') it is the caller's to see to.
    """
    return [
        outbox_row(
            letter_to(edition, reader, people, release=release, note=note, base_url=base_url),
            base_url=base_url,
            edition_id=edition.id,
            order_id=reader.order_id,
            ticket_id=reader.ticket_id,
            once_key=_once_key(edition, reader, release) if release else None,
            own_texts=own_texts,
        )
        for reader in readers
        if reader.is_reachable
    ]


def _once_key(edition: Edition, reader: Reader, release: str) -> str:
    person = sha256(f"{release}:{reader.email.casefold()}:{reader.name}".encode()).hexdigest()[:32]
    return f"{reader.kind}:{edition.id}:{person}"
