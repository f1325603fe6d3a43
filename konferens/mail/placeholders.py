"""What organisers can write in braces in a message's text, and what stands there when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from konferens import formats
from konferens.i18n import lazy_gettext as _l
from konferens.mail.model import Draft


class Sort(Enum):
    """Words within a text; an address, which becomes a link; or a block, which has a line of its own."""

    WORDS = auto()
    ADDRESS = auto()
    BLOCK = auto()


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name}` in a text. `value` gives what stands there: for a block, what it shows, and nothing is shown where that is empty.

    A block is laid out by templates/mail/`partial`.html and .txt; a `shared` one is the same in all messages of an edition.
    """

    name: str
    explanation: str
    value: Callable[[Draft], object]
    sort: Sort = Sort.WORDS
    partial: str = ""
    shared: bool = False

    @property
    def written(self) -> str:
        """As one writes it."""
        return f"{{{self.name}}}"


BUTTON = "knapp"
"""The one that takes words of the writer's own: `{knapp:Till din sida}`."""


def _due_on(draft: Draft) -> str:
    to_pay = draft.facts.to_pay
    return formats.long_date(to_pay.due_on) if to_pay and to_pay.due_on else ""


def _days(draft: Draft) -> str:
    return formats.date_range(draft.facts.edition.starts_on, draft.facts.edition.ends_on)


def _organiser(draft: Draft) -> str:
    series = draft.facts.edition.series
    return series.organisation or series.name


_ALL = (
    Placeholder("namn", _l("Mottagarens namn"), lambda draft: draft.to_name),
    Placeholder("konferens", _l("Konferensens namn"), lambda draft: draft.facts.edition.name),
    Placeholder("datum", _l("Konferensens dagar"), _days),
    Placeholder("plats", _l("Lokal och adress"), lambda draft: draft.facts.edition.venue),
    Placeholder("arrangör", _l("Er organisation"), _organiser),
    Placeholder("kontakt", _l("E-postadressen för frågor"), lambda draft: draft.facts.edition.contact_email),
    Placeholder("hemsida", _l("Länk till konferensens sida"), lambda draft: draft.facts.edition_url, Sort.ADDRESS),
    Placeholder("länk", _l("Länk till mottagarens egen sida"), lambda draft: draft.facts.url, Sort.ADDRESS),
    Placeholder(
        BUTTON, _l("Länken som en knapp. Skriv själv vad som står på den."), lambda draft: draft.facts.url, Sort.BLOCK
    ),
    Placeholder(
        "när_och_var",
        _l("Dagar, lokal och adress"),
        lambda draft: draft.facts.edition,
        Sort.BLOCK,
        "_when",
        shared=True,
    ),
    Placeholder(
        "praktiskt",
        _l("Texten Praktiskt från inställningarna"),
        lambda draft: draft.facts.edition.practical,
        Sort.BLOCK,
        "_practical",
        shared=True,
    ),
    Placeholder("bokningskod", _l("Bokningens kod"), lambda draft: draft.facts.order_code),
    Placeholder(
        "rader", _l("Det som är beställt, med summa och moms"), lambda draft: draft.facts.bill, Sort.BLOCK, "_lines"
    ),
    Placeholder(
        "betalning",
        _l("Hur man betalar. Inget, om det inte finns något att betala."),
        lambda draft: draft.facts.to_pay,
        Sort.BLOCK,
        "_payment",
    ),
    Placeholder(
        "biljetter", _l("Deltagarna och deras biljetter"), lambda draft: draft.facts.attendees, Sort.BLOCK, "_tickets"
    ),
    Placeholder(
        "avräkning",
        _l("Vad som betalas tillbaka, behålls eller krediteras"),
        lambda draft: draft.facts.balance,
        Sort.BLOCK,
        "_balance",
    ),
    Placeholder(
        "omdömen",
        _l("Länk till sidan där man lämnar omdömen. Inget, om ni inte frågar efter dem."),
        lambda draft: f"{draft.facts.edition_url}feedback" if draft.facts.edition.feedback else "",
        Sort.BLOCK,
        "_feedback",
    ),
    Placeholder("ändringar", _l("Vad som är ändrat"), lambda draft: draft.facts.changes, Sort.BLOCK, "_changes"),
    Placeholder("frågor", _l("Vad deltagaren ska svara på"), lambda draft: draft.facts.asked, Sort.BLOCK, "_asked"),
    Placeholder("belopp", _l("Beloppet som har kommit"), lambda draft: formats.money(draft.facts.amount)),
    Placeholder(
        "att_betala",
        _l("Beloppet som är kvar att betala"),
        lambda draft: formats.money(draft.facts.to_pay.amount if draft.facts.to_pay else 0),
    ),
    Placeholder("betalas_senast", _l("Sista dag att betala"), _due_on),
    Placeholder(
        "ocr",
        _l("OCR-nummer eller märkning av betalningen"),
        lambda draft: draft.facts.to_pay.reference if draft.facts.to_pay else "",
    ),
    Placeholder("bokad_av", _l("Den som bokade"), lambda draft: draft.facts.booked_by),
    Placeholder("deltagare", _l("Deltagarens namn"), lambda draft: draft.facts.attendee),
    Placeholder("biljettyp", _l("Biljettens typ"), lambda draft: draft.facts.ticket_type),
    Placeholder("gäller_till", _l("När erbjudandet går ut"), lambda draft: draft.facts.until),
    Placeholder("programpunkt", _l("Programpunktens titel"), lambda draft: draft.facts.session),
    Placeholder("tid", _l("Programpunktens dag och tid"), lambda draft: draft.facts.session_time),
    Placeholder("rum", _l("Rum eller samlingsplats"), lambda draft: draft.facts.session_place),
    Placeholder(
        "medverkan",
        _l("Personens programpunkter, med tid och plats"),
        lambda draft: draft.facts.spoken,
        Sort.BLOCK,
        "_spoken",
    ),
    Placeholder("medverkande", _l("Den medverkandes namn"), lambda draft: draft.facts.speaker),
    Placeholder(
        "meddelande",
        _l("Det personen skrev. Inget, om personen inte skrev något."),
        lambda draft: draft.facts.message,
        Sort.BLOCK,
        "_message",
    ),
    Placeholder("version", _l("Programversionens namn"), lambda draft: draft.facts.release),
    Placeholder(
        "om_versionen",
        _l("Det ni skrev om programversionen. Inget, om ni inte skrev något."),
        lambda draft: draft.facts.note,
        Sort.BLOCK,
        "_note",
    ),
    Placeholder("förslag", _l("Förslagets titel"), lambda draft: draft.facts.proposal),
    Placeholder("föreslagen_av", _l("Den som lämnar förslaget"), lambda draft: draft.facts.proposed_by),
    Placeholder(
        "sista_dag",
        _l("När förslag senast ska lämnas"),
        lambda draft: draft.facts.deadline,
    ),
    Placeholder("inbjuden_av", _l("Den som bjuder in"), lambda draft: draft.facts.invited_by),
    Placeholder("roll", _l("Vad personen får göra"), lambda draft: draft.facts.role),
)

PLACEHOLDERS = {placeholder.name: placeholder for placeholder in _ALL}
