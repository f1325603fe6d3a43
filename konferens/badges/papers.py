"""What badges are printed on: sizes of cards and labels, and sheets that are cut or folded."""

from dataclasses import dataclass
from enum import StrEnum

from konferens.i18n import lazy_gettext as _l

Millimetres = float


@dataclass(frozen=True, slots=True)
class Measures:
    """A badge's `width` and `height` in mm, and how many lie on an A4: `columns` × `rows`; 1 × 1 is a page of its own.

    `fixed` False is a roll, where a badge is as long as what stands on it, at most `height`. `folded` is one A4 for each person.
    """

    width: Millimetres
    height: Millimetres
    columns: int = 1
    rows: int = 1
    fixed: bool = True
    folded: bool = False


class Paper(StrEnum):
    """Badges come one a page (for label and card printers, and print shops) or several on an A4, with crop marks.

    A6 is the common size for hanging pockets here, A7 for small ones, 90 × 55 mm for those that are pinned on; 86 × 54 mm is
    a plastic card's size (ISO/IEC 7810 ID-1). Labels are those of Brother's DK rolls of 62 mm (DK-22205 without end, 62 × 100
    mm DK-11202) and of Dymo's (89 × 36 mm 99012, 101 × 54 mm 99014).
    """

    A6_ON_A4 = "a6-on-a4"
    A7_ON_A4 = "a7-on-a4"
    PIN_ON_A4 = "90x55-on-a4"
    CARD_ON_A4 = "86x54-on-a4"
    FOLDED = "a4-folded"
    A6 = "a6"
    A7 = "a7"
    PIN = "90x55"
    CARD = "86x54"
    BROTHER = "62x100"
    BROTHER_ROLL = "62"
    DYMO = "89x36"
    DYMO_LARGE = "101x54"

    @property
    def measures(self) -> Measures:
        """Size and number."""
        return _MEASURES[self]

    @property
    def badge(self) -> "Paper":
        """The paper of one badge, which has a design: A6 for the sheets and the folded A4 of A6."""
        return _BADGES.get(self, self)

    @property
    def is_label(self) -> bool:
        """Whether it is for a label printer, which has one colour."""
        return self in (Paper.BROTHER, Paper.BROTHER_ROLL, Paper.DYMO, Paper.DYMO_LARGE)

    @property
    def label(self) -> str:
        """What it is called in the office."""
        return str(_LABELS[self])

    @property
    def short(self) -> str:
        """The size of one badge, as a name for a button: 'A6', '90 × 55', '62 mm' for a roll."""
        measures = self.badge.measures
        if self.badge in (Paper.A6, Paper.A7):
            return self.badge.value.upper()
        return f"{measures.width:g} × {measures.height:g}" if measures.fixed else f"{measures.width:g} mm"

    @property
    def per_sheet(self) -> int:
        """Badges on a page."""
        return self.measures.columns * self.measures.rows

    def pages(self, badges: int) -> int:
        """How many pages so many badges take."""
        return -(-badges // self.per_sheet)


_MEASURES = {
    Paper.A6: Measures(105, 148),
    Paper.A6_ON_A4: Measures(105, 148, 2, 2),
    Paper.FOLDED: Measures(105, 148, folded=True),
    Paper.A7: Measures(74, 105),
    Paper.A7_ON_A4: Measures(74, 105, 4, 2),
    Paper.PIN: Measures(90, 55),
    Paper.PIN_ON_A4: Measures(90, 55, 2, 5),
    Paper.CARD: Measures(86, 54),
    Paper.CARD_ON_A4: Measures(86, 54, 2, 5),
    Paper.BROTHER: Measures(62, 100),
    Paper.BROTHER_ROLL: Measures(62, 100, fixed=False),
    Paper.DYMO: Measures(89, 36),
    Paper.DYMO_LARGE: Measures(101, 54),
}

_BADGES = {
    Paper.A6_ON_A4: Paper.A6,
    Paper.FOLDED: Paper.A6,
    Paper.A7_ON_A4: Paper.A7,
    Paper.PIN_ON_A4: Paper.PIN,
    Paper.CARD_ON_A4: Paper.CARD,
}

_LABELS = {
    Paper.A6_ON_A4: _l("A6, fyra på ett A4 med skärmärken"),
    Paper.A7_ON_A4: _l("A7, åtta på ett A4 med skärmärken"),
    Paper.PIN_ON_A4: _l("90 × 55 mm, tio på ett A4 med skärmärken"),
    Paper.CARD_ON_A4: _l("86 × 54 mm, tio på ett A4 med skärmärken"),
    Paper.FOLDED: _l("A4 som viks till A6, med det egna programmet inuti"),
    Paper.A6: _l("A6, en på varje sida"),
    Paper.A7: _l("A7, en på varje sida"),
    Paper.PIN: _l("90 × 55 mm, en på varje sida"),
    Paper.CARD: _l("Plastkort, 86 × 54 mm"),
    Paper.BROTHER: _l("Etikett 62 × 100 mm (Brother DK-11202)"),
    Paper.BROTHER_ROLL: _l("Etikettrulle 62 mm, så lång som det behövs (Brother DK-22205)"),
    Paper.DYMO: _l("Etikett 89 × 36 mm (Dymo 99012)"),
    Paper.DYMO_LARGE: _l("Etikett 101 × 54 mm (Dymo 99014)"),
}

DESIGNED = tuple(paper for paper in Paper if paper.badge is paper)
"""The papers that have designs."""
