"""The office's list of proposals: what is looked for, in which order, and how many there are of what. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from konferens.events.model import Track
from konferens.i18n import current_language, gettext
from konferens.proposals.model import HANDED_IN, Judged, ProposalStatus

NO_TRACK = "none"
IN_HAND = "in-hand"
"""All that are handed in, decided or not: what the list shows unless something else is asked for."""

_BY_MEAN, _BY_SPREAD, _BY_COUNT, _BY_TITLE = "mean", "spread", "count", "title"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list's form asks for; '' is everything. `unread`: what the viewer hasn't judged."""

    q: str = ""
    status: str = IN_HAND
    track: str = ""
    type: str = ""
    unread: bool = False
    sort: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As an address's parameters, without what is usual."""
        told = {"q": self.q, "status": self.status if self.status != IN_HAND else "", "track": self.track}
        return told | {"type": self.type, "unread": "1" if self.unread else "", "sort": self.sort}


def wanted_from(parameters: Mapping[str, str]) -> Wanted:
    """From an address's parameters; what isn't known counts as not said."""
    status, sort = parameters.get("status", ""), parameters.get("sort", "")
    return Wanted(
        q=parameters.get("q", "").strip()[:100],
        status=status if status in {"all", *ProposalStatus} else IN_HAND,
        track=parameters.get("track", "")[:80],
        type=parameters.get("type", "")[:40],
        unread=parameters.get("unread") == "1",
        sort=sort if sort in dict(sort_choices()) else "",
    )


def status_choices(*, organises: bool) -> list[tuple[str, str]]:
    """(value, words) for the filter; drafts and withdrawn ones are for organisers alone."""
    statuses = ProposalStatus if organises else HANDED_IN
    return [
        (IN_HAND, gettext("Alla inskickade")),
        *((status.value, status.label) for status in statuses),
        *([("all", gettext("Alla, även utkast"))] if organises else []),
    ]


def sort_choices() -> list[tuple[str, str]]:
    """(value, words) for the order."""
    return [
        ("", gettext("Senast inskickade")),
        (_BY_MEAN, gettext("Högst betyg")),
        (_BY_SPREAD, gettext("Mest oense")),
        (_BY_COUNT, gettext("Minst bedömda")),
        (_BY_TITLE, gettext("Titel")),
    ]


def listed(judged: Sequence[Judged], wanted: Wanted) -> list[Judged]:
    """Those that are looked for, in order. Nothing is found or sorted by what the viewer doesn't see."""
    found = [each for each in judged if _matches(each, wanted)]
    if wanted.sort == _BY_MEAN:
        found.sort(key=lambda each: -(each.mean or 0))
    elif wanted.sort == _BY_SPREAD:
        found.sort(key=lambda each: -each.spread)
    elif wanted.sort == _BY_COUNT:
        found.sort(key=lambda each: len(each.scores))
    elif wanted.sort == _BY_TITLE:
        found.sort(key=lambda each: each.proposal.title.casefold())
    return found


def _matches(judged: Judged, wanted: Wanted) -> bool:
    proposal = judged.proposal
    if wanted.status == IN_HAND:
        right_status = proposal.status in HANDED_IN
    else:
        right_status = wanted.status in ("all", proposal.status.value)
    track = proposal.track.slug if proposal.track else NO_TRACK
    names = " ".join(f"{person.name} {person.email} {person.organisation}" for person in proposal.people)
    text = f"{proposal.code} {proposal.title} {proposal.abstract} {names}".casefold()
    return (
        right_status
        and wanted.track in ("", track)
        and wanted.type in ("", proposal.type.value)
        and (not wanted.unread or judged.awaits_viewer)
        and all(word in text for word in wanted.q.casefold().split())
    )


def mean_text(judged: Judged) -> str:
    """The mean with one decimal, in the current language: '4,2'; '' where there is none that the viewer sees."""
    return "" if judged.mean is None else format_decimal(judged.mean, "0.0", locale=current_language.get())


def next_unread(judged: Sequence[Judged], after: str) -> Judged | None:
    """The next one that awaits the viewer, after the one with that code and then from the beginning."""
    codes = [each.proposal.code for each in judged]
    start = codes.index(after) + 1 if after in codes else 0
    turned = [*judged[start:], *judged[:start]]
    return next((each for each in turned if each.awaits_viewer and each.proposal.code != after), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many proposals there are by track ('' without one, in the tracks' order) and status."""

    statuses: tuple[ProposalStatus, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]


def figures(judged: Sequence[Judged], tracks: Sequence[Track]) -> Figures:
    """Of all of `judged`; statuses and tracks without any are absent."""
    counts = Counter((each.proposal.track.name if each.proposal.track else "", each.proposal.status) for each in judged)
    statuses = tuple(status for status in ProposalStatus if any(held is status for _, held in counts))
    present = {name for name, _ in counts}
    names = [track.name for track in tracks if track.name in present]
    names += sorted(present - {track.name for track in tracks} - {""}) + ([""] if "" in present else [])
    return Figures(
        statuses,
        tuple((name, tuple(counts[(name, status)] for status in statuses)) for name in names),
        tuple(sum(counts[(name, status)] for name in names) for status in statuses),
    )
