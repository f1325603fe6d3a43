"""Portraits: what is uploaded and what becomes of it."""

import io
import struct
import zlib

import pytest
from PIL import Image

from konferens.speakers.images import MAX_BYTES, NotAPortraitError, encode_portrait


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 900), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("size", [(600, 900), (900, 600), (20, 20)])
def test_every_picture_becomes_a_square_webp(kind: str, size: tuple[int, int]) -> None:
    portrait = encode_portrait(picture(kind, size))
    result = opened(portrait.data)
    assert (result.format, result.size) == ("WEBP", (480, 480))
    assert (portrait.media_type, portrait.width, portrait.height) == ("image/webp", 480, 480)


def test_the_same_picture_has_the_same_address() -> None:
    assert encode_portrait(picture()).digest == encode_portrait(picture()).digest


def test_place_and_camera_are_left_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    assert "exif" not in opened(encode_portrait(picture(exif=exif)).data).info


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    lying = Image.new("RGB", (800, 800), "blue")
    lying.paste("red", (0, 0, 400, 800))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to view
    out = io.BytesIO()
    lying.save(out, "JPEG", exif=exif)
    upright = opened(encode_portrait(out.getvalue()).data).convert("RGB")
    top, bottom = upright.getpixel((240, 60)), upright.getpixel((240, 420))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200
    assert bottom[2] > 200


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (500, 500), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(encode_portrait(out.getvalue()).data).convert("RGB").getpixel((240, 240)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture()[:400],
        b"x" * (MAX_BYTES + 1),
        bomb(9_000, 9_000),
        bomb(10_000, 10_000),
        bomb(60_000, 60_000),
    ],
    ids=["nothing", "stump", "svg", "pdf", "cut", "heavy", "bomb", "larger bomb", "largest bomb"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPortraitError):
        encode_portrait(data)
