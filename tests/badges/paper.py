"""Reads printed pages back: their size, text and QR codes, measured in millimetres."""

from dataclasses import dataclass

import pypdfium2
import zxingcpp

MM_PER_POINT = 25.4 / 72
DPI = 300


@dataclass(frozen=True)
class PrintedCode:
    """A QR code found on the page; `side_mm` is the symbol's side without its quiet zone."""

    text: str
    side_mm: float


@dataclass(frozen=True)
class Page:
    width_mm: int
    height_mm: int
    text: str
    codes: list[PrintedCode]


def read_pages(pdf: bytes) -> list[Page]:
    """Every page of a PDF as a scanner and a reader see it; codes from top to bottom, left to right."""
    document = pypdfium2.PdfDocument(pdf)
    return [_read(document[number]) for number in range(len(document))]


def _read(page: "pypdfium2.PdfPage") -> Page:
    picture = page.render(scale=DPI / 72).to_pil()
    found = sorted(
        zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)),
        key=lambda code: (code.position.top_left.y // 100, code.position.top_left.x),
    )
    width, height = page.get_size()
    return Page(
        width_mm=round(width * MM_PER_POINT),
        height_mm=round(height * MM_PER_POINT),
        text=" ".join(page.get_textpage().get_text_bounded().replace("\u200b", "").split()),
        codes=[
            PrintedCode(code.text, (code.position.top_right.x - code.position.top_left.x) / DPI * 25.4)
            for code in found
        ],
    )
