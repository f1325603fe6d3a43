"""Texts of messages, as people write them: Markdown with {placeholders}, read once and filled in many times.

A text is rendered as Markdown first, with marks where its placeholders are; values take the marks' places afterwards. So a
value is never read as Markdown, as HTML or as another placeholder, whatever it holds.
"""

import difflib
import html
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from konferens.i18n import gettext
from konferens.mail.kinds import KINDS
from konferens.mail.model import MailText
from konferens.mail.placeholders import BUTTON, PLACEHOLDERS, Placeholder, Sort
from konferens.markdown import markdown_to_text, render_markdown

_BRACES = re.compile(r"\{([^{}\n]*)\}")
_MARK = f"x{secrets.token_hex(8)}"
"""What nobody can have written: letters and digits, which Markdown leaves alone, others in every process."""

_MARKS = re.compile(rf"{_MARK}n(\d+)e")
_PIECES = re.compile(rf"<p>{_MARK}n(?P<block>\d+)e</p>|(?P<opened><a\b[^>]*>)|(?P<closed></a>)|{_MARK}n(?P<mark>\d+)e")


class Place(Enum):
    """Where in HTML a placeholder stands: that decides how its value is written there."""

    TEXT = auto()
    LINKED = auto()  # in the words of a link
    ADDRESS = auto()  # a link's address, from its beginning
    IN_ADDRESS = auto()  # further on in one
    BLOCK = auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """A placeholder in a text; `words` are the writer's own, in a button."""

    placeholder: Placeholder
    words: str
    place: Place


Parts = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that has been read: literal parts and slots, ready to be filled in."""

    subject: Parts
    text: Parts
    html: Parts


@dataclass(frozen=True, slots=True)
class _Found:
    """A placeholder that the kind knows, and how it was written."""

    placeholder: Placeholder
    words: str
    written: str


def _read(kind: str, match: re.Match[str]) -> _Found | None:
    """What stands in braces, if messages of this kind know it. Case doesn't count, nor do blanks at the ends."""
    name, colon, words = (part.strip() for part in unicodedata.normalize("NFC", match[1]).partition(":"))
    name = name.casefold()
    if name not in KINDS[kind].names or (colon and name != BUTTON):
        return None
    return _Found(PLACEHOLDERS[name], words, match[0])


@lru_cache(maxsize=1024)
def read_wording(kind: str, text: MailText) -> Wording:
    """The text of a message, read. What it doesn't know in braces stays as it was written."""
    found: list[_Found] = []
    lines: list[str] = []
    for line in unicodedata.normalize("NFC", text.body).splitlines():
        alone = _BRACES.fullmatch(line.strip())
        known = _read(kind, alone) if alone else None
        if known is not None and known.placeholder.sort is Sort.BLOCK:
            lines += ["", _marked(found, known), ""]
        else:
            lines.append(_with_marks(kind, line, found))
    marked = "\n".join(lines)
    html_parts = tuple(_html_parts(_from_h2(render_markdown(marked)), found))
    shown = {part.placeholder.name for part in html_parts if isinstance(part, Slot) and part.place is Place.BLOCK}
    subject: list[_Found] = []
    return Wording(
        subject=tuple(_text_parts(_with_marks(kind, text.subject, subject), subject, set())),
        text=tuple(_text_parts(markdown_to_text(marked, links=True), found, shown)),
        html=html_parts,
    )


def _from_h2(rendered: str) -> str:
    """Markdown's headings, which begin at h3 on pages, from h2 on: a message has none above those of its text."""
    return re.sub(r"<(/?)h([345])>", lambda match: f"<{match[1]}h{int(match[2]) - 1}>", rendered)


def _marked(found: list[_Found], one: _Found) -> str:
    found.append(one)
    return f"{_MARK}n{len(found) - 1}e"


def _with_marks(kind: str, line: str, found: list[_Found]) -> str:
    """The line with marks for its words and addresses; blocks don't belong in a line."""

    def mark(match: re.Match[str]) -> str:
        one = _read(kind, match)
        return match[0] if one is None or one.placeholder.sort is Sort.BLOCK else _marked(found, one)

    return _BRACES.sub(mark, line)


