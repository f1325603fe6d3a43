import asyncio
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pypdf
import pypdfium2
import pytest

from konferens import typesetting
from konferens.badges import pdf
from konferens.badges.elements import Kind
from konferens.badges.model import Badge, PrintedTicket, TicketOrder, look_of
from konferens.badges.papers import Paper
from konferens.badges.pdf import badges_pdf, joined_badges, tickets_pdf
from konferens.badges.standard import standard_design
from konferens.codes import new_token
from tests.badges.paper import MM_PER_POINT, read_pages


def address() -> str:
    return f"https://konferens.example.org/t/{new_token()}"


def badge(name: str = "Karin Åkesson", **changes: str) -> Badge:
    plain = Badge(
        name=name,
        organisation="Hela Sverige ska leva Värmland",
        ticket_type="Medlem",
        colour="#1f6f5c",
        qr_text=address(),
        edition_name="Lokalekonomidagarna 2027",
        edition_dates="11–12 maj 2027",
        look=look_of("lokalekonomi"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def order(*tickets: PrintedTicket, **changes: str) -> TicketOrder:
    plain = TicketOrder(
        code="KX7M2P",
        edition_name="Lokalekonomidagarna 2027",
        starts_on=date(2027, 5, 11),
        ends_on=date(2027, 5, 12),
        venue_name="Karlstads konferenscenter",
        venue_address="Tage Erlandergatan 8",
        venue_city="Karlstad",
        organiser="Hela Sverige ska leva",
        contact_email="lokalekonomi@example.org",
        tickets=tickets,
        look=look_of("lokalekonomi"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def ticket(attendee: str = "Karin Åkesson", **changes: Any) -> PrintedTicket:
    return replace(PrintedTicket(attendee, "Bymacken", "Medlem, båda dagarna", address()), **changes)


HOSTILE = [
    "Anna-Karin Lindström-Söderbergh von Hohenheim",
    "Ö",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschafers",
    "#panic() *x* _y_ $z$ @ref <label> `raw` \\ // = - +",
    '#import "@preview/cetz:0.4.0": *',
    "<script>alert(1)</script> \"'&",
    "محمد عبد الله",
    "王小明",
    "Bo 👩🏽‍🌾 Ek",
    "Bo\x00 \u202eEk \ud800",
    "😀",
    "-",
    "",
    "Å " * 5000,
]


def test_single_badges_are_a6_pages_with_their_own_codes() -> None:
    badges = [badge("Karin Åkesson"), badge("Bo Ek", colour="#ffd23f"), badge("Ö")]
    pages = read_pages(badges_pdf(badges, Paper.A6))
    assert [(page.width_mm, page.height_mm) for page in pages] == [(105, 148)] * 3
    assert [[code.text for code in page.codes] for page in pages] == [[b.qr_text] for b in badges]


def test_sheets_are_a4_with_four_badges_each() -> None:
    badges = [badge(f"Deltagare {number}") for number in range(6)]
    pages = read_pages(badges_pdf(badges, Paper.A6_ON_A4))
    assert [(page.width_mm, page.height_mm) for page in pages] == [(210, 297)] * 2
    assert [code.text for page in pages for code in page.codes] == [b.qr_text for b in badges]
    assert [len(page.codes) for page in pages] == [4, 2]


@pytest.mark.parametrize("paper", list(Paper))
def test_a_badge_s_code_is_at_least_25_mm(paper: Paper) -> None:
    (page,) = read_pages(badges_pdf([badge()], paper))
    assert {code.side_mm >= 25 for code in page.codes} == {True}


def test_a_badge_tells_name_organisation_role_and_conference() -> None:
    (page,) = read_pages(badges_pdf([badge()], Paper.A6))
    assert page.text == "Lokalekonomidagarna 2027 11–12 maj 2027 Karin Åkesson Hela Sverige ska leva Värmland Medlem"


def test_first_names_have_capitals_of_at_least_10_mm_where_they_fit() -> None:
    for name in ("Karin Åkesson", "Bo Ek", "Anna-Karin Ek", "Maximiliana Ek"):
        page = pypdfium2.PdfDocument(badges_pdf([badge(name)], Paper.A6))[0].get_textpage()
        first = page.get_text_bounded().index(name.split()[0])
        _, bottom, _, top = page.get_charbox(first)
        assert (name, (top - bottom) * 25.4 / 72 >= 10) == (name, True)


def test_names_of_any_script_are_set_in_fonts_of_ours() -> None:
    names = {
        "": "Ørjan Łukasz Ирина Ελένη Nguyễn नरेंद्र",
        "Arabic": "محمد",
        "Armenian": "Արմեն",
        "Bengali": "রহমান",
        "CJKjp": "王小明 田中 김민수",
        "Ethiopic": "አበበ",
        "Georgian": "გიორგი",
        "Hebrew": "דוד",
        "Khmer": "សុខា",
        "Tamil": "முருகன்",
        "Thai": "กนกวรรณ",
    }
    read = pypdf.PdfReader(io.BytesIO(badges_pdf([badge(name) for name in names.values()], Paper.A6)))
    fonts = [font.get_object()["/BaseFont"] for page in read.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert {font.partition("+")[2].partition("-")[0] for font in fonts} == {f"NotoSans{script}" for script in names}


def test_the_ring_of_a_letter_stays_off_the_white_edge_of_the_code_above_it() -> None:
    code = next(each for each in standard_design(Paper.BROTHER_ROLL) if each.kind is Kind.QR)
    page = pypdfium2.PdfDocument(badges_pdf([badge(organisation="Ås byalag")], Paper.BROTHER_ROLL))[0]
    text = page.get_textpage()
    _, _, _, top = text.get_charbox(text.get_text_bounded().index("Ås"))
    assert (page.get_height() - top) * MM_PER_POINT >= code.bottom


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_prints_as_plain_text_on_one_page(name: str) -> None:
    hostile = badge(name, organisation=name, ticket_type=name, edition_name=name, edition_dates=name)
    (page,) = read_pages(badges_pdf([hostile], Paper.A6))
    assert [code.text for code in page.codes] == [hostile.qr_text]
    (page,) = read_pages(
        tickets_pdf(
            order(ticket(name, organisation=name, ticket_type=name), edition_name=name, venue_name=name, notice=name)
        )
    )
    assert len(page.codes) == 1


def test_markup_in_a_name_stays_text() -> None:
    (page,) = read_pages(badges_pdf([badge("#panic() *x* $y$")], Paper.A6))
    assert "#panic() *x* $y$" in page.text


def test_tickets_are_a4_pages_with_codes_of_at_least_35_mm() -> None:
    tickets = [ticket("Karin Åkesson"), ticket("Anna-Karin Lindström-Söderbergh von Hohenheim")]
    pages = read_pages(tickets_pdf(order(*tickets)))
    assert [(page.width_mm, page.height_mm) for page in pages] == [(210, 297)] * 2
    assert [[code.text for code in page.codes] for page in pages] == [[t.qr_text] for t in tickets]
    assert [code.side_mm >= 35 for page in pages for code in page.codes] == [True, True]


def test_a_ticket_tells_what_the_holder_needs() -> None:
    (page,) = read_pages(tickets_pdf(order(ticket())))
    wanted = [
        "Lokalekonomidagarna 2027",
        "Tisdag 11 maj – onsdag 12 maj 2027",
        "Karin Åkesson",
        "Medlem, båda dagarna",
        "KX7M2P",
        "Karlstads konferenscenter",
        "Tage Erlandergatan 8, Karlstad",
        "Visa QR-koden vid incheckningen",
        "Hela Sverige ska leva",
        "lokalekonomi@example.org",
    ]
    assert [text for text in wanted if text not in page.text] == []


def test_tickets_speak_the_order_s_language() -> None:
    (page,) = read_pages(tickets_pdf(order(ticket(), language="en")))
    assert "Tuesday 11 May – Wednesday 12 May 2027" in page.text
    assert "Show the QR code at check-in" in page.text
    document = pypdfium2.PdfDocument(tickets_pdf(order(ticket(), language="en")))
    assert document.get_metadata_value("Title").endswith("KX7M2P – Lokalekonomidagarna 2027")


def test_a_notice_is_printed_on_every_ticket() -> None:
    pages = read_pages(tickets_pdf(order(ticket(), ticket(), notice="Bokningen är inte betald ännu.")))
    assert ["Bokningen är inte betald ännu." in page.text for page in pages] == [True, True]


def test_badges_have_a_title_and_a_bookmark_for_each_name() -> None:
    document = pypdfium2.PdfDocument(badges_pdf([badge("Karin Åkesson"), badge("Bo Ek")], Paper.A6))
    assert document.get_metadata_value("Title") == "Namnskyltar – Lokalekonomidagarna 2027"
    assert [mark.get_title() for mark in document.get_toc()] == ["Karin Åkesson", "Bo Ek"]


@pytest.mark.parametrize("template", ["badges.typ", "tickets.typ"])
def test_documents_conform_to_pdf_ua(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst refuses to write PDF/UA-1 without title, language, headings in order and alternative texts."""
    documents: list[bytes] = []

    def keep(name: str, data: dict[str, object], **_: bool) -> bytes:
        documents.append(typesetting.typeset(name, data, standard="ua-1"))
        return documents[-1]

    monkeypatch.setattr(pdf, "typeset", keep)
    if template == "badges.typ":
        badges_pdf([badge(), badge("Bo Ek")], Paper.A6_ON_A4)
    else:
        tickets_pdf(order(ticket(), notice="Obetald"))
    assert [b"pdfuaid" in document for document in documents] == [True]


def test_the_same_badges_give_the_same_bytes() -> None:
    badges = [badge(), badge("Bo Ek")]
    assert badges_pdf(badges, Paper.A6) == badges_pdf(badges, Paper.A6)


def test_badges_made_in_parts_are_one_document_in_order() -> None:
    people = [badge(f"Deltagare {number}") for number in range(11)]
    parts = [badges_pdf(some, Paper.A6_ON_A4, tags=False) for some in (people[:8], people[8:])]
    made = joined_badges(parts, people[0])
    pages = read_pages(made)
    assert [code.text for page in pages for code in page.codes] == [each.qr_text for each in people]
    assert len(pages) == 3
    document = pypdfium2.PdfDocument(made)
    assert document.get_metadata_value("Title") == "Namnskyltar – Lokalekonomidagarna 2027"
    assert [mark.get_title() for mark in document.get_toc()] == [each.name for each in people]


async def test_badges_are_made_in_threads_at_the_same_time() -> None:
    badges = [badge(f"Deltagare {number}") for number in range(8)]
    documents = await asyncio.gather(*(asyncio.to_thread(badges_pdf, [each], Paper.A6) for each in badges))
    assert [read_pages(document)[0].codes[0].text for document in documents] == [each.qr_text for each in badges]


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="no badges"):
        badges_pdf([], Paper.A6)
    with pytest.raises(ValueError, match="no tickets"):
        tickets_pdf(order())


@pytest.mark.parametrize("count", [1, 50])
def test_bad_values_are_refused_in_both_ways_of_working(count: int) -> None:
    with pytest.raises(ValueError, match="QR code"):
        badges_pdf([badge(qr_text="x" * 3000)] * count, Paper.A6)
    with pytest.raises(ValueError, match="not a colour"):
        badges_pdf([badge(colour="red")] * count, Paper.A6)


LINES = tuple(f"tis {hour}.00 Studiebesök {hour}" for hour in range(9, 15))


def test_a_badge_has_four_lines_of_what_one_is_signed_up_for() -> None:
    (four,) = read_pages(badges_pdf([replace(badge(), sessions=LINES[:4])], Paper.A6))
    assert all(line in four.text for line in LINES[:4])
    (six,) = read_pages(badges_pdf([replace(badge(), sessions=LINES)], Paper.A6))
    assert [line in six.text for line in LINES] == [True] * 3 + [False] * 3
    assert "och 3 till" in six.text
    assert len(six.codes) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_badges_with_lines_stay_on_their_page(name: str) -> None:
    pages = read_pages(badges_pdf([replace(badge(name, organisation=name), sessions=(name,) * 4)], Paper.A6))
    assert [len(page.codes) for page in pages] == [1]


def test_a_ticket_tells_what_one_is_signed_up_for() -> None:
    page, plain = read_pages(tickets_pdf(order(replace(ticket(), sessions=LINES[:2]), ticket())))
    assert f"Anmäld till {LINES[0]} {LINES[1]}" in page.text
    assert "Anmäld till" not in plain.text
