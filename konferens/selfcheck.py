"""`konferens check`: what is wrong with an installation, and how to mend it."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from konferens.accounts.queries import accounts_among
from konferens.clock import now
from konferens.database import open_database, schema_state
from konferens.demo.loader import LOGINS
from konferens.housekeeper import late_duties
from konferens.settings import Settings
from konferens.web.assets import Assets, AssetsMissingError

LEAST_FREE_BYTES = 200 * 1024 * 1024
EARLIEST_TRUE_TIME = 1_764_547_200
"""2025-12-01: a clock before this has lost its battery."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `mend` says what to do about it."""

    subject: str
    text: str
    mend: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.mend)

    def __str__(self) -> str:
        if not self.is_wrong:
            return f"ok     {self.subject}: {self.text}"
        return f"WRONG  {self.subject}: {self.text}\n       {self.mend}"


async def findings(settings: Settings) -> list[Finding]:
    """Every check's finding, the good ones too."""
    checks: list[Callable[[Settings], Awaitable[Finding]]] = [
        _address,
        _assets,
        _database,
        _duties,
        _mail,
        _disk,
        _clock,
    ]
    return [await check(settings) for check in checks]


async def _address(settings: Settings) -> Finding:
    host = urlsplit(settings.base_url).hostname or ""
    if host in ("127.0.0.1", "localhost", "::1"):
        return Finding("BASE_URL", f"{settings.base_url} – only this machine; set it before people register")
    if not settings.secure:
        return Finding("BASE_URL", settings.base_url, "Phones give no camera without https: set BASE_URL=https://…")
    return Finding("BASE_URL", settings.base_url)


async def _assets(settings: Settings) -> Finding:  # noqa: ARG001
    try:
        Assets()
    except AssetsMissingError as error:
        return Finding("front end", str(error), "Run make assets.")
    return Finding("front end", "built")


async def _database(settings: Settings) -> Finding:
    file = settings.sqlite_file
    if file is not None and not file.exists():
        return Finding("database", f"there is no {file} yet", "Run konferens migrate.")
    db = open_database(settings.database_url)
    try:
        async with asyncio.timeout(10):
            await db.connect()
            try:
                current, head = await schema_state(db)
                demo = current == head and await accounts_among(db, [email for email, _, _ in LOGINS])
            finally:
                await db.disconnect()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the person wants to know
        return Finding("database", f"{type(error).__name__}: {error}", "Check DATABASE_URL, and that the server runs.")
    if current != head:
        return Finding("database", f"schema is {current or 'absent'}, not {head}", "Run konferens migrate.")
    if demo and settings.secure:
        return Finding(
            "accounts", "the demo's logins are here, and their password is public", "Begin with an empty database."
        )
    return Finding("database", f"{db.dialect}, schema {current}")


async def _duties(settings: Settings) -> Finding:
    """Whether some server does what the clock brings about: reminders, expired orders, waiting lists, erasure."""
    unknown = Finding("duties", "not known without a database")
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        return unknown
    db = open_database(settings.database_url)
    try:
        async with asyncio.timeout(10):
            await db.connect()
            try:
                late = await late_duties(db, now())
            finally:
                await db.disconnect()
    except Exception:  # noqa: BLE001 - the finding about the database tells what is wrong
        return unknown
    if late:
        name, since = next(iter(late.items()))
        return Finding(
            "duties",
            f"{', '.join(late)} not done; {name} has waited since {since:%Y-%m-%d %H:%M} UTC",
            "Keep konferens serve running; if it runs, its log tells what fails.",
        )
    return Finding("duties", "none is late")


async def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("mail", f"no SMTP_URL: mail is written to {settings.data_dir / 'mail'}/ and not sent")
    from aiosmtplib import SMTPException

    from konferens.mail.transport import connect

    try:
        async with asyncio.timeout(15), connect(settings.smtp_url):
            pass
    except (SMTPException, OSError, TimeoutError) as error:
        return Finding("mail", f"{type(error).__name__}: {error}", "Check SMTP_URL: address, port, user and password.")
    return Finding("mail", "the SMTP server answers and accepts the login")


async def _disk(settings: Settings) -> Finding:
    probe = settings.data_dir / ".write-test"
    try:
        await asyncio.to_thread(_write_and_remove, probe)
    except OSError as error:
        return Finding("disk", f"{settings.data_dir} cannot be written: {error.strerror}", "Make it the server's own.")
    free = shutil.disk_usage(settings.data_dir).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", f"{free // 2**20} MiB free", "Make room: SQLite stops when the disk is full.")
    return Finding("disk", f"{free // 2**20} MiB free")


def _write_and_remove(probe: Path) -> None:
    probe.parent.mkdir(parents=True, exist_ok=True)
    probe.write_text("x", encoding="ascii")
    probe.unlink()


async def _clock(settings: Settings) -> Finding:  # noqa: ARG001
    if time.time() < EARLIEST_TRUE_TIME:
        return Finding("clock", time.strftime("%Y-%m-%d %H:%M"), "Set the clock: signatures and sales need it.")
    return Finding("clock", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()))
