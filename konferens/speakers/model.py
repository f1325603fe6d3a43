"""People who speak, and what an edition tells about them."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from konferens.codes import slugify


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person with one edition's texts. `biography` is Markdown; `email` is never public."""

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
    created_at: datetime
    updated_at: datetime

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
