"""A list's tickets as phones keep them: how each stands, and what has changed since they were told last."""

from dataclasses import dataclass
from datetime import date, datetime

from konferens.checkin.model import CheckinList, Guest


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket in a phone's copy of a list: `status` is what a scan would meet, 'gone' when it left the list.

    `valid_on` is the only day on which the list lets it in, None for any; `admitted_by` the device that let it in.
    """

    guest: Guest
    status: str
    admitted_at: datetime | None
    valid_on: date | None = None
    admitted_by: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """What has changed on a list since a cursor; `full` says that it is the whole list, to replace what was kept.

    `elsewhere` are tokens of the conference's tickets that it isn't for, as far as they are new: all of them where it is `full`.
    """

    items: list[Standing]
    cursor: str
    full: bool
    elsewhere: tuple[str, ...] = ()


def standing(checkin_list: CheckinList, guest: Guest) -> str:
    """'valid', 'unpaid' (whether or not the list admits it), 'cancelled', or 'gone' for one that the list isn't for."""
    if not checkin_list.admits(guest):
        return "gone"
    if guest.cancelled:
        return "cancelled"
    return "unpaid" if guest.unpaid else "valid"
