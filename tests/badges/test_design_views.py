"""The editor without scripts: fields, a picture, rules that are told beside the fields, one design for each paper."""

from typing import Any

import pytest

from konferens.badges.designs import design_of
from konferens.badges.elements import Kind
from konferens.badges.papers import Paper
from konferens.badges.standard import standard_design
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.model import TicketRequest
from tests.badges.paper import read_pages
from tests.browser import Browser
from tests.factories import make_edition, make_order, make_ticket_type

OFFICE = "/organiser/lokalekonomidagarna/2027"
DESIGN = f"{OFFICE}/badges/designs/a7"
NAME, CODE = 2, 7
"""Numbers of the standard design's elements."""


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


def send(office: Browser, **changes: str) -> Any:
    """What the editor's form holds, with these fields changed: `elements__0__x` is 'elements-0-x'."""
    changed = {name.replace("__", "-"): value for name, value in changes.items()}
    return office.client.post(DESIGN, data=office.form(DESIGN, action=DESIGN) | changed, follow_redirects=False)


async def test_a_design_is_kept_for_its_paper_and_printed(db: Database, edition: Edition, office: Browser) -> None:
    response = send(office, elements__0__x="7,5", action="save")
    assert response.status_code == 303
    kept = await design_of(db, edition.id, Paper.A7_ON_A4)
    assert (kept[0].x, kept[1:]) == (7.5, standard_design(Paper.A7)[1:])
    assert await design_of(db, edition.id, Paper.A6) == standard_design(Paper.A6)
    send(office, elements__0__remove="1", action="save")
    await make_ticket_type(db, edition)
    await make_order(db, edition, tickets=(TicketRequest("ordinarie", "Anna Åkesson"),))
    (page,) = read_pages(office.get(f"{OFFICE}/badges.pdf?layout=a7").content)
    assert ("Anna Åkesson" in page.text, edition.name in page.text) == (True, False)
    assert "Med ert eget utseende." in office.text(f"{OFFICE}/badges?layout=a7-on-a4")
    office.post(f"{DESIGN}/standard", {}, page=DESIGN)
    assert await design_of(db, edition.id, Paper.A7) == standard_design(Paper.A7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({f"elements-{NAME}-width": "90"}, "Går utanför papperet, som är 74 mm brett."),
        ({f"elements-{NAME}-y": "95"}, "Går utanför papperet, som är 105 mm högt."),
        ({f"elements-{NAME}-height": "60"}, "Ligger över QR-koden eller dess vita kant. Flytta isär dem."),
        ({f"elements-{CODE}-width": "20"}, "QR-koden behöver minst"),
        ({f"elements-{CODE}-remove": "1"}, "Namnskylten ska ha en QR-kod, och bara en."),
        ({f"elements-{NAME}-remove": "1"}, "Namnskylten behöver ett namn."),
        ({f"elements-{NAME}-x": "NaN"}, f'id="elements-{NAME}-x-error"'),
        ({f"elements-{NAME}-size": "900"}, f'id="elements-{NAME}-size-error"'),
    ],
)
async def test_what_cannot_be_printed_is_told_beside_its_field_and_not_kept(
    db: Database, edition: Edition, office: Browser, change: dict[str, str], message: str
) -> None:
    filled = office.form(DESIGN, action=DESIGN) | change | {"action": "save"}
    response = office.client.post(DESIGN, data=filled)
    assert (response.status_code, message in response.text) == (422, True)
    assert await design_of(db, edition.id, Paper.A7) == standard_design(Paper.A7)


async def test_an_element_is_added_and_looked_at_before_anything_is_kept(
    db: Database, edition: Edition, office: Browser
) -> None:
    response = office.client.post(
        DESIGN, data=office.form(DESIGN, action=DESIGN) | {"action": "add", "kind": Kind.TEXT.value}
    )
    assert (response.status_code, 'name="elements-8-text"' in response.text) == (200, True)
    assert await design_of(db, edition.id, Paper.A7) == standard_design(Paper.A7)


async def test_the_picture_is_of_what_its_address_says(edition: Edition, office: Browser) -> None:
    query = "e=qr~20~50~33~33~10~left~&e=name~4~4~60~30~40~left~&e=strange~1&e=text~x~~~&sample=long"
    response = office.get(f"{DESIGN}.png?{query}")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert response.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("path", ["a6-on-a4", "a5", "a5.png"])
async def test_only_papers_of_one_badge_have_designs(edition: Edition, office: Browser, path: str) -> None:
    assert office.get(f"{OFFICE}/badges/designs/{path}").status_code == 404
