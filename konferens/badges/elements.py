"""What stands where on a badge: elements with places in millimetres, and the rules that a design keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from konferens.badges.papers import Millimetres, Paper
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l

QR_SIDE: Millimetres = 25
"""The least side of a badge's symbol, without its quiet zone: phones read it at arm's length."""

MAX_ELEMENTS = 30
SIZES = (5, 120)
"""The smallest and largest letters, in points."""

_SLACK = 0.05  # mm; numbers have one decimal


class Kind(StrEnum):
    """What an element shows. COLOUR is a field in the ticket type's colour; what else stands on it is black or white."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ORGANISATION = "organisation"
    TYPE = "type"
    COLOUR = "colour"
    QR = "qr"
    EDITION = "edition"
    DATES = "dates"
    SESSIONS = "sessions"
    TEXT = "text"
    LOGO = "logo"
    IMAGE = "image"

    @property
    def label(self) -> str:
        """What it is called in the office."""
        return str(_LABELS[self])


_LABELS = {
    Kind.NAME: _l("Hela namnet"),
    Kind.FIRST_NAME: _l("Förnamn"),
    Kind.LAST_NAME: _l("Efternamn"),
    Kind.ORGANISATION: _l("Organisation"),
    Kind.TYPE: _l("Biljettyp"),
    Kind.COLOUR: _l("Färgfält"),
    Kind.QR: _l("QR-kod"),
    Kind.EDITION: _l("Konferensens namn"),
    Kind.DATES: _l("Datum"),
    Kind.SESSIONS: _l("Anmäld till"),
    Kind.TEXT: _l("Egen text"),
    Kind.LOGO: _l("Logotyp"),
    Kind.IMAGE: _l("Bild"),
}


class Align(StrEnum):
    """Where the lines stand in their box; in right-to-left names LEFT and RIGHT change places."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Element:
    """A box from (`x`, `y`), its upper left corner, in mm from the badge's. `size` is that of its largest letters in points:
    what is too long becomes smaller. `text` is what a TEXT says, and of an IMAGE the digest of its picture. A QR code's box
    holds its quiet zone, too.
    """

    kind: Kind
    x: Millimetres
    y: Millimetres
    width: Millimetres
    height: Millimetres
    size: float = 12
    align: Align = Align.LEFT
    text: str = ""

    @property
    def right(self) -> Millimetres:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> Millimetres:
        """Its lower edge."""
        return self.y + self.height

    def overlaps(self, other: "Element") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right - _SLACK
            and other.x < self.right - _SLACK
            and self.y < other.bottom - _SLACK
            and other.y < self.bottom - _SLACK
        )

    def holds(self, other: "Element") -> bool:
        """Whether the whole of the other lies on this."""
        return (
            self.x <= other.x + _SLACK
            and self.y <= other.y + _SLACK
            and other.right <= self.right + _SLACK
            and other.bottom <= self.bottom + _SLACK
        )

    def as_json(self) -> dict[str, Any]:
        """As a row of `badge_designs` keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Element":
        """Raises KeyError, TypeError and ValueError for what `as_json` didn't write."""
        return cls(**{**value, "kind": Kind(value["kind"]), "align": Align(value["align"])})


Elements = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken rule: of the element with this number, at this field ('' for the whole design, then `number` is -1)."""

    number: int
    field: str
    message: str


def qr_box(symbol: int, box: int) -> Millimetres:
    """The least side of a QR code's box whose symbol has QR_SIDE, for a symbol of so many modules in a box of so many."""
    return round(QR_SIDE * box / symbol + _SLACK, 1)


def problems_of(elements: Sequence[Element], paper: Paper, least_qr: Millimetres) -> list[Problem]:
    """What is wrong with a design, in words for the office; none: it can be printed. `least_qr` as `qr_box` gives it."""
    measures = paper.badge.measures
    codes = [number for number, element in enumerate(elements) if element.kind is Kind.QR]
    found: list[Problem] = []
    if len(codes) != 1:
        found.append(Problem(-1, "", gettext("Namnskylten ska ha en QR-kod, och bara en.")))
    if not any(element.kind in (Kind.NAME, Kind.FIRST_NAME, Kind.LAST_NAME) for element in elements):
        found.append(Problem(-1, "", gettext("Namnskylten behöver ett namn.")))
    for number, element in enumerate(elements):
        if element.right > measures.width + _SLACK:
            message = gettext("Går utanför papperet, som är %(width)s mm brett.") % {"width": f"{measures.width:g}"}
            found.append(Problem(number, "width", message))
        if element.bottom > measures.height + _SLACK:
            message = gettext("Går utanför papperet, som är %(height)s mm högt.") % {"height": f"{measures.height:g}"}
            found.append(Problem(number, "height", message))
        if element.kind is Kind.TEXT and not element.text:
            found.append(Problem(number, "text", gettext("Skriv vad som ska stå.")))
        if element.kind is Kind.QR and min(element.width, element.height) < least_qr - _SLACK:
            message = gettext(
                "QR-koden behöver minst %(side)s mm, med den vita kanten, för att alla mobiler ska läsa den."
            )
            field = "width" if element.width <= element.height else "height"
            found.append(Problem(number, field, message % {"side": f"{least_qr:.1f}".replace(".", ",")}))
        if element.kind not in (Kind.QR, Kind.COLOUR) and any(elements[code].overlaps(element) for code in codes):
            found.append(Problem(number, "x", gettext("Ligger över QR-koden eller dess vita kant. Flytta isär dem.")))
    return found


def placed(elements: Sequence[Element], empty: frozenset[Kind]) -> Elements:
    """The elements without those that have nothing to say, `empty`; what stands above such a one gets its room, too.

    So a name stands in the middle whether or not there is an organisation below it.
    """
    kept = [element for element in elements if element.kind not in empty]
    for gone in sorted((each for each in elements if each.kind in empty), key=lambda each: each.y):
        above = [
            each
            for each in kept
            if each.kind in (Kind.NAME, Kind.FIRST_NAME, Kind.LAST_NAME, Kind.ORGANISATION)
            and each.bottom <= gone.y + _SLACK
            and each.x < gone.right
            and gone.x < each.right
        ]
        if not above:
            continue
        nearest = max(above, key=lambda each: each.bottom)
        grown = replace(nearest, height=gone.bottom - nearest.y)
        if not any(grown.overlaps(each) for each in kept if each is not nearest):
            kept[kept.index(nearest)] = grown
    return tuple(kept)
