"""An order's audit trail in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from konferens.audit import Change
from konferens.formats import money
from konferens.i18n import gettext
from konferens.payments.model import Method
from konferens.registration.model import OrderStatus


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did, and (field, before, after) of each value that it changed."""

    at: datetime
    actor: str
    what: str
    details: tuple[tuple[str, str, str], ...] = ()


def history_of(changes: Sequence[Change]) -> list[Event]:
    """The changes of an order in the current language, in the order given."""
    return [Event(each.at, _who(each.actor), _what(each.action), tuple(_details(each))) for each in changes]


def _who(actor: str) -> str:
    if actor == "system":
        return gettext("Systemet")
    kind, _, name = actor.partition(":")
    if kind == "buyer" and name:
        return gettext("Den som bokade")
    if kind == "ticket" and name:
        return gettext("Deltagaren")
    return gettext("Annat system: %(name)s") % {"name": name} if kind == "token" and name else actor


def _what(action: str) -> str:
    return {
        "order.place": gettext("gjorde bokningen"),
        "door.sale": gettext("sålde biljetten i dörren"),
        "order.door-note": gettext("ändrade anmärkningen för dörren"),
        "order.payment": gettext("registrerade en betalning"),
        "order.correct-payment": gettext("tog tillbaka en betalning som hade registrerats fel"),
        "order.refund": gettext("antecknade en återbetalning"),
        "order.reissue-invoice": gettext("krediterade fakturan och gjorde en ny"),
        "order.mark-paid": gettext("markerade bokningen som betald"),
        "order.cancel": gettext("avbokade bokningen"),
        "order.cancel-tickets": gettext("avbokade biljetter"),
        "order.cancel-addons": gettext("avbokade tillval"),
        "order.add-tickets": gettext("lade till biljetter"),
        "order.add-addons": gettext("lade till tillval"),
        "order.transfer": gettext("överlät en biljett"),
        "order.expire": gettext("lät bokningen förfalla"),
        "order.change-attendees": gettext("ändrade deltagare"),
        "order.change-buyer": gettext("ändrade uppgifterna om den som bokade"),
        "order.resend-confirmation": gettext("skickade bekräftelsen igen"),
        "ticket.sessions": gettext("ändrade en deltagares program"),
        "privacy.request": gettext("bad om att få sina uppgifter borttagna"),
        "privacy.refuse": gettext("avslog begäran om att ta bort uppgifter"),
        "privacy.erase": gettext("tog bort personuppgifter"),
    }.get(action, action)


def _details(change: Change) -> list[tuple[str, str, str]]:
    names = {
        "position": gettext("Biljett"),
        "list": gettext("Lista"),
        "device": gettext("Enhet"),
        "status": gettext("Status"),
        "name": gettext("Namn"),
        "email": gettext("E-post"),
        "organisation": gettext("Organisation"),
        "orgnr": gettext("Organisationsnummer"),
        "address": gettext("Fakturaadress"),
        "reference": gettext("Referens"),
        "peppol": gettext("E-fakturaadress"),
        "to": gettext("Till"),
        "amount": gettext("Belopp"),
        "charged": gettext("Kostar"),
        "total": gettext("Summa"),
        "type": gettext("Biljettyp"),
        "method": gettext("Betalsätt"),
        "paid_on": gettext("Dag"),
        "ocr": gettext("OCR-nummer"),
    }
    found = []
    for name, after in change.after.items():
        if name in change.before and change.before[name] == after:
            continue
        label = names.get(name) or (gettext("Biljett %(n)s") % {"n": name} if name.isdigit() else name)
        found.append((label, _shown(name, change.before.get(name)), _shown(name, after)))
    return found


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part)
    if name == "status" and value in list(OrderStatus):
        return OrderStatus(value).label
    if name in ("amount", "charged", "total") and isinstance(value, int):
        return money(value)
    if name == "method" and value in list(Method):
        return Method(value).label
    return "" if value is None else str(value)
