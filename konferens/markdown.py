"""Markdown that people write in abstracts, biographies and practical texts, as safe HTML or as plain text."""

import html
import re
from functools import cache, lru_cache

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "h5", "hr", "del"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"breaks": True, "html": False}).enable(["strikethrough"])


@lru_cache(maxsize=4096)
def render_markdown(text: str) -> str:
    """Safe HTML: an allow-list of tags, links with http, https, mailto and tel only; headings begin at h3."""
    shifted = re.sub(r"<(/?)h[12]>", r"<\1h3>", _parser().render(text))
    return nh3.clean(
        shifted,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener",
    )


@lru_cache(maxsize=1024)
def render_inline(text: str) -> str:
    """Safe HTML for a line within other text: emphasis, code and links."""
    return nh3.clean(
        str(_parser().renderInline(text)),
        tags={"strong", "em", "code", "a"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


@lru_cache(maxsize=4096)
def markdown_to_text(text: str, *, links: bool = False) -> str:
    """The words alone, paragraphs apart by a blank line: for calendars, mail and descriptions of pages.

    With `links`, a link's address stands after its words: 'Resa <https://example.org/>' (RFC 3986, appendix C).
    """
    rendered = render_markdown(text)
    if links:
        rendered = _LINK.sub(_with_address, rendered)
    spaced = re.sub(r"</(p|h\d|blockquote|pre|ul|ol)>\s*", "\n\n", rendered)
    spaced = re.sub(r"<li>\s*", "– ", re.sub(r"</li>\s*|<br\s*/?>\s*", "\n", spaced))
    return re.sub(r"\n{3,}", "\n\n", html.unescape(re.sub(r"<[^>]+>", "", spaced))).strip()


_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


def _with_address(match: re.Match[str]) -> str:
    address, words = match[1], match[2]
    return words if address.removeprefix("mailto:") == words else f"{words} &lt;{address}&gt;"
