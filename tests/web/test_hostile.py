"""Hostile values in every address, form and JSON document of the site map: whatever comes, the answer is never a 500."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from konferens.accounts.actions import create_api_token
from konferens.accounts.model import Role
from konferens.accounts.queries import colleagues_of, user_by_login
from konferens.accounts.signing_in import LINK_LASTS, make_link
from konferens.accounts.token_actions import issue_token, tokens_of
from konferens.badges.making import make_prints
from konferens.badges.papers import Paper
from konferens.badges.prints import print_one, start_print
from konferens.checkin.actions import record_scans, save_list
from konferens.checkin.afterwards import conflicts_of
from konferens.checkin.devices import prepare_device
from konferens.checkin.model import Scan
from konferens.checkin.queries import find_list
from konferens.clock import now
from konferens.codes import slugify
from konferens.colleagues.actions import add_colleague
from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.feedback.queries import results_of
from konferens.open_space.actions import propose
from konferens.open_space.queries import open_space_of, topic_by_secret
from konferens.open_space.slots import add_slots
from konferens.privacy.actions import request_erasure
from konferens.programme.drafts import save_draft
from konferens.programme.files import NewFile, store_file
from konferens.programme.releases import add_release
from konferens.programme.uploads import keep_upload
from konferens.proposals.model import Proposal
from konferens.questions.actions import save_answers
from konferens.questions.model import Answer, File
from konferens.registration.model import Buyer, TicketRequest
from konferens.routes import routes
from konferens.speakers.actions import update_speaker
from konferens.speakers.answers import invite
from konferens.tables import mail_outbox
from konferens.webhooks.actions import save_webhook, send_test
from konferens.webhooks.queries import deliveries_of
from tests.browser import Browser, browser
from tests.factories import (
    ACTOR,
    make_addon,
    make_bank_row,
    make_discount_code,
    make_edition,
    make_login,
    make_order,
    make_quota,
    make_room,
    make_session,
    make_speaker,
    make_ticket_type,
    make_track,
    wall,
)
from tests.feedback.factories import answer, ended_session
from tests.privacy.factories import make_question, make_waiting
from tests.proposals import factories as proposing
from tests.questions.factories import make_question as ask
from tests.waiting.factories import entry
from tests.web.form_pages import page_of

TEXTS = (
    "",
    "\x00",
    "\u202e<script>alert(1)</script>",
    "'\";--{{7*7}}${7*7}",
    "ŉßﬃ" * 3000,
    "9" * 5000,
    "-1",
    "²",
    "1e309",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "23:59:59.999",
    "http://[",
    "javascript:alert(1)",
    "//evil.example/\r\nX: y",
    "\ufffe\U0001f600\u0301",
)
ALL = os.environ.get("HOSTILE") == "all"
"""Otherwise each address and field gets one of the texts on SQLite and another one on PostgreSQL: they take turns with them."""

JSONS: tuple[Any, ...] = (*TEXTS, None, True, 0, -1, 10**40, 1.5, [], {}, [[[]]], {"a": {"b": []}}, "\ud800")
QUERY = [
    "q",
    "day",
    "track",
    "room",
    "status",
    "before",
    "since",
    "limit",
    "offset",
    "type",
    "layout",
    "order",
    "position",
    "ticket",
    "next",
    "notice",
    "paid",
    "unprinted",
    "done",
    "published",
    "with",
]
ENDS = (
    "leave",
    "refuse",
    "discard",
    "undo",
    "remove",
    "erase",
    "requests/{id:id}",
    "delete",
    "cancel",
    "cancellation",
    "payment",
    "publication",
    "logout",
)
"""Posts that end what others need: they come last."""


ENDLESS = (
    "/{series:slug}/{edition:slug}/live",
    "/organiser/{series:slug}/{edition:slug}/checkin-lists/live/events",
)
"""Streams of events: tests/live/test_stream.py and tests/checkin/test_live.py read them."""

UNMADE = {
    "/media/{digest}.webp",
    "/media/{digest}-{width:id}.{ending}",
    "/orders/{code:code}/{secret}/swish.svg",
    "/orders/{code:code}/{secret}/invoice.pdf",
    "/orders/{code:code}/{secret}/credit-note.pdf",
    "/orders/{code:code}/{secret}/invoices/{number:id}.pdf",
    "/orders/{code:code}/{secret}/invoices/{number:id}.xml",
    "/orders/{code:code}/{secret}/receipt.pdf",
    "/tickets/{secret}/certificate.pdf",
}
"""What this world doesn't have: portraits, a number to pay to, a seller, money, a conference that is over."""


