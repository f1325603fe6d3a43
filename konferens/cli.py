"""Commands. Each imports what it needs when it runs, so that they start quickly."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from getpass import getpass
from pathlib import Path
from typing import Any

from konferens.settings import Settings, SettingsError, load_settings


def main() -> None:
    """Run the command of sys.argv. Exit status: 0 done, 1 it could not be done, 2 wrong usage or settings."""
    arguments = _parser().parse_args()
    try:
        settings = load_settings(os.environ | _overrides(arguments))
    except SettingsError as error:
        sys.exit(_complain(str(error), 2))
    command: Callable[[Settings, argparse.Namespace], int] = arguments.command
    try:
        status = command(settings, arguments)
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="konferens", description="Registration, programme, badges and check-in.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the web server")
    serve.add_argument("--host", help="address to listen on (127.0.0.1, or HOST)")
    serve.add_argument("--port", help="port to listen on (8000, or PORT)")
    serve.add_argument("--workers", help="number of processes (1, or WEB_CONCURRENCY)")
    serve.set_defaults(command=_serve)

    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.set_defaults(command=_migrate)

    demo = commands.add_parser("demo", help="load the demo: three series with programme and orders")
    demo.add_argument("--attendees", type=_positive, default=None, help="about how many attendees (300 orders)")
    demo.add_argument("--seed", type=int, default=1, help="another seed, other people")
    demo.add_argument("--if-empty", action="store_true", help="do nothing when there are conferences already")
    demo.set_defaults(command=_demo)

    user = commands.add_parser("user", help="accounts").add_subparsers(required=True, metavar="ACTION")
    add_user = user.add_parser("add", help="an account for an organiser or check-in staff")
    add_user.add_argument("email")
    add_user.add_argument("--role", required=True, choices=["admin", "organiser", "staff", "reviewer"])
    add_user.add_argument("--event", metavar="S/E", help="only for this edition, e.g. lokalekonomidagarna/2027")
    add_user.add_argument("--name", default="")
    add_user.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add_user.set_defaults(command=_user_add)
    remove_user = user.add_parser("remove", help="take an account away, signed out everywhere")
    remove_user.add_argument("email")
    remove_user.set_defaults(command=_user_remove)

    token = commands.add_parser("token", help="API tokens").add_subparsers(required=True, metavar="ACTION")
    add_token = token.add_parser("add", help="a new API token, printed once")
    add_token.add_argument("name")
    add_token.add_argument("--scope", required=True, help="comma-separated: orders,checkin,events")
    add_token.add_argument("--event", metavar="S/E", help="only for this edition")
    add_token.set_defaults(command=_token_add)
    revoke_token = token.add_parser("revoke", help="end the API tokens with this name")
    revoke_token.add_argument("name")
    revoke_token.set_defaults(command=_token_revoke)

    schedule = commands.add_parser("import-schedule", help="import a programme; all or nothing")
    schedule.add_argument("event", metavar="SERIES/EDITION")
    schedule.add_argument(
        "file", type=Path, help="frab schedule.xml or schedule.json, pretalx export, Excel file, or CSV"
    )
    schedule.add_argument(
        "--draft", action="store_true", help="only plan it for the next version of the programme; nobody sees it before"
    )
    schedule.add_argument("--dry-run", action="store_true", help="only tell what it would change")
    schedule.set_defaults(command=_import_schedule)

    _add_keeping(commands)

    bounce = commands.add_parser(
        "bounce", help="read a mail from standard input: a report about mail that didn't arrive"
    )
    bounce.set_defaults(command=_bounce)

    check = commands.add_parser("check", help="what is wrong with this installation, and how to mend it")
    check.set_defaults(command=_check)
    return parser


def _add_keeping(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What keeps data, and what ends the keeping."""
    backup = commands.add_parser("backup", help="write a consistent copy, while serving")
    backup.add_argument("file", type=Path)
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="bring a copy back")
    restore.add_argument("file", type=Path)
    restore.add_argument("--force", action="store_true", help="overwrite a database that has data")
    restore.set_defaults(command=_restore)

    archive = commands.add_parser("archive", help="write a conference's public pages as files, to be kept for decades")
    archive.add_argument("event", metavar="S/E")
    archive.add_argument("folder", metavar="DIR", type=Path, help="a new folder, or an empty one")
    archive.set_defaults(command=_archive)

    purge = commands.add_parser("purge", help="take away personal data whose time is over, as the server does daily")
    purge.add_argument("--dry-run", action="store_true", help="only tell how much it would be")
    purge.set_defaults(command=_purge)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1_000_000:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return int(text)


