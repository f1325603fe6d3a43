"""Proposing a session without JavaScript: the form, drafts, the own page, co-speakers, and the mails."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from konferens.clock import now
from konferens.database import Database
from konferens.events.model import Edition
from konferens.proposals.duties import remind_of_drafts
from konferens.proposals.queries import find_by_secret
from konferens.tables import calls, editions, mail_outbox, proposal_people, proposals
from tests.browser import browser
from tests.factories import make_track
from tests.proposals.factories import BASE_URL, KAJSA, OLLE, TOPIC, open_call, propose

PROPOSE = "/lokalekonomidagarna/2027/propose"
FORM = {
    "title": "Macken som inte dog",
    "type": "talk",
    "language": "sv",
    "abstract": "Så gick det till.",
    "people-0-name": "Kajsa Åberg",
    "people-0-email": "kajsa@example.org",
}
WITH_OLLE = {**FORM, "people-1-name": "Olle Lind", "people-1-email": "olle@example.org"}


async def kinds_of_mail(db: Database) -> dict[str, int]:
    rows = await db.fetch_all(select(mail_outbox.c.kind, mail_outbox.c.to_email))
    return dict(Counter(f"{row.kind} {row.to_email}" for row in rows))


async def test_pages_lead_there_while_the_call_is_open_and_tell_when_it_isnt(db: Database, edition: Edition) -> None:
    with browser(db) as visitor:
        assert visitor.get(PROPOSE).status_code == 404
        opens, closes = datetime(2031, 3, 1, 8, tzinfo=UTC), datetime(2031, 4, 1, 21, 59, tzinfo=UTC)
        await open_call(db, edition, opens_at=opens, closes_at=closes, introduction="Vi söker **berättelser**.")
        assert "Det går att lämna förslag från lördag 1 mars kl. 09.00." in visitor.visible(PROPOSE)
        assert PROPOSE not in visitor.text(edition.path)
        await open_call(db, edition, closes_at=closes)
        shown = visitor.visible(PROPOSE)
        assert "Sista dag: tisdag 1 april kl. 23.59" in shown, shown
        for page in (edition.path, f"{edition.path}programme"):
            assert f'href="{PROPOSE}"' in visitor.text(page)
        await open_call(db, edition, closes_at=now() - timedelta(minutes=1))
        assert "Tiden för att lämna förslag gick ut" in visitor.visible(PROPOSE)
        assert f'href="{PROPOSE}"' not in visitor.text(edition.path)


async def test_a_draft_needs_a_title_and_an_address_and_is_handed_in_later(db: Database, edition: Edition) -> None:
    await open_call(db, edition, questions=[{**TOPIC, "required": True}])
    with browser(db) as visitor:
        empty = visitor.post(PROPOSE, {"do": "save"})
        assert empty.status_code == 422
        assert ("Skriv en titel." in empty.text, "Skriv din e-postadress." in empty.text) == (True, True)
        assert "Skriv en sammanfattning." not in empty.text
        saved = visitor.post(PROPOSE, {"do": "save", "title": "Macken", "people-0-email": "kajsa@example.org"})
        assert saved.status_code == 303
        own = saved.headers["location"].partition("?")[0]
        proposal = await find_by_secret(db, own.split("/")[2])
        assert (proposal.status, proposal.title, proposal.submitted_at) == ("draft", "Macken", None)
        assert await kinds_of_mail(db) == {"proposal_saved kajsa@example.org": 1}

        page = visitor.get(own)
        assert (page.headers["x-robots-tag"], page.headers["cache-control"]) == ("noindex", "no-store")
        unfinished = visitor.post(own, {**visitor.form(own), "do": "submit", "abstract": ""})
        assert unfinished.status_code == 422
        for message in ("Skriv en sammanfattning.", "Skriv ditt namn.", "Välj ett svar."):
            assert message in unfinished.text
        sent = visitor.post(own, {**visitor.form(own), **FORM, "q-topic": "Inget", "do": "submit"})
        assert sent.headers["location"] == f"{own}?done=submitted"
    proposal = await find_by_secret(db, proposal.secret)
    assert (proposal.status, proposal.answers, proposal.names) == ("submitted", {"topic": "Inget"}, "Kajsa Åberg")
    assert await kinds_of_mail(db) == {
        "proposal_saved kajsa@example.org": 1,
        "proposal_submitted kajsa@example.org": 1,
    }


async def test_rows_of_people_come_and_go_without_losing_what_was_typed(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    await make_track(db, edition)
    with browser(db) as visitor:
        added = visitor.post(PROPOSE, {**FORM, "do": "add-person"})
        assert added.status_code == 200
        assert 'value="Macken som inte dog"' in added.text
        assert 'name="people-1-email"' in added.text
        third = {"people-2-name": "Pia Berg", "people-2-email": "pia@example.org"}
        removed = visitor.post(PROPOSE, {**WITH_OLLE, **third, "do": "remove-person:1"})
        assert ("Olle Lind" in removed.text, 'value="Pia Berg"' in removed.text) == (False, True)
        assert 'name="people-2-email"' not in removed.text
        twice = visitor.post(PROPOSE, {**WITH_OLLE, "people-1-email": "Kajsa@example.org", "do": "submit"})
        assert "Den e-postadressen står redan på en annan person." in twice.text
        nameless = visitor.post(PROPOSE, {**WITH_OLLE, "people-1-name": "", "do": "submit"})
        assert (nameless.status_code, "Skriv namnet." in nameless.text) == (422, True)
    assert await db.fetch_val(select(proposals.c.id)) is None


async def test_a_co_speaker_is_told_who_named_them_and_takes_themselves_away(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition, "Macken", KAJSA, OLLE)
    letter = await db.fetch_one(select(mail_outbox).where(mail_outbox.c.kind == "proposal_named"))
    assert letter is not None
    assert (letter.to_email, "Kajsa Åberg" in letter.body_text) == ("olle@example.org", True)
    link = proposal.named_path(proposal.people[1])
    assert f"{BASE_URL}{link}" in letter.body_text
    with browser(db) as visitor:
        assert "Lämnat av Kajsa Åberg" in visitor.visible(link)
        assert visitor.get(link.replace(link.split("/")[4], "0" * 32)).status_code == 404
        assert proposal.secret not in visitor.text(link)
        assert "borta ur förslaget" in visitor.post(link, {}).text
        assert visitor.get(link).status_code == 404
        saved = visitor.post(proposal.path, {**visitor.form(proposal.path), "title": "Nya macken", "do": "save"})
        assert saved.status_code == 303
    assert (await find_by_secret(db, proposal.secret)).names == "Kajsa Åberg"
    assert await kinds_of_mail(db) == {
        "proposal_submitted kajsa@example.org": 1,
        "proposal_named olle@example.org": 1,
    }


async def test_the_deadline_closes_the_form_and_keeps_what_was_typed(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition)
    with browser(db) as visitor:
        new, own = visitor.token(PROPOSE), visitor.token(proposal.path)
        await db.execute(update(calls).values(closes_at=now() - timedelta(seconds=1)))
        late = visitor.client.post(PROPOSE, data={**FORM, "csrf_token": new, "do": "submit"})
        changed = visitor.client.post(proposal.path, data={**FORM, "title": "Ny", "csrf_token": own, "do": "save"})
        assert [(each.status_code, FORM["abstract"] in each.text) for each in (late, changed)] == [(409, True)] * 2
        assert "<form" not in visitor.text(proposal.path).partition("<main")[2].partition("</main>")[0]
    assert (await find_by_secret(db, proposal.secret)).title == "Macken som inte dog"


async def test_programs_and_floods_are_stopped(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    with browser(db) as visitor:
        trapped = visitor.post(PROPOSE, {**FORM, "homepage": "https://spam.example", "do": "submit"})
        assert (trapped.status_code, "ska vara tomt" in trapped.text) == (422, True)
        answers = [visitor.post(PROPOSE, {**FORM, "do": "save"}).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


async def test_withdrawing_and_erasing(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition)
    with browser(db) as visitor:
        leave = f"{proposal.path}leave"
        assert "Ta bort för alltid" not in visitor.visible(leave)
        assert visitor.post(f"{proposal.path}withdraw", {}, page=leave).status_code == 303
        assert "Du har dragit tillbaka förslaget." in visitor.visible(proposal.path)
        data = visitor.get(f"{proposal.path}proposal.json").json()
        assert (data["proposal"]["status"], data["people"][0]["email"]) == ("withdrawn", "kajsa@example.org")
        assert "Allt som du skrev är raderat." in visitor.post(f"{proposal.path}erase", {}, page=leave).text
        assert visitor.get(proposal.path).status_code == 404
    for table in (proposals, proposal_people, mail_outbox):
        assert await db.fetch_all(select(table)) == []


async def test_organisers_are_told_when_what_they_accepted_is_withdrawn(db: Database, edition: Edition) -> None:
    await db.execute(update(editions).values(contact_email="fragor@example.org"))
    await open_call(db, edition)
    quiet, accepted = await propose(db, edition), await propose(db, edition, "Bussen", OLLE)
    mine = update(proposals).where(proposals.c.id == accepted.id)
    await db.execute(mine.values(status="accepted", decided_at=now(), told_at=now()))
    with browser(db) as visitor:
        for each in (quiet, accepted):
            assert visitor.post(f"{each.path}withdraw", {}, page=f"{each.path}leave").status_code == 303
    told = await db.fetch_all(select(mail_outbox).where(mail_outbox.c.to_email == "fragor@example.org"))
    assert [(row.kind, row.subject) for row in told] == [("proposal_withdrawn", "Tillbakadraget förslag: Bussen")]
    assert f"/organiser{edition.path}proposals/{accepted.code}" in told[0].body_text


async def test_late_drafts_are_reminded_once_and_by_day(db: Database, edition: Edition) -> None:
    closes = datetime(2031, 4, 1, 21, 59, tzinfo=UTC)
    await open_call(db, edition, closes_at=closes)
    await propose(db, edition, submit=False)
    await propose(db, edition, "Inskickat", OLLE)

    async def reminders_at(moment: datetime) -> list[str]:
        await remind_of_drafts(db, moment, base_url=BASE_URL)
        rows = await db.fetch_all(select(mail_outbox.c.to_email).where(mail_outbox.c.kind == "proposal_reminder"))
        return [row.to_email for row in rows]

    assert await reminders_at(closes - timedelta(days=3)) == []
    assert await reminders_at(datetime(2031, 3, 31, 1, tzinfo=UTC)) == []
    for hour in (9, 10):
        assert await reminders_at(datetime(2031, 3, 31, hour, tzinfo=UTC)) == ["kajsa@example.org"]
