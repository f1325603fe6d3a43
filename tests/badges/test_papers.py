"""Every paper: its pages, its codes as phones see them, names that stay on it, panels that fold right."""

import io
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

from konferens.badges.elements import placed, problems_of, qr_box
from konferens.badges.faces import face
from konferens.badges.model import Appointment
from konferens.badges.papers import DESIGNED, Paper
from konferens.badges.pdf import badge_picture, badges_pdf
from konferens.badges.standard import standard_design
from tests.badges.paper import MM_PER_POINT, read_pages
from tests.badges.test_pdf import badge

A4, A4_LANDSCAPE = (210, 297), (297, 210)
PAGES = {
    Paper.A6: ((105, 148), 1),
    Paper.A6_ON_A4: (A4, 4),
    Paper.FOLDED: (A4, 1),
    Paper.A7: ((74, 105), 1),
    Paper.A7_ON_A4: (A4_LANDSCAPE, 8),
    Paper.PIN: ((90, 55), 1),
    Paper.PIN_ON_A4: (A4, 10),
    Paper.CARD: ((86, 54), 1),
    Paper.CARD_ON_A4: (A4, 10),
    Paper.BROTHER: ((62, 100), 1),
    Paper.DYMO: ((89, 36), 1),
    Paper.DYMO_LARGE: ((101, 54), 1),
}
LONG = "Anna-Karin Lindström-Söderbergh von Hohenheim"


@pytest.mark.parametrize("paper", list(PAGES))
def test_a_paper_has_its_size_and_its_number_of_badges(paper: Paper) -> None:
    size, on_a_page = PAGES[paper]
    badges = [badge(f"Deltagare {number}") for number in range(on_a_page + 1)]
    pages = read_pages(badges_pdf(badges, paper))
    assert [(page.width_mm, page.height_mm) for page in pages] == [size] * 2
    assert [code.text for page in pages for code in page.codes] == [
        each.qr_text for each in badges for _ in range(2 if paper is Paper.FOLDED else 1)
    ]
    assert paper.pages(len(badges)) == len(pages)


def test_a_label_from_a_roll_is_as_long_as_what_stands_on_it() -> None:
    full = replace(badge(), sessions=("tis 9.00 Studiebesök", "ons 9.00 Kvarnen"))
    pages = read_pages(badges_pdf([replace(badge(), organisation=""), badge(), full], Paper.BROTHER_ROLL))
    assert [(page.width_mm, page.height_mm) for page in pages] == [(62, 76), (62, 84), (62, 92)]


def worse(picture: Image.Image) -> dict[str, Image.Image]:
    """The badge as phones see it: from afar, out of focus, askew, in the dark."""
    small = picture.resize((picture.width // 3, picture.height // 3), Image.Resampling.BILINEAR)
    return {
        "small": small,
        "blurred": picture.filter(ImageFilter.GaussianBlur(2.0)),
        "tilted": picture.rotate(17, expand=True, fillcolor="grey", resample=Image.Resampling.BICUBIC),
        "dim": ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(0.25)).enhance(0.5),
    }


@pytest.mark.parametrize("paper", list(Paper))
def test_codes_are_read_small_blurred_tilted_and_dim(paper: Paper) -> None:
    one = badge()
    page = pypdfium2.PdfDocument(badges_pdf([one], paper))[0]
    for how, picture in worse(page.render(scale=150 / 72).to_pil().convert("RGB")).items():
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        assert (how, {code.text for code in found}) == (how, {one.qr_text})


@pytest.mark.parametrize("paper", list(DESIGNED))
@pytest.mark.parametrize("name", [LONG, "Wolfeschlegelsteinhausenbergerdorff Maximiliana-Alexandrina", "محمد عبد الله"])
def test_long_names_stay_inside_their_boxes(paper: Paper, name: str) -> None:
    one = replace(
        badge(name), organisation=f"Föreningen för {name}", ticket_type="Medverkande, båda dagarna och middag"
    )
    page = pypdfium2.PdfDocument(badges_pdf([one], paper))[0]
    text = page.get_textpage()
    width, height = page.get_size()
    boxes = [text.get_charbox(number) for number in range(text.count_chars()) if text.get_text_range(number, 1).strip()]
    outside = [box for box in boxes if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height]
    assert outside == []
    (code,) = (each for each in standard_design(paper) if each.kind == "qr")
    left, right = code.x / MM_PER_POINT, (code.x + code.width) / MM_PER_POINT
    top, bottom = height - code.y / MM_PER_POINT, height - (code.y + code.width) / MM_PER_POINT
    over = [
        box for box in boxes if box[0] < right - 1 and box[2] > left + 1 and box[1] < top - 1 and box[3] > bottom + 1
    ]
    assert over == []


@pytest.mark.parametrize("paper", list(DESIGNED))
def test_standard_designs_keep_the_rules(paper: Paper) -> None:
    assert problems_of(standard_design(paper), paper, qr_box(29, 37)) == []


def test_a_name_gets_the_room_of_what_is_not_there() -> None:
    elements = standard_design(Paper.A6)
    heights = {
        each.kind.value: each.height
        for each in placed(
            elements,
            frozenset(kind for kind in (each.kind for each in elements) if kind in ("organisation", "sessions")),
        )
    }
    assert heights["name"] == 91.4 - 25


def test_words_on_the_colour_are_those_that_can_be_read_there() -> None:
    (role,) = (
        box
        for box in face(badge(colour="#ffd23f"), Paper.A6, standard_design(Paper.A6))["boxes"]
        if box.get("words") == "Medlem"
    )
    assert role["fill"] == "#000000"


def middle_of(page: "pypdfium2.PdfPage", words: str) -> tuple[float, float]:
    """Where the first letter of `words` stands, in mm from the page's upper left corner."""
    text = page.get_textpage()
    left, bottom, right, top = text.get_charbox(text.get_text_range().index(words))
    return (left + right) / 2 * MM_PER_POINT, 297 - (bottom + top) / 2 * MM_PER_POINT


def test_the_folded_sheet_opens_to_one_s_own_programme() -> None:
    """Upper half folded back, then left behind right: outside the badge twice, inside the programme, begun on the left page, which
    lies upside down behind the right half of the badge.
    """
    own = tuple(
        Appointment("Tisdag 11 maj", f"{n}.00–{n}.45", f"Punkt nummer {n} om bygden", "Stora salen")
        for n in range(8, 23)
    )
    pdf = badges_pdf([replace(badge(), programme=own)], Paper.FOLDED)
    page = pypdfium2.PdfDocument(pdf)[0]
    codes = read_pages(pdf)[0].codes
    assert len(codes) == 2
    x, y = middle_of(page, "Mitt program")
    assert x > 105
    assert 130 < y < 148.5  # the panel's upper edge is at the fold, as it lies upside down
    first_x, first_y = middle_of(page, "Punkt nummer 8")
    second_y = middle_of(page, "Punkt nummer 9")[1]
    assert (first_x > 105, first_y > second_y) == (True, True)
    last_x, last_y = middle_of(page, "Punkt nummer 22")
    assert (last_x < 105, last_y < 148.5) == (True, True)


def test_who_has_chosen_nothing_is_told_so_inside() -> None:
    assert "Du har inte valt någon programpunkt än" in read_pages(badges_pdf([badge()], Paper.FOLDED))[0].text


def test_a_picture_is_of_the_badge() -> None:
    picture = Image.open(io.BytesIO(badge_picture(badge(), Paper.A6, standard_design(Paper.A6))))
    assert (picture.format, picture.width, round(picture.height / picture.width, 2)) == ("PNG", 800, 1.41)
