"""Prefilled Swish payments: the text of the QR code, and the address that opens the app."""

from urllib.parse import quote


def swish_text(number: str, ore: int, message: str) -> str:
    """`C<payee>;<amount>;<message>;<mask>`; '' without a number.

    The mask 0 lets the payer edit nothing, so that amount and reference arrive as they are.
    """
    payee = _digits(number)
    return f"C{payee};{_amount(ore)};{message};0" if payee else ""


def swish_url(number: str, ore: int, message: str) -> str:
    """The link that opens Swish on the same phone with all filled in; '' without a number."""
    payee = _digits(number)
    if not payee:
        return ""
    return f"https://app.swish.nu/1/p/sw/?sw={payee}&amt={_amount(ore)}&cur=SEK&msg={quote(message)}&src=qr"


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def _amount(ore: int) -> str:
    return f"{ore // 100}" if ore % 100 == 0 else f"{ore // 100}.{ore % 100:02d}"
