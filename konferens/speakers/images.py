"""Portraits: whatever people upload becomes a square without metadata, as WebP and JPEG in several sizes.

Everything here blocks for some tens of milliseconds: call it in a thread.
"""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any

from konferens.i18n import gettext
from konferens.speakers.model import SIZES, Image

SIDE = SIZES[-1]
"""The largest portrait that is kept; smaller pictures keep their own size, since nothing is won by enlarging them."""

MIN_SIDE = SIZES[0]
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A 60-megapixel photo is real, as JPEG, which unpacks to about the size that is needed."""

MAX_UNPACKED = 25_000_000
"""Pixels of every other kind of picture: they are all unpacked, and a file of a few kilobytes may hold as many."""

_TURN = Lock()
"""Of one picture in a process: a hundred megabytes at a time, whoever sends how many."""

MEDIA_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
"""What a portrait can be had as, by the end of its address."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
"""Brands of ISO 14496-12 files that iPhones take pictures as; Pillow doesn't read them."""


class Problem(StrEnum):
    """Why a file is no portrait."""

    UNREADABLE = "unreadable"
    HEIC = "heic"
    HEAVY = "heavy"
    LARGE = "large"
    SMALL = "small"

    @property
    def message(self) -> str:
        """What to do about it, in the current language."""
        return {
            Problem.UNREADABLE: gettext(
                "Det gick inte att läsa bilden. Välj en JPEG, PNG eller WebP på högst 12\u00a0MB."
            ),
            Problem.HEIC: gettext(
                "Bilder i formatet HEIC går inte att läsa. Spara bilden som JPEG, eller ta en skärmbild av den."
            ),
            Problem.HEAVY: gettext("Filen är för stor. Den får vara högst 12\u00a0MB."),
            Problem.LARGE: gettext(
                "Bilden har för många pixlar. En JPEG får ha högst 60 megapixlar, andra sorters bilder 25."
            ),
            Problem.SMALL: gettext("Bilden är för liten. Den behöver vara minst 96 pixlar hög och bred."),
        }[self]


class NotAPortraitError(Exception):
    """The bytes are no picture that we read, or one that is too large or too small; `problem` says which."""

    def __init__(self, problem: Problem, told: str = "") -> None:
        super().__init__(f"{problem.value}: {told}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Crop:
    """Which square of a picture is shown. `x` and `y` from 0 to 1 move it from the left and upper edge to the others; a
    `zoom` of 1 takes the largest square there is, 2 one of half that side.
    """

    x: float = 0.5
    y: float = 0.4
    zoom: float = 1.0

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) in pixels of a picture that large."""
        side = max(1, round(min(width, height) / min(max(self.zoom, 1.0), 8.0)))
        left = round((width - side) * min(max(self.x, 0.0), 1.0))
        top = round((height - side) * min(max(self.y, 0.0), 1.0))
        return left, top, left + side, top + side


@dataclass(frozen=True, slots=True)
class Portrait:
    """An uploaded picture, encoded: the largest square, and the same smaller and as JPEG."""

    image: Image
    sizes: tuple[Image, ...]


def encode_portrait(data: bytes, crop: Crop | None = None) -> Portrait:
    """`data` (JPEG, PNG, WebP, GIF, TIFF or BMP) as squares of at most 768 pixels; without a `crop` a little above its middle.

    Turned upright by its EXIF orientation first; EXIF itself (place, camera) is dropped; transparency becomes white.
    Raises NotAPortraitError.
    """
    from PIL import Image as Pictures
    from PIL import ImageOps

    if len(data) > MAX_BYTES:
        raise NotAPortraitError(Problem.HEAVY, f"{len(data)} bytes")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise NotAPortraitError(Problem.HEIC)
    crop = crop or Crop()
    try:
        with _TURN, Pictures.open(io.BytesIO(data), formats=_FORMATS) as source:
            most = MAX_PIXELS if source.format in ("JPEG", "MPO") else MAX_UNPACKED
            if source.width * source.height > most:
                raise NotAPortraitError(Problem.LARGE, f"{source.width}×{source.height} pixels")
            # JPEG decodes straight to about the size that is needed.
            needed = round(SIDE * min(max(crop.zoom, 1.0), 8.0))
            source.draft("RGB", (needed, needed))
            ImageOps.exif_transpose(source, in_place=True)
            if min(source.size) < MIN_SIDE:
                raise NotAPortraitError(Problem.SMALL, f"{source.width}×{source.height} pixels")
            square = source.crop(crop.box(*source.size)).convert("RGBA")
            # Twice as large as needed is enough for all sizes that are made of it.
            square = square.reduce(max(1, square.width // (2 * SIDE)))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPortraitError(Problem.UNREADABLE, str(error)) from error
    except (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning) as error:
        raise NotAPortraitError(Problem.LARGE, str(error)) from error
    opaque = Pictures.new("RGB", square.size, "white")
    opaque.paste(square, mask=square.getchannel("A"))
    return _encoded(opaque)


def smaller(image: Image, width: int, media_type: str) -> Image:
    """A kept portrait at most `width` pixels wide, as 'image/webp' or 'image/jpeg', under the same digest."""
    from PIL import Image as Pictures

    with Pictures.open(io.BytesIO(image.data)) as source:
        return _at_width(source.convert("RGB"), image.digest, width, media_type)


def _encoded(square: Any) -> Portrait:
    """`square` is a PIL image in RGB."""
    side = min(SIDE, square.width)
    data = _bytes(square.resize((side, side), _filter()), "image/webp")
    digest = hashlib.sha256(data).hexdigest()
    sizes = tuple(
        _at_width(square, digest, width, media_type)
        for media_type in MEDIA_TYPES.values()
        for width in SIZES
        if width <= side
    )
    return Portrait(Image(digest, "image/webp", side, side, data), sizes)


def _at_width(picture: Any, digest: str, width: int, media_type: str) -> Image:
    width = min(width, picture.width)
    height = round(picture.height * width / picture.width)
    sized = picture if width == picture.width else picture.resize((width, height), _filter())
    return Image(digest, media_type, width, height, _bytes(sized, media_type))


def _filter() -> Any:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _bytes(picture: Any, media_type: str) -> bytes:
    out = io.BytesIO()
    if media_type == "image/jpeg":
        picture.save(out, "JPEG", quality=84, optimize=True, progressive=True)
    else:
        picture.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
