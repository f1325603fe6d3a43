"""What kind of file something is, told by its contents and never by what a browser says, and names that do no harm."""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence

MAX_PIXELS = 60_000_000
"""A picture of a few kilobytes that unpacks to more is an attack on whoever opens it."""

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
ODT, ODP, ODS = (f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "presentation", "spreadsheet"))
_OOXML = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OOXML}.wordprocessingml.document"
PPTX = f"{_OOXML}.presentationml.presentation"
XLSX = f"{_OOXML}.spreadsheetml.sheet"
KEY = "application/vnd.apple.keynote"
TEXT, MARKDOWN, CSV = "text/plain", "text/markdown", "text/csv"

SUFFIXES = {
    PDF: ".pdf",
    JPEG: ".jpg",
    PNG: ".png",
    WEBP: ".webp",
    ODT: ".odt",
    ODP: ".odp",
    ODS: ".ods",
    DOCX: ".docx",
    PPTX: ".pptx",
    XLSX: ".xlsx",
    KEY: ".key",
    TEXT: ".txt",
    MARKDOWN: ".md",
    CSV: ".csv",
}
"""Every kind that is known here: media type → how the file's name ends."""

_PICTURES = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
"""Pillow's names; MPO is what it calls a JPEG with further pictures after the first, as many telephones take them."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_OFFICE = {"word/document.xml": DOCX, "ppt/presentation.xml": PPTX, "xl/workbook.xml": XLSX}
_MARKUP = re.compile(rb"\s*(?:<[!?a-zA-Z]|#!|%!PS)")
"""How HTML, SVG, XML, scripts and PostScript begin, which are no plain text to whoever opens them."""


def media_type_of(data: bytes) -> str | None:
    """The media type of `data`, one of SUFFIXES but for the kinds of text; None for everything else, office files with
    macros too.
    """
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _document_type(data)
    return _picture_type(data)


def text_type_of(name: str, data: bytes) -> str | None:
    """TEXT, MARKDOWN or CSV where the name says so and the contents are readable UTF-8 without markup; else None."""
    kind = next((kind for kind in (TEXT, MARKDOWN, CSV) if name.lower().endswith(SUFFIXES[kind])), None)
    if kind is None or b"\x00" in data or _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    return kind


def harmless_name(name: str, suffix: str, other_suffixes: Sequence[str] = ()) -> str:
    """The last part of `name` without what file systems and headers trip over, ending in `suffix` ('fil.pdf' for none).

    `other_suffixes` are other ways to write the same ending, which it replaces.
    """
    last = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    stem = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip()
    for ending in (suffix, *other_suffixes, *(".jpeg",) * (suffix == ".jpg")):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
    return f"{stem.strip(' .')[:100] or 'fil'}{suffix}"


def _document_type(data: bytes) -> str | None:
    """Office documents are ZIP files: OpenDocument 1.3 part 2, 3.3 (mimetype comes first); ECMA-376 part 2 (content types);
    Keynote's parts are .iwa files in Index/ or Index.zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if names[:1] == ["mimetype"]:
                if archive.getinfo("mimetype").file_size > len(ODP):
                    return None
                told = archive.read("mimetype").decode("ascii", "replace")
                return told if told in (ODT, ODP, ODS) else None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in _OFFICE.items() if part in names), None)
    return KEY if "Index/Presentation.iwa" in names or "Index/Document.iwa" in names or "Index.zip" in names else None


def _picture_type(data: bytes) -> str | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            media_type = _PICTURES[picture.format or ""]
            picture.verify()
            return media_type
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
