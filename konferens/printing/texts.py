"""Texts for paper: Markdown as blocks of spans, times of sessions, words that break wherever they must. Pure."""

import re
from datetime import date, time, timedelta
from functools import cache
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt
from markdown_it.token import Token

from konferens.formats import clock, clock_range, day_and_clock
from konferens.i18n import gettext
from konferens.programme.model import Session
from konferens.typesetting import MAX_TEXT, printable

LONG_WORD = 28
"""Letters: words beyond this may break anywhere, since no column is so wide that all of them fit."""

MAX_BLOCKS = 200
NIGHT_ENDS = time(7)
"""What ends before this belongs to the night that began the day before."""


class Span(TypedDict):
    """A stretch of text with one look; `url` is '' where it is no link."""

    text: str
    bold: bool
    italic: bool
    url: str


class Block(TypedDict):
    """A paragraph ('p'), a heading ('h'), or an item of a list ('li') with its mark: '•', '1.'."""

    kind: str
    mark: str
    spans: list[Span]


def on_paper(text: str) -> str:
    """One line of at most 160 characters that can be typeset, whose overlong words may break anywhere."""
    return _LONG.sub(lambda word: "\u200b".join(word[0]), printable(text))


_LONG = re.compile(rf"[^\s\u200b-]{{{LONG_WORD},}}")


def session_time(session: Session, day: date, zone: ZoneInfo) -> str:
    """'09.00–10.30' on the paper of `day`; what goes on for more than a night names the day: '09.00–sön 14.00'.

    What began before `day` says until when: '–14.00', or that it goes on all day.
    """
    if session.starts_at is None or session.ends_at is None:
        return ""
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    if starts.date() < day:
        return f"–{clock(session.ends_at, zone)}" if ends.date() == day else gettext("hela dagen")
    over_night = ends.date() == starts.date() + timedelta(days=1) and ends.time() < NIGHT_ENDS
    if ends.date() == starts.date() or over_night:
        return clock_range(session.starts_at, session.ends_at, zone)
    return f"{clock(session.starts_at, zone)}–{day_and_clock(session.ends_at, zone)}"


def blocks_of(markdown: str) -> list[Block]:
    """`markdown` as blocks, at most MAX_BLOCKS; quotations, code and pictures become plain paragraphs."""
    blocks: list[Block] = []
    kind, mark = "p", ""
    for token in _parser().parse(markdown):
        match token.type:
            case "heading_open":
                kind = "h"
            case "list_item_open":  # `info` is the item's number, '' in lists without numbers
                kind, mark = "li", f"{token.info}." if token.info else "•"
            case "list_item_close" | "heading_close":
                kind, mark = "p", ""
            case "inline":
                spans = _spans(token.children or [])
                if spans:
                    blocks.append({"kind": kind, "mark": mark, "spans": spans})
                mark = ""  # of an item's first paragraph only
            case "fence" | "code_block":
                blocks.append({"kind": "p", "mark": "", "spans": [_span(token.content)]})
    return blocks[:MAX_BLOCKS]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"breaks": True, "html": False})


def _spans(tokens: list[Token]) -> list[Span]:
    spans: list[Span] = []
    bold = italic = 0
    url = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open":
                url = _address(token.attrGet("href"))
            case "link_close":
                url = ""
            case "softbreak" | "hardbreak":
                spans.append(_span("\n"))
            case "text" | "code_inline" | "image":
                spans.append(_span(token.content, bold=bold > 0, italic=italic > 0, url=url))
    return [span for span in spans if span["text"]]


def _span(text: str, *, bold: bool = False, italic: bool = False, url: str = "") -> Span:
    """Blanks at the ends stay: they stand between this span and its neighbours."""
    if text == "\n":
        return {"text": "\n", "bold": False, "italic": False, "url": ""}
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    pieces = [text[start : start + MAX_TEXT] for start in range(0, len(text), MAX_TEXT)]
    kept = "".join(_padded(piece) for piece in pieces).strip()
    return {"text": f"{before}{kept}{after}" if kept else before, "bold": bold, "italic": italic, "url": url}


def _padded(piece: str) -> str:
    return f"{' ' * piece[:1].isspace()}{on_paper(piece)}{' ' * piece[-1:].isspace()}"


def _address(href: Any) -> str:
    address = str(href or "")
    return address if address.lower().startswith(("https://", "http://", "mailto:", "tel:")) else ""
