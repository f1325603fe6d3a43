"""The finished HTTP requests that registration and scanning are measured with; every one is different."""

import json
import secrets
import uuid
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from itsdangerous import URLSafeTimedSerializer


def registrations(base_url: str, path: str, ticket_type: str, secret_key: str, count: int) -> list[bytes]:
    """`count` posts of the whole registration form, one person each at an address of their own, with form tokens as the page gives them."""
    serializer = URLSafeTimedSerializer(secret_key, salt="form")
    return [
        _post(
            base_url,
            f"{path}register",
            urlencode(
                {
                    "csrf_token": serializer.dumps([secrets.token_urlsafe(12), ""]),
                    "tickets-0-type": ticket_type,
                    "tickets-0-name": f"Åsa Mätning {number}",
                    "tickets-0-email": f"asa.{number}@example.org",
                    "tickets-0-organisation": "Bygdegårdsföreningen",
                    "buyer_name": "",
                    "buyer_email": "",
                    "message": "",
                }
            ).encode(),
            "application/x-www-form-urlencoded",
            f"X-Forwarded-For: 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\r\n",
        )
        for number in range(count)
    ]


def scans(base_url: str, list_id: int, tokens: Sequence[str], api_token: str) -> list[bytes]:
    """A post of one scan for each ticket."""
    return [
        _post(
            base_url,
            f"/api/v1/checkin/lists/{list_id}/scans",
            json.dumps(
                {
                    "token": token,
                    "nonce": str(uuid.uuid4()),
                    "scanned_at": "2026-05-11T08:00:00Z",
                    "device": "bench",
                    "direction": "in",
                }
            ).encode(),
            "application/json",
            f"Authorization: Bearer {api_token}\r\n",
        )
        for token in tokens
    ]


def _post(base_url: str, path: str, body: bytes, content_type: str, more: str = "") -> bytes:
    host = urlsplit(base_url).netloc
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{more}\r\n".encode() + body
