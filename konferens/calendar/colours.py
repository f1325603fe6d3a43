"""Colours as calendars name them: COLOR (RFC 7986 §5.9) takes a name of CSS Color Module Level 3 and nothing else."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import dist

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_LATER = frozenset({"rebeccapurple"})
"""Names that only Level 4 has."""

Lab = tuple[float, float, float]


@lru_cache(maxsize=256)
def colour_name(colour: str) -> str:
    """The name that comes closest to '#rrggbb', as eyes see it; '' for what is no such colour.

    Of two names for the same colour ('gray', 'grey') it is the first by alphabet.
    """
    if not _HEX.fullmatch(colour):
        return ""
    wanted = _oklab([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
    return min(_names(), key=lambda name: (dist(_names()[name], wanted), name))


@lru_cache(maxsize=1)
def _names() -> dict[str, Lab]:
    from PIL import ImageColor

    # Pillow writes into its table what it has read from it: its words and its numbers, whichever are asked for first.
    return {name: _oklab(ImageColor.getrgb(name)) for name in ImageColor.colormap if name not in _LATER}


def _oklab(colour: Sequence[int]) -> Lab:
    """Where distances are what eyes see (CSS Color Module Level 4 §10.1, Björn Ottosson's Oklab)."""
    red, green, blue = (_linear(part / 255) for part in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(value: float) -> float:
    """A part of sRGB, 0 to 1, as light."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - IEC 61966-2-1
