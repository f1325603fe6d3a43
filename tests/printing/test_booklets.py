"""Pages on sheets: which stand beside each other, so that a folded heap reads from front to back."""

import pytest

from konferens.booklets import NOTES, booklet_sides, page_count, typeset_booklet, with_notes
from konferens.typesetting import typeset


def test_one_sheet_has_the_back_beside_the_cover() -> None:
    assert booklet_sides(4) == [(4, 1), (2, 3)]


def test_two_sheets() -> None:
    assert booklet_sides(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]


@pytest.mark.parametrize("pages", [4, 8, 12, 40])
def test_a_folded_heap_reads_from_front_to_back(pages: int) -> None:
    """Leaves of the heap, from the outermost: the right half of a sheet's front has on its back the left half of its back."""
    sides = booklet_sides(pages)
    fronts, backs = sides[::2], sides[1::2]
    first_half = [page for front, back in zip(fronts, backs, strict=True) for page in (front.right, back.left)]
    second_half = [
        page for front, back in reversed(list(zip(fronts, backs, strict=True))) for page in (back.right, front.left)
    ]
    assert first_half + second_half == list(range(1, pages + 1))


@pytest.mark.parametrize("pages", [-4, 0, 1, 6, 7])
def test_what_fills_no_sheets_is_refused(pages: int) -> None:
    with pytest.raises(ValueError, match="a folded booklet has 4, 8, 12"):
        booklet_sides(pages)


@pytest.mark.parametrize(
    ("pages", "order"),
    [
        (4, [1, 2, 3, 4]),
        (5, [1, 2, 3, 4, NOTES, NOTES, NOTES, 5]),
        (7, [1, 2, 3, 4, 5, 6, NOTES, 7]),
        (2, [1, NOTES, NOTES, 2]),
    ],
)
def test_pages_for_notes_stand_before_the_back(pages: int, order: list[int]) -> None:
    assert with_notes(pages) == order


def test_only_pdfs_have_pages() -> None:
    with pytest.raises(ValueError, match="no page tree"):
        page_count(b"/Type/Page")


def test_sheets_are_the_same_for_the_same_pages() -> None:
    data = {
        "title": "Häfte",
        "language": "sv",
        "ink": "#17324d",
        "words": {"notes": "Anteckningar"},
        "ground": "#17324d",
        "on_ground": "#ffffff",
        "mark": "#ffd27a",
        "pages": [],
    }
    assert page_count(typeset("poster.typ", data)) == 1
    sheets = typeset_booklet("poster.typ", data)
    assert page_count(sheets) == 2
    assert typeset_booklet("poster.typ", data) == sheets
