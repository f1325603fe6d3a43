"""The shell of the organisers' office: who may come in, its navigation, and the notice after something was saved."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from konferens.accounts.model import Role, User
from konferens.events.model import Edition
from konferens.i18n import lazy_gettext as _l
from konferens.web.auth import require_role, require_user
from konferens.web.requests import edition_of
from konferens.web.templating import render

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("", (("overview", "", _l("Översikt")),)),
    (
        _l("Programmet"),
        (
            ("sessions", "sessions", _l("Program")),
            ("schedule", "schedule", _l("Schema")),
            ("releases", "releases", _l("Versioner")),
            ("signups", "signups", _l("Anmälningslistor")),
            ("feedback", "feedback", _l("Omdömen")),
            ("speakers", "speakers", _l("Medverkande")),
            ("proposals", "proposals", _l("Förslag")),
            ("rooms", "rooms", _l("Rum")),
            ("tracks", "tracks", _l("Spår")),
        ),
    ),
    (
        _l("Anmälan"),
        (
            ("orders", "orders", _l("Bokningar")),
            ("waiting", "waiting", _l("Väntelista")),
            ("questions", "questions", _l("Frågor")),
            ("answers", "answers", _l("Svaren")),
            ("answers/sensitive", "answers/sensitive", _l("Mat och tillgänglighet")),
        ),
    ),
    (
        _l("Försäljning"),
        (
            ("ticket-types", "ticket-types", _l("Biljettyper")),
            ("addons", "addons", _l("Tillval")),
            ("quotas", "quotas", _l("Kvoter")),
            ("codes", "codes", _l("Koder")),
            ("payments", "payments", _l("Betalningar")),
        ),
    ),
    (
        _l("På plats"),
        (
            ("badges", "badges", _l("Namnskyltar")),
            ("prints", "prints", _l("Utskrifter")),
            ("checkin-lists", "checkin-lists", _l("Incheckning")),
            ("devices", "devices", _l("Telefoner")),
            ("open-space", "open-space", _l("Open space")),
            ("board", "board", _l("Skärmar")),
        ),
    ),
    (
        _l("Konferensen"),
        (
            ("mail", "mail", _l("Mejl")),
            ("privacy", "privacy", _l("Personuppgifter")),
            ("colleagues", "colleagues", _l("Medarbetare")),
            ("embed", "embed", _l("På er webbplats")),
            ("tokens", "tokens", _l("API-nycklar")),
            ("webhooks", "webhooks", _l("Webhooks")),
            ("settings", "settings", _l("Inställningar")),
        ),
    ),
)
"""An edition's navigation, in order: the label of each group ('' for what stands alone) and its entries as (key, end of
the address, label)."""

REVIEWS = "/organiser/proposals"
"""Where reviewers find the conferences whose proposals they read."""

_FOR_REVIEWERS = frozenset({"proposals"})
"""Keys of the entries for those who only review."""

_NOTICES = {
    "saved": _l("Sparat."),
    "created": _l("Tillagt."),
    "deleted": _l("Borttaget."),
    "drafted": _l("Sparat som utkast. Alla ser det när ni släpper nästa version."),
    "leaving": _l("Programpunkten tas bort när ni släpper nästa version."),
    "public": _l("Sparat, och synligt för alla nu."),
    "released": _l("Versionen är släppt och syns för alla."),
    "informed": _l("Mejlen är på väg till dem som har valt det."),
    "let-be": _l("Inget mejl skickas om det."),
    "undone": _l("Ångrat. Programmet är åter som det syns för alla."),
    "restored": _l("Den gamla versionen ligger som utkast. Läs igenom vad som ändras, och släpp sedan en ny version."),
    "decided": _l("Beslutet är sparat. Ingen har fått veta något än."),
    "told": _l("Besluten är meddelade, och mejlen är på väg."),
    "planned": _l(
        "Nu finns det i programmet som en preliminär programpunkt utan tid. De som vet att de är antagna får en inbjudan."
    ),
    "all-read": _l("Du har bedömt alla förslag. Tack!"),
    "file-added": _l("Filen är sparad."),
    "placed": _l("Placerat. Nu står det i allas program."),
    "taken-down": _l("Nertaget. Ämnet väntar på en plats igen."),
    "imported": _l("Programmet är inläst."),
    "copied": _l("Konferensen är skapad, som ett utkast. Läs igenom texter, datum och priser innan du publicerar den."),
    "published": _l("Konferensen är publicerad."),
    "unpublished": _l("Konferensen är inte längre publicerad."),
    "paid": _l("Betalningen är registrerad. Bokningen är betald."),
    "payment": _l("Betalningen är registrerad."),
    "corrected": _l("Betalningen är borttagen från bokningen."),
    "refunded": _l("Återbetalningen är antecknad."),
    "matched": _l("Betalningen är kopplad till bokningen."),
    "reissued": _l("Fakturan är krediterad och en ny är utfärdad."),
    "cancelled": _l("Avbokningen är gjord."),
    "resent": _l("Bekräftelsen skickas igen."),
    "offered": _l("Platsen är erbjuden, och ett mejl är på väg."),
    "retried": _l("Mejlet skickas igen."),
    "queued": _l("Meddelandet är på väg. Ladda om sidan för att se svaret."),
    "printed": _l("Markerade som utskrivna."),
    "erased": _l("Uppgifterna är borttagna."),
    "refused": _l("Avslaget är sparat och visas för den som bad om det."),
    "ended": _l("Telefonen är avslutad."),
    "unprinted": _l("Markerade som inte utskrivna."),
    "invited": _l("Inbjudan är på väg."),
    "reminded": _l("Påminnelsen är på väg."),
    "renewed": _l("Sidan har fått en ny länk. Den gamla fungerar inte längre. Ge personen den nya."),
    "merged": _l("Profilerna är hopslagna."),
    "tickets-given": _l("Biljetten är på väg."),
    "password": _l("Ditt nya lösenord gäller. Logga in med det."),
    "password-changed": _l("Lösenordet är bytt, och alla andra inloggningar är avslutade."),
    "signed-out": _l("De andra inloggningarna är avslutade."),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation; `current` marks the section that the page belongs to."""

    key: str
    url: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A part of the navigation that can be folded; with the label '' its entries stand alone."""

    label: str
    entries: tuple[NavItem, ...]

    @property
    def current(self) -> NavItem | None:
        """The entry that the page belongs to, where it is one of these."""
        return next((entry for entry in self.entries if entry.current), None)


def office_path(edition: Edition, end: str = "") -> str:
    """The address of an edition's page in the office: '/organiser/S/E/' + `end`."""
    return f"/organiser{edition.path}{end}"


