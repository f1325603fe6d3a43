"""Abstracts that other systems export as HTML (FOSDEM does), as the Markdown that we keep."""

import html
import re

import nh3

_LOOKS_LIKE_HTML = re.compile(
    r"<(p|a|ul|ol|li|br|strong|em|b|i|h[1-6]|div|pre|blockquote)(\s[^<>]*)?/?>", re.IGNORECASE
)
# None looks beyond the next tag, so that a long text of unclosed ones takes no longer than any other.
_STEPS = (
    (r"(?s)<a\s[^<>]*?href=[\"'](https?://[^\"'\s<>]+)[\"'][^<>]*>((?:(?!<a\s).)*?)</a>", r"[\2](\1)"),
    (r"<li[^<>]*>\s*", "\n- "),
    (r"</?(?:ul|ol|p|div|pre|blockquote|h[1-6])[^<>]*>", "\n\n"),
    (r"<br\s*/?>", "\n"),
    (r"</?(?:strong|b)>", "**"),
    (r"</?(?:em|i)>", "*"),
)


def markdown_from(text: str) -> str:
    """`text` as Markdown; what doesn't look like HTML is Markdown already and stays."""
    if not _LOOKS_LIKE_HTML.search(text):
        return text
    for pattern, replacement in _STEPS:
        text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    plain = html.unescape(nh3.clean(text, tags=set()))
    return re.sub(r"\n\s*\n", "\n\n", plain).strip()
