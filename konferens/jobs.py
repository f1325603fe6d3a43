"""What runs beside the requests, in every web process: thin loops that claim rows and delegate."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette

from konferens.attendee.documents import attachment_maker
from konferens.badges.making import make_prints
from konferens.badges.prints import forget_prints
from konferens.database import Database
from konferens.housekeeper import Duty, Housekeeper
from konferens.mail.sender import Sender
from konferens.mail.transport import open_transport
from konferens.privacy.purging import purge
from konferens.programme.search.index import refresh_indexes
from konferens.programme.uploads import drop_old_uploads
from konferens.proposals.duties import remind_of_drafts
from konferens.registration.duties import expire_unpaid, remind_of_event, remind_of_payment, thank
from konferens.settings import Settings
from konferens.signups.informing import tell_of_signups
from konferens.waiting.duties import keep_lists_moving
from konferens.webhooks.actions import forget_old
from konferens.webhooks.delivery import Deliverer

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def mail_sender(db: Database, settings: Settings) -> Sender:
    """The outbox's worker, with the way out that the settings name."""
    return Sender(
        db,
        open_transport(settings.smtp_url, settings.data_dir),
        attachment_maker(db, settings.base_url),
        mail_from=settings.mail_from,
    )


def webhook_deliverer(db: Database, settings: Settings) -> Deliverer:
    """The webhooks' worker. A server that is reached on this machine only, for development, may post to it as well."""
    return Deliverer(db, allow_private=urlsplit(settings.base_url).hostname in ("127.0.0.1", "localhost", "testserver"))


def housekeeper(db: Database, settings: Settings) -> Housekeeper:
    """The worker of everything that the clock brings about, in this order: who is expired needs no reminder."""

    async def clear(moment: datetime) -> None:
        await purge(db, moment)
        await forget_old(db, moment)

    def at_our_address(do: Callable[..., Awaitable[None]]) -> Callable[[datetime], Awaitable[None]]:
        return partial(do, db, base_url=settings.base_url)

    async def refresh(_: datetime) -> None:
        await refresh_indexes(db)

    return Housekeeper(
        db,
        [
            Duty("waiting-lists", MINUTE, at_our_address(keep_lists_moving)),
            Duty("changed-sessions", MINUTE, at_our_address(tell_of_signups)),
            Duty("unpaid-orders", QUARTER, at_our_address(expire_unpaid)),
            Duty("payment-reminders", QUARTER, at_our_address(remind_of_payment)),
            Duty("event-reminders", QUARTER, at_our_address(remind_of_event)),
            Duty("event-thanks", QUARTER, at_our_address(thank)),
            Duty("proposal-reminders", QUARTER, at_our_address(remind_of_drafts)),
            Duty("privacy", DAY, clear),
            Duty("badge-prints", MINUTE, at_our_address(make_prints)),
            Duty("old-badge-prints", QUARTER, partial(forget_prints, db)),
            Duty("uploads", HOUR, partial(drop_old_uploads, db)),
            Duty("search", HOUR, refresh),
        ],
    )


def workers(app: Starlette) -> Iterator[Coroutine[Any, Any, None]]:
    """The endless tasks of a web process; they end by being cancelled."""
    sender: Sender = app.state.sender
    keeper: Housekeeper = app.state.housekeeper
    deliverer: Deliverer = app.state.deliverer
    yield sender.run()
    yield deliverer.run()
    yield keeper.run()
