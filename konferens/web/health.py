"""For those who run the server: liveness, readiness, figures for Prometheus."""

import asyncio
import os
import resource
import sys
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from konferens.database import schema_state
from konferens.errors import ForbiddenError
from konferens.web.auth import bearer
from konferens.web.requests import database

STARTED = time.time()
NO_STORE = {"Cache-Control": "no-store"}


async def healthz(request: Request) -> Response:  # noqa: ARG001
    """200 while the process answers at all."""
    return PlainTextResponse("ok\n", headers=NO_STORE)


async def readyz(request: Request) -> Response:
    """200 when the database is reached and has the schema of this version; else 503 with the reason."""
    try:
        async with asyncio.timeout(5):
            current, head = await schema_state(database(request))
    except Exception as error:  # noqa: BLE001 - whatever keeps us from the database is the answer
        return PlainTextResponse(f"database: {type(error).__name__}\n", status_code=503, headers=NO_STORE)
    if current != head:
        return PlainTextResponse(f"schema is {current}, not {head}: run konferens migrate\n", 503, headers=NO_STORE)
    return PlainTextResponse("ready\n", headers=NO_STORE)


async def metrics(request: Request) -> Response:
    """Prometheus text, for loopback or any API token. Raises TokenRequiredError, ForbiddenError."""
    if (
        request.client is None
        or request.client.host not in ("127.0.0.1", "::1")
        or "x-forwarded-for" in request.headers
    ):
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
        *(await _domain_figures(request)),
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4", headers=NO_STORE)


async def _domain_figures(request: Request) -> list[str]:
    from konferens.organiser.queries import figures  # noqa: PLC0415 - the figures span every feature

    return [f"{name} {value}" for name, value in (await figures(database(request))).items()]
