"""Figures for Prometheus: the process, and what the office counts."""

import os
import resource
import sys
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from konferens.errors import ForbiddenError
from konferens.organiser.queries import figures
from konferens.web.auth import bearer
from konferens.web.health import NO_STORE
from konferens.web.requests import database

STARTED = time.time()


_PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def _is_direct(request: Request) -> bool:
    """Whether it comes from this machine and through no proxy, behind which anybody may stand.

    A proxy that adds none of these headers cannot be told apart: docs/security.md tells how to set one up.
    """
    is_loopback = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    return is_loopback and not any(name in request.headers for name in _PROXY_HEADERS)


async def metrics(request: Request) -> Response:
    """Prometheus text, for loopback or any API token. Raises TokenRequiredError, ForbiddenError."""
    if not _is_direct(request):
        token = await bearer(request)
        if token.edition_id is not None:
            raise ForbiddenError("a token for one edition may not read the server's figures")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    lines = [
        "# TYPE process_cpu_seconds_total counter",
        f"process_cpu_seconds_total {usage.ru_utime + usage.ru_stime:.2f}",
        "# TYPE process_max_resident_memory_bytes gauge",
        f"process_max_resident_memory_bytes {peak}",
        "# TYPE process_start_time_seconds gauge",
        f"process_start_time_seconds {STARTED:.0f}",
        "# TYPE konferens_worker_info gauge",
        f'konferens_worker_info{{pid="{os.getpid()}"}} 1',
        "# TYPE konferens_live_listeners gauge",
        f"konferens_live_listeners {request.app.state.live.listeners}",
        *(f"{name} {value}" for name, value in (await figures(database(request))).items()),
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4", headers=NO_STORE)
