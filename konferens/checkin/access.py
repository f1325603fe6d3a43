"""Who stands at the door: somebody signed in, or a phone with a token of its own; and the lists that they may work with."""

from dataclasses import dataclass

from starlette.requests import Request

from konferens.accounts.model import Role, User
from konferens.checkin.api import gate_of
from konferens.checkin.devices import Device, note_contact
from konferens.checkin.forms import read_moment
from konferens.checkin.model import CheckinList
from konferens.clock import now
from konferens.errors import DeviceEndedError, ForbiddenError, NotFoundError
from konferens.web.auth import note_wrong_token, require_user
from konferens.web.requests import database

SCHEME = "device "
"""Of the header `Authorization: Device TOKEN`. It is no cookie: no other website can make a phone send it."""


@dataclass(frozen=True, slots=True)
class Access:
    """`actor` is whom the log names; one of `user` and `device` is there."""

    actor: str
    user: User | None
    device: Device | None

    @property
    def device_id(self) -> int | None:
        return self.device.id if self.device else None

    @property
    def edition_ids(self) -> list[int] | None:
        """Where they may check in; None for everywhere."""
        if self.device is not None:
            return [self.device.edition_id]
        grants = self.user.grants if self.user else ()
        staffed = [grant.edition_id for grant in grants if self.user and self.user.may(Role.STAFF, grant.edition_id)]
        return None if None in staffed else [each for each in staffed if each is not None]

    def may_use(self, checkin_list: CheckinList) -> bool:
        if self.device is not None:
            return checkin_list.edition_id == self.device.edition_id and checkin_list.id in self.device.list_ids
        return self.user is not None and self.user.may(Role.STAFF, checkin_list.edition_id)

    def may_sell(self, edition_id: int) -> bool:
        """Whether they may take orders and money at the door."""
        if self.device is not None:
            return self.device.may_sell and self.device.edition_id == edition_id
        return self.user is not None and self.user.may(Role.ORGANISER, edition_id)

    def may_print(self, edition_id: int) -> bool:
        """Whether they may print badges at the door: staff, and phones that may sell."""
        if self.device is not None:
            return self.may_sell(edition_id)
        return self.user is not None and self.user.may(Role.STAFF, edition_id)


async def door_access(request: Request) -> Access:
    """Who asks. Raises DeviceEndedError, SignInRequiredError, ForbiddenError for who is staff nowhere, and TooManyAttemptsError
    for an address with too many wrong tokens.
    """
    header = request.headers.get("authorization", "")
    if header[: len(SCHEME)].lower() == SCHEME:
        token = header[len(SCHEME) :].strip()[:100]
        device = await gate_of(request).device(token)
        if device is None:
            await note_wrong_token(request, token)
        if device is None or not device.is_valid(now()):
            raise DeviceEndedError(device)
        await _note(request, device)
        return Access(f"device:{device.name}"[:254], None, device)
    user = await require_user(request)
    if not user.may_somewhere(Role.STAFF):
        raise ForbiddenError(f"{user.email} is staff nowhere")
    return Access(user.email, user, None)


async def list_access(request: Request, *, even_ended: bool = False) -> tuple[CheckinList, Access]:
    """The list of the address, for who may use it. Raises as `door_access`, and NotFoundError, ForbiddenError.

    One that has ended isn't found, but for what was done before (`even_ended`).
    """
    access = await door_access(request)
    checkin_list = await gate_of(request).find_list(request.path_params["list_id"])
    if checkin_list.ended_at is not None and not even_ended:
        raise NotFoundError(f"check-in list {checkin_list.id} has ended")
    if not access.may_use(checkin_list):
        raise ForbiddenError(f"{access.actor} may not use list {checkin_list.id}")
    return checkin_list, access


async def _note(request: Request, device: Device) -> None:
    waiting = request.headers.get("checkin-waiting", "")
    told = int(waiting) if waiting.isascii() and waiting.isdigit() and len(waiting) < 7 else device.waiting  # noqa: PLR2004
    await note_contact(database(request), device, now(), clock_ms=clock_error(request), waiting=told)


def clock_error(request: Request) -> int | None:
    """How many milliseconds the phone's clock is ahead, by its header `Checkin-Clock`; None where it isn't told.

    Beyond 20 days it is told as 20: the column is no wider.
    """
    sent = read_moment(request.headers.get("checkin-clock", ""))
    if sent is None:
        return None
    most = 20 * 24 * 3600 * 1000
    return max(-most, min(most, round((sent - now()).total_seconds() * 1000)))
