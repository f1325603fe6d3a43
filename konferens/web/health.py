"""For those who run the server: liveness and readiness."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from konferens.database import schema_state
from konferens.web.requests import database

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
