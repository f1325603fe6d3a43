"""What an edition collects of people, why, by what right and until when: the same facts for the public page (GDPR article 13)
and for the organisers' register (article 30). Pure; texts in the current language.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from konferens.events.model import Edition
from konferens.formats import short_date
from konferens.i18n import gettext, ngettext
from konferens.privacy.model import CONSENTS, kept_until
from konferens.questions.model import Question


@dataclass(frozen=True, slots=True)
class Collected:
    """What there is in an edition that collects anything of anybody. `questions` are the active ones."""

    questions: tuple[Question, ...]
    addons: tuple[str, ...]
    sells: bool
    sells_by_invoice: bool
    waiting_list: bool
    sessions: bool
    checkin: bool
    speakers: bool
    proposals: bool = False


@dataclass(frozen=True, slots=True)
class Processing:
    """One purpose with what it takes. `whose` are the people, `until` is a sentence, `seen_by` who gets to see it.

    `is_question`: its title, and a purpose that the organiser wrote, are in the edition's language.
    """

    title: str
    whose: str
    what: tuple[str, ...]
    purpose: str
    ground: str
    until: str
    seen_by: str
    is_question: bool = False
    sensitive: bool = False


def processings(edition: Edition, collected: Collected) -> list[Processing]:
    """Everything that the edition does with what it knows of people, in the order that they meet it."""
    found = [_attendees(edition, collected), _buyers(edition, collected)]
    if collected.sells:
        found.append(_accounts(edition, collected))
    found += _questions(edition, collected)
    if collected.sessions:
        found.append(_programme(edition))
    if collected.sessions and edition.feedback:
        found.append(_feedback(edition))
    if edition.open_space:
        found.append(_open_space(edition))
    if collected.waiting_list:
        found.append(_waiting(edition))
    found.append(_letters(edition))
    if collected.checkin:
        found.append(_checkin(edition))
    if collected.proposals:
        found.append(_proposals(edition))
    if collected.speakers:
        found += _speakers(edition)
    found += [_guard(), _staff(edition)]
    return found


def last_personal_day(edition: Edition) -> date:
    """The last day on which people's names may be kept."""
    return edition.ends_on + timedelta(days=edition.personal_days)


def last_sensitive_day(edition: Edition) -> date:
    """The last day on which answers about health may be kept."""
    return edition.ends_on + timedelta(days=edition.sensitive_days)


def _personal(edition: Edition) -> str:
    days = ngettext("%(num)s dag", "%(num)s dagar", edition.personal_days) % {"num": edition.personal_days}
    day = short_date(last_personal_day(edition))
    text = gettext("Till och med %(day)s, %(days)s efter konferensen. Sedan tas namn och kontaktuppgifter bort.")
    return text % {"day": day, "days": days}


def _contract() -> str:
    return gettext(
        "Avtalet om deltagande (artikel 6.1 b). För den som anmäls av någon annan: vårt berättigade intresse av att kunna ta "
        "emot alla anmälda (artikel 6.1 f)."
    )


def _interest() -> str:
    return gettext("Vårt berättigade intresse av att ordna konferensen väl (artikel 6.1 f).")


def _organisers() -> str:
    return gettext("Arrangörens medarbetare")


def _attendees(edition: Edition, collected: Collected) -> Processing:
    what = [gettext("namn"), gettext("e-postadress"), gettext("organisation"), gettext("biljettyp")]
    if collected.addons:
        what.append(gettext("tillval"))
    return Processing(
        title=gettext("Deltagare"),
        whose=gettext("Deltagare"),
        what=tuple(what),
        purpose=gettext("Biljett, namnskylt och det du behöver veta inför och under konferensen."),
        ground=_contract(),
        until=_personal(edition),
        seen_by=gettext("Arrangörens medarbetare, och den som bokade. Namn och organisation står på namnskylten."),
    )


def _buyers(edition: Edition, collected: Collected) -> Processing:
    what = [gettext("namn"), gettext("e-postadress")]
    if collected.sells:
        what += [
            gettext("organisation"),
            gettext("organisationsnummer"),
            gettext("fakturaadress"),
            gettext("referens"),
            gettext("adress för e-faktura"),
        ]
    what.append(gettext("meddelande till arrangören"))
    return Processing(
        title=gettext("Den som bokar"),
        whose=gettext("De som bokar"),
        what=tuple(what),
        purpose=gettext("Bekräftelse, betalning och ändringar av bokningen."),
        ground=gettext("Avtalet om bokningen (artikel 6.1 b)."),
        until=_personal(edition),
        seen_by=_organisers(),
    )


