"""Files are told by their contents."""

import io
import zipfile

import pytest
from PIL import Image

from konferens.questions.uploads import MAX_BYTES, media_type_of, read_upload

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, kind)
    return out.getvalue()


def telephone_picture() -> bytes:
    """A JPEG with a second picture after the first (CIPA DC-007), as Pillow writes it."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("green", "red"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def broken_archive() -> bytes:
    """The first file of the archive says that it is deflated, and isn't."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", ODT)
    data = out.getvalue()
    start = 30 + len("mimetype")
    return data[:start] + b"\xff" * 10 + data[start + 10 :]


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return out.getvalue()


WORD = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (picture("JPEG"), "image/jpeg"),
        (telephone_picture(), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (archive(mimetype=ODT, **{"content.xml": "<o/>"}), ODT),
        (archive(**WORD), DOCX),
    ],
)
def test_what_is_accepted(data: bytes, media_type: str) -> None:
    assert media_type_of(data) == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>",
        b"MZ\x90",
        b"PK\x03\x04 not a zip",
        broken_archive(),
        picture("GIF"),
        picture("PNG")[:40],
        archive(mimetype="application/epub+zip"),
        archive(**WORD, **{"word/vbaProject.bin": "macros"}),
        archive(**{"a.txt": "a"}),
    ],
)
def test_what_is_not(data: bytes) -> None:
    assert media_type_of(data) is None


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Filen är för stor\. Den får vara högst 5 MB\.$"):
        read_upload("a.pdf", b"%PDF-" + b"x" * MAX_BYTES)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("intyg.pdf", "intyg.pdf"),
        ("INTYG.PDF", "INTYG.pdf"),
        ("C:\\Users\\Åsa\\mitt intyg.pdf", "mitt intyg.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("", "fil.pdf"),
        (".pdf", "fil.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_names_are_harmless_and_say_what_the_file_is(sent: str, kept: str) -> None:
    assert read_upload(sent, b"%PDF-1.7").name == kept
