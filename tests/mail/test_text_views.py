"""An edition's own words for its mail, written in the office."""

import pytest
from sqlalchemy import select

from konferens.audit import latest_changes
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.mail.kinds import OWN_KINDS
from konferens.mail.messages import default_text
from konferens.mail.model import MailText
from konferens.mail.queries import mails_of, own_texts
from konferens.tables import mail_texts
from tests.browser import Browser
from tests.factories import ACTOR, make_order, make_ticket_type

TEXTS = "/organiser/lokalekonomidagarna/2027/mail/texts"
PAGE = f"{TEXTS}/order_confirmation/sv"
OWN = {"subject": "Välkommen {namn}", "body": "Hej **{namn}**!\n\n{rader}\n\n{betalning}"}


async def test_the_list_names_every_message_and_which_are_off(db: Database, edition: Edition, office: Browser) -> None:
    page = office.text(TEXTS)
    for kind in OWN_KINDS.values():
        assert f"{TEXTS}/{kind.code}/sv" in page
        assert f"{TEXTS}/{kind.code}/en" in page
    off = {code for code, kind in OWN_KINDS.items() if not kind.is_sent_by(edition)}
    assert off == {"order_expired", "payment_reminder", "event_reminder", "event_thanks"}
    assert page.count("skickas inte</span>") == len(off)
    assert "settings#event_reminder_days" in page


async def test_own_words_are_saved_and_sent(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    saved = office.post(PAGE, OWN, page=PAGE)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PAGE}?notice=saved")
    assert await own_texts(db, edition.id) == {
        ("order_confirmation", "sv"): MailText("Välkommen {namn}", OWN["body"].replace("\r\n", "\n"))
    }
    assert "egen text" in office.text(TEXTS)
    await make_order(db, edition)
    (mail,) = await mails_of(db, edition.id)
    assert mail.subject == "Välkommen Anna Öberg"
    assert "Hej <strong>Anna Öberg</strong>!" in mail.body_html
    (change,) = await latest_changes(db, "mail-text:order_confirmation.sv")
    assert (change.actor, change.after["subject"]) == (ACTOR, "Välkommen {namn}")
    assert (await edition_by_id(db, edition.id)).version > edition.version


async def test_words_can_be_changed_again_and_given_up(db: Database, edition: Edition, office: Browser) -> None:
    for subject in ("Ett", "Två"):
        office.post(PAGE, {**OWN, "subject": subject}, page=PAGE)
    assert (await own_texts(db, edition.id))["order_confirmation", "sv"].subject == "Två"
    office.post(f"{PAGE}/reset", {}, page=PAGE)
    assert await own_texts(db, edition.id) == {}
    office.post(f"{PAGE}/reset", {}, page=PAGE)
    assert default_text("order_confirmation", "sv").subject in office.text(PAGE)


async def test_the_default_s_words_are_none_of_one_s_own(db: Database, edition: Edition, office: Browser) -> None:
    default = default_text("order_confirmation", "sv")
    office.post(PAGE, OWN, page=PAGE)
    office.post(PAGE, {"subject": default.subject, "body": default.body.replace("\n", "\r\n")}, page=PAGE)
    assert await db.fetch_all(select(mail_texts)) == []


async def test_unknown_placeholders_are_named_beside_their_field(
    db: Database, edition: Edition, office: Browser
) -> None:
    answer = office.post(PAGE, {"subject": "{rader}", "body": "Hej {nam}! {okänd} <b>"}, page=PAGE)
    assert answer.status_code == 422
    assert "{rader} kan inte stå i ämnesraden." in answer.text
    assert "{nam} finns inte i det här mejlet. Menade du {namn}?" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Hej {nam}! {okänd} &lt;b&gt;</textarea>" in answer.text
    assert await own_texts(db, edition.id) == {}
    empty = office.post(PAGE, {"subject": " ", "body": ""}, page=PAGE)
    assert empty.status_code == 422
    assert "Skriv ett ämne." in empty.text


@pytest.mark.parametrize("kind", OWN_KINDS)
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_previews_are_whole(edition: Edition, office: Browser, kind: str, language: str) -> None:
    page = office.get(f"{TEXTS}/{kind}/{language}/preview")
    assert page.status_code == 200
    assert "sandbox" in page.headers["content-security-policy"]
    body = page.text.partition("<body>")[2]
    assert not {"{", "}"} & set(body)
    assert "Anna Öberg" in body or kind == "proposal_withdrawn"  # which is about others than its reader


async def test_a_preview_shows_what_is_typed_and_saves_nothing(db: Database, edition: Edition, office: Browser) -> None:
    shown = office.post(f"{PAGE}/preview", {"subject": "Å <b>", "body": "{okänd} <script>x</script>"}, page=PAGE)
    assert "Å &lt;b&gt;" in shown.text
    assert "{okänd} &lt;script&gt;" in shown.text
    assert await own_texts(db, edition.id) == {}


async def test_a_trial_goes_to_the_organiser_alone(db: Database, edition: Edition, office: Browser) -> None:
    answer = office.post(f"{PAGE}/trial", OWN, page=PAGE)
    assert answer.status_code == 200
    assert f"Ett prov skickas till {ACTOR}" in answer.text
    assert OWN["subject"] in answer.text
    (mail,) = await mails_of(db, edition.id)
    assert (mail.to_email, mail.order_id, mail.attachments) == (ACTOR, None, ())
    assert mail.subject.startswith("Prov: Välkommen")
    assert await own_texts(db, edition.id) == {}
    assert office.post(f"{PAGE}/trial", {**OWN, "body": "{x}"}, page=PAGE).status_code == 422


@pytest.mark.parametrize("path", ["order_confirmation/xx", "borta/sv", "_lines/sv", "..%2Fx/sv"])
async def test_there_is_nothing_else(edition: Edition, office: Browser, path: str) -> None:
    assert office.get(f"{TEXTS}/{path}").status_code == 404
