"""The messages themselves, of every kind and in both languages."""

import re
from dataclasses import replace
from datetime import date

import pytest

from konferens.database import Database
from konferens.i18n import LANGUAGES
from konferens.mail.kinds import KINDS
from konferens.mail.messages import TEMPLATES, default_text, render_draft
from konferens.mail.model import MailText
from konferens.mail.wording import problems
from konferens.registration import letters
from konferens.registration.model import Buyer, Order, TicketRequest
from tests.factories import make_edition, make_order, make_ticket_type
from tests.mail.letters import BASE_URL, letters_of

HOSTILE = "{namn} **fet** [länk](javascript:alert(1)) <script>alert(1)</script> & \n\n# Rubrik\nBcc: alla@example.org"


def one_line(text: str) -> str:
    return " ".join(text.split())


async def hostile_order(db: Database, language: str = "sv") -> Order:
    """Everything that its people could write is hostile."""
    edition = await make_edition(db, name=f"Dagarna {HOSTILE}", bankgiro="5050-1055", venue_name=HOSTILE)
    await make_ticket_type(db, edition, name=HOSTILE[:100])
    tickets = (TicketRequest("ordinarie", HOSTILE, "deltagare@example.org"),)
    return await make_order(db, edition, buyer=Buyer(HOSTILE, "asa@example.org"), tickets=tickets, language=language)


def test_every_kind_has_a_text_in_every_language() -> None:
    written = {path.name for path in TEMPLATES.glob("*.md")}
    assert written == {f"{kind}.{language}.md" for kind in KINDS for language in LANGUAGES}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_default_texts_name_only_what_their_messages_know(kind: str, language: str) -> None:
    text = default_text(kind, language)
    assert problems(kind, text.subject, text.body) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_letters_leave_nothing_to_fill_in(db: Database, kind: str, language: str) -> None:
    edition = await make_edition(
        db, bankgiro="5050-1055", practical="## Resa\n\n[Tåg](https://sj.example)", venue_name="Folkets hus"
    )
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, language=language)
    draft = letters_of(edition, order, language=language)[kind]
    rendered = render_draft(draft)
    assert not re.search(r"[{}]", rendered.subject + rendered.text)
    assert not re.search(r"[{}]", rendered.html.partition("<body>")[2])
    assert draft.facts.url in rendered.text or draft.facts.edition_url in rendered.text
    assert f'lang="{language}"' in rendered.html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_people_write_stays_text(db: Database, kind: str, language: str) -> None:
    order = await hostile_order(db, language)
    edition = await make_edition(db, slug="2028", name=f"Dagarna {HOSTILE}", venue_name=HOSTILE)
    rendered = render_draft(letters_of(edition, order, language=language, text=HOSTILE)[kind])
    assert "<script" not in rendered.html
    assert "javascript" not in "".join(re.findall(r'href="([^"]*)"', rendered.html))
    assert "<strong>fet" not in rendered.html
    assert ">Rubrik" not in rendered.html
    assert "\n" not in rendered.subject
    assert "\nBcc" not in rendered.text
    assert "{namn} **fet** [länk](javascript:alert(1)) <script>" in rendered.text


async def test_a_confirmation_says_how_to_pay(db: Database) -> None:
    edition = await make_edition(db, bankgiro="5050-1055", swish_number="123 456 78 90")
    await make_ticket_type(db, edition, price=125_050)
    order = await make_order(db, edition)
    payment = letters.payment_for(edition, order)
    assert payment is not None
    assert payment.swish_text == f"C1234567890;1250.50;{order.code};0"
    rendered = render_draft(letters.confirmation(edition, order, BASE_URL))
    for body in (rendered.text, rendered.html):
        assert "5050-1055" in body
        assert order.code in body
        assert "1\u00a0250,50\u00a0kr" in body
        assert f"{BASE_URL}{order.path}" in body


async def test_nothing_is_said_of_payment_where_there_is_none(db: Database) -> None:
    edition = await make_edition(db, bankgiro="5050-1055")
    await make_ticket_type(db, edition, price=0)
    order = await make_order(db, edition)
    assert letters.payment_for(edition, order) is None
    rendered = render_draft(letters.confirmation(edition, order, BASE_URL))
    assert "5050-1055" not in rendered.text + rendered.html
    assert "betalar du" not in rendered.text + rendered.html


async def test_a_reminder_names_what_is_left_until_when_and_how_it_is_marked(db: Database) -> None:
    edition = await make_edition(db, bankgiro="5050-1055")
    await make_ticket_type(db, edition)
    order = replace(await make_order(db, edition), due_on=date(2027, 4, 1), paid=25_000)
    text = render_draft(letters.payment_reminder(edition, order, BASE_URL)).text
    assert "senast torsdag 1 april 2027" in text
    assert "kvar att betala är 1\u00a0000\u00a0kr" in text
    assert "Betala 1\u00a0000\u00a0kr så snart du kan." in text
    assert f"Märk betalningen: {order.code}" in text


