"""What handlers read from a request: the edition of the address, the database, JSON bodies."""

import io
import ipaddress
import json
import re
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from python_multipart.multipart import parse_options_header
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from konferens.database import Database
from konferens.errors import InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.events.queries import find_edition


class _IdConvertor(Convertor[int]):
    """A row's number: at most nine digits, so that it fits every database's integer."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


class _SlugConvertor(Convertor[str]):
    regex = "[a-z0-9][a-z0-9-]{0,79}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _CodeConvertor(Convertor[str]):
    """A code of six characters, and whatever words stand behind it."""

    regex = "[A-Za-z0-9]{6}(?:-[a-z0-9-]*)?"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("code", _CodeConvertor())
register_url_convertor("id", _IdConvertor())
register_url_convertor("slug", _SlugConvertor())


def database(request: Request) -> Database:
    db: Database = request.app.state.database
    return db


def client_address(request: Request) -> str:
    """Who asks, as limits count them: uvicorn found the address, behind proxies that FORWARDED_ALLOW_IPS trusts by what they say.

    Of IPv6 it is the network of 64 bits, all of which one household has. What is no address stays as it is; '' for none.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(address), 64), strict=False))
    return host


def typed_id(text: str) -> int | None:
    """The number that an address or a form holds as an id, of at most nine digits as our columns are; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


_Item = TypeVar("_Item", bound=_Numbered)


def named_by_id(request: Request, items: Iterable[_Item]) -> _Item:
    """The one of `items` whose id is in the address. Raises NotFoundError, so that a number of another edition opens nothing."""
    for item in items:
        if item.id == request.path_params["id"]:
            return item
    raise NotFoundError(f"nothing with the number {request.path_params['id']}")


def call_housekeeper(request: Request, duty: str) -> None:
    """There is something to do for this duty (see jobs.housekeeper) that should not wait until it is due."""
    request.app.state.housekeeper.call(duty)


async def edition_of(request: Request, *, published_only: bool = True) -> Edition:
    """The edition that the address names as {series} and {edition}. Raises NotFoundError."""
    return await find_edition(
        database(request),
        request.path_params["series"],
        request.path_params["edition"],
        published_only=published_only,
    )


_CHARSETS = (b"", b"utf-8", b"utf8", b"us-ascii")


async def posted_form(request: Request, *, upload: str = "") -> FormData:
    """The posted form, by whoever sent it: handlers that change anything use `csrf.read_form`.

    Only fields whose names match the regular expression `upload` may be files. They are in memory, where nobody needs to
    close them and they can be read again: the body's limit bounds them. A file in the place of a text is passed
    over, and so are NUL characters, which PostgreSQL cannot hold. Raises HTTPException: 415 for a form that isn't in UTF-8
    (Python has codecs that give half characters, or raise errors of their own), 400 for one with too many or too large
    parts.
    """
    charset = parse_options_header(request.headers.get("content-type"))[1].get(b"charset", b"")
    if charset.lower() not in _CHARSETS:
        raise HTTPException(415)
    form = await request.form(max_files=500 if upload else 10, max_fields=2000, max_part_size=256 * 1024)
    kept: list[tuple[str, str | UploadFile]] = []
    for name, value in form.multi_items():
        if isinstance(value, str):
            kept.append((name, value.replace("\x00", "")))
        elif re.fullmatch(upload, name):
            content = io.BytesIO(await value.read())
            kept.append((name, UploadFile(content, size=value.size, filename=value.filename, headers=value.headers)))
    await form.close()
    return FormData(kept)


async def read_json(request: Request) -> Any:
    """The JSON body. Raises InvalidError when it is none, or holds NUL characters, which no database field takes."""
    body = await request.body()
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidError({"body": ["The body is not valid JSON in UTF-8."]}) from error
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError) as error:  # NaN, or half a surrogate pair
        raise InvalidError({"body": ["The body has a number or character that cannot be stored."]}) from error
    if "\\u0000" in text:
        raise InvalidError({"body": ["NUL characters are not accepted."]})
    return value
