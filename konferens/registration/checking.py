"""Whether what is asked for can be had, as far as it can be told without taking a seat."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from konferens.errors import InvalidError
from konferens.events.model import Edition
from konferens.i18n import gettext, ngettext
from konferens.offering.model import MAX_TICKETS, DiscountCode, TicketType
from konferens.payments.methods import methods_for
from konferens.registration.catalogue import Catalogue
from konferens.registration.model import OrderRequest, TicketRequest
from konferens.registration.pricing import total_of
from konferens.signups.model import clash_messages, day_messages

SIMPLIFIED_INVOICE = 400_000
"""Öre, VAT included. Up to here an invoice may leave out the buyer's name and address (mervärdesskattelag 2023:200, 17 kap.,
förenklad faktura)."""


def check_request(
    edition: Edition,
    request: OrderRequest,
    catalogue: Catalogue,
    moment: datetime,
    *,
    code: DiscountCode | None = None,
    offered: str = "",
    held: Collection[str] = (),
) -> None:
    """Raise InvalidError (fields such as 'tickets.0.type', 'discount_code') for what can't be had.

    `code` is what `request.discount_code` names, None where there is no such code; `offered` the code of the ticket type that
    the waiting-list offer is for, '' for none. What organisers ask for need not be on sale, and its numbers are free. `held` are
    the codes of the types that the order has tickets of already, where this adds to it.
    """
    errors: dict[str, list[str]] = {}
    if not request.tickets:
        errors["tickets"] = [gettext("Välj minst en biljett.")]
    elif len(held) + len(request.tickets) > MAX_TICKETS:
        errors["tickets"] = [gettext("Högst %(n)s biljetter i en bokning.") % {"n": MAX_TICKETS}]
    if request.discount_code and (problem := _code_problem(request, catalogue, code, moment)):
        errors["discount_code"] = [problem]
    if offered and all(ticket.type != offered for ticket in request.tickets):
        errors["tickets"] = [gettext("Platsen som hålls åt dig är av en annan biljettyp.")]
    free = request.source == "organiser"
    counts = Counter(held)
    for index, ticket in enumerate(request.tickets):
        counts[ticket.type] += 1
        for name, messages in _ticket_problems(
            edition, ticket, catalogue=catalogue, code=code, moment=moment, counts=counts, free=free
        ).items():
            errors[f"tickets.{index}.{name}"] = messages
    if not free:
        errors |= _too_few(request, catalogue, counts)
    if errors:
        raise InvalidError(errors)


def require_payable(
    edition: Edition, request: OrderRequest, catalogue: Catalogue, code: DiscountCode | None, moment: datetime
) -> None:
    """Raise InvalidError for a way to pay that isn't offered, and an invoice that must have an address but has none.

    For what people choose on the page; programs and the office know what they do.
    """
    total = total_of(request.tickets, catalogue.types, catalogue.addons, code, moment)
    method = next((each for each in methods_for(edition) if each.code == request.payment_method), None)
    if total and method is None:
        raise InvalidError({"payment_method": [gettext("Välj hur du vill betala.")]})
    if method is not None and method.issues_invoice and total > SIMPLIFIED_INVOICE and not request.buyer.address:
        raise InvalidError({"buyer_address": [gettext("Skriv adressen som fakturan ska ställas till.")]})


def _code_problem(
    request: OrderRequest, catalogue: Catalogue, code: DiscountCode | None, moment: datetime
) -> str | None:
    problem = code_refusal(code, moment)
    if code is None or problem:
        return problem
    uses = uses_of(request, catalogue, code)
    if not uses:
        return gettext("Koden gäller inte för de biljetter som är valda.")
    if code.left is not None and uses > code.left:
        text = ngettext(
            "Koden räcker till %(num)s biljett till.", "Koden räcker till %(num)s biljetter till.", code.left
        )
        return text % {"num": code.left}
    return None


def code_refusal(code: DiscountCode | None, moment: datetime) -> str | None:
    """Why a code that was typed opens nothing at `moment`, whatever is ordered, in the current language; None where it does."""
    if code is None or not code.active:
        return gettext("Koden finns inte. Kontrollera hur den skrivs.")
    if code.valid_from is not None and moment < code.valid_from:
        return gettext("Koden gäller inte än.")
    if not code.is_valid(moment):
        return gettext("Koden gäller inte längre.")
    return gettext("Koden är redan använd.") if code.left == 0 else None


def uses_of(request: OrderRequest, catalogue: Catalogue, code: DiscountCode) -> int:
    """How many of the tickets asked for use the code."""
    types = (catalogue.types.get(ticket.type) for ticket in request.tickets)
    return sum(1 for ticket_type in types if ticket_type is not None and code.is_for(ticket_type))


def may_buy(ticket_type: TicketType, code: DiscountCode | None) -> bool:
    """Whether the type is shown: hidden ones are to those who have a code for it."""
    return not ticket_type.hidden or (code is not None and code.is_for(ticket_type))


def _ticket_problems(
    edition: Edition,
    ticket: TicketRequest,
    *,
    catalogue: Catalogue,
    code: DiscountCode | None,
    moment: datetime,
    counts: Counter[str],
    free: bool,
) -> dict[str, list[str]]:
    ticket_type = catalogue.types.get(ticket.type)
    if ticket_type is None or not (free or may_buy(ticket_type, code)):
        return {"type": [gettext("Biljettypen finns inte. Välj en annan.")]}
    errors: dict[str, list[str]] = {}
    if not free and not ticket_type.is_on_sale(moment):
        errors["type"] = [gettext("Biljettypen säljs inte just nu. Välj en annan.")]
    elif not free and counts[ticket.type] > ticket_type.max_per_order:
        n = ticket_type.max_per_order
        text = ngettext(
            "Högst %(num)s biljett av den här typen i en bokning.",
            "Högst %(num)s biljetter av den här typen i en bokning.",
            n,
        )
        errors["type"] = [text % {"num": n}]
    if problems := addon_problems(ticket.addons, ticket.type, catalogue, moment, free=free):
        errors["addons"] = problems
    if problems := _session_problems(ticket.sessions, ticket_type.valid_on, catalogue, edition):
        errors["sessions"] = problems
    return errors


def addon_problems(
    codes: Collection[str],
    ticket_type: str,
    catalogue: Catalogue,
    moment: datetime,
    *,
    free: bool,
    held: Collection[str] = (),
) -> list[str]:
    """What stands against these add-ons for a ticket of this type, which has those of `held` already."""
    problems = []
    for code in codes:
        addon = catalogue.addons.get(code)
        if addon is None or not addon.is_for(ticket_type):
            problems.append(gettext("Tillvalet finns inte för den här biljetten."))
        elif not free and not addon.is_on_sale(moment):
            problems.append(gettext("%(name)s kan inte bokas längre.") % {"name": addon.name})
    if len({*codes, *held}) < len(codes) + len(held):
        problems.append(gettext("Varje tillval kan väljas en gång för en deltagare."))
    return problems


def _session_problems(
    codes: Collection[str], valid_on: date | None, catalogue: Catalogue, edition: Edition
) -> list[str]:
    if any(code not in catalogue.sessions for code in codes):
        return [gettext("En programpunkt som du valde finns inte längre. Välj om.")]
    chosen = [catalogue.sessions[code] for code in dict.fromkeys(codes)]
    return clash_messages(chosen, edition.zone) + day_messages(chosen, valid_on, edition.zone)


def _too_few(request: OrderRequest, catalogue: Catalogue, counts: Counter[str]) -> dict[str, list[str]]:
    errors = {}
    for index, ticket in enumerate(request.tickets):
        ticket_type = catalogue.types.get(ticket.type)
        if ticket_type is not None and counts[ticket.type] < ticket_type.min_per_order:
            text = gettext("Minst %(n)s biljetter av den här typen i en bokning.")
            errors[f"tickets.{index}.type"] = [text % {"n": ticket_type.min_per_order}]
    return errors
