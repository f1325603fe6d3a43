"""Whose badges are printed, and in which order."""

from typing import Any

import pytest

from konferens.badges.actions import mark_printed
from konferens.badges.queries import Selection, badge_holders
from konferens.database import Database
from konferens.events.model import Edition
from konferens.registration.actions import cancel_order, mark_paid
from konferens.registration.model import TicketRequest
from tests.factories import ACTOR, make_edition, make_order, make_ticket_type

BASE_URL = "http://testserver"


@pytest.fixture
async def edition(db: Database) -> Edition:
    return await make_edition(db)


async def names(db: Database, edition: Edition, **selection: object) -> list[str]:
    return [holder.name for holder in await badge_holders(db, edition.id, Selection(**selection))]  # type: ignore[arg-type]


async def test_badges_come_by_surname_in_swedish_order(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    people = ("Örjan Öberg", "Åsa Zetterlund", "Karin Ärlig", "Bo Åkesson", "Cher", "Anna Åkesson", "Eva édith")
    asked = tuple(TicketRequest("ordinarie", name) for name in people)
    await make_order(db, edition, tickets=asked)
    assert await names(db, edition) == [
        "Cher",
        "Eva édith",
        "Åsa Zetterlund",
        "Anna Åkesson",
        "Bo Åkesson",
        "Karin Ärlig",
        "Örjan Öberg",
    ]


async def test_only_valid_tickets_of_the_edition_have_badges(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    other = await make_edition(db, "drivmedel")
    await make_ticket_type(db, other)
    await make_order(db, other)
    gone = await make_order(db, edition)
    await cancel_order(db, edition, gone, actor=ACTOR, base_url=BASE_URL)
    order = await make_order(db, edition, "ordinarie", "ordinarie")
    holders = await badge_holders(db, edition.id, Selection())
    assert [holder.ticket_id for holder in holders] == [ticket.id for ticket in order.tickets]


async def test_a_selection_narrows_by_type_payment_print_and_order(db: Database, edition: Edition) -> None:
    ordinary = await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "student")
    paid = await make_order(
        db, edition, tickets=(TicketRequest("ordinarie", "Anna A"), TicketRequest("student", "Bo B"))
    )
    await mark_paid(db, edition, paid, actor=ACTOR, base_url=BASE_URL)
    await make_order(db, edition, tickets=(TicketRequest("ordinarie", "Cia C"),))
    assert await names(db, edition, type_ids=frozenset({ordinary})) == ["Anna A", "Cia C"]
    assert await names(db, edition, paid_only=True) == ["Anna A", "Bo B"]
    assert await names(db, edition, order_code=paid.code, position=2) == ["Bo B"]
    await mark_printed(db, edition.id, [paid.tickets[0].id], printed=True, actor=ACTOR)
    assert await names(db, edition, unprinted_only=True) == ["Bo B", "Cia C"]


async def test_marks_are_for_the_editions_own_tickets_and_can_be_taken_back(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    other = await make_edition(db, "drivmedel")
    await make_ticket_type(db, other)
    ours, theirs = await make_order(db, edition), await make_order(db, other)
    ids = [ours.tickets[0].id, theirs.tickets[0].id, 999_999]
    assert await mark_printed(db, edition.id, ids, printed=True, actor=ACTOR) == 1
    assert await mark_printed(db, edition.id, ids, printed=True, actor=ACTOR) == 0
    assert [holder.printed_at for holder in await badge_holders(db, other.id, Selection())] == [None]
    assert await mark_printed(db, edition.id, ids, printed=False, actor=ACTOR) == 1
    assert [holder.printed_at for holder in await badge_holders(db, edition.id, Selection())] == [None]


async def test_who_takes_part_from_afar_needs_no_badge_unless_asked_for(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition, "pa-plats")
    digital = await make_ticket_type(db, edition, "digital", digital=True)
    order = await make_order(db, edition, "pa-plats", "digital")

    async def count(**values: Any) -> int:
        return len(await badge_holders(db, edition.id, Selection(**values)))

    assert await count() == 1
    assert await count(type_ids=frozenset({digital})) == 1
    assert await count(order_code=order.code) == 2


async def test_a_selection_narrows_by_organisation_surnames_and_words(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    people = [
        ("Anna Åkesson", "Östra bygden"),
        ("Bo Andersson", "Macken"),
        ("Cia Ärlig", "östra BYGDEN"),
        ("Dag Öst", ""),
    ]
    asked = tuple(TicketRequest("ordinarie", name, "", organisation) for name, organisation in people)
    order = await make_order(db, edition, tickets=asked)
    assert await names(db, edition, organisation="ÖSTRA") == ["Anna Åkesson", "Cia Ärlig"]
    assert await names(db, edition, first="b", last="ä") == ["Anna Åkesson", "Cia Ärlig"]
    assert await names(db, edition, last="and") == ["Bo Andersson"]
    assert await names(db, edition, words="åke ANNA") == ["Anna Åkesson"]
    assert await names(db, edition, words="östra") == ["Anna Åkesson", "Cia Ärlig"]
    assert len(await names(db, edition, words=order.code.lower())) == len(people)
    assert await names(db, edition, words="ingen") == []