def _accounts(edition: Edition, collected: Collected) -> Processing:
    what = [gettext("betalningar med belopp, dag och referens")]
    if collected.sells_by_invoice:
        what = [gettext("fakturor med köparens uppgifter och deltagarnas namn"), *what]
    text = gettext(
        "Till och med %(day)s: sju år efter utgången av kalenderåret, enligt bokföringslagen (1999:1078) 7 kap. 2\u00a0§. De kan inte "
        "tas bort tidigare."
    )
    return Processing(
        title=gettext("Fakturor och betalningar") if collected.sells_by_invoice else gettext("Betalningar"),
        whose=gettext("De som bokar, och deltagare som nämns på fakturor"),
        what=tuple(what),
        purpose=gettext("Att ta betalt och att bokföra det."),
        ground=gettext("Rättslig förpliktelse: bokföringslagen (artikel 6.1 c)."),
        until=text % {"day": short_date(kept_until(edition.starts_on, edition.ends_on))},
        seen_by=gettext("Arrangörens medarbetare, revisorer och Skatteverket"),
    )


def _questions(edition: Edition, collected: Collected) -> list[Processing]:
    return [_question(edition, question) for question in collected.questions]


def _question(edition: Edition, question: Question) -> Processing:
    purpose = question.purpose or gettext("Att planera konferensen.")
    what = (gettext("ditt svar på frågan"),)
    if question.sensitive:
        days = ngettext("%(num)s dag", "%(num)s dagar", edition.sensitive_days) % {"num": edition.sensitive_days}
        text = gettext("Till och med %(day)s, %(days)s efter konferensen. Sedan tas svaret bort.")
        return Processing(
            title=question.label,
            whose=gettext("Deltagare"),
            what=what,
            purpose=purpose,
            ground=gettext("Ditt uttryckliga samtycke, för det kan säga något om hälsa (artikel 9.2 a)."),
            until=text % {"day": short_date(last_sensitive_day(edition)), "days": days},
            seen_by=gettext("Bara de som behöver det, till exempel köket"),
            is_question=True,
            sensitive=True,
        )
    consent = gettext("Ditt samtycke (artikel 6.1 a). Du tar tillbaka det genom att ändra ditt svar.")
    return Processing(
        title=question.label,
        whose=gettext("Deltagare"),
        what=what,
        purpose=purpose,
        ground=consent if question.code in CONSENTS else _interest(),
        until=_personal(edition),
        seen_by=_organisers(),
        is_question=True,
    )


def _programme(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Eget program"),
        whose=gettext("Deltagare"),
        what=(gettext("valda programpunkter"), gettext("platser i kö till dem"), gettext("adresser till din kalender")),
        purpose=gettext(
            "Din egen kalender, platser på programpunkter med begränsat antal, och mejl när något som du har valt ändras."
        ),
        ground=_contract(),
        until=_personal(edition),
        seen_by=_organisers(),
    )


def _feedback(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Omdömen om programmet"),
        whose=gettext("De som svarar"),
        what=(gettext("betyg"), gettext("kommentar"), gettext("ett slumptal som gör att du kan ändra ditt svar")),
        purpose=gettext("Att göra nästa konferens bättre, och att de som medverkade ska få veta vad andra tyckte."),
        ground=_interest(),
        until=gettext(
            "Vi ser inte vem som svarar, och visar inga svar förrän minst tre har svarat. Till och med %(day)s. Sedan tas "
            "kommentarer och slumptal bort, och betygen är kvar."
        )
        % {"day": short_date(last_personal_day(edition))},
        seen_by=gettext("Arrangörens medarbetare och de som medverkade"),
    )


def _open_space(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Open space"),
        whose=gettext("De som föreslår ämnen på plats"),
        what=(gettext("namn"), gettext("ämnet och det som du skriver om det")),
        purpose=gettext("Att andra ska hitta till samtalet och veta vem som håller i det."),
        ground=gettext(
            "Överenskommelsen om att medverka (artikel 6.1 b). Du tar tillbaka förslaget på dess egen sida."
        ),
        until=_personal(edition)
        + " "
        + gettext("I programmet står namnet kvar som andra medverkandes, tills du vill något annat."),
        seen_by=gettext("Alla"),
    )


def _waiting(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Väntelista"),
        whose=gettext("De som väntar på en plats"),
        what=(gettext("namn"), gettext("e-postadress"), gettext("biljettyp")),
        purpose=gettext("Att erbjuda dig en plats när någon blir ledig."),
        ground=gettext("Åtgärder som du har bett om före ett avtal (artikel 6.1 b)."),
        until=_personal(edition),
        seen_by=_organisers(),
    )


def _letters(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Mejl"),
        whose=gettext("De som bokar, och deltagare"),
        what=(gettext("mejl som vi har skickat till dig"), gettext("om de kom fram")),
        purpose=gettext("Att kunna visa vad du har fått veta, och skicka igen det som inte kom fram."),
        ground=_interest(),
        until=_personal(edition),
        seen_by=_organisers(),
    )


def _checkin(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Incheckning"),
        whose=gettext("Deltagare"),
        what=(gettext("när och var biljetten lästes av"), gettext("vad arrangören har antecknat för dörren")),
        purpose=gettext("Att släppa in dem som har en plats, och att veta hur många som är på plats."),
        ground=_interest(),
        until=_personal(edition),
        seen_by=gettext(
            "Arrangörens medarbetare och de som checkar in. De ser namn, organisation och biljettyp, och anteckningen, som tas bort när de känsliga svaren gör det."
        ),
    )


