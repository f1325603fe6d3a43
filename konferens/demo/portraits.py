"""Portraits of the demo's invented speakers: drawn, the same for the same name, with shapes three times as large as seen."""

# ruff: noqa: PLR0917 (coordinates are positional: x, y, radii)
import hashlib
import io
import math
import random
from typing import Any

from konferens.speakers.model import Image

_SCALE = 3
_SKINS = ("#f3d2b8", "#e8bd98", "#d9a577", "#c08a5c", "#96643e", "#6d4529")
_HAIRS = {
    "black": "#26201f",
    "brown": "#5b3b26",
    "blond": "#d9b369",
    "red": "#a9512a",
    "grey": "#93928f",
    "white": "#e7e4dd",
}
_GROUNDS = (
    "#cfe0d4",
    "#f1d9b5",
    "#c9dbe8",
    "#ecc8bd",
    "#dcd3ea",
    "#d8e2b4",
    "#f3e1a6",
    "#bfd9d8",
    "#e5d3c4",
    "#c5cfe0",
)
_CLOTHES = (
    "#2f5d62",
    "#8c3b2e",
    "#3d4f7a",
    "#d08c2e",
    "#4c6b35",
    "#6f4a73",
    "#2b2f3a",
    "#b8574f",
    "#7d8c99",
    "#ead9b9",
)
_INK = "#2a211d"
SIDE = 480


def draw_portrait(name: str, look: str) -> Image:
    """`name` as a 480×480 WebP. `look` is 'SKIN HAIR COLOUR EXTRAS…', as data/portraits.toml explains."""
    from PIL import Image as Pictures

    chance = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 (a drawing)
    skin, hair, colour, *extras = look.split()
    picture = Pictures.new("RGB", (SIDE * _SCALE, SIDE * _SCALE), chance.choice(_GROUNDS))
    _Sketch(picture, chance, _SKINS[int(skin) - 1], hair, _HAIRS[colour], frozenset(extras)).draw()
    out = io.BytesIO()
    picture.reduce(_SCALE).save(out, "WEBP", quality=85, method=3)
    data = out.getvalue()
    return Image(hashlib.sha256(data).hexdigest(), "image/webp", SIDE, SIDE, data)


