"""Settings come from the environment; each fault is one sentence."""

from pathlib import Path

import pytest

from konferens.settings import SettingsError, load_settings

SECRET = "0123456789abcdef0123456789abcdef"


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET})
    assert settings.database_url == f"sqlite:///{tmp_path}/konferens.db"
    assert (settings.port, settings.workers, settings.base_url) == (8000, 1, "http://127.0.0.1:8000")
    assert (settings.smtp_url, settings.log_level, settings.secure) == ("", "INFO", False)


def test_a_secret_key_is_made_once_and_kept_for_the_owner(tmp_path: Path) -> None:
    first = load_settings({"DATA_DIR": str(tmp_path)})
    assert len(first.secret_key) == 64
    assert load_settings({"DATA_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_https_addresses_are_secure_and_lose_their_last_slash(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, "BASE_URL": "https://k.example.org/"})
    assert (settings.base_url, settings.secure) == ("https://k.example.org", True)


def test_the_old_name_of_postgresql_is_understood(tmp_path: Path) -> None:
    settings = load_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, "DATABASE_URL": "postgres://u@h/k"})
    assert settings.database_url == "postgresql://u@h/k"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "PORT is 'http'; it must be a whole number from 1 to 65535"),
        ("PORT", "0", "PORT is '0'; it must be a whole number from 1 to 65535"),
        ("PORT", "٣", "PORT is '٣'; it must be a whole number from 1 to 65535"),
        ("WEB_CONCURRENCY", "65", "WEB_CONCURRENCY is '65'; it must be a whole number from 1 to 64"),
        ("BASE_URL", "k.example.org", "BASE_URL must begin with http:// or https:// and name a host"),
        (
            "BASE_URL",
            "https://k.example.org/konferens",
            "BASE_URL must be an address without a path, such as https://konferens.example.org",
        ),
        *(
            (
                "BASE_URL",
                value,
                "BASE_URL must be an address without a path, such as https://konferens.example.org",
            )
            for value in (
                "https://k.example.org?a=b",
                "https://k.example.org#a",
                "https://a:b@k.example.org",
                "https://k k",
            )
        ),
        ("BASE_URL", "https://[", "BASE_URL is not an address: Invalid IPv6 URL"),
        ("SMTP_URL", "http://mail", "SMTP_URL must begin with smtp:// or smtps:// and name a host"),
        (
            "SMTP_URL",
            "smtp://mail:post",
            "SMTP_URL is not an address: Port could not be cast to integer value as 'post'",
        ),
        ("MAIL_FROM", "nobody", "MAIL_FROM must be an address, such as Konferens <konferens@example.org>"),
        ("MAIL_FROM", "a@b\nBcc: c@d", "MAIL_FROM must be an address, such as Konferens <konferens@example.org>"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'LOUD'; it must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 32 characters"),
        (
            "DATABASE_URL",
            "postgresql://h:port/k",
            "DATABASE_URL is not an address: Port could not be cast to integer value as 'port'",
        ),
        (
            "DATABASE_URL",
            "mysql://h/k",
            "DATABASE_URL must begin with sqlite:/// or postgresql:// (without a driver's name)",
        ),
    ],
)
def test_faults(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, name: value})
    assert str(caught.value) == sentence


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written: Not a directory"):
        load_settings({"DATA_DIR": str(tmp_path / "file" / "var")})
