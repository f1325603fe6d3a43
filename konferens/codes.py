"""Codes for people and tokens for machines."""

import base64
import re
import secrets
import unicodedata

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No 0, O, 1 or I: codes are read aloud and typed from paper."""

CODE_LENGTH = 6
TOKEN_BYTES = 15
"""120 random bits: 24 characters of base32 without padding, all of them in QR's alphanumeric set."""


def new_code() -> str:
    """A code for an order, session or speaker: six characters of `CODE_ALPHABET`. Callers retry when it is taken."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """A token that cannot be guessed: 120 random bits as 24 upper-case base32 characters."""
    return base64.b32encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii")


def slugify(text: str) -> str:
    """`text` as a slug of a–z, 0–9 and hyphen: 'Å-rum & Öl' gives 'a-rum-ol'. Text without any of these gives ''."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