def _text_parts(text: str, found: list[_Found], blocks: set[str]) -> Iterator[str | Slot]:
    """`blocks` are the names of those that have a paragraph of their own; in code, say, they stay as they are written."""
    for index, piece in enumerate(_MARKS.split(text)):
        if index % 2 == 0:
            yield piece
            continue
        one = found[int(piece)]
        is_block = one.placeholder.sort is Sort.BLOCK
        if is_block and one.placeholder.name not in blocks:
            yield one.written
        else:
            yield Slot(one.placeholder, one.words, Place.BLOCK if is_block else Place.TEXT)


def _html_parts(rendered: str, found: list[_Found]) -> Iterator[str | Slot]:
    position, linked = 0, False
    for match in _PIECES.finditer(rendered):
        yield rendered[position : match.start()]
        position = match.end()
        if match["opened"]:
            linked = True
            yield from _address_parts(match["opened"], found)
        elif match["closed"]:
            linked = False
            yield match["closed"]
        else:
            one = found[int(match["block"] or match["mark"])]
            if one.placeholder.sort is not Sort.BLOCK:
                slot = Slot(one.placeholder, one.words, Place.LINKED if linked else Place.TEXT)
                yield from ("<p>", slot, "</p>") if match["block"] else (slot,)
            elif match["block"]:
                yield Slot(one.placeholder, one.words, Place.BLOCK)
            else:
                yield html.escape(one.written)
    yield rendered[position:]


def _address_parts(tag: str, found: list[_Found]) -> Iterator[str | Slot]:
    before = ""
    for index, piece in enumerate(_MARKS.split(tag)):
        if index % 2 == 0:
            yield (before := piece)
            continue
        one = found[int(piece)]
        begins = before.endswith('href="') and one.placeholder.sort is Sort.ADDRESS
        yield Slot(one.placeholder, one.words, Place.ADDRESS if begins else Place.IN_ADDRESS)


def problems(kind: str, subject: str, body: str) -> dict[str, list[str]]:
    """What is wrong with the placeholders, in the current language: messages for 'subject' and 'body', without those that
    have none.
    """
    found = {
        "subject": [*_problems_of(kind, subject, may_hold_blocks=False)],
        "body": [message for line in body.splitlines() for message in _problems_of(kind, line, may_hold_blocks=True)],
    }
    return {field: list(dict.fromkeys(messages)) for field, messages in found.items() if messages}


def _problems_of(kind: str, line: str, *, may_hold_blocks: bool) -> Iterator[str]:
    is_alone = _BRACES.fullmatch(line.strip()) is not None
    for match in _BRACES.finditer(line):
        known = _read(kind, match)
        if known is None:
            yield _unknown(kind, match)
        elif known.placeholder.sort is Sort.BLOCK and not may_hold_blocks:
            yield gettext("%(name)s kan inte stå i ämnesraden.") % {"name": match[0]}
        elif known.placeholder.sort is Sort.BLOCK and not is_alone:
            yield gettext("%(name)s ska stå ensam på en rad.") % {"name": match[0]}
    rest = _BRACES.sub("", line)
    if "{" in rest or "}" in rest:
        yield gettext("En klammer saknar sitt par: %(line)s") % {"line": line.strip()[:80]}


def _unknown(kind: str, match: re.Match[str]) -> str:
    name = match[1].partition(":")[0].strip().casefold()
    if PLACEHOLDERS.get(name) is not None and name in KINDS[kind].names:
        return gettext("%(name)s kan inte ha ett kolon.") % {"name": match[0]}
    near = difflib.get_close_matches(name, KINDS[kind].names, n=1)
    if near:
        return gettext("%(name)s finns inte i det här mejlet. Menade du {%(near)s}?") % {
            "name": match[0],
            "near": near[0],
        }
    return gettext("%(name)s finns inte i det här mejlet.") % {"name": match[0]}
