"""Ways out for mail: a server by SMTP, or files for trying things out."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib


class TransientMailError(Exception):
    """It did not work now: the server is away, busy or refuses our sign-in. Trying again later makes sense."""


class PermanentMailError(Exception):
    """The server will never take this message (a 5xx answer, RFC 5321 §4.2.1)."""


class MailTransport(Protocol):
    """Where messages go."""

    async def send(self, message: EmailMessage, *, to: str) -> None:
        """Hand over one message for the mailbox `to`. Raises TransientMailError, PermanentMailError."""


@asynccontextmanager
async def connect(url: str, *, timeout: float = 30.0) -> AsyncIterator[aiosmtplib.SMTP]:  # noqa: ASYNC109 - of each step
    """A session with the mail server at `url`, signed in where the address has a user.

    smtp://user:password@host:587 uses STARTTLS when the server offers it, smtps:// TLS from the start. Raises
    aiosmtplib.SMTPException and OSError.
    """
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "localhost", parts.scheme == "smtps"
    client = aiosmtplib.SMTP(
        hostname=host,
        port=parts.port or (465 if is_tls else 587 if parts.username else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=is_tls,
        start_tls=False if is_tls else None,
        tls_context=_tls_context(host),
        timeout=timeout,
    )
    async with client:
        yield client


class SmtpTransport:
    """A mail server; see `connect` for its address."""

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        self._url = url
        self._timeout = timeout

    async def send(self, message: EmailMessage, *, to: str) -> None:
        try:
            async with connect(self._url, timeout=self._timeout) as client:
                await client.send_message(message, recipients=[to])
        except aiosmtplib.SMTPAuthenticationError as error:  # ours to mend, whatever its code
            raise TransientMailError(str(error)) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise _by_code(min(codes, default=400), str(error)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _by_code(error.code, str(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TransientMailError(f"{type(error).__name__}: {error}") from error


def _tls_context(host: str) -> ssl.SSLContext:
    """Certificates are checked, except by a mail server on this machine, which has none that could be."""
    context = ssl.create_default_context()
    if host in ("localhost", "127.0.0.1", "::1"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _by_code(code: int, text: str) -> TransientMailError | PermanentMailError:
    return PermanentMailError(text) if code >= 500 else TransientMailError(text)  # noqa: PLR2004 - RFC 5321 §4.2.1


class FileTransport:
    """A folder of .eml files, one a message, named by its Message-ID: a message sent twice is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, *, to: str) -> None:  # noqa: ARG002
        name = re.sub(r"[^A-Za-z0-9.@_-]", "", str(message["Message-ID"]))
        try:
            await asyncio.to_thread(self._write, f"{name}.eml", message.as_bytes())
        except OSError as error:
            raise TransientMailError(str(error)) from error

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f"{name}.unfinished"
        unfinished.touch(mode=0o600)  # personal data and tickets: for the server's own user
        unfinished.write_bytes(content)
        unfinished.rename(self._folder / name)


def open_transport(smtp_url: str, data_dir: Path) -> MailTransport:
    """SMTP by `smtp_url`; where that is '', files in data_dir/mail."""
    return SmtpTransport(smtp_url) if smtp_url else FileTransport(data_dir / "mail")
