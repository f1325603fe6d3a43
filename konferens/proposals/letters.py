"""What is written to those who propose, as rows for the outbox. Everything about one proposal has a `once_key` that begins alike."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import gettext, use_language
from konferens.mail.actions import outbox_row
from konferens.mail.facts import Facts
from konferens.mail.model import Draft, OwnTexts
from konferens.proposals.model import Call, Person, Proposal, ProposalStatus

DECISION_KINDS = {
    ProposalStatus.ACCEPTED: "proposal_accepted",
    ProposalStatus.WAITING: "proposal_waiting",
    ProposalStatus.REJECTED: "proposal_rejected",
}


def once_prefix(proposal_id: int) -> str:
    """How the `once_key` of every mail about this proposal begins."""
    return f"proposal:{proposal_id}:"


def saved(edition: Edition, call: Call, proposal: Proposal, *, base_url: str) -> Draft:
    """Your draft is kept, and where it is changed and sent in until when."""
    return _to_proposer("proposal_saved", edition, call, proposal, base_url)


def submitted(edition: Edition, call: Call, proposal: Proposal, *, base_url: str) -> Draft:
    """Your proposal has come in."""
    return _to_proposer("proposal_submitted", edition, call, proposal, base_url)


def reminder(edition: Edition, call: Call, proposal: Proposal, *, base_url: str) -> Draft:
    """Your draft isn't sent in, and the deadline is near."""
    return _to_proposer("proposal_reminder", edition, call, proposal, base_url)


def decision(edition: Edition, call: Call, proposal: Proposal, *, base_url: str) -> Draft:
    """What organisers have decided, in the proposal's language. Raises KeyError where they haven't."""
    return _to_proposer(DECISION_KINDS[proposal.status], edition, call, proposal, base_url)


def named(edition: Edition, call: Call, proposal: Proposal, person: Person, *, base_url: str) -> Draft:
    """Somebody has named you as a co-speaker, and how you are taken away."""
    facts = _facts(edition, call, proposal, base_url, proposal.named_path(person))
    return Draft("proposal_named", person.name, person.email, proposal.language, facts)


def withdrawn(edition: Edition, call: Call, proposal: Proposal, *, base_url: str) -> Draft:
    """To the conference's own address, in its language: what was accepted, or in reserve, isn't offered any more."""
    facts = _facts(edition, call, proposal, base_url, f"/organiser{edition.path}proposals/{proposal.code}")
    name = edition.series.organisation or edition.series.name
    return Draft("proposal_withdrawn", name, edition.contact_email, edition.language, facts)


def _to_proposer(kind: str, edition: Edition, call: Call, proposal: Proposal, base_url: str) -> Draft:
    proposer = proposal.proposer
    facts = _facts(edition, call, proposal, base_url, proposal.path)
    name, email = (proposer.name, proposer.email) if proposer else ("", "")
    return Draft(kind, name, email, proposal.language, facts)


def _facts(edition: Edition, call: Call, proposal: Proposal, base_url: str, path: str) -> Facts:
    proposer = proposal.proposer
    with use_language(proposal.language):
        deadline = when(call.closes_at, None, edition.zone) if call.closes_at else gettext("inte bestämd")
    return Facts(
        edition=edition,
        base_url=base_url,
        path=path,
        proposal=proposal.title,
        proposed_by=proposer.name or proposer.email if proposer else "",
        deadline=deadline,
    )


def row(draft: Draft, edition: Edition, proposal: Proposal, own: OwnTexts, *, base_url: str, again: str = "") -> Any:
    """The draft for the outbox, written once for this proposal, kind and address, and `again` where there is another reason."""
    digest = hashlib.sha256(f"{draft.to_email.casefold()}:{again}".encode()).hexdigest()[:16]
    key = f"{once_prefix(proposal.id)}{draft.kind}:{digest}"
    return outbox_row(draft, base_url=base_url, edition_id=edition.id, once_key=key, own_texts=own)


def rows_on_saving(
    edition: Edition, call: Call, proposal: Proposal, own: OwnTexts, *, base_url: str
) -> Sequence[Mapping[str, Any]]:
    """What a proposal that was saved leads to: the link for its proposer, and word to co-speakers once it is handed in."""
    if proposal.status is ProposalStatus.DRAFT:
        drafts = [saved(edition, call, proposal, base_url=base_url)]
    else:
        drafts = [submitted(edition, call, proposal, base_url=base_url)]
        drafts += [named(edition, call, proposal, person, base_url=base_url) for person in proposal.people[1:]]
    return [row(draft, edition, proposal, own, base_url=base_url) for draft in drafts]


def moment_mark(moment: datetime | None) -> str:
    """What tells one decision from a later one in a `once_key`."""
    return moment.isoformat() if moment else ""
