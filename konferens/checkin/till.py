"""What selling at the door is made of, for the app and the plain pages alike: who sells where, the form, the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from konferens.checkin import sales
from konferens.checkin.access import Access, list_access
from konferens.checkin.api import gate_of
from konferens.checkin.door_items import DoorItem, door_offer
from konferens.checkin.model import Answer, CheckinList
from konferens.database import Database
from konferens.errors import ConflictError, ForbiddenError, InvalidError
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.i18n import gettext
from konferens.i18n import lazy_gettext as _l
from konferens.payments.methods import Swish
from konferens.payments.model import Method
from konferens.registration.api import wake_sender
from konferens.registration.model import Order
from konferens.web.email_fields import EmailField
from konferens.web.forms import Form, LineField
from konferens.web.requests import database


class SaleForm(Form):
    """What is sold, to whom, and how it is paid. Call `offer` before validating."""

    type = RadioField(_l("Biljett"), [InputRequired(_l("Välj en biljett."))])
    name = LineField(_l("Namn"), [DataRequired(_l("Skriv namnet som ska stå på biljetten."))])
    email = EmailField(_l("E-post för kvittot"))
    payment = RadioField(_l("Betalas med"), [InputRequired(_l("Välj hur det betalas."))])

    def offer(self, items: Sequence[DoorItem], methods: Sequence[Method]) -> None:
        self.type.choices = [SelectChoice(each.code, each.name) for each in items]
        self.payment.choices = [SelectChoice(method.value, method.label) for method in methods]


@dataclass(frozen=True, slots=True)
class Till:
    """Where something is sold, and by whom."""

    request: Request
    list: CheckinList
    access: Access
    edition: Edition

    @property
    def db(self) -> Database:
        return database(self.request)

    @property
    def base_url(self) -> str:
        return str(self.request.app.state.settings.base_url)

    def seller(self, device: str = "") -> sales.Seller:
        """`device` is what a browser calls itself; phones of ours have their names."""
        own = self.access.device
        name = own.name if own else device or gettext("Webbläsare")
        return sales.Seller(self.access.actor, name[:120], self.access.device_id)


async def till_of(request: Request) -> Till:
    """Raises as list_access does, and ForbiddenError for who may not sell."""
    checkin_list, access = await list_access(request)
    if not access.may_sell(checkin_list.edition_id):
        raise ForbiddenError(f"{access.actor} may not sell at the door")
    return Till(request, checkin_list, access, await edition_by_id(database(request), checkin_list.edition_id))


def method_of(body: Mapping[str, str]) -> Method:
    """How it was paid, by `method`; Swish unless told. Raises InvalidError."""
    found = body.get("method", Method.SWISH.value)
    if found not in [method.value for method in sales.METHODS]:
        raise InvalidError({"method": ["One of swish, cash."]})
    return Method(found)


async def sale_form(till: Till, formdata: Any = None) -> SaleForm:
    """The form with what can be sold here now."""
    form = SaleForm(formdata)
    form.offer(await door_offer(till.db, till.edition, till.list), sales.methods_at(till.edition))
    return form


async def place(till: Till, form: SaleForm, key: str, seller: sales.Seller) -> Order:
    """The order of a form that is valid. Raises as sales.place_sale does, its InvalidError with the form's fields."""
    wish = sales.Wish(form.name.data, form.email.data or "", form.type.data, Method(form.payment.data), key)
    try:
        order = await sales.place_sale(till.db, till.edition, till.list, wish, seller=seller, base_url=till.base_url)
    except InvalidError as error:
        prefix = "tickets.0."
        raise InvalidError({name.removeprefix(prefix): each for name, each in error.errors.items()}) from error
    wake_sender(till.request)
    return order


async def settle(
    till: Till, order: Order, method: Method, seller: sales.Seller, token: str = ""
) -> tuple[Order, Answer]:
    """The money has come, and the ticket's holder (the first one's, without `token`) is let in.

    Raises ConflictError for an order that can't be paid or has no such ticket.
    """
    tickets = {ticket.token: ticket for ticket in order.valid_tickets}
    ticket = tickets.get(token.upper()) if token else next(iter(tickets.values()), None)
    if ticket is None:
        raise ConflictError(f"order {order.code} has no such ticket")
    order = await sales.take_payment(till.db, till.edition, order, method, seller=seller, base_url=till.base_url)
    wake_sender(till.request)
    return order, await sales.admit(gate_of(till.request), till.list, ticket, seller)


def swish_of(till: Till, order: Order) -> str:
    """The text of the code that pays what is left of the order; '' where Swish isn't taken."""
    swish = Swish()
    if not swish.is_offered(till.edition):
        return ""
    return swish.instructions(till.edition, order.balance, order.payment_reference).swish_text
