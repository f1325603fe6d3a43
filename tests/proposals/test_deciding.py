"""Decisions, the mails that tell of them once, and sessions out of what is accepted."""

from collections import Counter
from typing import Any

from sqlalchemy import select, update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.programme.drafts import drafts_of, find_working_session
from konferens.programme.queries import all_sessions, find_session
from konferens.proposals.model import ProposalStatus
from konferens.proposals.queries import find_by_secret, wished_minutes
from konferens.speakers.actions import update_speaker
from konferens.speakers.queries import speakers_of
from konferens.tables import editions, mail_outbox, proposal_people, sessions, speakers
from tests.browser import Browser
from tests.factories import make_edition, make_speaker, make_track
from tests.proposals.factories import KAJSA, OLLE, TOPIC, open_call, person, propose

LIST = "/organiser/lokalekonomidagarna/2027/proposals"


def decide(office: Browser, codes: list[str], what: str, **more: str) -> Any:
    return office.post(f"{LIST}/decisions", {"code": codes, "do": what, **more}, page=LIST)


async def decision_mails(db: Database) -> dict[str, int]:
    kinds = ("proposal_accepted", "proposal_waiting", "proposal_rejected")
    rows = await db.fetch_all(select(mail_outbox.c.kind, mail_outbox.c.to_email).where(mail_outbox.c.kind.in_(kinds)))
    return dict(Counter(f"{row.kind} {row.to_email}" for row in rows))


async def test_decisions_are_recorded_first_and_told_once(db: Database, edition: Edition, office: Browser) -> None:
    await open_call(db, edition)
    mack = await propose(db, edition, "Macken", KAJSA, OLLE)
    bus = await propose(db, edition, "The bus", person("Pia Berg", "pia@example.org"), language="en")
    draft = await propose(db, edition, "Utkast", person("Ulf", "ulf@example.org"), submit=False)
    assert decide(office, [], "accepted").status_code == 422
    assert decide(office, [mack.code, bus.code, draft.code], "rejected").status_code == 303
    assert decide(office, [mack.code], "accepted").status_code == 303
    held = [await find_by_secret(db, each.secret) for each in (mack, bus, draft)]
    assert [each.status for each in held] == ["accepted", "rejected", "draft"]
    assert [each.told_status for each in held] == ["submitted", "submitted", "draft"]
    assert await decision_mails(db) == {}
    assert "2 beslut är inte meddelade" in office.visible(LIST)

    preview = office.visible(f"{LIST}/messages")
    for words in (
        "Ditt förslag är antaget: Macken",
        "About your proposal: The bus",
        "Pia Berg pia@example.org",
    ):
        assert words in preview
    assert office.post(f"{LIST}/messages", {}).status_code == 422
    token = {"csrf_token": office.token(f"{LIST}/messages")}
    for _ in range(2):
        data = {**token, "status": ["accepted", "rejected"]}
        assert office.client.post(f"{LIST}/messages", data=data, follow_redirects=False).status_code == 303
    assert await decision_mails(db) == {
        "proposal_accepted kajsa@example.org": 1,
        "proposal_rejected pia@example.org": 1,
    }
    assert (await find_by_secret(db, mack.secret)).told_status is ProposalStatus.ACCEPTED


async def test_to_change_what_was_told_asks_first_and_is_told_anew(
    db: Database, edition: Edition, office: Browser
) -> None:
    await open_call(db, edition)
    mack = await propose(db, edition)
    decide(office, [mack.code], "waiting")
    office.post(f"{LIST}/messages", {"status": "waiting"})
    asked = decide(office, [mack.code], "accepted")
    assert (asked.status_code, "Ändra beslutet?" in asked.text) == (200, True)
    assert (await find_by_secret(db, mack.secret)).status == "waiting"
    assert decide(office, [mack.code], "accepted", sure="yes").status_code == 303
    office.post(f"{LIST}/messages", {"status": "accepted"})
    assert await decision_mails(db) == {
        "proposal_waiting kajsa@example.org": 1,
        "proposal_accepted kajsa@example.org": 1,
    }


