"""Pictures on badges: the edition's logo, and others that its designs show. PNG, however they were uploaded."""

import hashlib
import io
import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select, update

from konferens.audit import record
from konferens.badges.elements import Element, Kind
from konferens.clock import now
from konferens.database import Database
from konferens.events.actions import take_turns
from konferens.i18n import gettext
from konferens.tables import badge_pictures

LOGO = "logo"
"""The key of the edition's logo among `Pictures`; others have their digest."""

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_UNPACKED = 25_000_000
"""Of every other kind than JPEG, which unpacks to about the size that is kept."""

SIDE = 1200
"""Pixels that are kept: 100 mm at 300 dots an inch."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
Pictures = Mapping[str, bytes]
"""What a badge shows, as PNG, by its key."""

NO_PICTURES: Pictures = {}


class NotAPictureError(Exception):
    """The bytes are no picture that we read; its text says so in the current language."""


def as_png(data: bytes) -> bytes:
    """An uploaded picture without metadata, at most SIDE pixels wide and high, with what is transparent in it. Blocks.

    Raises NotAPictureError.
    """
    from PIL import Image, ImageOps

    if len(data) > MAX_BYTES:
        raise NotAPictureError(gettext("Filen är för stor. Den får vara högst 12\u00a0MB."))
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            most = MAX_PIXELS if source.format in ("JPEG", "MPO") else MAX_UNPACKED
            if source.width * source.height > most:
                text = gettext(
                    "Bilden har för många pixlar. En JPEG får ha högst 60 megapixlar, andra sorters bilder 25."
                )
                raise NotAPictureError(text)
            source.draft("RGB", (SIDE, SIDE))
            ImageOps.exif_transpose(source, in_place=True)
            picture = source.convert("RGBA")
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NotAPictureError(gettext("Det gick inte att läsa bilden. Välj en PNG, JPEG eller WebP.")) from error
    picture.thumbnail((SIDE, SIDE))
    return _png(picture)


def in_black(png: bytes) -> bytes:
    """A kept picture for printers of one colour: dots of black, on white."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as source:
        picture = source.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return _png(paper.convert("L").convert("1"))


def as_svg(png: bytes) -> dict[str, Any]:
    """As templates draw it: `svg`, and `ratio` of its width to its height."""
    width, height = struct.unpack(">II", png[16:24])  # of the IHDR chunk, which comes first (PNG, 11.2.1)
    link = f"data:image/png;base64,{b64encode(png).decode()}"
    picture = f'<image width="{width}" height="{height}" href="{link}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{picture}</svg>'
    return {"svg": svg, "ratio": width / height}


def _png(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


async def pictures_for(db: Database, edition_id: int, elements: Sequence[Element]) -> dict[str, bytes]:
    """Those that a design shows; what isn't there (any more) is left out."""
    digests = {element.text for element in elements if element.kind is Kind.IMAGE}
    wants_logo = any(element.kind is Kind.LOGO for element in elements)
    if not (digests or wants_logo):
        return {}
    query = select(badge_pictures.c.digest, badge_pictures.c.is_logo, badge_pictures.c.data).where(
        badge_pictures.c.edition_id == edition_id,
        or_(badge_pictures.c.digest.in_(sorted(digests)), badge_pictures.c.is_logo.is_(True)),
    )
    rows = await db.fetch_all(query)
    found = {row.digest: row.data for row in rows if row.digest in digests}
    logo = [row.data for row in rows if row.is_logo and wants_logo]
    return {**found, LOGO: logo[0]} if logo else found


async def has_logo(db: Database, edition_id: int) -> bool:
    """Whether the edition has a logo."""
    query = select(badge_pictures.c.id).where(
        badge_pictures.c.edition_id == edition_id, badge_pictures.c.is_logo.is_(True)
    )
    return await db.fetch_val(query) is not None


async def keep_picture(db: Database, edition_id: int, png: bytes, *, name: str, is_logo: bool, actor: str) -> str:
    """Keep a picture of `as_png` for the edition's badges, as its logo or as another one; gives its digest."""
    digest = hashlib.sha256(png).hexdigest()
    own = badge_pictures.c.edition_id == edition_id
    async with db.transaction():
        await take_turns(db, edition_id)
        if is_logo:
            await db.execute(update(badge_pictures).where(own).values(is_logo=False))
        known = await db.fetch_val(
            update(badge_pictures)
            .where(own, badge_pictures.c.digest == digest)
            .values({"is_logo": True} if is_logo else {"name": name[:200]})
            .returning(badge_pictures.c.id)
        )
        if known is None:
            values = {"digest": digest, "name": name[:200], "is_logo": is_logo, "data": png, "created_at": now()}
            await db.execute(insert(badge_pictures).values(edition_id=edition_id, **values))
        await record(
            db,
            actor=actor,
            action="badges.logo" if is_logo else "badges.picture",
            subject=f"badge-picture:{digest[:12]}",
            edition_id=edition_id,
            after={"name": name[:200]},
        )
    return digest
