"""Loads the demo into an empty database: conferences, programme, portraits, orders and logins."""

import asyncio
import math
import random
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from konferens.accounts.actions import create_user
from konferens.accounts.model import Role
from konferens.clock import now
from konferens.database import Database
from konferens.demo.editions import EditionFile, edition_files, load_edition, portrait_looks
from konferens.demo.feedback import judge_what_has_been
from konferens.demo.open_space import open_the_space
from konferens.demo.orders import Extras, place_demo_orders, plan_orders
from konferens.demo.portraits import draw_portrait
from konferens.demo.proposals import let_people_propose
from konferens.demo.signups import sign_people_up
from konferens.demo.speakers import let_speakers_answer
from konferens.events.model import Edition
from konferens.offering.queries import addons_of, discount_codes_of, ticket_types_of
from konferens.questions.queries import questions_of
from konferens.tables import images, speakers

ORDERS = 300
PASSWORD = "en-ko-pa-taket"  # noqa: S105 (the demo's; it is printed)
LOGINS = (
    ("admin@example.org", Role.ADMIN, "Alva Admin"),
    ("organiser@example.org", Role.ORGANISER, "Olle Ordnare"),
    ("staff@example.org", Role.STAFF, "Stina Scanner"),
    ("reviewer@example.org", Role.REVIEWER, "Rut Granskare"),
)
REVIEWERS = ("organiser@example.org", "reviewer@example.org")
_PEOPLE_PER_ORDER = 2.47
"""What the demo's orders hold on the average: 300 orders take so many seats that its own quotas suffice."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """How much was loaded. `str()` also tells the logins."""

    editions: tuple[str, ...]
    sessions: int
    speakers: int
    orders: int
    tickets: int

    def __str__(self) -> str:
        lines = [
            f"demo: {', '.join(self.editions)}",
            f"demo: {self.sessions} sessions, {self.speakers} speakers, {self.orders} orders, {self.tickets} tickets",
            *login_lines({email for email, _, _ in LOGINS}),
        ]
        return "\n".join(lines)


def login_lines(emails: Collection[str]) -> list[str]:
    """A line for each of the demo's logins whose account is among `emails`."""
    return [f"demo login: {email} / {PASSWORD} ({role.value})" for email, role, _ in LOGINS if email in emails]


async def load_demo(db: Database, *, attendees: int | None = None, seed: int = 1) -> DemoReport:
    """Load everything. Without `attendees` there are 300 orders; with it, so many tickets, and quotas that have room.

    The same seed gives the same people, choices and states; codes and tokens of orders are random as always, and times are
    before the present. Raises ConflictError when one of the editions exists.
    """
    chance = random.Random(seed)  # noqa: S311 (a demo)
    loaded: list[tuple[Edition, EditionFile]] = []
    sessions = 0
    for file in edition_files():
        edition, report = await load_edition(db, file, scale=_scale(attendees))
        sessions += report.created
        loaded.append((edition, file))
    people = await _give_portraits(db)
    for edition, _ in loaded:
        await let_speakers_answer(db, edition)
    n_orders = n_tickets = 0
    selling = [(edition, file) for edition, file in loaded if any(file.shares.values())]
    parts = _parts(attendees if attendees is not None else ORDERS, [_size(file) for _, file in selling])
    for (edition, file), part in zip(selling, parts, strict=True):
        types = await ticket_types_of(db, edition.id)
        extras = Extras(
            tuple(await addons_of(db, edition.id)),
            tuple(await discount_codes_of(db, edition.id)),
            tuple(await questions_of(db, edition.id)),
            file.extra_shares,
        )
        count, seats = (part, None) if attendees is None else (None, part)
        plans = plan_orders(types, file.shares, chance, extras, count=count, attendees=seats)
        placed = await place_demo_orders(db, edition, plans, chance)
        await sign_people_up(db, edition, file.values.get("signups", ()), chance, scale=_scale(attendees))
        n_orders += len(placed)
        n_tickets += sum(len(order.tickets) for order in placed)
    for email, role, name in LOGINS:
        await create_user(db, email=email, password=PASSWORD, role=role, name=name)
    for edition, file in loaded:
        if file.proposals:
            await let_people_propose(db, edition, file.proposals, REVIEWERS)
        if "open_space" in file.values:
            await open_the_space(db, edition, file.values["open_space"])
        await judge_what_has_been(db, edition, chance)
    return DemoReport(tuple(edition.ref for edition, _ in loaded), sessions, people, n_orders, n_tickets)


def _size(file: EditionFile) -> int:
    """Seats of the largest quota."""
    return max(int(quota["size"]) for quota in file.values["quotas"])


def _scale(attendees: int | None) -> int:
    """How many times as large the quotas must be, so that `attendees` fit with the tight ones to spare."""
    return 1 if attendees is None else max(1, math.ceil(attendees / (ORDERS * _PEOPLE_PER_ORDER * 0.7)))


def _parts(total: int, weights: list[int]) -> list[int]:
    """`total` in parts as large as `weights`; the last takes what rounding leaves."""
    parts = [total * weight // sum(weights) for weight in weights[:-1]]
    return [*parts, total - sum(parts)]


async def _give_portraits(db: Database) -> int:
    """Draw everybody, in threads; gives how many people there are."""
    looks = portrait_looks()
    rows = await db.fetch_all(select(speakers.c.id, speakers.c.name).order_by(speakers.c.id))
    drawn = await asyncio.gather(
        *(asyncio.to_thread(draw_portrait, row.name, looks[row.name]) for row in rows if row.name in looks)
    )
    shown = [row for row in rows if row.name in looks]
    moment = now()
    unique = {image.digest: image for image in drawn}
    async with db.transaction():
        await db.execute_many(
            insert(images),
            [
                {
                    "digest": image.digest,
                    "media_type": image.media_type,
                    "width": image.width,
                    "height": image.height,
                    "data": image.data,
                    "created_at": moment,
                }
                for image in unique.values()
            ],
        )
        await db.execute_many(
            update(speakers).where(speakers.c.id == bindparam("row_id")).values(image_digest=bindparam("new_digest")),
            [{"row_id": row.id, "new_digest": image.digest} for row, image in zip(shown, drawn, strict=True)],
        )
    return len(rows)
