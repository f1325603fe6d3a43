"""What people at the door read, in the language of the moment."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from konferens.checkin.model import Answer, Direction, LoggedScan, Reason, Status
from konferens.clock import now
from konferens.formats import NBSP, clock, when
from konferens.i18n import gettext


@dataclass(frozen=True, slots=True)
class Words:
    """An answer for people: `kind` is its look (admitted, unpaid, already, refused), beside a sign and a heading."""

    kind: str
    sign: str
    heading: str
    detail: str


def answer_words(answer: Answer, way: Direction | None = None) -> Words:
    """How the plain page tells an answer; `way` is the scan's, at a list for in and out.

    The time of a first scan is added by the page, in the event's zone.
    """
    texts = app_texts()
    if way is Direction.OUT and answer.status is not Status.REFUSED:
        if answer.status is Status.ADMITTED:
            return Words("left", "→", texts["left"], "")
        return Words("absent", "→", texts["absent"], texts["absent-detail"])
    if way is Direction.IN:
        texts |= {"admitted": texts["inside-admitted"], "already": texts["inside-already"]}
    if answer.status is Status.ADMITTED:
        unpaid = answer.guest is not None and answer.guest.unpaid
        return (
            Words("unpaid", "✓", texts["admitted"], texts["unpaid-note"])
            if unpaid
            else Words("admitted", "✓", texts["admitted"], "")
        )
    if answer.status is Status.ALREADY:
        return Words("already", "✕", texts["already"], "")
    reason = answer.reason or Reason.UNKNOWN
    return Words("refused", "✕", texts[f"refused-{reason.value}"], texts[f"refused-{reason.value}-detail"])


def came_when(moment: datetime, zone: tzinfo) -> str:
    """When somebody came, for the door: 'kl. 09.12' today, with the day before it else."""
    if moment.astimezone(zone).date() == now().astimezone(zone).date():
        at = gettext("kl.")
        return f"{at}{NBSP}{clock(moment, zone)}"
    return when(moment, None, zone)


def log_words(scan: LoggedScan) -> str:
    """A scan's answer in the organiser's log."""
    if scan.direction == Direction.OUT:
        return gettext("Ut") if scan.status is Status.ADMITTED else gettext("Ut, var inte inne")
    if scan.status is Status.ADMITTED:
        return gettext("Incheckad")
    texts = app_texts()
    return texts[f"refused-{scan.reason.value}"] if scan.reason else texts["already"]


def app_texts() -> dict[str, str]:
    """The texts that the web app's script shows; it has none of its own. {…} is filled in by the script."""
    return {
        "admitted": gettext("Välkommen"),
        "unpaid-note": gettext("Obetald"),
        "badge-print": gettext("Skriv ut namnskylt"),
        "badge-again": gettext("Skriv ut igen"),
        "badge-making": gettext("Gör namnskylten …"),
        "badge-done": gettext("Klart, och markerad som utskriven."),
        "badge-printed": gettext("Redan utskriven {when}."),
        "badge-printed-by": gettext("Redan utskriven {when} av {who}."),
        "badge-offline": gettext("Namnskyltar skrivs ut när det finns nät."),
        "inside-admitted": gettext("Inne"),
        "inside-already": gettext("Redan inne"),
        "left": gettext("Ute"),
        "absent": gettext("Redan ute"),
        "absent-detail": gettext("Var inte insläppt här. Får gå ut."),
        "is-inside": gettext("Inne sedan {when}"),
        "is-outside": gettext("Ute"),
        "check-out": gettext("Checka ut"),
        "counter-inside": gettext("{admitted} inne nu, av {expected}"),
        "ready-in": gettext("In: håll koden framför kameran"),
        "ready-out": gettext("Ut: håll koden framför kameran"),
        "already": gettext("Redan incheckad"),
        "already-detail": gettext("Kom {when}, {device}"),
        "already-detail-nowhere": gettext("Kom {when}"),
        "refused-unknown": gettext("Okänd kod"),
        "refused-unknown-detail": gettext("Koden hör inte till någon biljett. Sök på namnet i stället."),
        "refused-cancelled": gettext("Avbokad"),
        "refused-cancelled-detail": gettext("Biljetten är avbokad."),
        "refused-unpaid": gettext("Obetald"),
        "refused-unpaid-detail": gettext("Den här listan släpper bara in den som har betalat."),
        "refused-wrong-list": gettext("Annan lista"),
        "refused-wrong-list-detail": gettext("Biljetten gäller inte här."),
        "refused-wrong-list-since": gettext("Biljetten gäller inte här, enligt listan från {when}."),
        "refused-wrong-event": gettext("Fel konferens"),
        "refused-wrong-event-detail": gettext("Biljetten gäller en annan konferens."),
        "refused-not-open": gettext("Inte öppet"),
        "refused-not-open-detail": gettext("Listan släpper inte in någon just nu."),
        "refused-turned-away": gettext("Nekad vid dörren"),
        "refused-turned-away-detail": gettext(
            "Telefonen hade inget nät och sa nej. Skanna igen, så gäller det som är sant nu."
        ),
        "provisional": gettext("Inte på min lista"),
        "provisional-detail": gettext(
            "Listan är från {when}. Biljetten kan ha sålts senare. Släpp in om du litar på den, så kontrolleras den när nätet är tillbaka."
        ),
        "admitted-provisional": gettext("Insläppt"),
        "admitted-provisional-detail": gettext("Kontrolleras när nätet är tillbaka."),
        "ended": gettext("Telefonen är utloggad"),
        "ended-detail": gettext("Be arrangören om en ny kod. Det du har skannat är sparat."),
        "setup-failed": gettext("Koden gäller inte längre. Be arrangören om en ny."),
        "setup-offline": gettext("Telefonen når inte servern. Öppna länken igen när det finns nät."),
        "sale-nothing": gettext("Ingen biljett säljs just nu. En arrangör bestämmer när biljettyperna säljs."),
        "sale-title": gettext("Sälj biljett"),
        "sale-add": gettext("Sälj tillval"),
        "sale-take": gettext("Ta betalt"),
        "sale-choose": gettext("Välj vad som köps."),
        "sale-full": gettext("Slutsåld"),
        "sale-free": gettext("Gratis"),
        "sale-left": gettext("{n} kvar"),
        "sale-sold-out": gettext("Platserna tog slut. Välj en annan biljett."),
        "sale-offline": gettext(
            "Försäljning kräver nät. Försök igen när nätet är tillbaka, så blir det ändå bara ett köp."
        ),
        "sale-failed": gettext("Det gick inte. Stäng och börja om."),
        "sale-swish": gettext("QR-kod för Swish"),
        "sale-mailed": gettext("Kvittot skickas med e-post."),
        "sale-receipt": gettext("Kvitto och biljett finns på adressen i koden."),
        "sale-receipt-code": gettext("QR-kod till kvitto och biljett"),
        "owes": gettext("Ska betala {amount} kr"),
        "undone": gettext("Incheckningen är ångrad."),
        "undone-out": gettext("Utcheckningen är ångrad."),
        "undo-offline": gettext("Det går inte att ångra utan nät."),
        "updated": gettext("Appen är uppdaterad."),
        "updated-muted": gettext("Appen är uppdaterad. Tryck en gång på skärmen, så hörs ljudet igen."),
        "list-ended": gettext("Listan ”{name}” är avslutad. Välj en annan."),
        "since": gettext("listan är från {when}"),
        "queued": gettext("Sparad"),
        "queued-detail": gettext("Inget nät. Koden skickas och kontrolleras när nätet är tillbaka."),
        "failed": gettext("Det gick inte"),
        "failed-detail": gettext("Servern kunde inte ta emot koden. Försök igen."),
        "signed-out": gettext("Du är utloggad"),
        "signed-out-detail": gettext("Logga in igen för att fortsätta. Det som väntar på att skickas finns kvar."),
        "clock": gettext("kl.\u00a0{hours}.{minutes}"),
        "counter": gettext("{admitted} av {expected} har kommit"),
        "waiting": gettext("{n} väntar på att skickas"),
        "offline": gettext("Inget nät"),
        "ready": gettext("Håll koden framför kameran"),
        "camera-off": gettext("Kameran är av"),
        "camera-denied": gettext(
            "Webbläsaren får inte använda kameran. Tillåt den i webbläsarens inställningar för sidan, eller sök på namn."
        ),
        "camera-missing": gettext("Ingen kamera hittades. Sök på namn, eller använd en skanner."),
        "camera-busy": gettext("Kameran gick inte att starta. Används den av en annan app?"),
        "none-found": gettext("Ingen hittades."),
        "search-offline": gettext("Listan är inte hämtad än. Det behövs nät första gången."),
        "has-come": gettext("Kom {when}"),
        "check-in": gettext("Checka in"),
        "status-unpaid": gettext("Obetald"),
        "status-cancelled": gettext("Avbokad"),
        "device": gettext("Enhet {code}"),
        "late-refusal": gettext("Nekades när nätet kom tillbaka: {names}"),
    }