@dataclass
class World:
    """What the addresses of the site map lead to, by the names of their parts."""

    parts: dict[str, str]
    kinds: dict[str, str]
    token: str
    logins: dict[str, str | None]

    def address(self, template: str) -> str:
        """`template` with its parts filled in so that it leads to something."""
        template = template.replace("/tickets/{secret}", f"/tickets/{self.parts['ticket_secret']}")
        template = template.replace("/speaking/{secret}", f"/speaking/{self.parts['speaking_secret']}")
        template = template.replace("/badges/{secret}", f"/badges/{self.parts['badge_secret']}")
        template = template.replace(
            "/rooms/{slug:slug}", f"/rooms/{self.parts['slug'].replace('energi', 'stora-salen')}"
        )
        template = template.replace("/problems/{slug:slug}", "/problems/sold-out")
        place = next((value for mark, value in self.kinds.items() if mark in template), "1")
        parts = []
        for part in template.split("/"):
            stem, brace, rest = part.partition("{")
            name = rest.partition("}")[0].partition(":")[0]
            end = rest.partition("}")[2]
            parts.append(stem + (self.parts.get(name, place) if brace else "") + end)
        return "/".join(parts)


async def make_token(db: Database, edition: Edition) -> int:
    """An API token of the office; gives its id."""
    await issue_token(db, edition.id, name="Skript", scopes=["orders"], expires_at=None, actor=ACTOR)
    return (await tokens_of(db, edition.id))[0].id


def _one_line(text: str) -> str:
    """As much of it as a cell of a CSV file can be."""
    return "".join(character for character in text if character not in '";\r\n')[:100]


