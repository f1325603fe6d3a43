"""Where the forms of the site map's POST addresses stand."""

import re

PAGES: tuple[tuple[str, str], ...] = (
    (r"/(language|logout)", "/login"),
    (r"(/checkin/list/.+/badge)", r"\1?token={ticket_token}"),
    (r"(/checkin/list/.+)", r"\1?q=Deltagare"),
    # On people's own pages.
    (
        r"(/(?:orders|tickets)/(?:\{code:code\}/)?\{secret\}/)(?:.*/)?(?:attendees|confirmation|details|calendar|stars)",
        r"\1",
    ),
    (r"(/(?:orders|tickets)/(?:\{code:code\}/)?\{secret\}/.*)", r"\1"),
    (r"(/speaking/.+/files)(?:/.*)?", r"\1"),
    (r"(/speaking/\{secret\}/).*", r"\1"),
    (r"(/open-space/\{topic_secret\})/.+", r"\1"),
    (r"(/proposals/\{proposal_secret\}/)(?:withdraw|erase)", r"\1leave"),
    # In the office: beside what they change.
    (r"(.*/badges/prints/\{print_id:id\})/printed", r"\1"),
    (r"(.*/badges)/prints", r"\1"),
    (r"(.*/badges/desk)/print", r"\1?q=Deltagare"),
    (
        r"(.*/(?:questions|payments|badges|devices))/(?:.*/)?(?:move|state|ready-made|order|aside|take-up|printed)",
        r"\1",
    ),
    (r"(.*/devices)/.+", r"\1"),
    (r"(.*/feedback)/.+", r"\1"),
    (r"(.*/speakers/\{code\})/(?:invitation|reminder|renewal|ticket)", r"\1/answer"),
    (r"(.*/speakers)/(?:tickets|ticket-type)", r"\1"),
    (r"(.*/(?:speakers|signups/\{code:code\}))/add", r"\1/new"),
    (r"(.*/webhooks/\{id:id\})/.*(?:test|replay)", r"\1"),
    (r"(.*/proposals(?:/\{code:code\})?)/(?:review|decisions)", r"\1"),
    (r"(.*/open-space)/slots.*", r"\1/settings"),
    (r"(.*/open-space)/topics/.+", r"\1"),
    (r"(.*/files)/\{file:id\}/delete", r"\1"),
    (r"(.*)/publication", r"\1/settings"),
    (r"(.*)/(?:confirmation|retry|invoice)", r"\1"),
)
"""Patterns of whole addresses, and the pages that have their forms: the first that fits; other forms are at their own address."""


def page_of(path: str) -> str:
    """The template of the page with the form that is sent to the template `path`."""
    return next((found.expand(page) for pattern, page in PAGES if (found := re.fullmatch(pattern, path))), path)
