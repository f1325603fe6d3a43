"""What is told to differ between two versions of a programme."""

import json
from typing import Any

import pytest

from konferens.programme.release_names import next_name, small_name
from konferens.programme.snapshots import (
    Change,
    ChangeKind,
    changes_from_json,
    changes_to_json,
    compare,
    mark_of,
    public_part,
)


def entry(code: str = "ABC234", **values: Any) -> dict[str, Any]:
    """A session as a snapshot has it: at nine in the great hall."""
    return {
        "code": code,
        "guid": f"guid-{code}",
        "title": "Så startar du en mack",
        "status": "confirmed",
        "abstract": "",
        "meeting_point": "",
        "all_rooms": False,
        "capacity": None,
        "wall_starts": "2027-05-11T09:00:00",
        "wall_ends": "2027-05-11T10:00:00",
        "room_id": 1,
        "room": "Stora salen",
        "track_id": None,
        "track": None,
        "speakers": [["ASA234", "speaker"]],
        **values,
    }


def snapshot(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"sessions": list(entries)}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, dict[str, tuple[Any, Any]]]]:
    return [(change.kind.value, dict(change.fields)) for change in compare(snapshot(before), snapshot(after))]


def test_what_is_alike_is_no_change() -> None:
    assert compare(snapshot(entry()), snapshot(entry())) == ()


def test_a_new_room_and_time_are_a_move_that_names_both_rooms() -> None:
    moved = entry(room_id=2, room="Lilla salen", wall_starts="2027-05-11T09:30:00", abstract="Nytt")
    assert told(entry(), moved) == [
        (
            "moved",
            {
                "abstract": ("", "Nytt"),
                "room_id": ("Stora salen", "Lilla salen"),
                "wall_starts": ("2027-05-11T09:00:00", "2027-05-11T09:30:00"),
            },
        )
    ]


def test_a_room_that_is_called_something_else_is_the_same_room() -> None:
    assert told(entry(), entry(room="Aulan")) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({}, {"status": "cancelled", "title": "Inställd"}, "cancelled"),
        ({"status": "cancelled"}, {"room_id": None, "room": None}, "revived"),
        ({}, {"title": "Macken"}, "changed"),
        ({}, {"speakers": [["BOO234", "moderator"]]}, "changed"),
        ({}, {"meeting_point": "Bussen"}, "moved"),
    ],
)
def test_what_happened_to_a_session(before: dict[str, Any], after: dict[str, Any], kind: str) -> None:
    assert [one for one, _ in told(entry(**before), entry(**after))] == [kind]


def test_changes_come_by_kind_then_time_then_title() -> None:
    before = snapshot(entry("GONE22"), entry("MOVE22"), entry("LATE22", title="B"), entry("SOON22", title="A"))
    after = snapshot(
        entry("MOVE22", room_id=None, room=None),
        entry("LATE22", title="Ö", wall_starts="2027-05-11T08:00:00"),
        entry("SOON22", title="Å"),
        entry("NEWW22"),
    )
    assert [(change.kind.value, change.code) for change in compare(before, after)] == [
        ("removed", "GONE22"),
        ("moved", "LATE22"),
        ("moved", "MOVE22"),
        ("added", "NEWW22"),
        ("changed", "SOON22"),
    ]


def test_a_session_without_time_is_not_in_the_public_programme() -> None:
    untimed = entry(wall_starts=None, wall_ends=None)
    before, after = public_part(snapshot(untimed)), public_part(snapshot(entry()))
    assert [change.kind for change in compare(before, after)] == [ChangeKind.ADDED]


def test_who_took_part_before_or_does_after_is_concerned() -> None:
    (change,) = compare(snapshot(entry()), snapshot(entry(speakers=[["BOO234", "speaker"]])))
    assert change.people == ("BOO234", "ASA234")


def test_fields_that_an_old_version_did_not_know_are_not_compared() -> None:
    old = entry()
    del old["capacity"]
    assert told(old, entry(capacity=10)) == []


@pytest.mark.parametrize(
    ("values", "attendees", "speakers"),
    [
        ({"title": "Macken"}, True, True),
        ({"room_id": 2, "room": "Lilla salen"}, True, True),
        ({"status": "cancelled"}, True, True),
        ({"abstract": "Nytt"}, False, True),
        ({"all_rooms": True}, False, True),
        ({"capacity": 10}, False, False),
    ],
)
def test_whom_a_change_matters_to(values: dict[str, Any], attendees: bool, speakers: bool) -> None:
    (change,) = compare(snapshot(entry()), snapshot(entry(**values)))
    assert (change.is_for_attendees, change.is_for_speakers) == (attendees, speakers)


def test_changes_are_read_back_from_the_database_as_they_were() -> None:
    before = snapshot(entry(), entry("GONE22"))
    after = snapshot(entry(speakers=[], links=[]), entry("NEWW22", wall_starts=None, wall_ends=None))
    changes = compare(before, after)
    stored = json.loads(json.dumps(changes_to_json(changes)))
    assert changes_to_json(changes_from_json(stored)) == stored
    assert changes_from_json(stored) == changes


def test_the_mark_differs_when_anything_does() -> None:
    def mark(**values: Any) -> str:
        changes: tuple[Change, ...] = compare(snapshot(entry()), snapshot(entry(**values)))
        return mark_of("1.0", changes)

    assert mark(title="Macken") == mark(title="Macken")
    assert len({mark(), mark(title="Macken"), mark(title="Mackar"), mark_of("1.1", ())}) == 4


@pytest.mark.parametrize(
    ("current", "used", "suggested", "small"),
    [
        ("", [], "1.0", "2"),
        ("1.2", ["1.2"], "1.3", "1.2.1"),
        ("1.2.3", ["1.2.3", "1.3"], "1.4", "1.2.4"),
        ("1.9", ["1.9", "1.9.1"], "1.10", "1.9.2"),
        ("Våren", ["Våren"], "Våren 2", "Våren 2"),
        ("Utkast 9", [], "Utkast 10", "Utkast 10"),
        ("x" * 40, [], f"{'x' * 33} 2", f"{'x' * 33} 2"),
        (f"{'x' * 39}9", [], f"{'x' * 38}10", f"{'x' * 38}10"),
    ],
)
def test_the_next_names(current: str, used: list[str], suggested: str, small: str) -> None:
    assert next_name(current, used) == suggested
    if current:
        assert small_name(current, used) == small
