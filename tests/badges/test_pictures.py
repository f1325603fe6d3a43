"""Logos and pictures on badges: uploaded in the editor, drawn in colour, and in black on labels."""

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from konferens.badges.designs import design_of
from konferens.badges.elements import Element, Kind
from konferens.badges.model import Badge
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf
from konferens.badges.pictures import LOGO, SIDE, NotAPictureError, as_png, has_logo, in_black, pictures_for
from konferens.database import Database
from konferens.events.model import Edition
from konferens.organiser.copying import start_next_edition
from tests.browser import Browser
from tests.factories import ACTOR, make_edition

DESIGN = "/organiser/lokalekonomidagarna/2027/badges/designs/a7"
Colours = set[tuple[int, ...]]


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


def upload(width: int = 300, height: int = 100, colour: str = "#ff0000", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def colours(data: bytes) -> Colours:
    with Image.open(io.BytesIO(data)) as picture:
        return {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or ()}  # type: ignore[misc]


def printed_colours(paper: Paper) -> Colours:
    """Of a badge with a red logo and a green field, on white."""
    elements = (
        Element(Kind.COLOUR, 2, 2, 30, 10),
        Element(Kind.LOGO, 2, 14, 20, 10),
        Element(Kind.ORGANISATION, 40, 2, 20, 10),
    )
    badge = Badge("", "Byamacken", "Deltagare", "#00ff00", "https://konferens.example.org/t/ABC", "Mötet 2027")
    pdf = badges_pdf([badge], paper, elements, pictures={LOGO: as_png(upload())})
    return colours_of(pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil())


def colours_of(picture: Any) -> Colours:
    return {colour for count, colour in picture.convert("RGB").getcolors(1 << 24) or () if count > 100}


def test_labels_are_black_and_white_and_cards_have_their_colours() -> None:
    assert {(255, 0, 0), (0, 255, 0), (255, 255, 255)} <= printed_colours(Paper.CARD)
    shades = printed_colours(Paper.DYMO)
    assert {(0, 0, 0), (255, 255, 255)} <= shades
    assert [shade for shade in shades if len(set(shade)) > 1] == []


def test_pictures_are_png_of_a_bounded_size_whatever_they_were() -> None:
    with Image.open(io.BytesIO(as_png(upload(3 * SIDE, SIDE, kind="JPEG")))) as picture:
        assert (picture.format, picture.size) == ("PNG", (SIDE, SIDE // 3))
    assert colours(in_black(as_png(upload(colour="#777777")))) == {(0, 0, 0), (255, 255, 255)}
    for data in (b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", upload()[:60]):
        with pytest.raises(NotAPictureError):
            as_png(data)


async def test_a_logo_and_a_picture_are_added_in_the_editor_and_come_along_to_the_next_year(
    db: Database, edition: Edition, office: Browser
) -> None:
    def send(filled: dict[str, Any], picture: bytes | None, **changes: str) -> Any:
        files = {"picture": ("logga.png", picture, "image/png")} if picture else None
        return office.client.post(DESIGN, data=filled | changes, files=files, follow_redirects=False)

    filled = office.form(DESIGN, action=DESIGN)
    filled.pop("picture", None)
    nothing = send(filled, None, action="add", kind="logo")
    assert (nothing.status_code, "Välj en bild." in nothing.text) == (422, True)
    broken = send(filled, b"x", action="add", kind="image")
    assert (broken.status_code, "Det gick inte att läsa bilden." in broken.text) == (422, True)
    assert send(filled, upload(), action="add", kind="logo").status_code == 200
    assert await has_logo(db, edition.id)
    added = send(filled, upload(colour="#0000ff"), action="add", kind="image")
    assert 'name="elements-8-text" value="' in added.text
    digest = added.text.partition('name="elements-8-text" value="')[2].partition('"')[0]
    box = {"x": "3", "y": "3", "width": "20", "height": "10", "size": "10", "align": "left"}
    for number, (kind, text) in enumerate(((Kind.LOGO, ""), (Kind.IMAGE, digest)), 8):
        filled |= {
            f"elements-{number}-{name}": value for name, value in {**box, "kind": kind.value, "text": text}.items()
        }
    assert send(filled, None, action="save").status_code == 303
    design = await design_of(db, edition.id, Paper.A7)
    kept = await pictures_for(db, edition.id, design)
    assert {key: colours(png) for key, png in kept.items()} == {LOGO: {(255, 0, 0)}, digest: {(0, 0, 255)}}
    assert office.get(f"{DESIGN}.png?e=logo~3~3~30~10~10~left~").status_code == 200
    following = await _next(db, edition)
    assert await pictures_for(db, following.id, await design_of(db, following.id, Paper.A7)) == kept


async def _next(db: Database, edition: Edition) -> Edition:
    starts_on = edition.starts_on.replace(year=edition.starts_on.year + 1)
    return await start_next_edition(
        db, edition.id, slug="2028", name="Nästa", starts_on=starts_on, parts=(), actor=ACTOR
    )
