"""The conference's tickets that a list isn't for, in a form that lets phones refuse them without network and tells nothing else.

A token has 120 random bits: nobody gets from 8 bytes of its SHA-256 back to it, and so to a ticket or a person. 5,000 tickets are
53 kB, and a token that no ticket has is taken for one of them once in 3·10¹⁵ scans. static/js/checkin/elsewhere.js reads them.
"""

import base64
import hashlib
from collections.abc import Iterable

_BYTES = 8


def elsewhere_keys(tokens: Iterable[str]) -> str:
    """The tokens' keys one after the other, in base64; sorted, so that their order tells nothing of who is who."""
    keys = sorted(hashlib.sha256(token.encode()).digest()[:_BYTES] for token in tokens)
    return base64.b64encode(b"".join(keys)).decode("ascii")
