"""People who sign in, what they may do, and tokens for scripts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from konferens.i18n import gettext

SCOPES = ("orders", "checkin", "events")


class Role(StrEnum):
    """What an account may do: an admin organises, an organiser checks in and reviews proposals."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    STAFF = "staff"
    REVIEWER = "reviewer"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            Role.ADMIN: gettext("Administratör"),
            Role.ORGANISER: gettext("Arrangör"),
            Role.STAFF: gettext("Incheckning"),
            Role.REVIEWER: gettext("Granskare"),
        }[self]

    @property
    def allows(self) -> str:
        """What somebody with it may do, as the end of a sentence, in the current language."""
        return {
            Role.ADMIN: gettext("göra allt i alla konferenser"),
            Role.ORGANISER: gettext("göra allt på arrangörens sidor, och checka in"),
            Role.STAFF: gettext("checka in deltagare"),
            Role.REVIEWER: gettext("läsa och bedöma förslag till programmet"),
        }[self]


_INCLUDES = {
    Role.ADMIN: {Role.ADMIN, Role.ORGANISER, Role.STAFF, Role.REVIEWER},
    Role.ORGANISER: {Role.ORGANISER, Role.STAFF, Role.REVIEWER},
    Role.STAFF: {Role.STAFF},
    Role.REVIEWER: {Role.REVIEWER},
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in one edition, or in all of them where `edition_id` is None."""

    role: Role
    edition_id: int | None


@dataclass(frozen=True, slots=True)
class User:
    id: int
    email: str
    name: str
    grants: tuple[Grant, ...]

    def may(self, role: Role, edition_id: int | None) -> bool:
        """Whether this person holds `role` in the edition; with None, in all editions."""
        return any(
            role in _INCLUDES[grant.role] and grant.edition_id in (None, edition_id)
            for grant in self.grants
            if grant.edition_id is None or edition_id is not None
        )

    def may_somewhere(self, role: Role) -> bool:
        """Whether this person holds `role` in any edition."""
        return any(role in _INCLUDES[grant.role] for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Login:
    """A browser that is signed in, by what it calls itself; `is_this` is the one that asks."""

    browser: str
    created_at: datetime
    expires_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a role in an edition; `everywhere` where it holds in all editions.

    `invited`: has an account, but hasn't chosen a password yet.
    """

    user_id: int
    email: str
    name: str
    role: Role
    everywhere: bool
    invited: bool = False


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A script's key: what it may do (`scopes`), where (`edition_id`, None for everywhere) and until when."""

    id: int
    name: str
    scopes: frozenset[str]
    edition_id: int | None
    expires_at: datetime | None

    def may(self, scope: str, edition_id: int | None) -> bool:
        return scope in self.scopes and self.edition_id in (None, edition_id)
