"""Messages rendered from their texts: the edition's own, or else templates/mail/<kind>.<language>.md.

The frame around a message is templates/mail/layout.html, its blocks (what was ordered, how to pay) are the partials beside it.
"""

import html
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from konferens import formats, i18n
from konferens.events.model import Edition
from konferens.i18n import DEFAULT_LANGUAGE, LANGUAGES, gettext
from konferens.mail.kinds import KINDS
from konferens.mail.model import Draft, MailText, OwnTexts
from konferens.mail.placeholders import BUTTON, Placeholder, Sort
from konferens.mail.wording import Parts, Place, Slot, read_wording
from konferens.markdown import markdown_to_text, render_markdown

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"
MAX_SUBJECT = 300
_CONTENT = "<!--content-->"


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(date_range=formats.date_range)
    environment.filters.update(
        money=formats.money,
        long_date=formats.long_date,
        percent=formats.percent,
        line=_one_line,
        markdown=lambda text: Markup(render_markdown(text)),  # noqa: S704 - cleaned by nh3
        plain=lambda text: markdown_to_text(text, links=True),
    )
    return environment


@cache
def default_text(kind: str, language: str) -> MailText:
    """What the message says where an edition has no words of its own. Raises FileNotFoundError for a kind there isn't."""
    known = language if language in LANGUAGES else DEFAULT_LANGUAGE
    subject, _, body = (TEMPLATES / f"{kind}.{known}.md").read_text(encoding="utf-8").partition("\n")
    return MailText(subject=subject.strip(), body=body.strip())


def render_draft(draft: Draft, own_texts: OwnTexts | None = None) -> Rendered:
    """The message in its own language, in the edition's own words where `own_texts` has them.

    The subject is one line of at most 300 characters, whatever the data holds.
    """
    own = (own_texts or {}).get((draft.kind, draft.language))
    wording = read_wording(draft.kind, own or default_text(draft.kind, draft.language))
    with i18n.use_language(draft.language):
        head, foot, sender = _frame(draft.facts.edition, draft.facts.base_url, draft.language, KINDS[draft.kind].reason)
        text = re.sub(r"\n{3,}", "\n\n", _filled_text(wording.text, draft)).strip()
        return Rendered(
            subject=_one_line(_filled_text(wording.subject, draft))[:MAX_SUBJECT],
            text=f"{text}\n\n{sender}",
            html=f"{head}{_filled_html(wording.html, draft)}{foot}",
        )


@lru_cache(maxsize=64)
def _frame(edition: Edition, base_url: str, language: str, because: str) -> tuple[str, str, str]:
    """What stands before and after the HTML of every message of the edition, and below its text. Language: the current one;
    `because` tells why one gets it.
    """
    edition_url = f"{base_url}{edition.path}"
    context = {"edition": edition, "edition_url": edition_url, "language": language, "because": because}
    environment = _environment()
    page = environment.get_template("layout.html").render(context, content=Markup(_CONTENT))  # noqa: S704 - ours
    head, _, foot = page.partition(_CONTENT)
    return head, foot, environment.get_template("_foot.txt").render(context)


def _one_line(text: str) -> str:
    """On one line, whatever people wrote: no value may begin a line of its own. No-break spaces stay."""
    return _BREAKS.sub(" ", text).strip()


_BREAKS = re.compile(r"[^\S\u00a0]+")


def _filled_text(parts: Parts, draft: Draft) -> str:
    return "".join(part if isinstance(part, str) else _as_text(part, draft) for part in parts)


def _filled_html(parts: Parts, draft: Draft) -> str:
    return "".join(part if isinstance(part, str) else _as_html(part, draft) for part in parts)


def _as_text(slot: Slot, draft: Draft) -> str:
    value = slot.placeholder.value(draft)
    if slot.place is not Place.BLOCK:
        return _one_line(str(value))
    if slot.placeholder.name == BUTTON:
        return f"{_button_words(slot)}:\n{value}"
    return _block(slot.placeholder, value, "txt").strip()


def _as_html(slot: Slot, draft: Draft) -> str:
    value = slot.placeholder.value(draft)
    if slot.place is Place.BLOCK:
        if slot.placeholder.name == BUTTON:
            return f'<p><a class="button" href="{html.escape(str(value))}">{html.escape(_button_words(slot))}</a></p>\n'
        return _block(slot.placeholder, value, "html")
    words = _one_line(str(value))
    if slot.place is Place.IN_ADDRESS:
        return quote(words, safe="")
    escaped = html.escape(words)
    if slot.placeholder.sort is Sort.ADDRESS and slot.place is Place.TEXT:
        return f'<a href="{escaped}">{escaped}</a>'
    return escaped


def _button_words(slot: Slot) -> str:
    return slot.words or gettext("Till din sida")


def _block(placeholder: Placeholder, value: object, ending: str) -> str:
    """Nothing for what is empty: the partial has its heading with it."""
    if not value:
        return ""
    laid_out = _kept_block if placeholder.shared else _laid_out
    return laid_out(f"{placeholder.partial}.{ending}", i18n.current_language.get(), value)


def _laid_out(template: str, language: str, value: object) -> str:  # noqa: ARG001 - the current one, for what is kept
    return _environment().get_template(template).render(it=value)


_kept_block = lru_cache(maxsize=256)(_laid_out)
