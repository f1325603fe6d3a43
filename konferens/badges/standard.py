"""The design that each paper has until somebody makes another: every code has at least 25 mm, nothing stands within what printers can't reach."""

from konferens.badges.elements import Align, Element, Elements, Kind
from konferens.badges.papers import Paper

_TABLE = """
              left     down    width   height     size

a6
edition          8        9       89        9       12
dates            8       19       89        4        9
name             8       25       89       41       68
organisation     8     66.5       89      8.5       13
sessions         8     75.5       89     15.9      8.2
colour           5       93       95       50
type            10       98       40       40       26
qr            55.5     98.5       39       39

a7
edition          5        5       64      7.5        9
dates            5       13       64      3.5        7
name             5       18       64       26       46
organisation     5       45       64        7       10
sessions         5     51.5       64      9.4      6.5
colour           4       62       66       39
type             7     65.5       24       32       17
qr            33.5       65       33       33

90x55
edition          5        4       48        7        8
dates            5     11.5       48      3.2      6.5
name             5     15.5       48       22       34
organisation     5       38       48      5.5      8.5
type             4       44       82        8       13
qr            53.5      7.5       33       33

86x54
edition          5        4       44        7        8
dates            5     11.5       44      3.2      6.5
name             5       15       44     21.5       32
organisation     5       37       44      5.5      8.5
type             4       43       78        8       13
qr            49.5        7       33       33

62x100
edition          4        4       54        4        8
name             4       10       54       28       44
organisation     4       39       54        8       10
type             4       48       54        9       14
qr            14.5       59       33       33
dates            4       93       54      3.5        7   center

62
name             4        4       54       24       44
type             4       29       54        9       14
qr            14.5       40       33       33
organisation     4       73       54        8       10   center
sessions         4       82       54       14        7

89x36
name             3        3       50       17       28
organisation     3     20.5       50      5.5        8
type             3     26.5       50      6.5       11
qr            53.5      1.5       33       33

101x54
edition          4        4       58        4        8
name             4        9       58       25       42
organisation     4     34.5       58      6.5      9.5
type             4       42       93      8.5       14
qr              64        5       33       33
"""
"""Papers, and what stands on each: mm from its upper left corner, and points of the largest letters. Where nothing else is said,
lines stand to the left.
"""


def _read(table: str) -> dict[Paper, Elements]:
    _, *papers = table.strip().split("\n\n")
    found = {}
    for each in papers:
        paper, *rows = each.splitlines()
        found[Paper(paper)] = tuple(_element(*row.split()) for row in rows)
    return found


def _element(kind: str, *cells: str) -> Element:
    numbers = [float(cell) for cell in cells if cell not in set(Align)]
    x, y, width, height, size = (*numbers, 12)[:5]
    (align,) = [Align(cell) for cell in cells if cell in set(Align)] or [Align.LEFT]
    return Element(Kind(kind), x, y, width, height, size, align)


_STANDARD = _read(_TABLE)


def standard_design(paper: Paper) -> Elements:
    """The elements of a badge on this paper; sheets have those of the badge that lies on them."""
    return _STANDARD[paper.badge]
