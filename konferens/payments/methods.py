"""How an order can be paid, behind one interface.

A card provider would be one more of these: its `code` in `orders.payment_method`, `is_offered` where the edition has its
settings, and a page of its own that the order's page leads to; it records what comes with `payments.ledger.record_payment`.
"""

from typing import Protocol

from konferens.events.model import Edition
from konferens.i18n import gettext


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


class Free:
    """Nothing is to be paid; nobody chooses it."""

    code = "free"
    issues_invoice = False

    @property
    def label(self) -> str:
        return gettext("Gratis")

    @property
    def hint(self) -> str:
        return ""

    def is_offered(self, edition: Edition) -> bool:  # noqa: ARG002
        return False


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


METHODS: tuple[PaymentMethod, ...] = (Invoice(), Swish(), Free())


def methods_for(edition: Edition) -> tuple[PaymentMethod, ...]:
    """Those that buyers of the edition can choose among, the usual one first; at least the invoice."""
    return tuple(method for method in METHODS if method.is_offered(edition)) or (METHODS[0],)


def method_named(code: str) -> PaymentMethod:
    """The method with this code. Raises KeyError."""
    return {method.code: method for method in METHODS}[code]