def _speakers(edition: Edition) -> list[Processing]:
    days = ngettext("%(num)s dag", "%(num)s dagar", edition.sensitive_days) % {"num": edition.sensitive_days}
    needs = gettext("Till och med %(day)s, %(days)s efter konferensen. Sedan tas svaret bort.")
    return [
        Processing(
            title=gettext("Medverkande"),
            whose=gettext("Medverkande"),
            what=(
                gettext("namn"),
                gettext("titel och organisation"),
                gettext("presentation"),
                gettext("bild"),
                gettext("webbplats och länkar"),
            ),
            purpose=gettext("Att visa programmet för alla, också efteråt."),
            ground=gettext(
                "Överenskommelsen om att medverka (artikel 6.1 b). Bild och texter visas med ditt samtycke (artikel 6.1 a): du tar "
                "tillbaka det på din egen sida."
            ),
            until=gettext("Så länge programmet finns kvar, eller tills den medverkande vill något annat."),
            seen_by=gettext("Alla"),
        ),
        Processing(
            title=gettext("Överenskommelsen med medverkande"),
            whose=gettext("Medverkande"),
            what=(
                gettext("e-postadress"),
                gettext("svar på inbjudan, med meddelande"),
                gettext("tider när du inte kan"),
                gettext("om du får filmas"),
            ),
            purpose=gettext("Att bjuda in dig och planera programmet."),
            ground=gettext("Överenskommelsen om att medverka (artikel 6.1 b)."),
            until=_personal(edition),
            seen_by=_organisers(),
        ),
        Processing(
            title=gettext("Vad medverkande behöver"),
            whose=gettext("Medverkande"),
            what=(gettext("det du skriver om teknik, mat och tillgänglighet"),),
            purpose=gettext("Att du ska kunna göra din programpunkt och må bra hos oss."),
            ground=gettext("Ditt uttryckliga samtycke, för det kan säga något om hälsa (artikel 9.2 a)."),
            until=needs % {"day": short_date(last_sensitive_day(edition)), "days": days},
            seen_by=gettext("Bara de som behöver det, till exempel köket"),
            sensitive=True,
        ),
    ]


def _proposals(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Förslag till programmet"),
        whose=gettext("De som lämnar förslag, och medförslagsställare som de namnger"),
        what=(
            gettext("namn"),
            gettext("e-postadress"),
            gettext("titel och organisation"),
            gettext("presentation"),
            gettext("förslaget och svaren på frågorna"),
            gettext("granskarnas bedömningar"),
        ),
        purpose=gettext("Att välja bland förslagen och göra programmet."),
        ground=gettext(
            "Åtgärder som du har bett om före ett avtal (artikel 6.1 b). För den som namnges av någon annan: vårt berättigade "
            "intresse av att kunna ta emot förslaget (artikel 6.1 f)."
        ),
        until=gettext(
            "Till och med %(day)s. Sedan raderas förslag som inte blev antagna, och namnen i de antagna. Utkast och förslag "
            "som är tillbakadragna eller avböjda tar du själv bort på förslagets sida."
        )
        % {"day": short_date(last_personal_day(edition))},
        seen_by=gettext("Arrangörens medarbetare och granskare. Granskare ser inte e-postadresser."),
    )


def _guard() -> Processing:
    return Processing(
        title=gettext("Skydd mot missbruk"),
        whose=gettext("De som anmäler någon, ställer sig i kö eller provar en kod"),
        what=(gettext("IP-adress"), gettext("kontrollsumma av e-postadressen"), gettext("koder som inte finns")),
        purpose=gettext("Att ingen ska kunna ta alla platser, skicka mejl till andra eller gissa koder."),
        ground=gettext("Vårt berättigade intresse av att skydda uppgifterna (artikel 6.1 f)."),
        until=gettext("Ett dygn."),
        seen_by=gettext("Ingen: programmet räknar dem bara."),
    )


def _staff(edition: Edition) -> Processing:
    return Processing(
        title=gettext("Arrangörer och de som checkar in"),
        whose=gettext("Medarbetare och funktionärer"),
        what=(
            gettext("namn"),
            gettext("e-postadress"),
            gettext("roll"),
            gettext("vem som ändrade vad och när"),
            gettext("vad telefoner i dörren heter, och när de hördes av"),
            gettext("webbläsare och tid för inloggningar"),
            gettext("IP-adress vid misslyckade inloggningar"),
        ),
        purpose=gettext("Att bara den som får ser och ändrar uppgifterna, och att det går att se efteråt."),
        ground=gettext("Vårt berättigade intresse av att skydda uppgifterna (artikel 6.1 f)."),
        until=gettext(
            "Kontot tills det tas bort. Telefonerna till och med %(day)s. Inloggningar två veckor, misslyckade ett dygn."
        )
        % {"day": short_date(last_personal_day(edition))},
        seen_by=_organisers(),
    )
