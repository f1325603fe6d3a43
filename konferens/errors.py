"""What can go wrong in the domain, in words that web, API and commands translate each in their own way."""

from collections.abc import Mapping


class DomainError(Exception):
    """The base of all of these; `str(error)` is for logs, people get a translated text."""


class NotFoundError(DomainError):
    """What was asked for does not exist, or not for this person."""


class ForbiddenError(DomainError):
    """The person is known and may not do this."""


class ConflictError(DomainError):
    """The state has moved on: someone else was faster, or the step is not possible from here."""


class SoldOutError(ConflictError):
    """A quota has fewer seats left than asked for.

    `quota` is the name of the first quota that was short, `ticket_type` the code of the type that met it.
    """

    def __init__(self, quota: str, ticket_type: str) -> None:
        super().__init__(f"quota {quota!r} is sold out")
        self.quota = quota
        self.ticket_type = ticket_type


class InvalidError(DomainError):
    """Values that cannot be accepted; `errors` maps a field's name to its messages, in the reader's language."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(", ".join(f"{field}: {' '.join(messages)}" for field, messages in errors.items()))
        self.errors = dict(errors)
