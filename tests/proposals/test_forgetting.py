"""What is known of those who propose: found by the office, deleted at their wish, and forgotten in time."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.processing import processings
from konferens.privacy.purging import purge
from konferens.privacy.queries import collected
from konferens.proposals.model import ProposalStatus
from konferens.proposals.queries import proposals_where
from konferens.tables import audit, editions, mail_outbox, proposal_people, proposal_reviews, proposals
from tests.browser import Browser, browser
from tests.proposals.factories import KAJSA, OLLE, open_call, person, propose, reviewer

OFFICE = "/organiser/lokalekonomidagarna/2027/"


async def test_the_office_finds_somebody_and_deletes_their_proposal(
    db: Database, edition: Edition, office: Browser
) -> None:
    await open_call(db, edition)
    proposal = await propose(db, edition, "Macken", KAJSA, OLLE)
    await propose(db, edition, "Bussen", person("Pia", "pia@example.org"))
    await propose(db, edition, "Kvar", person("Karin", "karin@example.org"), submit=False)
    erase = f"{OFFICE}proposals/{proposal.code}/erase"
    assert f'href="{erase}"' in office.text(f"{OFFICE}privacy?q=olle")
    assert office.post(erase, {}).status_code == 303
    assert [each.title for each in await proposals_where(db, proposals.c.edition_id == edition.id)] == [
        "Kvar",
        "Bussen",
    ]
    assert sorted(row.to_email for row in await db.fetch_all(select(mail_outbox.c.to_email))) == [
        "karin@example.org",
        "pia@example.org",
    ]


async def test_names_go_when_their_time_is_over_and_what_was_accepted_stays(db: Database, edition: Edition) -> None:
    await open_call(db, edition)
    kept = await propose(db, edition, "Macken", KAJSA, OLLE)
    await propose(db, edition, "Bussen", person("Pia", "pia@example.org"))
    await propose(db, edition, "Utkast", person("Ulf", "ulf@example.org"), submit=False)
    login, _ = await reviewer(db, edition, "rut@example.org")
    with browser(db, login) as rut:
        page = f"{OFFICE}proposals/{kept.code}"
        rut.post(f"{page}/review", {"score": "5", "comment": "Bra"}, page=page)
    await db.execute(
        update(proposals)
        .where(proposals.c.id == kept.id)
        .values(status=ProposalStatus.ACCEPTED.value, session_code="ABC234")
    )
    await db.execute(update(editions).values(personal_days=10))
    assert (await purge(db, datetime(2027, 5, 22, 12, tzinfo=UTC))).proposals == 0
    assert (await purge(db, datetime(2027, 5, 24, 12, tzinfo=UTC))).proposals == 3
    assert (await purge(db, datetime(2027, 5, 25, 12, tzinfo=UTC))).proposals == 0
    [left] = await proposals_where(db)
    assert (left.title, left.people, left.notes, left.session_code) == ("Macken", (), "", "ABC234")
    for table in (proposal_people, proposal_reviews):
        assert await db.fetch_all(select(table)) == []
    values = await db.fetch_all(select(audit.c.before, audit.c.after).where(audit.c.subject.startswith("proposal:")))
    assert {(row.before, row.after) for row in values} == {(None, None)}


async def test_the_register_tells_of_it_where_there_is_a_call(db: Database, edition: Edition) -> None:
    async def titles() -> list[str]:
        held = await edition_by_id(db, edition.id)
        return [each.title for each in processings(held, await collected(db, held))]

    assert "Förslag till programmet" not in await titles()
    await open_call(db, edition)
    assert "Förslag till programmet" in await titles()
