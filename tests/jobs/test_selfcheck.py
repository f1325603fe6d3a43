"""`konferens check` tells when nobody does what the clock brings about."""

from datetime import timedelta

from sqlalchemy import insert

from konferens.clock import now
from konferens.database import Database
from konferens.housekeeper import LATE
from konferens.selfcheck import Finding, findings
from konferens.settings import Settings
from konferens.tables import jobs


async def duties(settings: Settings) -> Finding:
    return next(finding for finding in await findings(settings) if finding.subject == "duties")


async def test_duties_that_are_done_or_new_are_fine(db: Database, settings: Settings) -> None:
    assert (await duties(settings)).text == "none is late"
    await db.execute(insert(jobs).values(name="unpaid-orders", next_at=now() - timedelta(hours=1)))
    assert not (await duties(settings)).is_wrong


async def test_a_duty_that_has_waited_for_long_is_wrong(db: Database, settings: Settings) -> None:
    since = now() - LATE - timedelta(hours=1)
    await db.execute(insert(jobs).values(name="unpaid-orders", next_at=since))
    finding = await duties(settings)
    assert finding.is_wrong
    assert finding.text == (f"unpaid-orders not done; unpaid-orders has waited since {since:%Y-%m-%d %H:%M} UTC")
