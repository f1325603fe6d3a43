"""Those who wait for a ticket of a type that is sold out, and the seats that are offered to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from konferens.errors import ConflictError
from konferens.i18n import gettext

MOST_OFFERS = 100
"""Offers made in one transaction, so that it is short; the housekeeper goes on with the rest."""


class WaitingStatus(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    LEFT = "left"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            WaitingStatus.WAITING: gettext("Väntar"),
            WaitingStatus.OFFERED: gettext("Har fått ett erbjudande"),
            WaitingStatus.ACCEPTED: gettext("Har bokat"),
            WaitingStatus.EXPIRED: gettext("Erbjudandet gick ut"),
            WaitingStatus.LEFT: gettext("Har lämnat listan"),
        }[self]


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """Somebody's place on the waiting list of one ticket type; the lowest id comes first.

    While it is offered, one seat of each of the type's quotas is taken for it, until `offer_ends_at`. `order_id` is the
    order that took the offer. `language` is what its mail is written in.
    """

    id: int
    edition_id: int
    ticket_type_id: int
    type_code: str
    type_name: str
    order_id: int | None
    secret: str
    name: str
    email: str
    language: str
    status: WaitingStatus
    created_at: datetime
    offered_at: datetime | None
    offer_ends_at: datetime | None

    @property
    def path(self) -> str:
        """The address of its own page; whoever knows it may leave the list and take the offer."""
        return f"/waiting/{self.secret}/"

    @property
    def offer_query(self) -> str:
        """What is added to the edition's address to take the offer."""
        return f"register?offer={self.secret}"

    @property
    def is_open(self) -> bool:
        """Whether it may still lead to a ticket, so that the same person need not join again."""
        return self.status in (WaitingStatus.WAITING, WaitingStatus.OFFERED)

    def status_at(self, moment: datetime) -> WaitingStatus:
        """Its status by the clock: an offer is over when its time is, noted or not."""
        if self.status is WaitingStatus.OFFERED and self.offer_ends_at is not None and moment >= self.offer_ends_at:
            return WaitingStatus.EXPIRED
        return self.status


class OfferOverError(ConflictError):
    """The offer cannot be taken. `status` tells why: its time is over, it was taken or left, or nothing is offered yet."""

    def __init__(self, status: WaitingStatus) -> None:
        super().__init__(f"the offer is {status}")
        self.status = status

    @property
    def text(self) -> str:
        """For people, in the current language."""
        return {
            WaitingStatus.WAITING: gettext("Du står på väntelistan, men ingen plats är ledig ännu."),
            WaitingStatus.ACCEPTED: gettext("Erbjudandet är redan använt: platsen är bokad."),
            WaitingStatus.LEFT: gettext("Du har lämnat väntelistan, så erbjudandet gäller inte längre."),
        }.get(self.status, gettext("Tiden för erbjudandet är ute, och platsen har gått vidare till nästa i kön."))