async def make_world(db: Database, slug: str = "2027", *, text: str = "") -> World:
    """A conference with one of everything; `text` ends every name, and is every description."""
    texts: dict[str, Any] = {
        **dict.fromkeys(("tagline", "description", "practical", "venue_name", "venue_address", "venue_city"), text),
        **dict.fromkeys(("open_space", "open_space_guests", "open_space_self"), True),
    }
    edition = await make_edition(
        db,
        slug=slug,
        **{**texts, "name": f"Dagarna {text}", "contact_email": "fragor@example.org"},
    )
    room = await make_room(db, edition, f"Stora salen{text}", description=text)
    track = await make_track(db, edition, f"Energi{text}", description=text)
    speaker = await make_speaker(
        db, edition, f"Åsa {text}", title=text, organisation=text, biography=text, email="asa@example.org"
    )
    await make_speaker(db, edition, f"Bo {text}", email="bo@example.org")
    async with db.transaction():
        speaking = await invite(db, edition.id, [speaker], actor=ACTOR)
    needs = {"needs": text, "links": [{"title": text[:100], "url": "https://example.org"}]}
    await update_speaker(db, edition.id, speaker, needs, actor=f"speaker:{speaker}")
    session = await make_session(
        db,
        edition,
        f"Mack {text}",
        wall_starts=wall(11, 9),
        room_id=room,
        track_id=track,
        speakers=[(speaker, "speaker")],
        signup=True,
        capacity=2,
        **dict.fromkeys(("subtitle", "abstract", "description", "meeting_point"), text),
    )
    judged = await ended_session(db, edition, f"Kväll {text}", abstract=text)
    await answer(db, edition, judged, *((rating, f"Tack {text}") for rating in (3, 4, 5)))
    comment = (await results_of(db, [judged.id]))[judged.id].comments[0]
    slides = await store_file(db, edition, session, NewFile("Bilder.pdf", "application/pdf", b"%PDF-1.7"), actor=ACTOR)
    quota = await make_quota(db, edition, 500, f"Platser{text}")
    ticket_type = await make_ticket_type(db, edition, quota=quota, name=f"Ordinarie{text}", description=text)
    addon = await make_addon(db, edition, quota=quota, name=f"Middag{text}", description=text, location=text)
    code = await make_discount_code(db, edition, f"RABATT{slug}", percent=10, note=text[:200])
    buyer = Buyer(f"Anna {text}", "anna@example.org", text, "", text, text)
    await make_addon(db, edition, "buss", name=f"Buss{text}")
    people = [
        TicketRequest(
            "ordinarie", f"Deltagare {n}{text}", "d@example.org", text, addons=("middag",), details_later=True
        )
        for n in (1, 2)
    ]
    order = await make_order(db, edition, buyer=buyer, tickets=tuple(people), message=text)
    entrance = await save_list(
        db, edition.id, None, name=f"Entrén{text}", ticket_type_ids=None, admit_unpaid=True, actor=ACTOR
    )
    phone, conflict = await _phone(db, edition, entrance, text)
    mail = await db.fetch_val(select(func.max(mail_outbox.c.id)))
    organiser = await make_login(db, Role.ORGANISER, edition, email=f"organiser{slug}@example.org")
    colleague = await _colleague(db, edition, organiser, text)
    asked = await request_erasure(db, order, order.tickets[1], message=text, actor="attendee")
    await make_question(db, edition, "attendee-list", kind="yes_no", label=text)
    travel = await ask(db, edition, f"Resa{text}", "choice", choices=[f"Tåg{text}", "Buss"], help=text, purpose=text)
    paper = await ask(db, edition, f"Intyg{text}", "file", sensitive=True, purpose=text)
    async with db.transaction():
        file = File(f"intyg{text}.pdf", "application/pdf", b"%PDF-1.7")
        own: dict[int, Answer | None] = {travel.id: f"Tåg{text}", paper.id: file}
        await save_answers(db, {order.tickets[0].id: own}, [travel, paper])
    told = {"title": f"Ämne{text}", "abstract": text, "name": f"Åsa{text}"}
    topic_secret = await propose(db, edition, told, ticket_id=order.tickets[0].id)
    await add_slots(db, edition, [(room, wall(12, 13), wall(12, 14))], actor=ACTOR)
    bank_row = await make_bank_row(db, edition, payer=text[:200], reference=text[:300])
    waiting = await make_waiting(db, edition, ticket_type, f"Väntar {text}", "v@example.org")
    async with db.transaction():
        await add_release(db, edition, name=f"1.{slug}", note=text, actor=ACTOR)
    await save_draft(
        db, await edition_by_id(db, edition.id), session, {"title": f"Utkast {text}", "abstract": text}, actor=ACTOR
    )
    webhook = await save_webhook(
        db, edition.id, None, url="https://example.org/hook", events=["order.paid"], active=False, actor=ACTOR
    )
    await send_test(db, edition, webhook, actor=ACTOR)
    proposal = await _proposal(db, edition, text)
    programme = f"Titel;Datum;Börjar;Slutar;Medverkande\nNy {_one_line(text)};2027-05-11;15:00;16:00;Bo\n".encode()
    upload = await keep_upload(db, edition.id, [(f"{text}.csv", programme)], actor=ACTOR)
    return World(
        parts={
            "paper": "a7",
            "series": "lokalekonomidagarna",
            "edition": slug,
            "slug": slugify(f"Energi{text}"),
            "secret": order.secret,
            "entry_secret": (await entry(db, waiting)).secret,
            "ticket_secret": order.tickets[0].secret,
            "ticket_token": order.tickets[0].token,
            "speaking_secret": speaking[speaker],
            "topic_secret": topic_secret,
            **await _badges(db, edition, order.tickets[0].id),
            "link": await make_link(db, colleague, lasts=LINK_LASTS),
            "number": "1",
            "list_id": str(entrance),
            "version": str(edition.version),
            "digest": "0" * 64,
            "role": "staff",
            "proposal_secret": proposal.secret,
            "proposal_code": proposal.code,
            "key": proposal.key_for(proposal.people[1]),
            "delivery": str((await deliveries_of(db, webhook))[0][0].id),
            "ticket": str(order.tickets[0].id),
            "addon": str(order.tickets[0].addons[0].id),
            "question": str(paper.id),
            "kind": "order_confirmation",
            "file": str(slides),
            "upload": str(upload),
            "name": "Bilder.pdf",
            "rest": "register",
            "language": "sv",
        },
        kinds={
            "{code:code}/feedback": judged.code,
            "/feedback/comments/": str(comment.id),
            "/open-space/topics/": str((await topic_by_secret(db, topic_secret)).id),
            "/open-space/slots/": str((await open_space_of(db, edition)).slots[0].id),
            "/privacy/requests/": str(asked.id),
            "/privacy/waiting/": str(waiting),
            "/waiting/": str(waiting),
            "/orders/": order.code,
            "/sales/": order.code,
            "/proposals/": proposal.code,
            "/devices/conflicts/": str(conflict),
            "/devices/": str(phone),
            "/sessions/": session,
            "/schedule/": session,
            "/signups/": session,
            "/speakers/": speaker,
            "/rooms/": str(room),
            "/tracks/": str(track),
            "/ticket-types/": str(ticket_type),
            "/quotas/": str(quota),
            "/questions/": str(travel.id),
            "/releases/drafts/": session,
            "/releases/": f"1.{slug}",
            "/addons/": str(addon),
            "/codes/": str(code),
            "/payments/": str(bank_row),
            "/mail/": str(mail),
            "/colleagues/": str(colleague),
            "/tokens/": str(await make_token(db, edition)),
            "/webhooks/": str(webhook),
            "/t/": order.tickets[0].token,
            "/my/": order.tickets[0].calendar_token,
        },
        token=await create_api_token(db, name="fuzz", scopes=["orders", "checkin", "events"]),
        logins={
            "nobody": None,
            "organiser": organiser,
            "admin": await make_login(db, Role.ADMIN, email=f"admin{slug}@example.org"),
        },
    )


