"""Messages rendered from templates/mail/<kind>/: subject.txt, body.txt and body.html."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from konferens import formats, i18n
from konferens.mail.model import Draft

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"


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
    environment.filters.update(money=formats.money, long_date=formats.long_date)
    return environment


def render_draft(draft: Draft) -> Rendered:
    """The message in its own language. The subject is one line of at most 300 characters, whatever the data holds."""
    environment = _environment()
    with i18n.use_language(draft.language):
        context = {**draft.context, "language": draft.language}
        subject = environment.get_template(f"{draft.kind}/subject.txt").render(context)
        return Rendered(
            subject=re.sub(r"\s+", " ", subject).strip()[:300],
            text=environment.get_template(f"{draft.kind}/body.txt").render(context),
            html=environment.get_template(f"{draft.kind}/body.html").render(context),
        )
