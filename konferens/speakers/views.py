"""Portraits, to everybody."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.speakers.queries import find_image
from konferens.web.requests import database


async def media(request: Request) -> Response:
    """A picture under its digest: the bytes at an address never change, so everyone may keep them for good."""
    digest = request.path_params["digest"]
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{digest[:32]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    image = await find_image(database(request), digest)
    return Response(image.data, media_type=image.media_type, headers=headers)


routes = [Route("/media/{digest}.webp", media)]
