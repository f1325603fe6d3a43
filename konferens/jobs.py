"""What runs beside the requests, in every web process: thin loops that claim rows and delegate."""

from collections.abc import Coroutine, Iterator
from typing import Any

from starlette.applications import Starlette

from konferens.attendee.documents import attachment_maker
from konferens.database import Database
from konferens.mail.sender import Sender
from konferens.mail.transport import open_transport
from konferens.settings import Settings


def mail_sender(db: Database, settings: Settings) -> Sender:
    """The outbox's worker, with the way out that the settings name."""
    return Sender(
        db,
        open_transport(settings.smtp_url, settings.data_dir),
        attachment_maker(db, settings.base_url),
        mail_from=settings.mail_from,
    )


def workers(app: Starlette) -> Iterator[Coroutine[Any, Any, None]]:
    """The endless tasks of a web process; they end by being cancelled."""
    sender: Sender = app.state.sender
    yield sender.run()
