"""The messages there are: what each is called, when it is sent, and what can stand in its text."""

from dataclasses import dataclass

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.mail.placeholders import PLACEHOLDERS, Placeholder

_ALWAYS = (
    "namn",
    "konferens",
    "datum",
    "plats",
    "när_och_var",
    "arrangör",
    "kontakt",
    "hemsida",
    "länk",
    "knapp",
    "praktiskt",
)
_ORDER = ("bokningskod", "rader", "biljetter")
_PROPOSAL = (*_ALWAYS, "förslag", "sista_dag")


@dataclass(frozen=True, slots=True)
class Kind:
    """A message. `names` are its placeholders; `setting` is the edition's attribute that turns it off by being None.

    `because` tells those why they get it who haven't registered; `is_fixed` says that its words are no edition's to change.
    """

    code: str
    label: str
    occasion: str
    names: tuple[str, ...]
    setting: str = ""
    because: str = ""
    is_fixed: bool = False

    @property
    def reason(self) -> str:
        """Why one gets it, in the current language: stands below the message."""
        return str(self.because) or gettext(
            "Du får det här mejlet för att du har anmält dig eller någon annan till konferensen, är anmäld eller står i kö."
        )

    @property
    def placeholders(self) -> list[Placeholder]:
        return [PLACEHOLDERS[name] for name in self.names]

    def is_sent_by(self, edition: Edition) -> bool:
        """Whether the edition sends it at all; those that nothing turns off always are."""
        return not self.setting or getattr(edition, self.setting) is not None


