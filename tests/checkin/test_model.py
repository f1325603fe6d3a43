"""The rule at the door, without a database."""

import pytest

from konferens.checkin.model import (
    CheckinList,
    Direction,
    FirstScan,
    Guest,
    Reason,
    Scan,
    Status,
    decide,
    read_token,
)
from konferens.checkin.names import matches
from tests.checkin.factories import MOMENT

ENTRANCE = CheckinList(1, 10, "Entré", 0, all_ticket_types=True, admit_unpaid=False, ticket_types=frozenset())
DINNER = CheckinList(2, 10, "Middag", 1, all_ticket_types=False, admit_unpaid=True, ticket_types=frozenset({7}))


def guest(**values: object) -> Guest:
    usual = {
        "ticket_id": 5,
        "edition_id": 10,
        "ticket_type_id": 3,
        "token": "TOKEN",
        "name": "Åsa Öberg",
        "type": "Medlem",
        "organisation": "Ås byalag",
        "cancelled": False,
        "unpaid": False,
    }
    return Guest(**{**usual, **values})  # type: ignore[arg-type]


def scan(direction: Direction = Direction.IN, nonce: str = "n") -> Scan:
    return Scan("TOKEN", nonce, MOMENT, "Entré 1", direction)


@pytest.mark.parametrize(
    ("checkin_list", "ticket", "reason"),
    [
        (ENTRANCE, None, Reason.UNKNOWN),
        (ENTRANCE, guest(edition_id=11), Reason.WRONG_EVENT),
        (ENTRANCE, guest(cancelled=True), Reason.CANCELLED),
        (DINNER, guest(cancelled=True), Reason.CANCELLED),
        (DINNER, guest(), Reason.WRONG_LIST),
        (ENTRANCE, guest(unpaid=True), Reason.UNPAID),
    ],
)
def test_refused(checkin_list: CheckinList, ticket: Guest | None, reason: Reason) -> None:
    admissions: dict[tuple[int, int], FirstScan] = {}
    answer = decide(checkin_list, scan(), ticket, admissions)
    assert (answer.status, answer.reason, admissions) == (Status.REFUSED, reason, {})


def test_in_once_and_again_after_out() -> None:
    admissions: dict[tuple[int, int], FirstScan] = {}
    steps = [
        (Direction.IN, Status.ADMITTED),
        (Direction.IN, Status.ALREADY),
        (Direction.OUT, Status.ADMITTED),
        (Direction.OUT, Status.ALREADY),
        (Direction.IN, Status.ADMITTED),
    ]
    answers = [decide(ENTRANCE, scan(direction, str(n)), guest(), admissions) for n, (direction, _) in enumerate(steps)]
    assert [answer.status for answer in answers] == [status for _, status in steps]
    assert answers[1].first_scan == FirstScan(MOMENT, "Entré 1", "0")


def test_a_list_that_admits_unpaid_says_so_with_the_guest() -> None:
    answer = decide(DINNER, scan(), guest(unpaid=True, ticket_type_id=7), {})
    assert (answer.status, answer.guest) == (Status.ADMITTED, guest(unpaid=True, ticket_type_id=7))


@pytest.mark.parametrize(
    ("read", "token"),
    [
        ("ABCDEF234567", "ABCDEF234567"),
        (" abcdef234567\n", "ABCDEF234567"),
        ("https://konferens.example.org/t/ABCDEF234567", "ABCDEF234567"),
        ("HTTPS://KONFERENS.EXAMPLE.ORG/T/ABCDEF234567", "ABCDEF234567"),
        ("http://localhost:8000/t/abcdef234567?x=1", "ABCDEF234567"),
        ("https://example.org/elsewhere", "HTTPS://EXAMPLE.ORG/ELSEWHERE"),
    ],
)
def test_read_token(read: str, token: str) -> None:
    assert read_token(read) == token


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("åsa", True),
        ("öb", True),
        ("ÖBERG ås", True),
        ("asa oberg", True),
        ("byalag", True),
        ("berg", False),
        ("öst", False),
    ],
)
def test_matches(words: str, found: bool) -> None:
    assert matches(guest(), words) is found


def test_letters_of_their_own_are_not_searched_without_their_dots() -> None:
    assert matches(guest(name="Per Ostlund"), "östlund") is False
