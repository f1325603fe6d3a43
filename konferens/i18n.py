"""The interface's languages: gettext catalogues and the language of the moment.

Msgids are Swedish, the interface's first language, so Swedish needs no catalogue. The language is a context variable:
each request, and each mail that is written, sets its own, also under concurrency.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT_LANGUAGE = "sv"
LOCALES = Path(__file__).parent / "locales"

current_language: ContextVar[str] = ContextVar("current_language", default=DEFAULT_LANGUAGE)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Everything translated inside the block is in `language`; an unknown one counts as Swedish."""
    token = current_language.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        current_language.reset(token)


@cache
def _translations(language: str) -> NullTranslations:
    path = LOCALES / language / "LC_MESSAGES" / "konferens.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def gettext(message: str) -> str:
    """`message` (Swedish) in the current language."""
    return _translations(current_language.get()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for `n`, in the current language; insert the number yourself: `ngettext(…) % {"num": n}`."""
    return _translations(current_language.get()).ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """As gettext, for a word that means different things in different places."""
    return _translations(current_language.get()).pgettext(context, message)


def lazy_gettext(message: str) -> str:
    """A text translated when it is shown, for labels that are defined once at import.

    Typed as str because it is used as one; it is a proxy that translates on each use.
    """
    return LazyProxy(gettext, message, enable_cache=False)  # type: ignore[return-value]


def lazy_pgettext(context: str, message: str) -> str:
    """As lazy_gettext, for a word that means different things in different places."""
    return LazyProxy(pgettext, context, message, enable_cache=False)  # type: ignore[return-value]


def negotiate(accept_language: str, offered: Iterable[str] = LANGUAGES) -> str:
    """The best language for an Accept-Language header (RFC 9110 §12.5.4); Swedish when nothing fits.

    Ties go to the first in the header. Malformed parts are ignored.
    """
    available = set(offered)
    best, best_quality = DEFAULT_LANGUAGE, 0.0
    for part in accept_language[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = 1.0
        name, _, value = parameters.strip().partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                continue
        if language in available and best_quality < quality <= 1:
            best, best_quality = language, quality
    return best
