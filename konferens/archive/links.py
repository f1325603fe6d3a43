"""Links in HTML and CSS: which there are, and the same text with others in their place."""

import re
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
NewLink = Callable[[str], str | None]
"""From a link to the one in its place; None where it leads to nothing."""

LINKS = frozenset({"href", "src", "action", "formaction", "poster", "data"})
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


class _Tags(HTMLParser):
    """Every start and end tag with its place in the text, so that the rest stays as it is, letter by letter."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str, str, Attributes | None]] = []  # place, source, name, attributes (None: an end)
        self._text = text
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.feed(text)
        self.close()

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.found.append((self._place(), self.get_starttag_text() or "", tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        place = self._place()
        self.found.append((place, self._text[place : self._text.index(">", place) + 1], tag, None))


def html_links(text: str) -> Iterator[str]:
    """Every link in the page `text`, as it stands there."""
    for _, _, _, attributes in _Tags(text).found:
        yield from (value for name, value in attributes or () if name in LINKS and value)


def css_links(text: str) -> Iterator[str]:
    """Every url(…) in the stylesheet `text`."""
    yield from _CSS_URL.findall(text)


def relink_html(text: str, new_link: NewLink) -> str:
    """`text` with new links. A link that leads to nothing becomes the words alone, in a <span>."""
    pieces: list[str] = []
    done = 0
    in_dead_link = False
    for place, source, tag, attributes in _Tags(text).found:
        if attributes is None:
            if tag != "a" or not in_dead_link:
                continue
            in_dead_link = False
            new = "</span>"
        elif any(name in LINKS and value for name, value in attributes):
            changed = [(name, new_link(value) if name in LINKS and value else value) for name, value in attributes]
            kept = [
                (name, value) for (name, value), (_, old) in zip(changed, attributes, strict=True) if value or not old
            ]
            in_dead_link = tag == "a" and len(kept) < len(changed)
            if in_dead_link:
                new = _tag("span", [(name, value) for name, value in kept if name in ("class", "lang")])
            elif kept == attributes:
                continue
            else:
                new = _tag(tag, kept)
        else:
            continue
        pieces += [text[done:place], new]
        done = place + len(source)
    return "".join([*pieces, text[done:]])


def _tag(name: str, attributes: Attributes) -> str:
    written = [f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes]
    return f"<{name}{''.join(written)}>"


def relink_css(text: str, new_link: NewLink) -> str:
    """`text` with new links; one that leads to nothing stays as it is."""
    return _CSS_URL.sub(lambda match: f'url("{new_link(match[1]) or match[1]}")', text)
