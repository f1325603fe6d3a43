"""How full something is, as public pages tell it: they are made anew only when this changes, not with every seat."""

from enum import StrEnum

FEW_LEFT = 10
"""From here on public pages say that few seats are left."""


class Level(StrEnum):
    """How full a quota, ticket type or session is."""

    OPEN = "open"
    FEW = "few"
    FULL = "full"


def level_of(left: int | None) -> Level:
    """The level for a number of seats; None is without limit."""
    if left is None or left > FEW_LEFT:
        return Level.OPEN
    return Level.FEW if left > 0 else Level.FULL
