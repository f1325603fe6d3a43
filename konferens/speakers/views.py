"""Portraits, to everybody."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from konferens.errors import NotFoundError
from konferens.speakers.actions import store_sizes
from konferens.speakers.images import MEDIA_TYPES, smaller
from konferens.speakers.model import SIZES, Image
from konferens.speakers.queries import find_image, find_size
from konferens.web.requests import database


async def media(request: Request) -> Response:
    """A picture under its digest: the bytes at an address never change, so everyone may keep them for good."""
    digest = request.path_params["digest"]
    headers = _headers(digest[:32])
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    image = await find_image(database(request), digest)
    return Response(image.data, media_type=image.media_type, headers=headers)


async def sized_media(request: Request) -> Response:
    """The same at most WIDTH pixels wide, one of `SIZES`, as WebP or JPEG. Raises NotFoundError for other widths."""
    digest, width = request.path_params["digest"], request.path_params["width"]
    media_type = MEDIA_TYPES.get(request.path_params["ending"], "")
    if width not in SIZES or not media_type:
        raise NotFoundError(f"image {digest} at {width}")
    headers = _headers(f"{digest[:24]}-{width}-{media_type[6:]}")
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    image = await _sized(request, digest, width, media_type)
    return Response(image.data, media_type=image.media_type, headers=headers)


async def _sized(request: Request, digest: str, width: int, media_type: str) -> Image:
    """As it is kept; pictures from before there were sizes get theirs when somebody first asks."""
    db = database(request)
    kept = await find_size(db, digest, width, media_type)
    if kept is not None:
        return kept
    image = await find_image(db, digest)
    width = min(width, image.width)
    if (width, media_type) == (image.width, image.media_type):
        return image
    made = await find_size(db, digest, width, media_type)
    if made is None:
        made = await asyncio.to_thread(smaller, image, width, media_type)
        async with db.transaction():
            await store_sizes(db, [made])
    return made


def _headers(tag: str) -> dict[str, str]:
    return {"Cache-Control": "public, max-age=31536000, immutable", "ETag": f'"{tag}"'}


routes = [
    Route("/media/{digest}-{width:id}.{ending}", sized_media),
    Route("/media/{digest}.webp", media),
]
