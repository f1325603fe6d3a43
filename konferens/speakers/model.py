"""People who speak, and what an edition tells about them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from konferens.codes import slugify
from konferens.i18n import gettext

SIZES = (96, 192, 384, 768)
"""Sides in pixels at which a portrait can be had, if it is that large."""


class SpeakerStatus(StrEnum):
    """How far an edition has come with somebody."""

    ADDED = "added"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """In the current language."""
        return {
            SpeakerStatus.ADDED: gettext("Inte bjuden"),
            SpeakerStatus.INVITED: gettext("Bjuden, har inte svarat"),
            SpeakerStatus.CONFIRMED: gettext("Bekräftad"),
            SpeakerStatus.DECLINED: gettext("Tackat nej"),
        }[self]

    @property
    def has_answered(self) -> bool:
        return self in (SpeakerStatus.CONFIRMED, SpeakerStatus.DECLINED)


@dataclass(frozen=True, slots=True)
class SpeakerLink:
    """Something about or by the person elsewhere; without a title its address is shown."""

    title: str
    url: str

    @property
    def words(self) -> str:
        return self.title or self.url.partition("://")[2].removesuffix("/")


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person with one edition's texts. `biography` is Markdown; `email` is never public.

    Without `consent` neither picture nor texts may be published: `as_public` is what everybody may see. `recording` says
    whether they may be filmed.
    """

    id: int
    code: str
    guid: str
    name: str
    email: str
    image_digest: str | None
    title: str
    organisation: str
    biography: str
    website: str
    links: tuple[SpeakerLink, ...]
    status: SpeakerStatus
    consent: bool
    recording: bool
    created_at: datetime
    updated_at: datetime

    @property
    def as_public(self) -> "Speaker":
        """The same, with the name alone where the person wants no more to be published."""
        if self.consent:
            return self
        return replace(self, image_digest=None, title="", organisation="", biography="", website="", links=())

    @property
    def missing(self) -> list[str]:
        """What visitors will look for in vain, in words of the current language."""
        found = []
        if not self.consent:
            found.append(gettext("vill inte visas med bild och text"))
        else:
            if self.image_digest is None:
                found.append(gettext("bild saknas"))
            if not self.biography:
                found.append(gettext("presentation saknas"))
        if not self.email:
            found.append(gettext("e-post saknas"))
        return found

    @property
    def slug(self) -> str:
        return slugify(self.name)

    @property
    def path_part(self) -> str:
        """The end of the public address: 'ABC234-asa-oberg', or the code alone for a name without Latin letters."""
        return f"{self.code}-{self.slug}" if self.slug else self.code

    @property
    def role_line(self) -> str:
        """'Ordförande, Bymackarna' – whichever parts there are."""
        return ", ".join(part for part in (self.title, self.organisation) if part)

    @property
    def image_url(self) -> str | None:
        return f"/media/{self.image_digest}.webp" if self.image_digest else None


@dataclass(frozen=True, slots=True)
class Participation:
    """What an edition and a speaker have agreed, for the two of them alone.

    `secret` is in the address of the speaker's own page, None until they are invited; `message` is what they wrote with
    their answer. `needs` may tell of their health. `unavailable` are (from, until), naive, by the edition's clocks.
    """

    secret: str | None
    invited_at: datetime | None
    answered_at: datetime | None
    message: str
    needs: str
    unavailable: tuple[tuple[datetime, datetime], ...]
    ticket_id: int | None

    @property
    def path(self) -> str:
        """The speaker's own page; whoever knows it may change what the speaker has said. '' until there is one."""
        return own_path(self.secret) if self.secret else ""


def own_path(secret: str) -> str:
    """The address of the speaker's own page, without BASE_URL."""
    return f"/speaking/{secret}/"


def unavailable_from(stored: Sequence[Sequence[str]]) -> tuple[tuple[datetime, datetime], ...]:
    """`edition_speakers.unavailable` as moments: naive, by the edition's clocks."""
    return tuple((datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in stored)


@dataclass(frozen=True, slots=True)
class Image:
    """An encoded picture as it is sent."""

    digest: str
    media_type: str
    width: int
    height: int
    data: bytes


def by_swedish_name(name: str) -> tuple[int, ...]:
    """A sort key: a–z, then å, ä, ö; é sorts as e, upper and lower case alike (Svenska Akademiens ordlista)."""
    order = {"å": 0x110000, "ä": 0x110001, "æ": 0x110001, "ö": 0x110002, "ø": 0x110002}
    key: list[int] = []
    for character in unicodedata.normalize("NFC", name).casefold():
        if character in order:
            key.append(order[character])
        else:
            key.extend(
                ord(part) for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
            )
    return tuple(key)