def navigation(edition: Edition, section: str, *, reviews_only: bool = False) -> list[NavGroup]:
    """The edition's navigation, in the current language, with `section` marked; `reviews_only`: what reviewers may see."""
    groups = [
        NavGroup(
            str(label),
            tuple(
                NavItem(key, office_path(edition, end), str(name), key == section)
                for key, end, name in entries
                if not reviews_only or key in _FOR_REVIEWERS
            ),
        )
        for label, entries in SECTIONS
    ]
    return [group for group in groups if group.entries]


async def organised_edition(request: Request) -> Edition:
    """The edition of the address, drafts too, for someone who may organise it.

    Raises SignInRequiredError (to somebody unknown, whether or not there is such a draft), NotFoundError, ForbiddenError.
    """
    await require_user(request)
    edition = await edition_of(request, published_only=False)
    await require_role(request, Role.ORGANISER, edition.id)
    return edition


async def reviewed_edition(request: Request) -> Edition:
    """As `organised_edition`, for someone who may review the edition's proposals."""
    await require_user(request)
    edition = await edition_of(request, published_only=False)
    await require_role(request, Role.REVIEWER, edition.id)
    return edition


def render_office(
    request: Request, edition: Edition, section: str, template: str, /, status_code: int = 200, **context: Any
) -> HTMLResponse:
    """A page of an edition's office, with the navigation of whoever is signed in. Templates get `edition`, `office` (its address with a slash), `nav` and `notice`."""
    user: User | None = getattr(request.state, "user", None)
    reviews_only = user is not None and not user.may(Role.ORGANISER, edition.id)
    return render(
        request,
        template,
        status_code=status_code,
        edition=edition,
        office=office_path(edition),
        nav=navigation(edition, section, reviews_only=reviews_only),
        section=section,
        notice=notice_of(request),
        **context,
    )


def done(edition: Edition, end: str, notice: str) -> RedirectResponse:
    """After a change: 303 to the edition's page `end`, which shows `notice` (a key such as 'saved'). No cookie is needed."""
    address, _, fragment = end.partition("#")
    joint = "&" if "?" in address else "?"
    return RedirectResponse(
        f"{office_path(edition, address)}{joint}notice={notice}" + (f"#{fragment}" if fragment else ""), status_code=303
    )


def notice_of(request: Request) -> str:
    """The sentence for `?notice=…`; other people's words in an address are never shown."""
    text = _NOTICES.get(request.query_params.get("notice", "")) if request.method == "GET" else None
    return str(text) if text else ""
