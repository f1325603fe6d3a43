"""Files that attendees send: which they may be, told by their contents and never by what the browser says."""

import io
import zipfile
import zlib

from konferens.i18n import gettext
from konferens.questions.model import File
from konferens.web.forms import clean_line

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A picture of a few kilobytes that unpacks to more is an attack on whoever opens it."""

_PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""Pillow's names; MPO is what it calls a JPEG with further pictures after the first, as many telephones take them."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_ODT = "application/vnd.oasis.opendocument.text"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    _ODT: ".odt",
    _DOCX: ".docx",
}
"""What is accepted: media type → how the file's name ends."""

ACCEPT = ",".join([*SUFFIXES.values(), ".jpeg"])
"""For the accept attribute of a file field."""


def read_upload(name: str, data: bytes) -> File:
    """The file with its own media type and a harmless name. Raises ValueError with a message in the current language."""
    if len(data) > MAX_BYTES:
        raise ValueError(gettext("Filen är för stor. Den får vara högst 5 MB."))
    media_type = media_type_of(data)
    if media_type is None:
        raise ValueError(gettext("Den sortens fil går inte att ta emot. Välj en PDF, JPEG, PNG, WebP, ODT eller DOCX."))
    return File(_file_name(name, SUFFIXES[media_type]), media_type, data)


def media_type_of(data: bytes) -> str | None:
    """The media type of `data`, one of SUFFIXES, by its contents; None for everything else, Word files with macros too."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return _document_type(data)
    return _picture_type(data)


def _document_type(data: bytes) -> str | None:
    """Text documents are ZIP files: OpenDocument 1.3 part 2, 3.3 (mimetype comes first); ECMA-376 part 2 (content types)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size == len(_ODT):
                return _ODT if archive.read("mimetype") == _ODT.encode() else None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError):
        return None
    is_word = "[Content_Types].xml" in names and "word/document.xml" in names
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return _DOCX if is_word and not has_macros else None


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


def _file_name(name: str, suffix: str) -> str:
    """The last part of `name` without what file systems and headers trip over, ending in `suffix`; 'fil.pdf' for none."""
    last = clean_line(name.replace("\\", "/").rpartition("/")[2])
    stem = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    for ending in (suffix, *(".jpeg",) * (suffix == ".jpg")):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
    return f"{stem.strip(' .')[:100] or 'fil'}{suffix}"
