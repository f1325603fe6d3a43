"""Service workers (https://www.w3.org/TR/service-workers/): built scripts at addresses that never change."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from konferens.web.assets import DIST


async def service_worker(request: Request, name: str, *, ahead: str = "") -> Response:
    """The built script `name` ('js/checkin-worker.js'), with the statements `ahead` before it.

    A worker rules over addresses below its own only, so its folder is the widest scope that it can have. Browsers ask for
    it anew at each visit, and what has changed takes over.
    """
    address: str = request.app.state.templates.globals["asset"](name)
    script = await asyncio.to_thread((DIST / address.rpartition("/")[2]).read_text, "utf-8")
    return Response(ahead + script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