def _overrides(arguments: argparse.Namespace) -> dict[str, str]:
    pairs = {"HOST": "host", "PORT": "port", "WEB_CONCURRENCY": "workers"}
    given = {name: getattr(arguments, option, None) for name, option in pairs.items()}
    return {name: value for name, value in given.items() if value is not None}


def _complain(text: str, status: int = 1) -> int:
    print(f"konferens: {text}", file=sys.stderr)
    return status


def _run(
    settings: Settings,
    work: Callable[[Any], Coroutine[Any, Any, int]],
    *,
    unreachable: int = 1,
    database: Any = None,
) -> int:
    """`work(db)` with a connected database; what the domain refuses becomes one line and status 1, no database `unreachable`.

    `database` is one that something else has opened, and that isn't connected yet.
    """
    from konferens.database import DRIVER_ERRORS, open_database
    from konferens.errors import DomainError

    async def connected() -> int:
        db = database or open_database(settings.database_url)
        await db.connect()
        try:
            return await work(db)
        finally:
            await db.disconnect()

    try:
        return asyncio.run(connected())
    except DomainError as error:
        return _complain(str(error))
    except DRIVER_ERRORS as error:
        return _complain(
            f"the database cannot be used ({str(error).splitlines()[0]}); konferens check tells more, konferens migrate may mend it",
            unreachable,
        )


async def _edition_id(db: Any, ref: str | None) -> int | None:
    from konferens.events.queries import find_edition

    if ref is None:
        return None
    series, _, edition = ref.partition("/")
    return (await find_edition(db, series, edition, published_only=False)).id


