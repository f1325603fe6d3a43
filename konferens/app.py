"""The application, on one screen."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware

from konferens import jobs
from konferens.accounts.queries import api_tokens
from konferens.batches import Batches
from konferens.checkin.gate import Gate
from konferens.checkin.live import live_versions, no_moments
from konferens.database import open_database
from konferens.live.hub import Hub
from konferens.live.queries import clock_changes
from konferens.printing.door_views import badge_papers
from konferens.printing.press import Press
from konferens.proposals.queries import call_of, code_of_session, wished_minutes
from konferens.registration.actions import Desk
from konferens.routes import routes
from konferens.settings import Settings
from konferens.signups.editing import plan_session
from konferens.signups.importing import import_programme
from konferens.signups.informing import choosers, remove_session, untold
from konferens.speaking.actions import invite_speakers
from konferens.web.cache import CachedPages, PageCache
from konferens.web.middleware import Language, Limits, SecurityHeaders
from konferens.web.problems import EXCEPTION_HANDLERS
from konferens.web.redirects import mend_slashes
from konferens.web.templating import shared_environment

log = logging.getLogger(__name__)


def create_app(settings: Settings, *, working: bool = True) -> Starlette:
    """The web application. Its lifespan connects the database and, when `working`, runs the workers (mail, webhooks, duties)
    beside the requests; the schema is there already.
    """
    db = open_database(settings.database_url)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        await db.connect()
        workers = [asyncio.create_task(job) for job in jobs.workers(app)] if working else []
        try:
            yield {
                "live": [app.state.live, app.state.live_checkin]
            }  # the server ends its listeners first: see server.py
        finally:
            app.state.live.close()
            app.state.live_checkin.close()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await db.disconnect()

    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders, secure=settings.secure),
            Middleware(Limits),
            Middleware(Language),
            Middleware(CachedPages),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
    )
    mend_slashes(app.router)
    app.state.settings = settings
    app.state.database = db
    app.state.pages = PageCache(db)
    app.state.press = Press()
    app.state.badge_papers = badge_papers
    app.state.live = Hub(app.state.pages.versions, partial(clock_changes, db))
    app.state.live_checkin = Hub(partial(live_versions, db), no_moments)
    app.state.gate = Gate(db)
    app.state.desk = Desk(db, settings.base_url)
    app.state.call_for_proposals = partial(call_of, db)
    app.state.wished_minutes = partial(wished_minutes, db)
    app.state.proposal_of_session = partial(code_of_session, db)
    app.state.invite_speakers = partial(invite_speakers, base_url=settings.base_url)
    app.state.import_programme = import_programme
    app.state.save_session = partial(plan_session, base_url=settings.base_url)
    app.state.remove_session = partial(remove_session, base_url=settings.base_url)
    app.state.choosers = partial(choosers, db)
    app.state.untold = partial(untold, db)
    app.state.sender = jobs.mail_sender(db, settings)
    app.state.deliverer = jobs.webhook_deliverer(db, settings)
    app.state.housekeeper = jobs.housekeeper(db, settings)
    app.state.api_tokens = Batches(partial(api_tokens, db))
    app.state.templates = shared_environment(settings.base_url)
    return app
