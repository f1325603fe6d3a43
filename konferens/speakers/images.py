"""Portraits: whatever people upload becomes one small square WebP without metadata."""

import hashlib
import io

from konferens.speakers.model import Image

SIDE = 480
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A 60-megapixel photo is real; a picture of a few kilobytes that unpacks to more is an attack on memory."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")


class NotAPortraitError(Exception):
    """The bytes are no picture that we read, or one that is too large."""


def encode_portrait(data: bytes) -> Image:
    """`data` (JPEG, PNG, WebP, GIF, TIFF or BMP) as a 480×480 WebP, cropped to its middle, a little above centre.

    Turned upright by its EXIF orientation; EXIF itself (place, camera) is dropped; transparency becomes white. It blocks
    for some tens of milliseconds: call it in a thread. Raises NotAPortraitError.
    """
    from PIL import Image as Pictures
    from PIL import ImageOps

    if len(data) > MAX_BYTES:
        raise NotAPortraitError(f"{len(data)} bytes")
    try:
        with Pictures.open(io.BytesIO(data), formats=_FORMATS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise NotAPortraitError(f"{source.width}×{source.height} pixels")
            source.draft("RGB", (2 * SIDE, 2 * SIDE))  # JPEG decodes straight to about the size that is needed
            upright = ImageOps.exif_transpose(source)
            rgba = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), centering=(0.5, 0.4))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPortraitError(str(error)) from error
    except (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning) as error:
        raise NotAPortraitError(str(error)) from error
    square = Pictures.new("RGB", rgba.size, "white")
    square.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    square.save(out, "WEBP", quality=82, method=4)
    encoded = out.getvalue()
    return Image(
        digest=hashlib.sha256(encoded).hexdigest(), media_type="image/webp", width=SIDE, height=SIDE, data=encoded
    )