def _mixed(colour: str, other: str, part: float) -> str:
    """`colour` with `part` of `other` in it."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a * (1 - part) + b * part):02x}" for a, b in pairs)


class _Sketch:
    """A head from the front, in the coordinates of a 480-pixel square; the face is an ellipse around (240, 222)."""

    def __init__(
        self, picture: Any, chance: random.Random, skin: str, hair: str, colour: str, extras: frozenset[str]
    ) -> None:
        from PIL import ImageDraw

        self._pen = ImageDraw.Draw(picture)
        self._chance = chance
        self._skin, self._shade = skin, _mixed(skin, "#7a2f1c", 0.22)
        self._hair, self._hair_colour = hair, colour
        self._extras = extras
        self._width = chance.randint(82, 92)  # half the face's
        self._height = chance.randint(104, 114)
        self._clothes = chance.choice(_CLOTHES)

    def draw(self) -> None:
        """From behind to in front."""
        self._halo()
        self._hair_behind()
        self._body()
        self._head()
        self._face()
        self._beard()
        self._hair_in_front()
        if "glasses" in self._extras:
            self._glasses()

    def _ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, **more: Any) -> None:
        box = [round(value * _SCALE) for value in (x - rx, y - ry, x + rx, y + ry)]
        self._pen.ellipse(box, fill=fill or None, **more)

    def _polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        self._pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=fill)

    def _arc(self, x: float, y: float, rx: float, ry: float, start: int, end: int, fill: str, width: float) -> None:
        box = [round(value * _SCALE) for value in (x - rx, y - ry, x + rx, y + ry)]
        self._pen.arc(box, start, end, fill=fill, width=round(width * _SCALE))

    def _cap(self, x: float, y: float, rx: float, ry: float, start: int, end: int, fill: str) -> None:
        """A part of an ellipse, cut off straight."""
        box = [round(value * _SCALE) for value in (x - rx, y - ry, x + rx, y + ry)]
        self._pen.chord(box, start, end, fill=fill)

    def _halo(self) -> None:
        tint = _mixed(self._clothes, "#ffffff", 0.68)
        self._ellipse(240 + self._chance.randint(-50, 50), 215 + self._chance.randint(-20, 20), 205, 205, tint)

    def _hair_behind(self) -> None:  # noqa: C901 (a case for each style)
        colour, w, h = self._hair_colour, self._width, self._height
        if self._hair == "long":
            self._ellipse(240, 205, w + 30, h + 24, colour)
            self._polygon([(240 - w - 30, 205), (240 + w + 30, 205), (240 + w + 42, 410), (240 - w - 42, 410)], colour)
        elif self._hair == "bob":
            self._ellipse(240, 212, w + 27, h + 22, colour)
            self._polygon([(240 - w - 27, 215), (240 + w + 27, 215), (240 + w + 30, 322), (240 - w - 30, 322)], colour)
        elif self._hair == "afro":
            self._ellipse(240, 180, w + 62, h + 38, colour)
        elif self._hair == "curly":
            for step in range(11):
                x, y = 240 + (w + 14) * (step - 5) / 5, 150 + abs(step - 5) ** 2 * 5.5
                self._ellipse(x, y, 38, 38, colour)
        elif self._hair == "bun":
            self._ellipse(240, 84, 46, 40, _mixed(colour, "#000000", 0.12))
        elif self._hair == "pony":
            self._ellipse(240 + w + 20, 245, 30, 86, colour)
        elif self._hair == "braids":
            for side in (-1, 1):
                for step in range(7):
                    tone = _mixed(colour, "#000000", 0.1 * (step % 2))
                    self._ellipse(240 + side * (w + 10 + 2 * step), 250 + 27 * step, 21, 21, tone)
        elif self._hair == "scarf":
            cloth = _mixed(self._clothes, "#f4e6d0", 0.35)
            self._ellipse(240, 212, w + 38, h + 36, cloth)
            self._polygon([(240 - w - 36, 230), (240 + w + 36, 230), (240 + w + 62, 430), (240 - w - 62, 430)], cloth)

    def _body(self) -> None:
        cloth, dark = self._clothes, _mixed(self._clothes, "#000000", 0.22)
        self._ellipse(240, 500, 178, 132, cloth)
        pattern = self._chance.choice(("plain", "stripes", "yoke", "dots", "shirt"))
        if pattern == "stripes":
            for y in range(398, 480, 26):
                half = 178 * math.sqrt(1 - ((500 - y) / 132) ** 2)  # of the body, at this height
                self._polygon(
                    [(240 - half, y), (240 + half, y), (240 + half, y + 9), (240 - half, y + 9)],
                    _mixed(cloth, "#ffffff", 0.35),
                )
        elif pattern == "dots":
            for y in range(400, 480, 28):
                for x in range(110, 380, 30):
                    self._ellipse(x + (y // 28 % 2) * 15, y, 5, 5, _mixed(cloth, "#ffffff", 0.5))
        elif pattern == "yoke":
            self._cap(240, 388, 112, 62, 0, 180, _mixed(cloth, "#ffffff", 0.55))
            for step in range(9):
                self._ellipse(152 + step * 22, 412 + 20 * (1 - abs(step - 4) / 4), 5, 5, dark)
        self._polygon([(202, 290), (278, 290), (284, 380), (196, 380)], self._shade)  # neck, in the chin's shadow
        self._cap(240, 378, 46, 34, 0, 180, self._shade)
        if pattern == "shirt":
            for side in (-1, 1):
                self._polygon(
                    [(240 + side * 46, 366), (240 + side * 4, 424), (240 + side * 74, 436)],
                    _mixed(cloth, "#ffffff", 0.8),
                )
        else:
            self._arc(240, 378, 50, 38, 0, 180, dark, 9)

    def _head(self) -> None:
        w, h = self._width, self._height
        if self._hair != "scarf":
            for side in (-1, 1):
                self._ellipse(240 + side * w, 232, 17, 25, self._skin)
                self._ellipse(240 + side * w, 234, 8, 14, self._shade)
        self._ellipse(240, 222, w, h, self._skin)
        self._ellipse(240, 268, w * 0.84, h * 0.62, self._skin)

    def _face(self) -> None:
        chance = self._chance
        apart = chance.randint(35, 40)
        brow = _mixed(self._hair_colour, _INK, 0.35)
        lift = chance.randint(-3, 3)
        for side in (-1, 1):
            x = 240 + side * apart
            self._ellipse(240 + side * 55, 262, 19, 13, _mixed(self._skin, "#d8553f", 0.25))
            self._ellipse(x, 226, 12, 9, "#ffffff")
            self._ellipse(x, 226, 7.5, 7.5, _INK)
            self._ellipse(x + 2.5, 223, 2.2, 2.2, "#ffffff")
            self._arc(x, 212 + lift, 20, 13, 205, 335, brow, 6)
        self._arc(240, 248, 13, 13, 25, 155, self._shade, 5)
        if "freckles" in self._extras:
            for _ in range(16):
                side = chance.choice((-1, 1))
                self._ellipse(240 + side * chance.uniform(22, 64), chance.uniform(242, 266), 2.3, 2.3, self._shade)
        mouth = _mixed(self._skin, "#8c1f1f", 0.6)
        if chance.random() < 0.4:  # noqa: PLR2004
            self._cap(240, 274, 30, 24, 12, 168, mouth)
            self._cap(240, 274, 25, 11, 12, 168, "#ffffff")
        else:
            self._arc(240, 268, 31, 25, 28, 152, mouth, 6)

    def _beard(self) -> None:
        colour, w = self._hair_colour, self._width
        if "beard" in self._extras:
            self._cap(240, 262, w * 0.98, 92, 8, 172, colour)
            self._ellipse(240, 276, 34, 17, colour)
            self._arc(240, 272, 22, 14, 20, 160, _mixed(self._skin, "#8c1f1f", 0.6), 7)
        elif "stubble" in self._extras:
            self._cap(240, 262, w * 0.9, 78, 22, 158, _mixed(self._skin, colour, 0.28))
            self._arc(240, 268, 28, 20, 28, 152, _mixed(self._skin, "#8c1f1f", 0.6), 6)
        if self._extras & {"beard", "moustache"}:
            for side in (-1, 1):
                self._ellipse(240 + side * 17, 268, 22, 9, colour)

    def _hair_in_front(self) -> None:
        w, h, colour = self._width, self._height, self._hair_colour
        top = 222 - h
        light = _mixed(colour, "#ffffff", 0.12)
        style = self._hair
        if style == "bald":
            for side in (-1, 1):
                self._ellipse(240 + side * (w - 2), 206, 10, 30, colour)
        elif style == "cap":
            self._cap(240, 180, w + 6, h - 12, 180, 360, self._clothes)
            self._ellipse(240, 176, w + 18, 13, _mixed(self._clothes, "#000000", 0.25))
        elif style == "scarf":
            cloth = _mixed(self._clothes, "#f4e6d0", 0.35)
            self._arc(240, 222, w + 10, h + 10, 0, 360, cloth, 20)
            self._cap(240, 222, w + 4, h + 4, 222, 318, cloth)
        elif style == "side":
            self._cap(240, 205, w + 8, h - 2, 186, 354, colour)
            self._cap(262, 226, w * 0.8, h * 0.64, 200, 328, self._skin)
            self._ellipse(208, top + 34, 60, 27, light)
        elif style in ("afro", "curly"):
            for step in range(7):
                self._ellipse(240 + (w - 8) * (step - 3) / 3, top + 26 + (step - 3) ** 2 * 4, 30, 27, colour)
        elif style == "crop":
            self._cap(240, 208, w + 3, h - 8, 196, 344, colour)
        else:
            self._cap(240, 206, w + 9, h + 2, 192, 348, colour)
            parting = self._chance.choice((-30, 0, 34))
            self._cap(240 + parting, 228, w * 0.84, h * 0.66, 205, 335, self._skin)

    def _glasses(self) -> None:
        frame = self._chance.choice((_INK, "#7a2e23", "#2d4a6b", "#8a6a3a"))
        for side in (-1, 1):
            self._arc(240 + side * 38, 227, 29, 25, 0, 360, frame, 5)
            self._polygon(
                [(240 + side * 66, 221), (240 + side * 92, 216), (240 + side * 92, 221), (240 + side * 66, 226)], frame
            )
        self._arc(240, 226, 11, 10, 200, 340, frame, 5)