async def test_a_cancellation_tells_what_is_kept_and_what_goes_back(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    (ticket,) = order.tickets
    gone = replace(ticket, status="cancelled", kept=62_500, kept_vat=12_500)
    cancelled = replace(order, tickets=(gone,), paid=125_000, ocr="1234")
    draft = letters.cancelled(edition, cancelled, BASE_URL)
    text = render_draft(draft).text
    assert "Vi behåller 625\u00a0kr" in text
    assert "Du får tillbaka 625\u00a0kr" in text
    assert "Kreditfakturan ligger" in text
    assert draft.attachments == ("credit-note.pdf",)
    unpaid = replace(order, tickets=(replace(gone, kept=0, kept_vat=0),))
    assert "Du behöver inte betala något." in render_draft(letters.cancelled(edition, unpaid, BASE_URL)).text


async def test_a_change_that_credits_a_part_tells_what_is_left_and_not_of_an_invoice_that_isnt_there(
    db: Database,
) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = replace(await make_order(db, edition), ocr="1234")
    text = render_draft(letters.changed(edition, order, BASE_URL, before=order, credited=True)).text
    assert "Kvar att betala: 1\u00a0250\u00a0kr.\nKreditfakturan ligger som PDF i mejlet.\n\nSå betalar du" in text
    assert "Du behöver inte betala något." not in text
    assert "OCR-nummer: 1234" in text
    assert "Fakturan ligger" not in text


async def test_an_edition_speaks_in_its_own_words(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition)
    own = {
        ("order_paid", "sv"): MailText(
            "Tack {NAMN} { belopp }",
            "# Tack!\n\n**{namn}** {okänd} <b>x</b> [{konferens}]({länk}) se {hemsida}\n\n> {rader}\n\n{rader}\n{knapp: Gå dit }",
        )
    }
    rendered = render_draft(letters.paid(edition, order, BASE_URL), own)
    link = f"{BASE_URL}{order.path}"
    assert rendered.subject == "Tack Anna Öberg 1\u00a0250\u00a0kr"
    assert "<h2>Tack!</h2>" in rendered.html
    assert "<strong>Anna Öberg</strong> {okänd} &lt;b&gt;x&lt;/b&gt;" in rendered.html
    assert f'<a href="{link}" rel="nofollow noopener">Lokalekonomidagarna 2027</a>' in rendered.html
    assert f'<a href="{BASE_URL}{edition.path}">{BASE_URL}{edition.path}</a>' in rendered.html
    assert re.search(r"<blockquote>\s*<p>\{rader\}</p>", rendered.html)
    assert rendered.html.count('<table class="lines"') == 1
    assert f'<p><a class="button" href="{link}">Gå dit</a></p>' in rendered.html
    assert f"Lokalekonomidagarna 2027 <{link}>" in rendered.text
    assert f"Gå dit:\n{link}" in rendered.text
    english = render_draft(replace(letters.paid(edition, order, BASE_URL), language="en"), own)
    assert english.subject.startswith("Payment received")


@pytest.mark.parametrize("target", ["{namn}", "//{namn}", "javascript:{namn}", "https://x.example/?q={namn}"])
async def test_a_name_in_a_link_s_address_cannot_choose_where_it_leads(db: Database, target: str) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    order = await make_order(db, edition, buyer=Buyer("javascript:alert('x')//evil.example/", "a@example.org"))
    own = {("order_paid", "sv"): MailText("x", f"[hit]({target})")}
    rendered = render_draft(letters.paid(edition, order, BASE_URL), own)
    body = rendered.html.partition('class="main"')[2].partition('class="foot"')[0]
    for address in re.findall(r'href="([^"]*)"', body):
        assert "evil.example/" not in address
        assert not address.startswith("javascript:")


def test_what_is_wrong_with_a_text_is_named() -> None:
    found = problems(
        "order_paid", "{rader} {naam}", "a {b\n{knapp:x} y {namn:hej} {LÄNK}\n  {Rader}  \n{gäller_till} {gäller_till}"
    )
    assert found == {
        "subject": [
            "{rader} kan inte stå i ämnesraden.",
            "{naam} finns inte i det här mejlet. Menade du {namn}?",
        ],
        "body": [
            "En klammer saknar sitt par: a {b",
            "{knapp:x} ska stå ensam på en rad.",
            "{namn:hej} kan inte ha ett kolon.",
            "{gäller_till} finns inte i det här mejlet.",
        ],
    }