async def _colleague(db: Database, edition: Edition, login: str, text: str) -> int:
    """Somebody at the door, invited by who has the `login`; gives the account's id."""
    inviter = await user_by_login(db, login)
    assert inviter is not None
    door = f"door-{edition.slug}@example.org"
    base_url = "http://testserver"
    await add_colleague(db, edition, email=door, name=text, role=Role.STAFF, inviter=inviter, base_url=base_url)
    return next(one.user_id for one in await colleagues_of(db, edition.id) if one.email == door)


async def _badges(db: Database, edition: Edition, ticket: int) -> dict[str, str]:
    """A print that is made, and one badge from a desk: what addresses have of them."""
    print_id = await start_print(db, edition.id, [ticket], Paper.A7, actor=ACTOR, seen=0)
    await make_prints(db, now(), base_url="http://testserver")
    single = await print_one(db, edition.id, ticket, Paper.A7, actor=ACTOR, again=False)
    return {"print_id": str(print_id), "badge_secret": single.secret}


async def _phone(db: Database, edition: Edition, entrance: int, text: str) -> tuple[int, int]:
    """A phone for the list `entrance`, and somebody whom a phone let in with a ticket that nobody knows: their ids."""
    lasts = now() + timedelta(days=3)
    name = f"Telefon{text}"[:60]
    phone, _ = await prepare_device(
        db, edition.id, name=name, list_ids=[entrance], may_sell=True, expires_at=lasts, actor=ACTOR
    )
    let_in = Scan("OKÄND", f"{edition.slug}{text}"[:36], now(), name, told="admitted")
    await record_scans(db, await find_list(db, entrance), [let_in], ACTOR)
    return phone, (await conflicts_of(db, edition.id))[0].id


async def _proposal(db: Database, edition: Edition, text: str) -> Proposal:
    """With a co-speaker and an answer, to a call that is open; `text` ends, or is, everything."""
    choices = [text or "Ja", "Nej"]
    question = {"code": "nytt", "kind": "choice", "label": text or "Nytt?", "help": text, "choices": choices}
    await proposing.open_call(db, edition, introduction=text, questions=[question])
    people = [
        proposing.person(f"{name} {text}", f"{name}@example.org", title=text, biography=text)
        for name in ("kajsa", "olle")
    ]
    texts: dict[str, Any] = dict.fromkeys(("abstract", "description", "notes"), f"Om {text}")
    return await proposing.propose(db, edition, f"Förslag {text}", *people, answers={"nytt": choices[0]}, **texts)


def templates(method: str) -> list[str]:
    """Every address of the site map that answers `method`."""
    paths = dict.fromkeys(r.path for r in routes if isinstance(r, Route) and method in (r.methods or ()))
    for endless in ENDLESS:
        paths.pop(endless, None)
    return sorted(paths, key=lambda path: (path.endswith(ENDS), path.startswith(("/organiser/", "/orders/"))))


@pytest.fixture
async def world(db: Database) -> World:
    return await make_world(db)


@pytest.fixture
def visitors(db: Database, world: World) -> Iterator[dict[str, Browser]]:
    """A browser for each kind of people, whose application tells a 500 rather than raise."""
    with ExitStack() as stack:
        found = {who: stack.enter_context(browser(db, login)) for who, login in world.logins.items()}
        for visitor in found.values():
            visitor.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def turns(db: Database) -> range:
    """The places of the texts, from each address's and field's own on, that are tried on this database."""
    return range(len(TEXTS)) if ALL else range(1) if db.dialect == "sqlite" else range(1, 2)