async def test_an_accepted_proposal_becomes_one_session_with_its_people(
    db: Database, edition: Edition, office: Browser
) -> None:
    await open_call(db, edition)
    track = await make_track(db, edition)
    earlier = await make_edition(db, slug="2025")
    known = await make_speaker(db, earlier, "Kajsa Å", email="KAJSA@example.org", biography="Förr")
    mack = await propose(db, edition, "Macken", KAJSA, OLLE, track_id=track, level="beginner", type="workshop")
    assert decide(office, [mack.code], "plan").status_code == 422
    decide(office, [mack.code], "accepted")
    assert "Meddela besluten först" in decide(office, [mack.code], "plan").text
    office.post(f"{LIST}/messages", {"status": "accepted"})
    for _ in range(2):
        assert decide(office, [mack.code], "plan").status_code == 303
    [session] = await all_sessions(db, edition.id)
    assert (session.title, session.type, session.status, session.level) == (
        "Macken",
        "workshop",
        "tentative",
        "beginner",
    )
    assert (session.starts_at, session.track and session.track.id, session.abstract) == (
        None,
        track,
        "Så gick det till.",
    )
    assert [ref.name for ref in session.speakers] == ["Kajsa Å", "Olle Lind"]
    assert session.speakers[0].code == known
    here = {speaker.name: speaker for speaker in await speakers_of(db, edition.id)}
    assert {speaker.status.value for speaker in here.values()} == {"invited"}
    invited = select(mail_outbox.c.to_email).where(mail_outbox.c.kind == "speaker_invitation")
    assert sorted(row.to_email for row in await db.fetch_all(invited)) == ["KAJSA@example.org", "olle@example.org"]
    assert (here["Kajsa Å"].biography, here["Kajsa Å"].organisation) == ("Driver en mack.", "Bymackarna")
    before = {speaker.name: speaker.biography for speaker in await speakers_of(db, earlier.id)}
    assert before == {"Kajsa Å": "Förr"}
    assert len(await db.fetch_all(select(speakers.c.id))) == 2
    linked = await db.fetch_all(select(proposal_people.c.speaker_id).order_by(proposal_people.c.position))
    assert [row.speaker_id for row in linked] == [here["Kajsa Å"].id, here["Olle Lind"].id]
    assert (await find_by_secret(db, mack.secret)).session_code == session.code
    assert await wished_minutes(db, edition.id) == {session.code: 45}
    assert f'/sessions/{session.code}"' in office.text(f"{LIST}/{mack.code}")
    assert f'href="{LIST}/{mack.code}"' in office.text(LIST.replace("proposals", f"sessions/{session.code}"))
    assert "45 min" in office.visible(LIST.replace("proposals", "schedule"))


async def test_nobody_speaks_through_a_profile_that_only_says_to_have_their_address(
    db: Database, edition: Edition, office: Browser
) -> None:
    await open_call(db, edition)
    stranger = await make_speaker(db, edition, "Falsk", email="falsk@example.org")
    await update_speaker(db, edition.id, stranger, {"email": "kajsa@example.org"}, actor=f"speaker:{stranger}")
    mack = await propose(db, edition, "Macken", KAJSA)
    decide(office, [mack.code], "accepted")
    office.post(f"{LIST}/messages", {"status": "accepted"})
    decide(office, [mack.code], "plan")
    [session] = await all_sessions(db, edition.id)
    assert [(each.name, each.code == stranger) for each in session.speakers] == [("Kajsa Åberg", False)]


async def test_after_a_release_it_becomes_a_draft_and_a_deleted_one_is_made_again(
    db: Database, edition: Edition, office: Browser
) -> None:
    await open_call(db, edition)
    mack = await propose(db, edition, "Macken")
    decide(office, [mack.code], "accepted")
    await db.execute(update(editions).values(release="1.0"))
    decide(office, [mack.code], "plan")
    released = await edition_by_id(db, edition.id)
    [code] = await drafts_of(db, edition.id)
    assert (await find_working_session(db, released, code)).title == "Macken"
    assert await db.fetch_all(select(sessions.c.id)) == []
    decide(office, [mack.code], "plan")
    assert list(await drafts_of(db, edition.id)) == [code]
    assert [each.status.value for each in await speakers_of(db, edition.id)] == ["added"]
    office.post(f"{LIST}/messages", {"status": "accepted"})
    assert [each.status.value for each in await speakers_of(db, edition.id)] == ["invited"]

    await db.execute(update(editions).values(release=""))
    decide(office, [mack.code], "plan")
    assert (
        await find_session(db, edition.id, str((await find_by_secret(db, mack.secret)).session_code))
    ).title == "Macken"


async def test_the_call_is_edited_without_scripts(db: Database, edition: Edition, office: Browser) -> None:
    page = f"{LIST}/call"
    rows = {
        "active": "y",
        "closes_at": "2031-04-01T23:59",
        "types": ["talk", "panel"],
        "questions-0-label": "Vad är nytt?",
        "questions-0-kind": "choice",
        "questions-0-choices": "Allt",
    }
    refused = office.post(page, {**rows, "do": "save"})
    assert (refused.status_code, "Skriv minst två svar" in refused.text) == (422, True)
    rows |= {"questions-0-choices": "Allt\nInget", "questions-1-label": "Får vi filma?", "questions-1-kind": "yes_no"}
    moved = office.post(page, {**rows, "do": "up:1"})
    assert moved.text.index("Får vi filma?") < moved.text.index("Vad är nytt?")
    assert 'name="questions-2-label"' in office.post(page, {**rows, "do": "add"}).text
    assert office.post(page, {**rows, "do": "save"}).status_code == 303
    assert "Till och med" not in office.visible(page)
    public = office.visible("/lokalekonomidagarna/2027/propose")
    for words in ("Sista dag: tisdag 1 april kl. 23.59", "Panelsamtal", "Vad är nytt?", "Får vi filma?"):
        assert words in public
    assert "Workshop" not in public


async def test_the_list_as_a_file_and_in_figures(db: Database, edition: Edition, office: Browser) -> None:
    await open_call(db, edition, questions=[TOPIC])
    await make_track(db, edition)
    await propose(db, edition, "=Macken", KAJSA, OLLE, answers={"topic": "Allt"})
    lines = office.get(f"{LIST}.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Kod;Status;Meddelat;Titel;Typ;")
    assert lines[0].endswith(";Vad är nytt?")
    assert ";'=Macken;Föredrag;" in lines[1]
    assert "Kajsa Åberg, Olle Lind;kajsa@example.org, olle@example.org" in lines[1]
    assert lines[1].endswith(";Allt")
    assert "Utan spår 1 Summa 1" in office.visible(LIST)
