"""Portraits: what is uploaded and what becomes of it."""

import io
import struct
import zlib

import pytest
from PIL import Image

from konferens.speakers.images import MAX_BYTES, Crop, NotAPortraitError, Problem, encode_portrait


def picture(kind: str = "JPEG", size: tuple[int, int] = (600, 900), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize(("size", "side"), [((900, 1200), 768), ((1200, 900), 768), ((120, 100), 100)])
def test_every_picture_becomes_a_square_that_is_never_enlarged(kind: str, size: tuple[int, int], side: int) -> None:
    portrait = encode_portrait(picture(kind, size))
    result = opened(portrait.image.data)
    assert (result.format, result.size) == ("WEBP", (side, side))
    assert (portrait.image.media_type, portrait.image.width, portrait.image.height) == ("image/webp", side, side)


def test_a_portrait_comes_in_several_sizes_as_webp_and_jpeg() -> None:
    portrait = encode_portrait(picture(size=(500, 400)))
    assert [(each.media_type, each.width) for each in portrait.sizes] == [
        (media_type, width) for media_type in ("image/webp", "image/jpeg") for width in (96, 192, 384)
    ]
    for each in portrait.sizes:
        shown = opened(each.data)
        assert (f"image/{(shown.format or '').lower()}", shown.size) == (each.media_type, (each.width, each.width))
        assert each.digest == portrait.image.digest


@pytest.mark.parametrize(
    ("crop", "box"),
    [
        (Crop(), (0, 120, 600, 720)),
        (Crop(0.5, 0), (0, 0, 600, 600)),
        (Crop(0.5, 1), (0, 300, 600, 900)),
        (Crop(1, 0.5, zoom=2), (300, 300, 600, 600)),
        (Crop(-3, 7, zoom=0.1), (0, 300, 600, 900)),
    ],
)
def test_the_square_is_where_it_was_chosen_and_inside_the_picture(crop: Crop, box: tuple[int, int, int, int]) -> None:
    assert crop.box(600, 900) == box


def test_the_same_picture_has_the_same_address() -> None:
    assert encode_portrait(picture()).image.digest == encode_portrait(picture()).image.digest


def test_place_and_camera_are_left_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    portrait = encode_portrait(picture(exif=exif))
    assert [each.media_type for each in (portrait.image, *portrait.sizes) if "exif" in opened(each.data).info] == []


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    lying = Image.new("RGB", (800, 800), "blue")
    lying.paste("red", (0, 0, 400, 800))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to view
    out = io.BytesIO()
    lying.save(out, "JPEG", exif=exif)
    upright = opened(encode_portrait(out.getvalue()).image.data).convert("RGB")
    top, bottom = upright.getpixel((384, 100)), upright.getpixel((384, 660))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200
    assert bottom[2] > 200


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (500, 500), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(encode_portrait(out.getvalue()).image.data).convert("RGB").getpixel((240, 240)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.UNREADABLE),
        (b"GIF89a", Problem.UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Problem.UNREADABLE),
        (b"%PDF-1.7", Problem.UNREADABLE),
        (picture()[:400], Problem.UNREADABLE),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Problem.HEIC),
        (b"x" * (MAX_BYTES + 1), Problem.HEAVY),
        (bomb(5_100, 5_000), Problem.LARGE),
        (bomb(9_000, 9_000), Problem.LARGE),
        (bomb(10_000, 10_000), Problem.LARGE),
        (bomb(60_000, 60_000), Problem.LARGE),
        (picture(size=(2_000, 95)), Problem.SMALL),
    ],
    ids=[
        "nothing",
        "stump",
        "svg",
        "pdf",
        "cut",
        "heic",
        "heavy",
        "no JPEG",
        "bomb",
        "larger bomb",
        "largest bomb",
        "small",
    ],
)
def test_what_is_no_portrait_is_refused_with_the_reason(data: bytes, problem: Problem) -> None:
    with pytest.raises(NotAPortraitError) as error:
        encode_portrait(data)
    assert error.value.problem is problem