def test_every_address_of_the_world_is_there(world: World, visitors: dict[str, Browser]) -> None:
    """Else the tests below would only see pages that say 404."""
    headers = {"Authorization": f"Bearer {world.token}"}
    answers = {path: visitors["admin"].get(world.address(path), **headers).status_code for path in templates("GET")}
    missing = {path for path, status in answers.items() if status not in (200, 301, 303, 308)}
    assert missing - UNMADE == set()


def test_addresses(world: World, visitors: dict[str, Browser], turns: range) -> None:
    broken = []
    for (number, path), who in product(enumerate(templates("GET")), ("nobody", "admin")):
        address = world.address(path)
        headers = {"Authorization": f"Bearer {world.token}"} if who == "admin" else {}
        for turn in turns:
            text = TEXTS[(number + turn * 5) % len(TEXTS)]
            query = dict.fromkeys(QUERY, text[:400])
            response = visitors[who].client.get(address, params=query, headers=headers, follow_redirects=False)
            if response.status_code >= 500:
                broken.append((who, path, text[:20]))
    assert broken == []


async def test_no_conference_s_address_leads_to_another_s_things(db: Database) -> None:
    """An organiser of one, with the other's numbers and codes behind the own address."""
    own, other = await make_world(db), await make_world(db, "2028")
    mixed = replace(other, parts=other.parts | {"edition": "2027"})
    found, asked = [], 0
    with browser(db, own.logins["organiser"]) as organiser:
        token = organiser.token("/organiser/lokalekonomidagarna/2027/settings")
        for method in ("GET", "POST"):
            for path in templates(method):
                if not path.startswith("/organiser/") or "{" not in path.partition("{edition:slug}")[2]:
                    continue
                # Every conference's own, by the same names; and what only leads elsewhere.
                if (
                    "/mail/texts/" in path
                    or "/badges/designs/" in path
                    or path.endswith(("/preview/{rest:path}", "/preview/look-{version:id}.css"))
                ):
                    continue
                data = {"csrf_token": token} if method == "POST" else None
                response = organiser.client.request(method, mixed.address(path), data=data, follow_redirects=False)
                asked += 1
                if response.status_code != 404:
                    found.append((method, path, response.status_code))
    assert found == []
    assert asked > 30


MARKUP = "<b class='hostile'>\"';&{{7*7}}\ufffe"


async def test_nothing_that_people_write_becomes_markup(db: Database) -> None:
    """Neither on a page, nor in mail; and what is XML stays well-formed."""
    world = await make_world(db, text=MARKUP)
    marked = []
    with browser(db, world.logins["admin"]) as admin:
        for path in templates("GET"):
            response = admin.get(world.address(path), Authorization=f"Bearer {world.token}")
            media_type = response.headers.get("content-type", "").partition(";")[0]
            if media_type == "text/html" and ("<b class" in response.text or "{49" in response.text):
                marked.append(path)
            if media_type.endswith("xml"):
                ET.fromstring(response.content)  # noqa: S314 - our own answer
        asked_for = admin.get(world.address("/{series:slug}/{edition:slug}/register")).text
    assert marked == []
    assert "Ordinarie&lt;b class=" in asked_for


@pytest.mark.parametrize("who", ["nobody", "admin"])
def test_forms(world: World, visitors: dict[str, Browser], turns: range, who: str) -> None:
    """Each field by itself gets hostile values, the others stay as the page has them; then all fields get the same one.

    Nobody in particular does it with everybody's forms, the admin with those of the office and the door.
    """
    broken, tried = [], 0
    visitor = visitors[who]
    for path in templates("POST"):
        address, page = world.address(path), world.address(page_of(path))
        if "/api/" in path or page.startswith(("/organiser/", "/checkin/")) != (who == "admin"):
            continue
        if 'name="csrf_token"' not in visitor.get(page).text:
            continue
        form = {**visitor.form(page, action=address), "csrf_token": visitor.token(page)}
        for changes, files in attacks(form, turns, start=tried):
            fields = {name: value for name, value in (form | changes).items() if name not in files}
            response = visitor.client.post(address, data=fields, files=files or None, follow_redirects=False)
            tried += 1
            if response.status_code >= 500:
                broken.append((path, str(changes or files)[:80]))
    assert broken == []
    assert tried > 100


