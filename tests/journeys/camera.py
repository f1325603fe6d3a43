"""Video files that Chromium's fake camera shows."""

from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

WIDTH, HEIGHT, RATE = 640, 480, 5


def badge_pictures(pdf: bytes) -> list[Image.Image]:
    """What a camera held over each page's QR code sees: 640 × 480 pixels, grey, the page as wide as the picture."""
    document = pypdfium2.PdfDocument(pdf)
    pictures = []
    for page in document:
        picture = page.render(scale=WIDTH / page.get_width()).to_pil().convert("L")
        found = zxingcpp.read_barcode(page.render(scale=4).to_pil())
        assert found is not None
        centre = (
            (found.position.top_left.y + found.position.bottom_right.y) / 2 * picture.height / (page.get_height() * 4)
        )
        top = round(max(0, min(picture.height - HEIGHT, centre - HEIGHT / 2)))
        pictures.append(picture.crop((0, top, WIDTH, top + HEIGHT)))
    document.close()
    return pictures


def write_video(path: Path, scenes: list[tuple[Image.Image | None, float]]) -> Path:
    """A y4m file of pictures, each for its seconds; None is an empty scene. Gives `path`."""
    empty = Image.new("L", (WIDTH, HEIGHT), 90)
    chroma = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for picture, seconds in scenes:
            frame = b"FRAME\n" + (picture or empty).tobytes() + chroma
            file.write(frame * round(seconds * RATE))
    return path
