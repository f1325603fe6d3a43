"""How an order can be paid, behind one interface.

None of them gives us an answer: that the money has come is recorded by hand, or read from the bank's report
(`registration.settling`). A card provider would be one more of these: its `code` in `orders.payment_method`, `is_offered`
where the edition has its settings, and in its instructions the address of the provider's page for the order. The provider's
answer to our server, its signature checked, would then call `registration.settling.receive_payment` with the provider's id
as the reference; receipt, state and mail follow.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from konferens.events.model import Edition
from konferens.i18n import gettext
from konferens.payments.swish import swish_text, swish_url


@dataclass(frozen=True, slots=True)
class Instructions:
    """What a payer needs, each '' where it is not for them.

    `swish_text` is a prefilled Swish QR code's text, `swish_url` opens the app with the same filled in.
    """

    bankgiro: str = ""
    swish_number: str = ""
    swish_text: str = ""
    swish_url: str = ""


class PaymentMethod(Protocol):
    """One way to pay. `code` stands in `orders.payment_method`; `issues_invoice`: its orders get an invoice when placed."""

    code: str
    issues_invoice: bool

    @property
    def label(self) -> str:
        """Its name in the current language."""

    @property
    def hint(self) -> str:
        """What happens when it is chosen, in the current language."""

    def is_offered(self, edition: Edition) -> bool:
        """Whether buyers of this edition can choose it."""

    def instructions(self, edition: Edition, amount: int, reference: str) -> Instructions:
        """How to pay `amount` öre, marked with `reference`."""


class _Unchosen:
    """What nobody chooses on the web: there is nothing to tell about it."""

    issues_invoice = False

    @property
    def hint(self) -> str:
        return ""

    def is_offered(self, edition: Edition) -> bool:  # noqa: ARG002
        return False

    def instructions(self, edition: Edition, amount: int, reference: str) -> Instructions:  # noqa: ARG002
        return Instructions()


class Free(_Unchosen):
    """Nothing is to be paid."""

    code = "free"

    @property
    def label(self) -> str:
        return gettext("Gratis")


class Invoice:
    """A PDF invoice by mail, paid by bankgiro with its OCR reference, or by Swish."""

    code = "invoice"
    issues_invoice = True

    @property
    def label(self) -> str:
        return gettext("Faktura")

    @property
    def hint(self) -> str:
        return gettext("Som PDF i mejlet. För kommuner, företag, föreningar och alla som vill.")

    def is_offered(self, edition: Edition) -> bool:
        return edition.accepts_invoice

    def instructions(self, edition: Edition, amount: int, reference: str) -> Instructions:
        swish = Swish()
        found = swish.instructions(edition, amount, reference) if swish.is_offered(edition) else Instructions()
        return replace(found, bankgiro=edition.bankgiro)


class Swish:
    """A prefilled Swish payment. There is no answer from Swish: the office matches its report, and a receipt follows."""

    code = "swish"
    issues_invoice = False

    @property
    def label(self) -> str:
        return gettext("Swish")

    @property
    def hint(self) -> str:
        return gettext(
            "Du får en kod att läsa av, med belopp och märkning ifyllda, och ett kvitto när betalningen har kommit."
        )

    def is_offered(self, edition: Edition) -> bool:
        return edition.accepts_swish and bool(edition.swish_number)

    def instructions(self, edition: Edition, amount: int, reference: str) -> Instructions:
        return Instructions(
            swish_number=edition.swish_number,
            swish_text=swish_text(edition.swish_number, amount, reference),
            swish_url=swish_url(edition.swish_number, amount, reference),
        )


class Cash(_Unchosen):
    """Money in the hand, at the door."""

    code = "cash"

    @property
    def label(self) -> str:
        return gettext("Kontant")


METHODS: tuple[PaymentMethod, ...] = (Invoice(), Swish(), Free(), Cash())


def methods_for(edition: Edition) -> tuple[PaymentMethod, ...]:
    """Those that buyers of the edition can choose among, the usual one first; at least the invoice."""
    return tuple(method for method in METHODS if method.is_offered(edition)) or (METHODS[0],)


def method_named(code: str) -> PaymentMethod:
    """The method with this code. Raises KeyError."""
    return {method.code: method for method in METHODS}[code]