_ALL = (
    Kind(
        "order_confirmation",
        _l("Bekräftelse"),
        _l("När någon har anmält sig, med biljetter, kalenderfil och faktura."),
        (*_ALWAYS, *_ORDER, "betalning"),
    ),
    Kind(
        "order_paid",
        _l("Betalning mottagen"),
        _l("När bokningen är betald, med biljetterna och kvitto."),
        (*_ALWAYS, *_ORDER, "belopp", "betalning"),
    ),
    Kind(
        "order_changed",
        _l("Ändrad bokning"),
        _l("När biljetter eller tillval läggs till eller avbokas."),
        (*_ALWAYS, *_ORDER, "ändringar", "betalning", "avräkning"),
    ),
    Kind(
        "order_cancelled",
        _l("Avbokning"),
        _l("När hela bokningen avbokas, med kreditfaktura."),
        (*_ALWAYS, "bokningskod", "biljetter", "avräkning"),
    ),
    Kind(
        "order_expired",
        _l("Förfallen bokning"),
        _l("När en bokning inte har betalats i tid och platserna släpps."),
        (*_ALWAYS, "bokningskod", "biljetter", "avräkning"),
        "expire_unpaid_days",
    ),
    Kind(
        "payment_reminder",
        _l("Betalningspåminnelse"),
        _l("När betalningen är försenad."),
        (*_ALWAYS, *_ORDER, "att_betala", "betalas_senast", "ocr", "betalning"),
        "payment_reminder_days",
    ),
    Kind(
        "attendee_details",
        _l("Fyll i dina uppgifter"),
        _l("Till en deltagare vars uppgifter ska fyllas i av deltagaren."),
        (*_ALWAYS, "bokad_av", "biljettyp", "frågor"),
    ),
    Kind(
        "ticket_transferred",
        _l("Överlåten biljett"),
        _l("Till den nya deltagaren, med biljetten."),
        (*_ALWAYS, "bokad_av", "biljettyp"),
    ),
    Kind(
        "waiting_joined",
        _l("På väntelistan"),
        _l("När någon har ställt sig på väntelistan för en biljettyp."),
        (*_ALWAYS, "biljettyp"),
    ),
    Kind(
        "waiting_offer",
        _l("Plats från väntelistan"),
        _l("När en plats har blivit ledig och hålls för den som väntar."),
        (*_ALWAYS, "biljettyp", "gäller_till"),
    ),
    Kind(
        "session_seat",
        _l("Plats på programpunkt"),
        _l("När någon får en plats från en programpunkts väntelista."),
        (*_ALWAYS, "deltagare", "programpunkt", "tid", "rum"),
    ),
    Kind(
        "session_choice",
        _l("Ändrad anmälan till programpunkter"),
        _l("När någon anmäler sig till en programpunkt med begränsat antal platser eller lämnar den, för kalendern."),
        (*_ALWAYS, "deltagare", "ändringar"),
    ),
    Kind(
        "speaker_invitation",
        _l("Inbjudan att medverka"),
        _l("När ni bjuder in någon att medverka, med länken till personens egen sida."),
        (*_ALWAYS, "medverkan"),
    ),
    Kind(
        "speaker_reminder",
        _l("Påminnelse till medverkande"),
        _l("När ni påminner dem som inte har svarat på inbjudan."),
        (*_ALWAYS, "medverkan"),
    ),
    Kind(
        "speaker_confirmed",
        _l("Tack till medverkande"),
        _l("När någon har tackat ja till att medverka, med biljetten om det finns en."),
        (*_ALWAYS, "medverkan", "biljetter"),
    ),
    Kind(
        "speaker_declined",
        _l("Någon har tackat nej"),
        _l("Till er, på konferensens e-postadress, när någon har tackat nej till att medverka."),
        (*_ALWAYS, "medverkan", "medverkande", "meddelande"),
    ),
    Kind(
        "programme_changed_speaker",
        _l("Ändrat program, till medverkande"),
        _l("När en ny version av programmet släpps, till dem som medverkar i något som är ändrat."),
        (*_ALWAYS, "ändringar", "version", "om_versionen"),
    ),
    Kind(
        "programme_changed_attendee",
        _l("Ändrat program, till deltagare"),
        _l(
            "När något får ny tid eller plats eller ställs in, till dem som har valt det: med en ny version, eller när ni ber om det."
        ),
        (*_ALWAYS, "ändringar", "version", "om_versionen"),
    ),
    Kind(
        "event_reminder",
        _l("Påminnelse före konferensen"),
        _l("Till alla deltagare och den som bokade, med praktiska uppgifter och biljetten."),
        (*_ALWAYS, "bokningskod", "biljetter"),
        "event_reminder_days",
    ),
    Kind(
        "event_thanks",
        _l("Tack efter konferensen"),
        _l("Till alla deltagare och den som bokade, när konferensen är över."),
        (*_ALWAYS, "bokningskod", "biljetter", "omdömen"),
        "thanks_days",
    ),
    Kind(
        "proposal_saved",
        _l("Utkast till förslag"),
        _l("När någon har börjat på ett förslag till programmet, med länken till det."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_submitted",
        _l("Inskickat förslag"),
        _l("När någon har skickat in ett förslag, med länken till det."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_named",
        _l("Medförslagsställare"),
        _l("Till den som någon annan har namngett i sitt förslag."),
        (*_PROPOSAL, "föreslagen_av"),
    ),
    Kind(
        "proposal_reminder",
        _l("Påminnelse om utkast"),
        _l("Två dagar före sista dag, till den som inte har skickat in sitt förslag."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_accepted",
        _l("Förslaget är antaget"),
        _l("När ni meddelar besluten om förslagen."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_waiting",
        _l("Förslaget är reserv"),
        _l("När ni meddelar besluten om förslagen."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_rejected",
        _l("Förslaget är avböjt"),
        _l("När ni meddelar besluten om förslagen."),
        _PROPOSAL,
    ),
    Kind(
        "proposal_withdrawn",
        _l("Tillbakadraget förslag"),
        _l(
            "Till er, på konferensens e-postadress, när någon drar tillbaka ett förslag som är antaget eller står som reserv."
        ),
        (*_PROPOSAL, "föreslagen_av"),
    ),
    Kind(
        "erasure_answer",
        _l("Svar om personuppgifter"),
        _l("När ni har svarat någon som vill få sina uppgifter borttagna."),
        _ALWAYS,
    ),
    Kind(
        "account_invitation",
        _l("Inbjudan till medarbetare"),
        _l("När ni har gjort ett konto åt någon, med länken där personen väljer sitt lösenord."),
        (*_ALWAYS, "inbjuden_av", "roll", "gäller_till"),
        because=_l("Du får det här mejlet för att en arrangör har gjort ett konto åt dig."),
        is_fixed=True,
    ),
    Kind(
        "account_password",
        _l("Nytt lösenord"),
        _l("När någon har glömt sitt lösenord, med länken där personen väljer ett nytt."),
        (*_ALWAYS, "gäller_till"),
        because=_l("Du får det här mejlet för att någon bad om ett nytt lösenord till ditt konto."),
        is_fixed=True,
    ),
)

KINDS = {kind.code: kind for kind in _ALL}

OWN_KINDS = {code: kind for code, kind in KINDS.items() if not kind.is_fixed}
"""Those that an edition can have words of its own for."""


def kind_label(kind: str) -> str:
    """What a message is about, in the current language; a kind that has no name here is shown as it is."""
    return str(KINDS[kind].label) if kind in KINDS else kind
