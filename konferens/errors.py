"""What can go wrong in the domain, in words that web, API and commands translate each in their own way."""

from collections.abc import Mapping


class DomainError(Exception):
    """The base of all of these; `str(error)` is for logs, people get a translated text."""


class NotFoundError(DomainError):
    """What was asked for does not exist, or not for this person."""


class ForbiddenError(DomainError):
    """The person is known and may not do this."""


class DeviceEndedError(DomainError):
    """A phone at the door has been revoked, its time is over, or its token is unknown: it is to wipe what it has.

    `device` is the phone (a checkin.devices.Device), None for a token that no phone has.
    """

    def __init__(self, device: object = None) -> None:
        super().__init__("this phone has been signed out")
        self.device = device


class ConflictError(DomainError):
    """The state has moved on: someone else was faster, or the step is not possible from here."""


class SoldOutError(ConflictError):
    """A quota, session or discount code has fewer seats or uses left than asked for.

    `quota` names the first that was short; what met it is the code of a `ticket_type`, an `addon` or a `session`, the
    others are ''.
    """

    def __init__(self, quota: str, ticket_type: str = "", *, addon: str = "", session: str = "") -> None:
        super().__init__(f"{quota!r} is sold out")
        self.quota = quota
        self.ticket_type = ticket_type
        self.addon = addon
        self.session = session


class InvalidError(DomainError):
    """Values that cannot be accepted; `errors` maps a field's name to its messages, in the reader's language."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(", ".join(f"{field}: {' '.join(messages)}" for field, messages in errors.items()))
        self.errors = dict(errors)
