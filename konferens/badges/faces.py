"""A badge's face as what the template draws: boxes in millimetres with words, letters' sizes and colours."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from konferens.badges.elements import Element, Elements, Kind, placed
from konferens.badges.layout import in_few_lines, ink, runs_right_to_left, split_name, text_on
from konferens.badges.model import Badge, Look
from konferens.badges.papers import Paper
from konferens.badges.pictures import LOGO, NO_PICTURES, Pictures
from konferens.i18n import ngettext
from konferens.typesetting import printable

_POINTS = 72 / 25.4
"""Points in a millimetre."""

_LINE = 1.32
"""Height of a line by the size of its letters, in Noto Sans with its accents and descenders."""

_LIST_LINE = 1.37
"""The same in lists, where lines stand apart."""

_INK = "#000000"
_DRAWN = (Kind.COLOUR, Kind.QR, Kind.LOGO, Kind.IMAGE)
"""What isn't words."""

_BLACK, _GREY = "#16191d", "#4b525a"
_ROLL_END = 3.0  # mm below the last element of a label cut from a roll


def face(badge: Badge, paper: Paper, elements: Elements, pictures: Pictures = NO_PICTURES) -> dict[str, Any]:
    """What the template draws of this badge: its `height`, its `boxes`, from back to front.

    Label printers have black alone, and make a raster of colours that is hard to read: there everything is black or white.
    Raises ValueError for a colour that isn't '#rrggbb'.
    """
    text_on(badge.colour)  # raises ValueError unless it is a colour
    if paper.badge.is_label:
        badge = replace(badge, colour=_INK, look=Look(_INK, _INK))
    words = _words(badge)
    empty = frozenset(kind for kind, text in words.items() if not text)
    roll = not paper.badge.measures.fixed
    shown = tuple(each for each in elements if each.kind not in empty) if roll else placed(elements, empty)
    fields = [each for each in shown if each.kind is Kind.COLOUR]
    boxes = [_field(each, badge.colour) for each in fields]
    boxes += [box for each in shown if (box := _picture(each, pictures))]
    boxes += [_box(each, badge, words, fields, roll=roll) for each in shown if each.kind not in _DRAWN]
    boxes += [{"draw": "qr", **_place(each)} for each in shown if each.kind is Kind.QR]
    if paper.badge.is_label:
        boxes = [box | {"fill": _INK} if box.get("fill") in (_BLACK, _GREY) else box for box in boxes]
    _mark_heading(boxes, words[Kind.NAME])
    height = paper.badge.measures.height
    if roll:
        height = min(height, max((_end(box) for box in boxes), default=20) + _ROLL_END)
    return {"height": height, "boxes": boxes}


def _end(box: dict[str, Any]) -> float:
    """How far down a box is drawn, in mm."""
    used = len(box["lines"]) * box["line"] if box["draw"] == "lines" else box["height"]
    return float(box["y"] + used)


def _words(badge: Badge) -> dict[Kind, str]:
    first, last = split_name(printable(badge.name))
    return {
        Kind.NAME: f"{first} {last}".strip(),
        Kind.FIRST_NAME: first,
        Kind.LAST_NAME: last,
        Kind.ORGANISATION: printable(badge.organisation),
        Kind.TYPE: printable(badge.ticket_type),
        Kind.EDITION: printable(badge.edition_name),
        Kind.DATES: printable(badge.edition_dates),
        Kind.SESSIONS: printable(" ".join(badge.sessions)),
    }


def _field(element: Element, colour: str) -> dict[str, Any]:
    return {"draw": "field", "fill": colour, **_place(element)}


def _picture(element: Element, pictures: Pictures) -> dict[str, Any] | None:
    """None for what is none, and for one that isn't there."""
    key = {Kind.LOGO: LOGO, Kind.IMAGE: element.text}.get(element.kind)
    if key not in pictures:
        return None
    return {"draw": "picture", "picture": key, "align": str(element.align), **_place(element)}


def _box(
    element: Element, badge: Badge, words: dict[Kind, str], fields: Sequence[Element], *, roll: bool
) -> dict[str, Any]:
    on_field = any(field.holds(element) for field in fields)
    on_colour = text_on(badge.colour)
    text = printable(element.text) if element.kind is Kind.TEXT else words[element.kind]
    box = {
        "draw": "words",
        "words": text,
        "fill": on_colour if on_field else _BLACK,
        "weight": "regular",
        "one_line": False,
        "valign": "top",
        **_letters(element, text),
    }
    match element.kind:
        case Kind.NAME:
            first, last = words[Kind.FIRST_NAME], words[Kind.LAST_NAME]
            share = 0.62 if last else 1.0
            return box | {
                "draw": "name",
                "first": first,
                "last": last,
                "size": min(element.size, element.height * share * _POINTS / 1.1),
            }
        case Kind.FIRST_NAME | Kind.LAST_NAME:
            return box | {"weight": "bold" if element.kind is Kind.FIRST_NAME else "medium", "valign": "horizon"}
        case Kind.TYPE:  # its colour goes with it, wherever it stands
            ground = {} if on_field else {"ground": badge.colour}
            return box | ground | {"weight": "bold", "fill": on_colour, "valign": "bottom" if on_field else "horizon"}
        case Kind.EDITION:
            colours = {} if on_field else {"fill": ink(badge.look.ground)}
            bars = [ink(badge.look.ground), badge.look.mark] if element.height * _POINTS > element.size * 1.9 else []
            return box | colours | {"weight": "bold", "one_line": True, "bars": bars}
        case Kind.SESSIONS:
            box |= {"draw": "lines", **_lines(element, badge.sessions), "valign": "top" if roll else "bottom"}
        case Kind.ORGANISATION | Kind.DATES if not on_field:
            box |= {"fill": _GREY, "one_line": element.kind is Kind.DATES}
    return box


def _letters(element: Element, text: str) -> dict[str, Any]:
    right_to_left = runs_right_to_left(text)
    align = {"left": "right", "right": "left"}.get(element.align, element.align) if right_to_left else element.align
    size = min(element.size, element.height * _POINTS / _LINE)
    return {"size": size, "align": str(align), "rtl": right_to_left, **_place(element)}


def _lines(element: Element, sessions: Sequence[str]) -> dict[str, Any]:
    line = element.size * _LIST_LINE / _POINTS
    most = max(1, int(element.height / line + 0.01))
    kept, left_out = in_few_lines([printable(each) for each in sessions], most)
    if left_out:
        kept.append(ngettext("och %(num)s till", "och %(num)s till", left_out) % {"num": left_out})
    return {"lines": kept, "line": line, "letters": element.size}


def _mark_heading(boxes: list[dict[str, Any]], name: str) -> None:
    """The first part of the name is the badge's heading, and the bookmark that leads to it."""
    named = ("name", "words")
    for box in boxes:
        if box["draw"] in named and box["words"] and box["words"] in name and box["weight"] != "regular":
            box["heading"] = True
            return
        if box["draw"] == "name":
            box["heading"] = True
            return


def _place(element: Element) -> dict[str, float]:
    return {"x": element.x, "y": element.y, "width": element.width, "height": element.height}
