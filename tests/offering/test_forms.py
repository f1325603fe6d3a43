"""What organisers type about prices and sales, read as it is meant."""

from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData

from konferens.offering.fields import kronor, parse_kronor
from konferens.offering.forms import TicketTypeForm, ticket_type_form
from konferens.offering.model import Quota, last_day
from tests.calendar.factories import edition

FILLED = {
    "name": "Ordinarie",
    "price": "1250",
    "vat_rate": "25",
    "colour": "#0F5752",
    "min_per_order": "1",
    "max_per_order": "5",
}


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("0", 0),
        ("1250", 125_000),
        ("1 250", 125_000),
        ("1\u00a0250,50", 125_050),
        ("1250.5", 125_050),
        ("12,05", 1_205),
        ("300 kr", 30_000),
        ("300 kr.", 30_000),
        (" 45 ", 4_500),
    ],
)
def test_kronor_are_read_with_comma_or_point(typed: str, ore: int) -> None:
    assert parse_kronor(typed) == ore


@pytest.mark.parametrize("typed", ["", "gratis", "-5", "1,255", "1.250,50", "1e3", "١٢", "1,", ",50", "9" * 10, "kr"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_kronor(typed)


@pytest.mark.parametrize("ore", [0, 5, 50, 99, 100, 38_550, 125_000, 10_000_000])
def test_kronor_read_back_as_they_are_shown(ore: int) -> None:
    assert parse_kronor(kronor(ore)) == ore


def form(**typed: str) -> TicketTypeForm:
    return ticket_type_form(edition(), [Quota(7, "Salen", 50, 0)], formdata=FormData(FILLED | typed))


def test_sales_hours_are_read_in_the_conferences_zone() -> None:
    filled = form(on_sale_from="2027-01-15T09:00", on_sale_until="2027-05-01T00:00")
    assert filled.validate()
    values = filled.values(edition())
    assert values["on_sale_from"] == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
    assert values["on_sale_until"] == datetime(2027, 4, 30, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(("chosen", "rate"), [("25", 25), ("12", 12), ("6", 6), ("0", 0), ("exempt", None)])
def test_vat_is_a_rate_or_none(chosen: str, rate: int | None) -> None:
    filled = form(vat_rate=chosen)
    assert filled.validate()
    assert filled.values(edition())["vat_rate"] == rate


def test_a_code_is_made_of_the_name() -> None:
    filled = form(name="Studerande & arbetssökande i Åmål, Säffle och Årjäng")
    assert filled.validate()
    assert filled.chosen_code() == "studerande-arbetssokande-i-amal-saffle-o"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"code": "Stor Bokstav"}, "code"),
        ({"code": "new"}, "code"),
        ({"name": "日本"}, "code"),
        ({"price": ""}, "price"),
        ({"price": "gratis"}, "price"),
        ({"price": "100001"}, "price"),
        ({"vat_rate": "19"}, "vat_rate"),
        ({"vat_rate": "x"}, "vat_rate"),
        ({"colour": "red;}"}, "colour"),
        ({"position": "-1"}, "position"),
        ({"max_per_order": "0"}, "max_per_order"),
        ({"max_per_order": "51"}, "max_per_order"),
        ({"on_sale_from": "2027-01-02T00:00", "on_sale_until": "2027-01-01T00:00"}, "on_sale_until"),
        ({"on_sale_from": "i morgon"}, "on_sale_from"),
        ({"on_sale_from": "0001-01-01T00:00"}, "on_sale_from"),
        ({"on_sale_until": "9999-12-31T23:59"}, "on_sale_until"),
        ({"quotas": "8"}, "quotas"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    filled = form(**typed)
    assert not filled.validate()
    assert list(filled.errors) == [field]


def test_an_early_price_ends_with_its_day() -> None:
    filled = form(early_price="850", early_until="2027-03-01")
    assert filled.validate(), filled.errors
    values = filled.values(edition())
    assert (values["early_price"], values["early_until"]) == (85_000, datetime(2027, 3, 1, 23, 0, tzinfo=UTC))


def test_what_ends_at_midnight_shows_the_day_before() -> None:
    assert last_day(datetime(2027, 3, 1, 23, 0, tzinfo=UTC), edition().zone) == date(2027, 3, 1)
    assert last_day(datetime(2027, 3, 1, 23, 1, tzinfo=UTC), edition().zone) == date(2027, 3, 2)
    assert last_day(None, edition().zone) is None


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"early_price": "1250", "early_until": "2027-03-01"}, "early_price", "lägre än det ordinarie"),
        ({"early_price": "850"}, "early_until", "Välj den sista dagen med förköpspris."),
        ({"early_until": "2027-03-01"}, "early_until", "Skriv också vad förköpspriset är"),
        ({"early_price": "850", "early_until": "2027-05-13"}, "early_until", "redan slut"),
        (
            {"early_price": "850", "early_until": "2027-01-01", "on_sale_from": "2027-01-02T00:00"},
            "early_until",
            "inte börjat säljas",
        ),
        ({"min_per_order": "6", "max_per_order": "5"}, "max_per_order", "mindre än det minsta"),
        ({"min_per_order": "0"}, "min_per_order", "från 1 till 50"),
        ({"valid_on": "2027-05-13"}, "valid_on", "utanför konferensen"),
        ({"valid_on": "onsdag"}, "valid_on", "utanför konferensen"),
    ],
)
def test_what_does_not_go_together_is_told_beside_its_field(typed: dict[str, str], field: str, message: str) -> None:
    filled = form(**typed)
    assert not filled.validate()
    assert list(filled.errors) == [field]
    assert message in " ".join(filled.errors[field])


def test_a_day_is_one_of_the_conferences() -> None:
    filled = form(valid_on="2027-05-12")
    assert filled.validate()
    assert filled.values(edition())["valid_on"] == date(2027, 5, 12)
