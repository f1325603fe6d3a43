"""Pictures among a session's files: shown to everybody, so without what the camera wrote in them."""

import io
from threading import Lock

from konferens.errors import InvalidError
from konferens.file_types import JPEG, PNG, WEBP
from konferens.i18n import gettext

MAX_UNPACKED = 25_000_000
"""Pixels of a picture that is no JPEG: it is all unpacked."""

PICTURES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
"""The kinds that are encoded anew, as Pillow names them."""

_NEEDED = (4000, 3000)
"""A JPEG that is twice as large both ways is kept half as large: more than any screen or wall shows."""

_SEEN = ("icc_profile", "transparency")
"""What of a picture's facts changes how it looks; place, camera, time, names and comments don't."""

_TURN = Lock()
"""Of one picture in a process: they take a hundred megabytes."""


def without_metadata(data: bytes, media_type: str) -> bytes:
    """`data`, a picture of one of `PICTURES`, encoded anew: upright by its EXIF orientation, then without EXIF and XMP.

    Of several pictures in a file the first is kept. Raises InvalidError ('file') for one that can't be read or has too many
    pixels. Blocks for up to a second.
    """
    from PIL import Image, ImageOps

    out = io.BytesIO()
    try:
        with _TURN, Image.open(io.BytesIO(data)) as source:
            if media_type != JPEG and source.width * source.height > MAX_UNPACKED:
                text = gettext(
                    "Bilden har för många pixlar. En JPEG får ha högst 60 megapixlar, andra sorters bilder 25."
                )
                raise InvalidError({"file": [text]})
            source.draft(None, _NEEDED)
            picture = ImageOps.exif_transpose(source)
            picture.info = {name: source.info[name] for name in _SEEN if name in source.info}
            picture.save(out, PICTURES[media_type], quality=90)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        text = gettext("Det gick inte att läsa bilden. Välj en PNG, JPEG eller WebP.")
        raise InvalidError({"file": [text]}) from error
    return out.getvalue()
