"""Judging sessions: when one can, that nobody is known by it, and what speakers and organisers get to see."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.feedback.actions import ask_for_feedback, forget_answers, hide_comment, judge
from konferens.feedback.model import Judgement, respondent
from konferens.feedback.queries import judged_sessions, judgement_of, results_of
from konferens.programme.judging import JUDGED_FOR, is_judged, judging_changes
from konferens.programme.queries import find_session
from konferens.tables import session_feedback
from tests.browser import Browser
from tests.factories import ACTOR, make_edition, make_order, make_session, make_ticket_type, wall
from tests.feedback.factories import answer, ended_session

PATH = "/lokalekonomidagarna/2027/"


def form_of(html: str, address: str) -> dict[str, str]:
    """The hidden fields of the form at `address`."""
    form = html.split(f'action="{address}"', 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form))


# --- when -----------------------------------------------------------------------------------------------------------


async def test_a_session_is_judged_from_its_end_for_thirty_days(db: Database) -> None:
    edition = await make_edition(db)
    session = await find_session(db, edition.id, await make_session(db, edition, wall_starts=wall(11, 9)))
    ends = session.ends_at
    assert ends is not None
    moments = [ends - timedelta(seconds=1), ends, ends + JUDGED_FOR - timedelta(seconds=1), ends + JUDGED_FOR]
    assert [is_judged(session, edition, moment) for moment in moments] == [False, True, True, False]
    assert [judging_changes(session, edition, moment) for moment in moments] == [
        ends,
        ends + JUDGED_FOR,
        ends + JUDGED_FOR,
        None,
    ]
    with pytest.raises(ConflictError):
        await judge(db, edition, session, "x", Judgement(5), has_ticket=True, moment=moments[0])


async def test_pauses_and_what_is_cancelled_are_not_judged(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    for values in ({"type": "meal"}, {"status": "cancelled"}):
        session = await ended_session(db, edition, **values)
        assert client.get(f"{PATH}sessions/{session.code}/feedback").status_code == 404
    session = await ended_session(db, edition)
    assert client.get(f"{PATH}sessions/{session.code}/feedback").status_code == 200
    await ask_for_feedback(db, edition, asked=False, actor=ACTOR)
    assert client.get(f"{PATH}sessions/{session.code}/feedback").status_code == 404


# --- answering ------------------------------------------------------------------------------------------------------


async def test_anybody_judges_without_an_account_and_may_change_it(db: Database, client: TestClient) -> None:
    session = await ended_session(db, await make_edition(db))
    address = f"{PATH}sessions/{session.code}/feedback"
    assert f'href="{address}"' in client.get(f"{PATH}sessions/{session.path_part}").text
    page = client.get(address)
    assert "set-cookie" not in page.headers
    hidden = form_of(page.text, address)
    wrong = client.post(address, data={**hidden, "comment": "<b>Kort</b>"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (422, False)
    assert "Välj hur bra det var." in wrong.text
    assert "&lt;b&gt;Kort&lt;/b&gt;" in wrong.text

    sent = client.post(address, data={**hidden, "rating": "4", "comment": "Bra fika"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{address}?done=1")
    assert f"Path={PATH}" in sent.headers["set-cookie"]
    page = client.get(sent.headers["location"])
    assert "Ditt svar är sparat" in page.text
    assert "Bra fika" in page.text
    client.post(address, data={**form_of(page.text, address), "rating": "2", "comment": ""})
    rows = await db.fetch_all(select(session_feedback.c.rating, session_feedback.c.comment))
    assert [(row.rating, row.comment) for row in rows] == [(2, "")]


async def test_an_attendee_judges_by_the_ticket_and_needs_no_cookie(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition)
    session = await ended_session(db, edition)
    ticket = (await make_order(db, edition)).tickets[0]
    address = f"{ticket.own_path}sessions/{session.code}/feedback"
    hidden = form_of(client.get(address).text, address)
    for rating in ("1", "5"):
        sent = client.post(address, data={**hidden, "rating": rating})
        assert (sent.status_code, "set-cookie" in sent.headers) == (303, False)
    assert [row.rating for row in await db.fetch_all(select(session_feedback.c.rating))] == [5]


async def test_a_flood_of_answers_ends_and_tickets_still_count(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("konferens.feedback.actions.ROOM_FOR", 2)
    edition = await make_edition(db)
    session = await ended_session(db, edition)
    await answer(db, edition, session, (1, "a"), (1, "b"))
    with pytest.raises(ConflictError):
        await answer(db, edition, session, (1, "c"))
    await judge(db, edition, session, "ticket", Judgement(5), has_ticket=True, moment=now())
    assert (await results_of(db, [session.id]))[session.id].count == 3


def test_nobody_can_tell_which_answers_are_one_persons() -> None:
    digests = {respondent(key, number, secret) for key in "ab" for number in (1, 2) for secret in ("x", "y")}
    assert len(digests) == 8


# --- results --------------------------------------------------------------------------------------------------------


async def test_results_are_shown_when_three_have_answered(db: Database) -> None:
    edition = await make_edition(db)
    few, many, none = [await ended_session(db, edition, title) for title in ("Få", "Många", "Inga")]
    await answer(db, edition, few, (1, "Usch"), (2, ""))
    await answer(db, edition, many, (5, "Toppen"), (4, ""), (4, "Bra"))
    results = await results_of(db, [few.id, many.id, none.id])
    assert sorted(results) == sorted([few.id, many.id])
    assert (results[few.id].count, results[few.id].mean, results[few.id].comments) == (2, None, ())
    assert results[many.id].distribution == (0, 0, 0, 2, 1)
    assert results[many.id].mean_text == "4,3"
    assert [comment.text for comment in results[many.id].comments] == ["Bra", "Toppen"]
    assert [each.result.count for each in await judged_sessions(db, edition)] == [2, 3, 0]


async def test_the_office_hides_comments_and_turns_feedback_off(
    db: Database, office: Browser, edition: Edition
) -> None:
    session = await ended_session(db, edition)
    await answer(db, edition, session, (1, "=Oförskämt"), (4, ""), (4, "Bra"))
    base = f"/organiser{PATH}feedback"
    page = office.get(base).text
    assert "3 svar" in page
    assert 'value="2" aria-label="Bra">2</meter>' in page
    rude = (await results_of(db, [session.id]))[session.id].comments[1]
    assert rude.text == "=Oförskämt"
    address = f"{base}/comments/{rude.id}"
    office.post(address, form_of(page, address), page=base)
    result = (await results_of(db, [session.id]))[session.id]
    assert [comment.text for comment in result.told] == ["Bra"]
    assert "Dold för dem som medverkade" in office.get(base).text

    office.post(f"{address}/erase", form_of(page, f"{address}/erase"), page=base)
    assert [comment.text for comment in (await results_of(db, [session.id]))[session.id].comments] == ["Bra"]
    assert "=Oförskämt" not in office.get(base).text

    lines = list(csv.reader(io.StringIO(office.get(f"{base}.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert lines[1][0] == "Mack"
    assert lines[1][4:11] == ["3", "3,0", "0", "2", "0", "0", "1"]
    assert lines[1][11] == "Bra"
    office.post(f"{base}/settings", form_of(page, f"{base}/settings"), page=base)
    assert (await edition_by_id(db, edition.id)).feedback is False


async def test_what_was_written_is_forgotten_and_the_ratings_stay(db: Database) -> None:
    edition = await make_edition(db)
    session = await ended_session(db, edition)
    await answer(db, edition, session, (1, "Usch"), (4, ""), (4, "Bra"))
    await hide_comment(
        db, edition, (await results_of(db, [session.id]))[session.id].comments[0].id, hidden=True, actor=ACTOR
    )
    assert await forget_answers(db, edition.id) == 3
    assert await forget_answers(db, edition.id) == 0
    result = (await results_of(db, [session.id]))[session.id]
    assert (result.mean_text, result.comments) == ("3,0", ())
    assert await judgement_of(db, session.id, respondent("key", session.id, f"{session.code}0Usch")) is None


async def test_mails_and_screens_lead_to_what_has_ended(db: Database, client: TestClient) -> None:
    edition = await make_edition(db)
    ended = await ended_session(db, edition)
    await make_session(db, edition, "Sen", wall_starts=wall(11, 9))
    html = client.get(f"{PATH}feedback").text
    assert re.findall(r'sessions/(\w+)/feedback"', html) == [ended.code]
    await ask_for_feedback(db, edition, asked=False, actor=ACTOR)
    assert client.get(f"{PATH}feedback").status_code == 404
