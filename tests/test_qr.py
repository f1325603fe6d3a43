import re
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from konferens.codes import new_token
from konferens.qr import QUIET_ZONE, QRCode, qr_code, qr_svg

TEXT = "https://konferens.example.org/t/ABCDEFGHIJKLMNOPQRSTUVWX"


def picture(code: QRCode) -> Image.Image:
    """The code's path, drawn at four pixels a module."""
    image = Image.new("L", (code.size * 4, code.size * 4), "white")
    draw = ImageDraw.Draw(image)
    for x, y, width in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)", code.path)):
        draw.rectangle((x * 4, y * 4, (x + width) * 4 - 1, y * 4 + 3), fill="black")
    return image


def read(code: QRCode) -> tuple[str, str]:
    """What a reader makes of it: the text and the error correction level."""
    (found,) = zxingcpp.read_barcodes(picture(code), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return found.text, found.ec_level


@pytest.mark.parametrize(
    "text", [TEXT, "a", "HTTP://X.SE/T/0", "å ä ö – 王 😀", "C1234567890;100.00;KX7M2P;0", "x" * 1000]
)
def test_a_reader_gets_the_exact_text_back(text: str) -> None:
    assert read(qr_code(text)) == (text, "M")


def test_every_token_is_read_back() -> None:
    texts = [f"http://127.0.0.1:8000/t/{new_token()}" for _ in range(100)]
    assert [read(qr_code(text))[0] for text in texts] == texts


def test_an_address_with_a_token_stays_small() -> None:
    assert qr_code(TEXT).modules == 33


def test_nothing_is_drawn_in_the_quiet_zone() -> None:
    code = qr_code(TEXT)
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)", code.path)]
    assert min(x for x, _, _ in runs) == QUIET_ZONE
    assert min(y for _, y, _ in runs) == QUIET_ZONE
    assert max(x + width for x, _, width in runs) == code.size - QUIET_ZONE
    assert max(y for _, y, _ in runs) == code.size - QUIET_ZONE - 1


@pytest.mark.parametrize("text", ["", "x" * 2400])
def test_texts_that_no_code_can_hold_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="QR code"):
        qr_code(text)


def test_svg_is_a_document_without_style_or_script() -> None:
    root = ET.fromstring(qr_svg(TEXT))  # noqa: S314 - our own text
    assert root.attrib == {"viewBox": "0 0 41 41", "shape-rendering": "crispEdges"}
    assert [(child.tag, sorted(child.attrib)) for child in root] == [
        ("{http://www.w3.org/2000/svg}path", ["d", "fill"]),
        ("{http://www.w3.org/2000/svg}path", ["d"]),
    ]