def _serve(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.server import serve

    return serve(settings, _overrides(arguments))


def _migrate(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001
    from konferens.database import DRIVER_ERRORS, migrate

    try:
        migrate(settings.database_url)
    except DRIVER_ERRORS as error:
        return _complain(f"the database cannot be used: {str(error).splitlines()[0]}")
    return 0


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.accounts.queries import accounts_among
    from konferens.demo.loader import LOGINS, load_demo, login_lines
    from konferens.events.queries import all_series

    async def work(db: Any) -> int:
        if await all_series(db):
            if arguments.if_empty:
                print(*login_lines(await accounts_among(db, [email for email, _, _ in LOGINS])), sep="\n")
                return 0
            return _complain("there are conferences in this database already; the demo wants an empty one")
        more = {} if arguments.attendees is None else {"attendees": arguments.attendees}
        report = await load_demo(db, seed=arguments.seed, **more)
        print(report)
        return 0

    return _run(settings, work)


def _user_add(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.accounts.actions import create_user
    from konferens.accounts.model import Role

    password = sys.stdin.readline().rstrip("\n") if arguments.password_stdin else getpass("Password: ")

    async def work(db: Any) -> int:
        edition_id = await _edition_id(db, arguments.event)
        await create_user(
            db,
            email=arguments.email,
            password=password,
            role=Role(arguments.role),
            edition_id=edition_id,
            name=arguments.name,
        )
        print(f"{arguments.email} is {arguments.role} of {arguments.event or 'every edition'}")
        return 0

    return _run(settings, work)


def _token_add(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.accounts.actions import create_api_token

    async def work(db: Any) -> int:
        edition_id = await _edition_id(db, arguments.event)
        scopes = [scope.strip() for scope in arguments.scope.split(",") if scope.strip()]
        token = await create_api_token(db, name=arguments.name, scopes=scopes, edition_id=edition_id)
        print("This token is shown only now:")
        print(token)
        return 0

    return _run(settings, work)


def _user_remove(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.accounts.actions import remove_user

    async def work(db: Any) -> int:
        await remove_user(db, arguments.email)
        print(f"{arguments.email} is removed")
        return 0

    return _run(settings, work)


def _token_revoke(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.accounts.actions import revoke_api_token

    async def work(db: Any) -> int:
        print(f"{await revoke_api_token(db, arguments.name)} revoked")
        return 0

    return _run(settings, work)


def _import_schedule(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.errors import DomainError
    from konferens.events.queries import find_edition
    from konferens.i18n import use_language
    from konferens.programme.import_preview import as_text, names_in, preview_of
    from konferens.programme.imports import load_schedule_file, plan_import
    from konferens.signups.importing import import_programme

    try:
        with use_language("en"):
            imported = load_schedule_file(arguments.file)
    except OSError as error:
        return _complain(f"{arguments.file} cannot be read: {error.strerror}")
    except DomainError as error:
        return _complain(str(error))

    async def work(db: Any) -> int:
        series, _, slug = arguments.event.partition("/")
        edition = await find_edition(db, series, slug, published_only=False)
        if arguments.dry_run:
            plan = await plan_import(db, edition, imported, drafts=arguments.draft, remove=imported.is_whole)
            with use_language("en"):
                print(as_text(preview_of(plan, await names_in(db, edition.id))) or "nothing would change")
            print(plan.report)
            return 0
        done = await import_programme(
            db,
            edition,
            imported,
            actor="system",
            base_url=settings.base_url,
            drafts=arguments.draft,
            remove=imported.is_whole,
        )
        print(done)
        return 0

    return _run(settings, work)


def _backup(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.backup import BackupError, backup

    try:
        backup(settings.database_url, arguments.file)
    except BackupError as error:
        return _complain(str(error))
    print(f"{arguments.file}: {arguments.file.stat().st_size:,} bytes")
    return 0


def _restore(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.backup import BackupError, restore

    try:
        restore(settings.database_url, arguments.file, force=arguments.force)
    except BackupError as error:
        return _complain(str(error))
    print(f"restored from {arguments.file}")
    return 0


def _archive(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.app import create_app
    from konferens.archive.writing import write_archive
    from konferens.web.assets import AssetsMissingError

    try:
        app = create_app(settings)
    except AssetsMissingError as error:
        return _complain(str(error))

    async def work(db: Any) -> int:  # noqa: ARG001 - the application has it
        print(f"{arguments.folder}: {await write_archive(app, arguments.event, arguments.folder)}")
        return 0

    return _run(settings, work, database=app.state.database)


def _bounce(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """For a mail server's pipe: other mail than reports is no error, and without a database it shall try again later."""
    from konferens.mail.bounces import MAX_SIZE, note_bounce, read_bounce

    bounce = read_bounce(sys.stdin.buffer.read(MAX_SIZE))
    if bounce is None:
        print("this is not a report about mail that did not arrive")
        return 0

    async def work(db: Any) -> int:
        mail_id = await note_bounce(db, bounce)
        print(f"mail {mail_id} bounced" if mail_id else "the report is about no mail that was sent from here")
        return 0

    return _run(settings, work, unreachable=os.EX_TEMPFAIL)


def _purge(settings: Settings, arguments: argparse.Namespace) -> int:
    from konferens.clock import now
    from konferens.privacy.actions import purge

    async def work(db: Any) -> int:
        print(await purge(db, now(), dry_run=arguments.dry_run))
        return 0

    return _run(settings, work)


def _check(settings: Settings, arguments: argparse.Namespace) -> int:  # noqa: ARG001
    from konferens.selfcheck import findings

    found = asyncio.run(findings(settings))
    for finding in found:
        print(finding)
    return 1 if any(finding.is_wrong for finding in found) else 0
