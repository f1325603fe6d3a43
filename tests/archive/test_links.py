"""Links in pages and stylesheets, found and replaced letter by letter."""

import pytest

from konferens.archive.links import css_links, html_links, relink_css, relink_html
from konferens.archive.site import Site

SITE = Site("https://konferens.example.org", "/mack/2025/")


@pytest.mark.parametrize(
    ("link", "archived"),
    [
        ("/mack/2025/", "/mack/2025/"),
        ("https://KONFERENS.example.org/mack/2025/privacy#who", "/mack/2025/privacy"),
        ("programme?day=2025-05-06&track=energi", "/mack/2025/programme?day=2025-05-06"),
        ("programme?q=mack", "/mack/2025/programme"),
        ("programme?room=../../etc", "/mack/2025/programme"),
        ("sessions/ABC234-mack", "/mack/2025/sessions/ABC234-mack"),
        ("sessions/ABC234.ics", "/mack/2025/sessions/ABC234.ics"),
        ("/static/dist/app-1A2B.css", "/static/dist/app-1A2B.css"),
        ("/static/dist/../../secret", None),
        ("/static/dist/%2e%2e", None),
        ("register", None),
        ("/mack/2026/", None),
        ("/organiser/", None),
    ],
)
def test_what_an_archive_has(link: str, archived: str | None) -> None:
    address = SITE.address(link, "/mack/2025/")
    assert address is not None
    assert SITE.archived(address) == archived


@pytest.mark.parametrize("link", ["https://example.org/mack/2025/", "mailto:a@example.org", "tel:+46", "https://[x"])
def test_what_is_elsewhere(link: str) -> None:
    assert SITE.address(link, "/mack/2025/") is None


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/mack/2025/", "index.html"),
        ("/mack/2025/programme", "programme/index.html"),
        ("/mack/2025/changes", "changes/index.html"),
        ("/mack/2025/programme?day=2025-05-06", "programme/day-2025-05-06/index.html"),
        ("/mack/2025/speakers/", "speakers/index.html"),
        ("/mack/2025/tracks/energi.ics", "tracks/energi.ics"),
        ("/static/dist/app-1A2B.css", "static/app-1A2B.css"),
        ("/media/0a1b.webp", "media/0a1b.webp"),
    ],
)
def test_files(address: str, file: str) -> None:
    assert SITE.file(address) == file


def test_all_but_the_links_stays_as_it_is() -> None:
    page = '<!doctype html>\n<!-- <a href="/x"> -->\n<P Class=a>å &amp; &copy <a title="1 > 0"\n href="/ja?a=1&amp;b=2">b</a></p>\r\n<br>'
    assert list(html_links(page)) == ["/ja?a=1&b=2"]
    assert relink_html(page, lambda link: link) == page
    assert relink_html(page, {"/ja?a=1&b=2": 'j"a'}.get) == page.replace(
        '<a title="1 > 0"\n href="/ja?a=1&amp;b=2">', '<a title="1 &gt; 0" href="j&quot;a">'
    )


def test_a_link_to_nothing_becomes_its_words() -> None:
    page = '<a class="button" lang="en" href="/no"><b>no</b></a> <a href="/yes">yes</a> <img src="/no" alt="">'
    assert (
        relink_html(page, lambda link: None if link == "/no" else "yes")
        == '<span class="button" lang="en"><b>no</b></span> <a href="yes">yes</a> <img alt="">'
    )


def test_stylesheets() -> None:
    sheet = 'a{src:url("./a.woff2") format("woff2")}b{background:url(b.svg)}'
    assert list(css_links(sheet)) == ["./a.woff2", "b.svg"]
    assert relink_css(sheet, {"./a.woff2": "a.woff2"}.get) == (
        'a{src:url("a.woff2") format("woff2")}b{background:url("b.svg")}'
    )
