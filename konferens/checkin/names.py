"""Names as somebody at the door types them."""

import unicodedata

from konferens.checkin.model import Guest


def matches(guest: Guest, words: str) -> bool:
    """Whether each of `words` begins a word of the guest's name or organisation; 'and öst' finds Andrea Östlund.

    Case doesn't count and neither do accents, but å, ä and ö are letters of their own: 'ostlund' finds Östlund too,
    'östlund' doesn't find Ostlund.
    """
    text = f"{guest.name} {guest.organisation}".casefold().replace("-", " ")
    plain = _without_accents(text)
    return all(_begins(text, word) or _begins(plain, word) for word in words.casefold().replace("-", " ").split())


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) or f" {word}" in text


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
