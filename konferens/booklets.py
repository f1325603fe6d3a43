"""Booklets: pages of half an A4 laid on A4 sheets, to be printed on both sides and folded once in the middle.

A template makes the pages. Where they don't fill whole sheets, pages for notes stand before the last one, which is the back.
"""

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from konferens.typesetting import WORKERS
from konferens.typesetting.compiling import TEMPLATES, fonts, pdf

NOTES = 0
"""The number of a page for notes."""


class Side(NamedTuple):
    """One side of a sheet of A4, lying: the page numbers of the A5 pages on its left and right."""

    left: int
    right: int


def booklet_sides(pages: int) -> list[Side]:
    """The sides to print one after the other, two on each sheet, turned on the short edge; then the heap is folded once.

    `pages` is how many pages the booklet has. Raises ValueError unless they fill whole sheets: 4, 8, 12, …
    """
    if pages <= 0 or pages % 4:
        msg = f"a folded booklet has 4, 8, 12, … pages, not {pages}"
        raise ValueError(msg)
    sides = []
    for sheet in range(pages // 4):
        first, last = 2 * sheet + 1, pages - 2 * sheet
        sides += [Side(last, first), Side(first + 1, last - 1)]
    return sides


def with_notes(pages: int) -> list[int]:
    """The numbers of `pages` pages in the order of reading, with NOTES before the last where sheets need to be filled."""
    return [*range(1, pages), *[NOTES] * (-pages % 4), pages]


def booklet(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of a booklet's sheets; `template` and `data` as for `typesetting.typeset`, with its errors. Blocks, as it does.

    `data["words"]["notes"]` is the heading of pages for notes, `data["ink"]` its colour.
    """
    return WORKERS.run(typeset_booklet, template, data)


def typeset_booklet(template: str, data: dict[str, Any]) -> bytes:
    """As `booklet`, in this process."""
    import typst

    pages = pdf(template, data)
    order = with_notes(page_count(pages))
    told = {
        "title": data["title"],
        "language": data["language"],
        "ink": data["ink"],
        "notes": data["words"]["notes"],
        "sides": [[order[side.left - 1], order[side.right - 1]] for side in booklet_sides(len(order))],
    }
    with TemporaryDirectory() as made:  # Typst reads PDFs from files alone
        folder = Path(made)
        (folder / "pages.pdf").write_bytes(pages)
        shutil.copy(TEMPLATES / "sheets.typ", folder)
        # Without tags: sheets have no order to be read in. Whoever listens has the programme's other forms.
        return typst.compile(
            folder / "sheets.typ",
            root=folder,
            font_paths=fonts(),
            sys_inputs={"data": json.dumps(told)},
            pdf_tags=False,
        )


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of Typst's has: the root of its page tree is its first object. Raises ValueError for others."""
    count = re.search(rb"/Type\s*/Pages\s*/Count\s+(\d+)", pdf[:200])
    if count is None:
        msg = "no page tree at the PDF's beginning"
        raise ValueError(msg)
    return int(count[1])
