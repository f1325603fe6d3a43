"""Codes in the office: one or many, for discounts or for hidden ticket types."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.datastructures import FormData

from konferens.audit import latest_changes
from konferens.clock import now
from konferens.codes import CODE_ALPHABET
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.model import Edition
from konferens.offering.actions import delete_ticket_type
from konferens.offering.code_actions import delete_code, make_codes, save_code
from konferens.offering.code_forms import BatchForm, CodeForm, batch_form, code_form
from konferens.offering.code_uses import give_back_uses
from konferens.offering.code_views import A_PAGE
from konferens.offering.queries import discount_codes_of, find_discount_code
from tests.browser import Browser
from tests.calendar.factories import edition as conference
from tests.factories import ACTOR, make_discount_code, make_edition, make_order, make_ticket_type
from tests.registration.office import OFFICE, counted_queries

FILLED = {"code": "medlem2027", "kind": "percent", "percent": "15", "active": "y"}


def form(**typed: str) -> CodeForm:
    return code_form(conference(), [], formdata=FormData(FILLED | typed))


def batch(**typed: str) -> BatchForm:
    return batch_form([], FormData({"kind": "percent", "percent": "100", "count": "3", "active": "y"} | typed))


def test_a_code_is_kept_in_capitals_and_ends_with_its_last_day() -> None:
    filled = form(code=" vår-2027 ", valid_from="2027-01-01", valid_until="2027-04-30", max_uses="10", amount="50")
    assert filled.validate(), filled.errors
    assert filled.values(conference()) == {
        "code": "VÅR-2027",
        "percent": 15,
        "amount": None,
        "max_uses": 10,
        "valid_from": datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
        "valid_until": datetime(2027, 4, 30, 22, 0, tzinfo=UTC),
        "note": "",
        "active": True,
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "två ord"}, "code"),
        ({"code": "<b>"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"kind": "gratis"}, "kind"),
        ({"percent": ""}, "percent"),
        ({"percent": "0"}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"kind": "amount"}, "amount"),
        ({"kind": "amount", "amount": "0"}, "amount"),
        ({"kind": "amount", "amount": "tio"}, "amount"),
        ({"kind": "amount", "amount": "999999999"}, "amount"),
        ({"kind": "open"}, "ticket_types"),
        ({"max_uses": "0"}, "max_uses"),
        ({"valid_from": "2027-05-02", "valid_until": "2027-05-01"}, "valid_until"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    filled = form(**typed)
    assert not filled.validate()
    assert list(filled.errors) == [field]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"count": "0"}, "count"),
        ({"count": "501"}, "count"),
        ({"count": ""}, "count"),
        ({"prefix": "två ord"}, "prefix"),
    ],
)
def test_what_no_batch_can_be_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    filled = batch(**typed)
    assert not filled.validate()
    assert list(filled.errors) == [field]


async def test_a_code_is_found_however_it_is_typed(db: Database, edition: Edition) -> None:
    kind = await make_ticket_type(db, edition, "medverkande", hidden=True)
    saved = await save_code(db, edition.id, None, {"code": "Scen-åäö"}, type_ids={kind}, actor=ACTOR)
    found = await find_discount_code(db, edition.id, " scen-ÅÄö ")
    assert found is not None
    assert (found.id, found.code, found.percent, found.amount, found.ticket_types) == (
        saved,
        "SCEN-ÅÄÖ",
        None,
        None,
        frozenset({"medverkande"}),
    )
    last = (await latest_changes(db, f"code:{saved}"))[0]
    assert (last.actor, last.after) == (ACTOR, {"code": "SCEN-ÅÄÖ", "ticket_types": [kind]})


async def test_the_same_letters_are_one_code(db: Database, edition: Edition) -> None:
    await make_discount_code(db, edition, "VÅR")
    with pytest.raises(ConflictError):
        await save_code(db, edition.id, None, {"code": "vår"}, type_ids=(), actor=ACTOR)
    other = await make_edition(db, "drivmedel")
    assert await save_code(db, other.id, None, {"code": "vår"}, type_ids=(), actor=ACTOR)


async def test_the_limit_does_not_go_below_what_is_used(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    code = await make_discount_code(db, edition, percent=10, max_uses=5)
    await make_order(db, edition, "ordinarie", "ordinarie", discount_code="rabatt")
    with pytest.raises(InvalidError) as refused:
        await save_code(db, edition.id, code, {"max_uses": 1}, type_ids=(), actor=ACTOR)
    assert refused.value.errors == {
        "max_uses": ["Koden är redan använd för 2 biljetter; gränsen kan inte bli lägre än så."]
    }
    await save_code(db, edition.id, code, {"max_uses": 2}, type_ids=(), actor=ACTOR)
    assert [(each.used, each.left) for each in await discount_codes_of(db, edition.id)] == [(2, 0)]


async def test_a_batch_is_unique_codes_for_one_ticket_each(db: Database, edition: Edition) -> None:
    kind = await make_ticket_type(db, edition)
    await make_discount_code(db, edition, "ANNAN")
    values = {"percent": 100, "note": "Styrelsen"}
    made = await make_codes(db, edition.id, 40, "gäst", values, type_ids={kind}, actor=ACTOR)
    codes = {each.code: each for each in await discount_codes_of(db, edition.id) if each.code != "ANNAN"}
    assert sorted(codes) == made
    assert len(made) == 40
    assert {code[:5] for code in made} == {"GÄST-"}
    assert {letter for code in made for letter in code[5:]} <= set(CODE_ALPHABET)
    assert {(each.max_uses, each.percent, each.note, each.ticket_types) for each in codes.values()} == {
        (1, 100, "Styrelsen", frozenset({"ordinarie"}))
    }
    assert all(len(code) == 6 for code in await make_codes(db, edition.id, 2, "", {}, type_ids=(), actor=ACTOR))


async def test_only_what_no_order_was_placed_with_can_be_removed(db: Database, edition: Edition) -> None:
    await make_ticket_type(db, edition)
    used = await make_discount_code(db, edition, percent=10)
    unused = await make_discount_code(db, edition, "ANNAN", types=["ordinarie"])
    await make_order(db, edition, discount_code="RABATT")
    await give_back_uses(db, used, 1)
    with pytest.raises(ConflictError):
        await delete_code(db, edition.id, used, actor=ACTOR)
    await delete_code(db, edition.id, unused, actor=ACTOR)
    assert [each.code for each in await discount_codes_of(db, edition.id)] == ["RABATT"]


async def test_another_conferences_code_is_not_found(db: Database, edition: Edition) -> None:
    other = await make_edition(db, "drivmedel")
    theirs, kind = await make_discount_code(db, other), await make_ticket_type(db, other)
    with pytest.raises(NotFoundError):
        await save_code(db, edition.id, theirs, {"note": "Min"}, type_ids=(), actor=ACTOR)
    with pytest.raises(NotFoundError):
        await make_codes(db, edition.id, 1, "", {}, type_ids={kind}, actor=ACTOR)
    with pytest.raises(NotFoundError):
        await delete_code(db, edition.id, theirs, actor=ACTOR)


async def test_a_hidden_type_that_a_code_opens_alone_is_not_removed(
    db: Database, edition: Edition, office: Browser
) -> None:
    """Without it, the code would be for every type."""
    kind = await make_ticket_type(db, edition, "medverkande", hidden=True)
    await make_discount_code(db, edition, "SCEN", types=["medverkande"])
    with pytest.raises(ConflictError):
        await delete_ticket_type(db, edition.id, kind, actor=ACTOR)
    page = office.visible(f"{OFFICE}/ticket-types/{kind}/delete")
    assert "Det går inte: SCEN gäller bara den här biljettypen" in page


async def test_a_code_is_added_in_the_office(db: Database, edition: Edition, office: Browser) -> None:
    kind = await make_ticket_type(db, edition)
    added = office.post(
        f"{OFFICE}/codes/new", FILLED | {"ticket_types": str(kind), "max_uses": "20", "note": "Till medlemmarna"}
    )
    assert (added.status_code, added.headers["location"]) == (303, f"{OFFICE}/codes?notice=created")
    assert "MEDLEM2027 Till medlemmarna 15 % rabatt Ordinarie gäller 0 av 20" in office.visible(f"{OFFICE}/codes")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"active": False}, "avstängd"),
        ({"valid_until": now() - timedelta(days=1)}, "utgången"),
        ({"max_uses": 3, "used": 3}, "förbrukad"),
        ({"amount": 20_000}, "200 kr rabatt alla biljettyper gäller 0"),
        ({}, "tillträde alla biljettyper gäller 0"),
    ],
)
async def test_the_list_tells_what_a_code_gives_and_whether_it_holds(
    db: Database, edition: Edition, office: Browser, values: dict[str, Any], state: str
) -> None:
    await make_discount_code(db, edition, **values)
    assert state in office.visible(f"{OFFICE}/codes")


async def test_saving_a_code_unchanged_changes_nothing(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    code = await make_discount_code(
        db,
        edition,
        types=["ordinarie"],
        amount=12_550,
        max_uses=7,
        note="Till vännerna",
        active=False,
        valid_from=datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
        valid_until=datetime(2027, 4, 30, 22, 0, tzinfo=UTC),
    )
    before = await discount_codes_of(db, edition.id)
    page = f"{OFFICE}/codes/{code}"
    assert office.client.post(page, data=office.form(page), follow_redirects=False).status_code == 303
    assert await discount_codes_of(db, edition.id) == before


async def test_a_link_fills_the_code_in(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    await make_ticket_type(db, edition, "medverkande", hidden=True)
    code = await make_discount_code(db, edition, "VÅR", types=["medverkande"])
    page = office.text(f"{OFFICE}/codes/{code}")
    link = f"{edition.path}register?code=V%C3%85R"
    assert f'href="{link}"' in page
    assert "Medverkande" not in office.visible(f"{edition.path}register")
    assert "Medverkande" in office.visible(link)


async def test_many_codes_are_made_and_downloaded(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    typed = {"kind": "amount", "amount": "125,50", "count": "3", "prefix": "gast", "active": "y", "note": "=1+1"}
    assert office.post(f"{OFFICE}/codes/batch", typed).status_code == 303
    response = office.get(f"{OFFICE}/codes.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    heading, *rows = response.content.decode("utf-8-sig").splitlines()
    assert heading.split(";")[:4] == ["Kod", "Procent", "Kronor", "Använd"]
    codes = [each.code for each in await discount_codes_of(db, edition.id)]
    assert rows == [
        f"{code};;125,50;0;1;;;;ja;'=1+1;http://testserver{edition.path}register?code={code}" for code in codes
    ]


async def test_what_is_wrong_is_told_and_nothing_typed_is_lost(db: Database, edition: Edition, office: Browser) -> None:
    await make_discount_code(db, edition, "MEDLEM2027")
    response = office.post(f"{OFFICE}/codes/new", FILLED | {"note": "Till <medlemmarna>"})
    assert response.status_code == 422
    assert "Koden finns redan. Välj en annan." in response.text
    assert 'value="Till &lt;medlemmarna&gt;"' in response.text
    assert office.post(f"{OFFICE}/codes/batch", {"count": "många"}).status_code == 422


async def test_a_used_code_is_turned_off_instead_of_removed(db: Database, edition: Edition, office: Browser) -> None:
    await make_ticket_type(db, edition)
    code = await make_discount_code(db, edition, percent=10)
    await make_order(db, edition, discount_code="RABATT")
    page = f"{OFFICE}/codes/{code}"
    assert "Någon har bokat med koden, så den kan inte tas bort." in office.visible(page)
    assert "Det går inte: någon har bokat med koden." in office.visible(f"{page}/delete")
    assert office.post(f"{page}/delete", {}, page=page).status_code == 409


async def test_hundreds_of_codes_come_in_pages_and_are_searched(
    db: Database, edition: Edition, office: Browser
) -> None:
    shared = {"percent": 10, "amount": None, "max_uses": 1, "active": True}
    await make_codes(db, edition.id, A_PAGE + 5, "MEDLEM-", shared, type_ids=set(), actor=ACTOR)
    await make_discount_code(db, edition, "VÅR", note="För styrelsen")
    page = f"{OFFICE}/codes"
    rows = [office.text(f"{page}{end}").count("<tr>") - 1 for end in ("", "?page=2", "?page=99", "?q=medlem&page=2")]
    assert rows == [A_PAGE, 6, 6, 5]
    assert 'rel="next"' in office.text(page)
    assert office.text(f"{page}?q=styrelsen").count("<tr>") == 2
    assert "Ingen kod passar in" in office.visible(f"{page}?q=finns+inte")


async def test_the_list_asks_as_often_for_one_as_for_many(db: Database, edition: Edition, office: Browser) -> None:
    await make_discount_code(db, edition)
    office.text(f"{OFFICE}/codes")  # what runs beside requests has begun by then
    with counted_queries() as one:
        office.text(f"{OFFICE}/codes")
    await make_codes(db, edition.id, 5, "", {}, type_ids=(), actor=ACTOR)
    with counted_queries() as many:
        office.text(f"{OFFICE}/codes")
    assert len(many) == len(one)
