"""The design that each paper has until somebody makes another: every code has at least 25 mm, nothing stands within what printers can't reach."""

from konferens.badges.elements import Align, Element, Elements, Kind
from konferens.badges.papers import Paper

_STANDARD: dict[Paper, Elements] = {
    Paper.A6: (
        Element(Kind.EDITION, 8, 9, 89, 9, 12),
        Element(Kind.DATES, 8, 19, 89, 4, 9),
        Element(Kind.NAME, 8, 25, 89, 41, 68),
        Element(Kind.ORGANISATION, 8, 66.5, 89, 8.5, 13),
        Element(Kind.SESSIONS, 8, 75.5, 89, 15.9, 8.2),
        Element(Kind.COLOUR, 5, 93, 95, 50),
        Element(Kind.TYPE, 10, 98, 40, 40, 26),
        Element(Kind.QR, 55.5, 98.5, 39, 39),
    ),
    Paper.A7: (
        Element(Kind.EDITION, 5, 5, 64, 7.5, 9),
        Element(Kind.DATES, 5, 13, 64, 3.5, 7),
        Element(Kind.NAME, 5, 18, 64, 26, 46),
        Element(Kind.ORGANISATION, 5, 45, 64, 7, 10),
        Element(Kind.SESSIONS, 5, 51.5, 64, 9.4, 6.5),
        Element(Kind.COLOUR, 4, 62, 66, 39),
        Element(Kind.TYPE, 7, 65.5, 24, 32, 17),
        Element(Kind.QR, 33.5, 65, 33, 33),
    ),
    Paper.PIN: (
        Element(Kind.EDITION, 5, 4, 48, 7, 8),
        Element(Kind.DATES, 5, 11.5, 48, 3.2, 6.5),
        Element(Kind.NAME, 5, 15.5, 48, 22, 34),
        Element(Kind.ORGANISATION, 5, 38, 48, 5.5, 8.5),
        Element(Kind.TYPE, 4, 44, 82, 8, 13),
        Element(Kind.QR, 53.5, 7.5, 33, 33),
    ),
    Paper.CARD: (
        Element(Kind.EDITION, 5, 4, 44, 7, 8),
        Element(Kind.DATES, 5, 11.5, 44, 3.2, 6.5),
        Element(Kind.NAME, 5, 15, 44, 21.5, 32),
        Element(Kind.ORGANISATION, 5, 37, 44, 5.5, 8.5),
        Element(Kind.TYPE, 4, 43, 78, 8, 13),
        Element(Kind.QR, 49.5, 7, 33, 33),
    ),
    Paper.BROTHER: (
        Element(Kind.EDITION, 4, 4, 54, 4, 8),
        Element(Kind.NAME, 4, 10, 54, 28, 44),
        Element(Kind.ORGANISATION, 4, 39, 54, 8, 10),
        Element(Kind.TYPE, 4, 48, 54, 9, 14),
        Element(Kind.QR, 14.5, 59, 33, 33),
        Element(Kind.DATES, 4, 93, 54, 3.5, 7, Align.CENTER),
    ),
    Paper.BROTHER_ROLL: (
        Element(Kind.NAME, 4, 4, 54, 24, 44),
        Element(Kind.TYPE, 4, 29, 54, 9, 14),
        Element(Kind.QR, 14.5, 40, 33, 33),
        Element(Kind.ORGANISATION, 4, 73, 54, 8, 10, Align.CENTER),
        Element(Kind.SESSIONS, 4, 82, 54, 14, 7),
    ),
    Paper.DYMO: (
        Element(Kind.NAME, 3, 3, 50, 17, 28),
        Element(Kind.ORGANISATION, 3, 20.5, 50, 5.5, 8),
        Element(Kind.TYPE, 3, 26.5, 50, 6.5, 11),
        Element(Kind.QR, 53.5, 1.5, 33, 33),
    ),
    Paper.DYMO_LARGE: (
        Element(Kind.EDITION, 4, 4, 58, 4, 8),
        Element(Kind.NAME, 4, 9, 58, 25, 42),
        Element(Kind.ORGANISATION, 4, 34.5, 58, 6.5, 9.5),
        Element(Kind.TYPE, 4, 42, 93, 8.5, 14),
        Element(Kind.QR, 64, 5, 33, 33),
    ),
}


def standard_design(paper: Paper) -> Elements:
    """The elements of a badge on this paper; sheets have those of the badge that lies on them."""
    return _STANDARD[paper.badge]
