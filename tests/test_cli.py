"""Commands as people type them: what they print, and how they fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from konferens.clock import now
from konferens.database import Database
from konferens.tables import logins
from tests.factories import make_edition, make_login
from tests.postgres import PostgreSQL

ROOT = Path(__file__).parents[1]
PASSWORD = "en bra lång mening"


class Shell:
    """Runs commands against one database."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.environ = {"DATABASE_URL": database_url, "DATA_DIR": str(folder), "SECRET_KEY": "x" * 32}

    def __call__(self, *arguments: str, stdin: str = "", **environ: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        done = subprocess.run(
            [sys.executable, "-m", "konferens", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environ, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def konferens(database_url: str, tmp_path: Path) -> Shell:
    return Shell(database_url, tmp_path / "data")


@pytest.fixture
def fresh(tmp_path: Path) -> Shell:
    """A database that isn't there yet."""
    return Shell(f"sqlite:///{tmp_path}/new/konferens.db", tmp_path / "data")


def test_a_token_stands_alone_on_the_last_line(konferens: Shell) -> None:
    status, out, _ = konferens("token", "add", "kassan", "--scope", "orders,checkin")
    assert status == 0
    assert out.splitlines()[-1].startswith("konf_")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("token", "add", "x", "--scope", "root"), "scope: unknown scope root; choose from orders, checkin, events"),
        (("token", "add", "x", "--scope", "orders", "--event", "no/2027"), "there is no edition no/2027"),
        (("token", "add", "x", "--scope", "orders", "--event", "no"), "there is no edition no/"),
        (
            ("user", "add", "a@example.org", "--role", "staff", "--password-stdin"),
            "password: Lösenordet måste ha minst tio tecken.",
        ),
        (
            ("import-schedule", "no/2027", "there-is-no.json"),
            "there-is-no.json cannot be read: No such file or directory",
        ),
        (("archive", "no/2027", "there-is-no-folder"), "there is no edition no/2027"),
    ],
)
def test_what_cannot_be_done_is_one_line(konferens: Shell, arguments: tuple[str, ...], message: str) -> None:
    assert konferens(*arguments, stdin="kort\n") == (1, "", f"konferens: {message}\n")


def test_a_user(konferens: Shell) -> None:
    arguments = ("user", "add", "eva@example.org", "--role", "organiser", "--password-stdin")
    assert konferens(*arguments, stdin=f"{PASSWORD}\n") == (0, "eva@example.org is organiser of every edition\n", "")


def test_settings_that_are_wrong_end_with_2(fresh: Shell) -> None:
    assert fresh("migrate", PORT="x") == (2, "", "konferens: PORT is 'x'; it must be a whole number from 1 to 65535\n")
    assert fresh("serve", "--workers", "none")[0] == 2
    assert fresh("fly")[0] == 2


def test_from_nothing_to_a_demo(fresh: Shell, tmp_path: Path) -> None:
    status, out, err = fresh("demo")
    assert (status, out) == (1, "")
    assert "konferens migrate may mend it" in err
    assert fresh("migrate")[0] == 0
    assert fresh("migrate")[0] == 0
    status, out, _ = fresh("demo", "--attendees", "30")
    assert status == 0
    assert "demo login: admin@example.org" in out
    assert fresh("demo")[0] == 1
    status, out, _ = fresh("demo", "--if-empty")
    assert (status, len(out.splitlines())) == (0, 4)
    status, out, _ = fresh("check")
    assert "ok     database: sqlite" in out


def test_check_tells_how_to_mend(fresh: Shell) -> None:
    status, out, _ = fresh("check", BASE_URL="http://k.example.org", SMTP_URL="smtp://127.0.0.1:1")
    assert status == 1
    assert "WRONG  BASE_URL: http://k.example.org\n       Phones give no camera without https" in out
    assert "WRONG  database: there is no " in out
    assert "       Run konferens migrate." in out
    assert "WRONG  mail: " in out


def test_a_postgresql_that_is_not_there(postgres: PostgreSQL, tmp_path: Path) -> None:
    with postgres.empty_database() as url:
        gone = url
    status, out, err = Shell(gone, tmp_path)("migrate")
    assert (status, out) == (1, "")
    assert err.startswith("konferens: the database cannot be used: ")


async def test_an_archive(db: Database, assets: None, konferens: Shell, tmp_path: Path) -> None:
    edition = await make_edition(db)
    folder = tmp_path / "arkiv"
    status, out, err = konferens("archive", edition.ref, str(folder))
    assert (status, err) == (0, "")
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert out == f"{folder}: 5 pages in {len(sizes)} files, {sum(sizes):,} bytes\n"
    full = f"konferens: {folder} is not empty; an archive wants an empty or a new folder\n"
    assert konferens("archive", edition.ref, str(folder)) == (1, "", full)
    nowhere = tmp_path / "no" / "arkiv"
    missing = f"konferens: {nowhere} cannot be written: No such file or directory\n"
    assert konferens("archive", edition.ref, str(nowhere)) == (1, "", missing)
    assert konferens("archive", edition.ref)[0] == 2


async def test_purge_tells_what_it_took_away(db: Database, konferens: Shell) -> None:
    await make_login(db)
    old = {"token_digest": "x", "created_at": now(), "expires_at": now()}
    await db.execute(insert(logins).values(user_id=await db.fetch_val(select(logins.c.user_id)), **old))
    assert konferens("purge", "--dry-run") == (0, "logins: 1\n", "")
    assert konferens("purge") == (0, "logins: 1\n", "")
    assert konferens("purge") == (0, "nothing to purge\n", "")
