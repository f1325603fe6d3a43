"""Files that attendees send: which they may be, told by their contents and never by what the browser says."""

from konferens import file_types
from konferens.file_types import DOCX, JPEG, ODT, PDF, PNG, WEBP, harmless_name
from konferens.i18n import gettext
from konferens.questions.model import File

MAX_BYTES = 5 * 1024 * 1024
SUFFIXES = {kind: file_types.SUFFIXES[kind] for kind in (PDF, JPEG, PNG, WEBP, ODT, DOCX)}
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
    return File(harmless_name(name, SUFFIXES[media_type]), media_type, data)


def media_type_of(data: bytes) -> str | None:
    """The media type of `data`, one of SUFFIXES, by its contents; None for everything else, Word files with macros too."""
    found = file_types.media_type_of(data)
    return found if found in SUFFIXES else None
