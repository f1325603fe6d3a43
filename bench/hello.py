"""The yardstick for HTTP: Starlette with one route and nothing else, on the same server with as many processes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def hello(request: Request) -> Response:  # noqa: ARG001
    return PlainTextResponse("hello")


app = Starlette(routes=[Route("/", hello)])
