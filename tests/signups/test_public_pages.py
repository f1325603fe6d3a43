"""What everybody sees of sign-ups."""

import pytest
from sqlalchemy import update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.tables import sessions
from tests.browser import browser
from tests.factories import make_session, wall


@pytest.mark.parametrize(("taken", "told"), [(0, ""), (2, "Få platser kvar."), (12, "Fullt. Det finns väntelista.")])
async def test_a_session_page_tells_that_one_signs_up_and_how_full_it_is(
    db: Database, edition: Edition, taken: int, told: str
) -> None:
    code = await make_session(db, edition, "Bageriet", wall_starts=wall(11, 13), signup=True, capacity=12)
    await db.execute(update(sessions).where(sessions.c.code == code).values(taken=taken))
    with browser(db) as visitor:
        page = visitor.visible(visitor.get(f"{edition.path}sessions/{code}").headers["location"])
        listed = visitor.visible(f"{edition.path}programme")
    assert f"Anmälan Krävs. {told} Du anmäler dig".replace("  ", " ") in page
    assert ("Anmälan krävs" in listed, "Fullt" in listed) == (True, taken == 12)


async def test_the_api_tells_which_sessions_one_signs_up_for_and_the_seats_left(db: Database, edition: Edition) -> None:
    await make_session(db, edition, "Bageriet", wall_starts=wall(11, 13), signup=True, capacity=12)
    await make_session(db, edition, "Kvarnen", wall_starts=wall(11, 14), signup=True)
    await make_session(db, edition, "Föredraget", wall_starts=wall(11, 15), capacity=40)
    with browser(db) as visitor:
        items = visitor.get(f"/api/v1/events/{edition.ref}/sessions").json()["items"]
    assert [(each["title"], each["signup"], each["available"]) for each in items] == [
        ("Bageriet", True, 12),
        ("Kvarnen", True, None),
        ("Föredraget", False, None),
    ]
