"""Settings from the environment (twelve-factor), read once; what is wrong is told in one sentence each."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ORIGIN = re.compile(r"[a-z]+://[^\s@/?#\\]+", re.IGNORECASE)
"""An address of a host and perhaps a port: no name and password, path or query."""


class SettingsError(Exception):
    """A setting is malformed; `str(error)` says which, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment decides.

    `base_url` has no slash at its end and is what links, feeds and QR codes begin with. `smtp_url` is '' when mail is
    written to files instead. `data_dir` holds the SQLite file, the secret key and mail files.
    """

    database_url: str
    host: str
    port: int
    workers: int
    secret_key: str
    base_url: str
    smtp_url: str
    mail_from: str
    data_dir: Path
    log_level: str

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, or None for PostgreSQL."""
        is_file = self.database_url.startswith("sqlite:///")
        return Path(self.database_url.removeprefix("sqlite:///")) if is_file else None

    @property
    def secure(self) -> bool:
        """Whether people reach us by https: cookies are then Secure and HSTS is sent."""
        return self.base_url.startswith("https://")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`, with their defaults (docs/contract.md).

    Makes `DATA_DIR/secret-key` when SECRET_KEY is absent. Raises SettingsError.
    """
    data_dir = Path(environ.get("DATA_DIR") or "var")
    port = _number(environ, "PORT", 8000, low=1, high=65535)
    base_url = (environ.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    _check_url("BASE_URL", base_url, ("http", "https"))
    if not _ORIGIN.fullmatch(base_url):
        raise SettingsError("BASE_URL must be an address without a path, such as https://konferens.example.org")
    smtp_url = environ.get("SMTP_URL", "")
    if smtp_url:
        _check_url("SMTP_URL", smtp_url, ("smtp", "smtps"))
    level = (environ.get("LOG_LEVEL") or "INFO").upper()
    if level not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL is {level!r}; it must be one of {', '.join(LOG_LEVELS)}")
    mail_from = environ.get("MAIL_FROM") or "Konferens <konferens@localhost>"
    if not re.search(r"[^@\s<>]+@[^@\s<>]+", mail_from) or "\n" in mail_from:
        raise SettingsError("MAIL_FROM must be an address, such as Konferens <konferens@example.org>")
    return Settings(
        database_url=_database_url(environ, data_dir),
        host=environ.get("HOST") or "127.0.0.1",
        port=port,
        workers=_number(environ, "WEB_CONCURRENCY", 1, low=1, high=64),
        secret_key=_secret_key(environ, data_dir),
        base_url=base_url,
        smtp_url=smtp_url,
        mail_from=mail_from,
        data_dir=data_dir,
        log_level=level,
    )


def _number(environ: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}; it must be a whole number from {low} to {high}")
    return int(text)


def _check_url(name: str, value: str, schemes: tuple[str, ...]) -> None:
    parts = _check_port(name, value)
    if parts.scheme not in schemes or not parts.hostname:
        raise SettingsError(
            f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host"
        )


def _check_port(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"{name} is not an address: {error}") from error
    return parts


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("DATABASE_URL") or f"sqlite:///{data_dir}/konferens.db"
    if url.startswith("postgres://"):  # as some platforms still write it
        url = url.replace("postgres://", "postgresql://", 1)
    if not url.startswith(("sqlite:///", "postgresql://")) or url == "sqlite:///":
        raise SettingsError("DATABASE_URL must begin with sqlite:/// or postgresql:// (without a driver's name)")
    _check_port("DATABASE_URL", url)
    return url


def _secret_key(environ: Mapping[str, str], data_dir: Path) -> str:
    if key := environ.get("SECRET_KEY"):
        if len(key) < 32:  # noqa: PLR2004
            raise SettingsError("SECRET_KEY must have at least 32 characters")
        return key
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(f"DATA_DIR {str(data_dir)!r} cannot be written: {error.strerror}") from error
    if len(key) < 32:  # noqa: PLR2004
        raise SettingsError(f"{path} must hold at least 32 characters: remove it, and another one is made")
    return key


def _make_key(path: Path) -> None:
    """Write a new key in one step: nobody reads half of one, and of two processes that make one, both use the first."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-key-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()
