"""Typst: a template of templates/pdf/ and data make a PDF, in a process that ends when it has nothing to do.

Typst keeps fonts and what it has computed, 50 MB at once and some 250 MB after 1,000 badges, and only the end of a process
gives that back: so that web processes never load it. A job takes 0.02 s, and 0.2 s more for the first one in a while (see
`workers`).
"""

from typing import Any, Literal

from konferens.typesetting import compiling
from konferens.typesetting.texts import MAX_TEXT, printable
from konferens.typesetting.workers import Workers

__all__ = ["MAX_TEXT", "WORKERS", "joined", "picture", "printable", "typeset"]

WORKERS = Workers()
"""This process's typesetters; more work than they can do waits for its turn."""


def typeset(
    template: str, data: dict[str, Any], *, standard: Literal["ua-1"] | None = None, tags: bool = True
) -> bytes:
    """The PDF of `template`, which finds `data` as JSON in `sys.inputs.data`. Blocks: call it in a thread.

    `data["pages"]` is a list of objects whose `qr_text` is given to the template as `qr`, an SVG document. `standard`
    makes Typst check and declare PDF/UA-1; without `tags` nobody but a printer can read it, and it is made faster. The same
    data gives the same bytes. Raises ValueError for a QR text that is empty or too long, RuntimeError when the template fails.
    """
    return WORKERS.run(compiling.pdf, template, data, standard=standard, tags=tags)


def picture(template: str, data: dict[str, Any], *, dots_per_inch: float) -> bytes:
    """The first page of what `typeset` makes, as PNG; with its errors."""
    return WORKERS.run(compiling.picture, template, data, dots_per_inch=dots_per_inch)


def joined(parts: list[bytes], *, title: str, language: str) -> bytes:
    """One PDF of several without tags: pages in order, with the bookmarks of all. Blocks, as `typeset`."""
    return WORKERS.run(compiling.joined, parts, title=title, language=language)
