"""Messages about people that don't exist, to show organisers what their words will look like."""

from datetime import datetime, time, timedelta

from konferens.events.model import Edition
from konferens.formats import when
from konferens.i18n import gettext, pgettext, use_language
from konferens.mail.facts import Balance, Bill, BillRow, Facts, ToPay
from konferens.mail.model import Draft

_PRICE = 125_000
_DINNER = 39_500
_REFERENCE = "100123"


def sample_draft(
    kind: str, edition: Edition, *, language: str, base_url: str, to_name: str = "Anna Öberg", to_email: str = ""
) -> Draft:
    """A message of this kind about an order of two, as the buyer gets it.

    All that a text can tell is there. Links lead to the edition's page.
    """
    with use_language(language):
        starts = datetime.combine(edition.starts_on, time(13), edition.zone)
        ordinary, dinner = gettext("Ordinarie"), gettext("Middag")
        facts = Facts(
            edition=edition,
            base_url=base_url,
            path=edition.path,
            order_code="ABC234",
            attendees=(("Anna Öberg", ordinary), ("Bo Lind", ordinary)),
            bill=Bill(
                rows=(
                    BillRow(ordinary, "Anna Öberg", _PRICE),
                    BillRow(dinner, "Anna Öberg", _DINNER),
                    BillRow(ordinary, "Bo Lind", _PRICE),
                ),
                total=2 * _PRICE + _DINNER,
                vat=((25, 50_000), (12, 4_232)),
            ),
            to_pay=_to_pay(kind, edition),
            balance=_balance(kind),
            amount=2 * _PRICE + _DINNER,
            changes=_changes(kind, dinner),
            asked=(gettext("Mat och allergier"), gettext("Telefon")),
            booked_by="Cecilia Berg",
            attendee="Anna Öberg",
            ticket_type=ordinary,
            until=when(starts - timedelta(days=20), None, edition.zone),
            session=gettext("Så startar du en lokal energigemenskap"),
            session_time=when(starts, starts + timedelta(minutes=90), edition.zone),
            session_place=gettext("Stora salen"),
            proposal=gettext("Så startar du en lokal energigemenskap"),
            proposed_by="Anna Öberg",
            deadline=when(starts - timedelta(days=120), None, edition.zone),
            spoken=(
                (
                    gettext("Så startar du en lokal energigemenskap"),
                    f"{when(starts, starts + timedelta(minutes=90), edition.zone)}, {gettext('Stora salen')}",
                ),
            ),
            speaker="Anna Öberg",
            message=gettext("Tyvärr är jag bortrest den veckan."),
            release="1.1",
            note=gettext("Bussarna till studiebesöken går nu en halvtimme senare."),
        )
    return Draft(kind, to_name, to_email, language, facts)


def _changes(kind: str, dinner: str) -> tuple[str, ...]:
    if kind == "session_choice":
        session = gettext("Så startar du en lokal energigemenskap")
        return (gettext("Anmäld: %(session)s") % {"session": session},)
    if kind.startswith("programme_changed"):
        session = gettext("Så startar du en lokal energigemenskap")
        return (f"{session}. {pgettext('one', 'Rum')}: {gettext('Lilla salen')} → {gettext('Stora salen')}.",)
    return (gettext("Nytt: %(what)s, %(name)s") % {"what": dinner, "name": "Anna Öberg"},)


def _to_pay(kind: str, edition: Edition) -> ToPay | None:
    if kind == "order_paid":
        return None
    return ToPay(
        amount=2 * _PRICE + _DINNER,
        due_on=edition.starts_on - timedelta(days=30),
        reference=_REFERENCE,
        invoiced=True,
        invoice_attached=True,
        bankgiro=edition.bankgiro or "123-4567",
        swish_number=edition.swish_number,
        overdue=kind == "payment_reminder",
    )


def _balance(kind: str) -> Balance | None:
    if kind == "order_changed":  # something was added, and is to be paid
        return None
    if kind == "order_cancelled":
        return Balance(kept=_PRICE, refund=_PRICE + _DINNER, owed=0, credited=True)
    return Balance(kept=0, refund=0, owed=0, credited=kind == "order_expired")