def attacks(form: dict[str, Any], turns: range, *, start: int) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """(values to exchange, files to send in their place)."""
    fields = [name for name in form if name != "csrf_token"]
    others = ["step", "ids", "person", "session", "type", "tickets-²-name", f"tickets-{'9' * 5000}-name"]
    for number, name in enumerate([*fields, *others]):
        for turn in turns if name in form else turns[:1]:
            yield {name: TEXTS[(start + number + turn * 5) % len(TEXTS)]}, {}
    for turn in range(3 * turns.start, 3 * turns.stop):
        yield dict.fromkeys(fields, TEXTS[(start + turn * 5) % len(TEXTS)]), {}
    yield {}, dict.fromkeys([*fields, "csrf_token"], ("x", b"x"))
    yield {}, dict.fromkeys(fields, ("x", b"x"))


def mutations(document: Any) -> Iterator[Any]:
    """`document` with one value after the other exchanged for each hostile one."""
    yield from JSONS
    items: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        items = list(document.items())
    elif isinstance(document, list):
        items = list(enumerate(document))
    for key, value in items:
        for other in mutations(value):
            changed = document.copy()
            changed[key] = other
            yield changed


SCAN = {
    "token": "A",
    "nonce": "0b1f8a52-6f0e-4c3b-9d0e-2f6f3c1e9a77",
    "scanned_at": "2026-01-01T00:00:00Z",
    "device": "x",
}
ORDER = {
    "buyer": {"name": "Åsa", "email": "asa@example.org", "orgnr": "", "address": "a"},
    "tickets": [{"type": "ordinarie", "name": "Åsa", "email": "asa@example.org"}],
    "language": "sv",
}


SALE = {"name": "Åsa", "email": "asa@example.org", "type": "ordinarie", "payment": "cash", "key": SCAN["nonce"]}
DOCUMENTS: tuple[tuple[str, Any], ...] = (
    ("/api/v1/checkin/lists/{list_id:id}/scans", SCAN),
    ("/api/v1/checkin/lists/{list_id:id}/scans", [SCAN]),
    ("/checkin/api/lists/{list_id:id}/scans", [SCAN]),
    ("/checkin/api/lists/{list_id:id}/undo", {"nonce": SCAN["nonce"]}),
    ("/checkin/api/lists/{list_id:id}/sales", SALE),
    ("/checkin/api/lists/{list_id:id}/sales/{code:code}/paid", {"method": "cash", "token": "A"}),
    ("/checkin/api/lists/{list_id:id}/sales/{code:code}/give-up", {}),
    ("/checkin/api/lists/{list_id:id}/payments", {"token": "A", "method": "cash"}),
    ("/checkin/api/lists/{list_id:id}/badges", {"token": "A", "paper": "a7"}),
    ("/checkin/api/devices/claim", {"code": "A", "name": "Telefon"}),
    ("/api/v1/events/{series:slug}/{edition:slug}/orders", ORDER),
)
NO_JSON = (
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 6000,
    b"NaN",
    b"\xff",
    b'{"token":1,"token":2}',
    b"[1e999]",
)


def test_json(db: Database, world: World, visitors: dict[str, Browser]) -> None:
    broken = []
    headers = {"Authorization": f"Bearer {world.token}", "Content-Type": "application/json"}
    for path, document in DOCUMENTS:
        bodies = [*(json.dumps(each).encode() for each in mutations(document)), *NO_JSON]
        for body in bodies if ALL else bodies[db.dialect == "postgresql" :: 2]:
            response = visitors["admin"].client.post(world.address(path), content=body, headers=headers)
            if response.status_code >= 500:
                broken.append((path, body[:120]))
    assert broken == []


def test_forms_in_odd_encodings(visitors: dict[str, Browser]) -> None:
    """Every charset is refused but the one that browsers send."""
    body = b'--x\r\nContent-Disposition: form-data; name="next"\r\n\r\n\\ud800\r\n--x--\r\n'
    paths = ("/login", "/language", "/lokalekonomidagarna/2027/register")
    for path, charset in product(paths, ("undefined", "punycode", "unicode_escape", "utf-16", "idna", "hex")):
        headers = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
        response = visitors["nobody"].client.post(path, content=body, headers=headers)
        assert (path, charset, response.status_code) == (path, charset, 415)
