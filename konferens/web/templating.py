"""Jinja2 templates with escaping, translations, assets and formats."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from konferens import formats, i18n
from konferens.markdown import markdown_to_text, render_inline, render_markdown
from konferens.web import csrf
from konferens.web.assets import Assets

ROOT = Path(__file__).parents[2]


def create_environment(base_url: str, **names: Any) -> Environment:
    """The templates' environment, with `names` known to all templates; what depends on the visitor is passed at rendering.

    Raises AssetsMissingError.
    """
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.globals.update(
        archived=None,  # or archive.writing.Archived: pages as files have no forms, scripts or server
        asset=Assets().url,
        base_url=base_url,
        languages=i18n.LANGUAGES,
        date_range=formats.date_range,
        clock=formats.clock,
        clock_element=_clock_element,
        clock_range=formats.clock_range,
        wall_clock=formats.wall_clock,
        when=formats.when,
        stamp=formats.stamp,
        iso=formats.iso,
        before_clock=formats.before_clock,
        in_language=_in_language,
    )
    environment.filters.update(
        file_size=formats.file_size,
        money=formats.money,
        day=formats.day,
        long_date=formats.long_date,
        short_date=formats.short_date,
        listed=formats.listed,
        markdown=lambda text: Markup(render_markdown(text)),  # noqa: S704 - cleaned by nh3
        inline_markdown=lambda text: Markup(render_inline(str(text))),  # noqa: S704 - cleaned by nh3
        plain=markdown_to_text,
        local=_local,
        language_name=_language_name,
        query_string=_query_string,
        initials=_initials,
    )
    environment.globals.update(names)
    return environment


shared_environment = cache(create_environment)
"""One for all applications of a process with the same base URL: to compile a page's templates takes longer than all else."""


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone)


def _language_name(code: str) -> str:
    """'sv' → 'svenska', in the current language; a code that nobody knows stays as it is."""
    return _language_name_in(code, i18n.current_language.get())


# A large programme asks for the same few languages and moments thousands of times.
@lru_cache(maxsize=256)
def _language_name_in(code: str, language: str) -> str:
    try:
        return Locale.parse(code).get_language_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


def _in_language(code: str) -> Markup:
    """A lang attribute, with a blank before it, for content that is not in the page's language (WCAG 2.2, 3.1.2)."""
    return _language_attribute(code) if code and code != i18n.current_language.get() else Markup("")


@lru_cache(maxsize=256)
def _language_attribute(code: str) -> Markup:
    return Markup(' lang="{}"').format(code)


def _clock_element(moment: datetime, zone: tzinfo) -> Markup:
    """<time>09.00</time>, with the whole moment for machines."""
    return _clock_element_in(moment, zone, i18n.current_language.get())


@lru_cache(maxsize=2048)
def _clock_element_in(moment: datetime, zone: tzinfo, _language: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(formats.iso(moment, zone), formats.clock(moment, zone))


def _query_string(values: Mapping[str, str]) -> str:
    """`values` without the empty ones, for an address after '?'."""
    return urlencode({name: value for name, value in values.items() if value})


def _initials(name: str) -> str:
    """'Anna-Karin af Öberg' → 'AÖ'."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def render_text(request: Request, template: str, /, **context: Any) -> str:
    """`template` as text, for `request`'s language, with what every page needs (templates/base.html)."""
    environment: Environment = request.app.state.templates
    return environment.get_template(template).render(
        request=request,
        language=i18n.current_language.get(),
        user=getattr(request.state, "user", None),
        csrf_token=LazyToken(request),
        **context,
    )


def render(request: Request, template: str, /, status_code: int = 200, **context: Any) -> HTMLResponse:
    """A page for this visitor only, never kept by caches. Public pages go through `web.cache.public_page`."""
    return HTMLResponse(
        render_text(request, template, **context), status_code=status_code, headers={"Cache-Control": "no-store"}
    )


class LazyToken:
    """A form token that is made only where a template puts it."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __str__(self) -> str:
        return csrf.issue_token(self._request)

    __html__ = __str__
