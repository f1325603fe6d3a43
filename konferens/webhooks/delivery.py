"""Takes messages out of the webhooks' outbox and posts them, for as long as the process lives.

Every web process runs one; a message is claimed by one of them at a time. It is delivered at least once: when a process
dies between the receiver's yes and our note of it, another one posts it again with the same Webhook-Id.
"""

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from konferens.clock import now
from konferens.database import Database
from konferens.outbox import OutboxWorker
from konferens.webhooks.actions import claim_due, mark_delivered, mark_failed, turn_off
from konferens.webhooks.addresses import AddressError, resolve
from konferens.webhooks.model import Delivery, Webhook, pause_after, signed_headers

if TYPE_CHECKING:
    from httpx2 import AsyncClient

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 5
TIMEOUT_SECONDS = 15.0
LEASE = timedelta(minutes=2)
"""For how long a claimed message is its process's alone: longer than any attempt takes."""

GONE = 410


class Deliverer(OutboxWorker):
    """The worker of one process. With `allow_private` it posts to this machine and its network too: for development."""

    def __init__(self, db: Database, *, allow_private: bool, poll_seconds: float = POLL_SECONDS) -> None:
        super().__init__(poll_seconds)
        self._db = db
        self._allow_private = allow_private

    async def work(self) -> int:
        return await self.deliver_due()

    async def deliver_due(self) -> int:
        """Post one claim of what is due and give how many messages it had."""
        claimed = await claim_due(self._db, limit=AT_ONCE, until=now() + LEASE)
        if claimed:
            from httpx2 import AsyncClient  # where there are webhooks: it costs each process a megabyte or two

            async with AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client:
                await asyncio.gather(*(self._deliver(client, delivery, webhook) for delivery, webhook in claimed))
        return len(claimed)

    async def _deliver(self, client: "AsyncClient", delivery: Delivery, webhook: Webhook) -> None:
        from httpx2 import HTTPError

        answer = None
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._post(client, delivery, webhook)
            error = "" if 200 <= answer < 300 else f"HTTP {answer}"  # noqa: PLR2004
        except (AddressError, HTTPError, TimeoutError, OSError, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        if not error and answer is not None:
            await mark_delivered(self._db, delivery.id, answer)
            return
        pause = pause_after(delivery.attempts) if answer != GONE else None
        log.warning("webhook %s, message %s: %s", webhook.id, delivery.message_id, error)
        again = now() + pause if pause is not None else None
        await mark_failed(self._db, delivery.id, error, answer=answer, try_again_at=again)
        if answer == GONE:
            await turn_off(self._db, webhook)

    async def _post(self, client: "AsyncClient", delivery: Delivery, webhook: Webhook) -> int:
        """The receiver's HTTP status. Its words are not read: nobody needs them, and they may be endless."""
        parts, address = await resolve(webhook.url, allow_private=self._allow_private)
        host = f"[{address}]" if ":" in address else address
        target = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host, fragment="").geturl()
        extensions: dict[str, Any] = {"sni_hostname": parts.hostname}
        headers = signed_headers(delivery, webhook.secret, now()) | {"Host": parts.netloc}
        async with client.stream(
            "POST", target, content=delivery.payload.encode(), headers=headers, extensions=extensions
        ) as response:
            return int(response.status_code)
