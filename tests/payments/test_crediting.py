"""Parts of invoices taken back: never more than is left, and the sums agree to the öre."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from konferens.offering.model import vat_of
from konferens.payments.crediting import left_to_credit, lines_of, take, things_on
from konferens.payments.model import Invoice, InvoiceKind, InvoiceLine, invoice_lines, reversed_lines, vat_totals
from tests.payments.papers import make_invoice

ORDINARY, DINNER, STUDENT = (125_000, 25), (45_000, 12), (50_000, None)


def lines(*sold: tuple[str, str, int, int | None]) -> tuple[InvoiceLine, ...]:
    return invoice_lines((text, name, price, rate, vat_of(price, rate)) for text, name, price, rate in sold)


class Papers:
    """An order's invoices and credit notes, as `payments.actions` writes them."""

    def __init__(self) -> None:
        self.papers: list[Invoice] = []

    def invoice(self, sold: tuple[InvoiceLine, ...]) -> None:
        number = 1001 + len(self.papers)
        self.papers.append(make_invoice(sold, number=number, id=number, total=sum(line.gross for line in sold)))

    def credit(self, asked: tuple[InvoiceLine, ...] | None = None) -> dict[int, tuple[InvoiceLine, ...]]:
        """Credits `asked`, or all that is left. Gives invoice's number → lines."""
        left = left_to_credit(self.papers)
        taken = left if asked is None else take(things_on(asked), left)
        credited = {invoice_id: lines_of(things) for invoice_id, things in taken.items()}
        for invoice_id, back in credited.items():
            number = 1001 + len(self.papers)
            note = make_invoice(reversed_lines(back), number=number, id=number)
            self.papers.append(
                replace(note, kind=InvoiceKind.CREDIT, credits_id=invoice_id, credits_number=invoice_id, due_on=None)
            )
        return credited

    @property
    def total(self) -> int:
        return sum(paper.total for paper in self.papers)

    @property
    def vat(self) -> dict[int | None, int]:
        sums: dict[int | None, int] = {}
        for paper in self.papers:
            for part in vat_totals(paper.lines):
                sums[part.rate] = sums.get(part.rate, 0) + part.vat
        return sums


def test_one_of_two_tickets_is_taken_back_from_its_line() -> None:
    papers = Papers()
    papers.invoice(lines(("Ordinarie", "Anna", *ORDINARY), ("Ordinarie", "Bo", *ORDINARY), ("Middag", "Bo", *DINNER)))
    bo = lines(("Ordinarie", "Bo", *ORDINARY), ("Middag", "Bo", *DINNER))
    assert papers.credit(bo) == {1001: bo}
    assert papers.credit() == {1001: lines(("Ordinarie", "Anna", *ORDINARY))}
    assert papers.total == 0
    assert papers.credit() == {}


def test_a_part_of_a_price_is_taken_back_from_the_same_persons_ticket() -> None:
    papers = Papers()
    papers.invoice(lines(("Ordinarie", "Anna", *ORDINARY), ("Ordinarie", "Bo", *ORDINARY)))
    part = invoice_lines([("Del av priset: Ordinarie", "Bo", 62_500, 25, 12_500)])
    assert papers.credit(part) == {1001: part}
    assert papers.credit() == {
        1001: invoice_lines([("Ordinarie", "Anna", 125_000, 25, 25_000), ("Ordinarie", "Bo", 62_500, 25, 12_500)])
    }


def test_the_same_is_not_taken_back_twice() -> None:
    papers = Papers()
    papers.invoice(lines(("Ordinarie", "Anna", *ORDINARY)))
    anna = lines(("Ordinarie", "Anna", *ORDINARY))
    assert papers.credit((*anna, *anna)) == {1001: anna}
    assert papers.credit(anna) == {}


def test_another_rate_is_never_touched() -> None:
    papers = Papers()
    papers.invoice(lines(("Ordinarie", "Anna", *ORDINARY)))
    assert papers.credit(lines(("Ordinarie", "Anna", 125_000, 12))) == {}


def test_the_invoice_that_has_it_is_credited() -> None:
    papers = Papers()
    papers.invoice(lines(("Ordinarie", "Anna", *ORDINARY)))
    papers.invoice(lines(("Ordinarie", "Bo", *ORDINARY), ("Student", "Cia", *STUDENT)))
    bo, anna = lines(("Ordinarie", "Bo", *ORDINARY)), lines(("Ordinarie", "Anna", *ORDINARY))
    assert papers.credit(bo) == {1002: bo}
    assert papers.credit() == {1001: anna, 1002: lines(("Student", "Cia", *STUDENT))}


def test_names_with_commas_take_nothing_from_others() -> None:
    papers = Papers()
    sold = lines(("Ordinarie", "Ek, Anna", *ORDINARY), ("Ordinarie", "Bo", *ORDINARY))
    papers.invoice(sold)
    anna = lines(("Ordinarie", "Ek, Anna", *ORDINARY))
    assert papers.credit(anna) == {1001: anna}
    assert papers.total == 125_000


things = st.tuples(
    st.sampled_from(["Ordinarie", "Student", "Middag"]),
    st.sampled_from(["Anna", "Bo", ""]),
    st.integers(1, 300_000),
    st.sampled_from([None, 0, 6, 12, 25]),
)
parts = st.integers(0, 100)


@given(st.lists(st.lists(st.tuples(things, parts), min_size=1, max_size=6), min_size=1, max_size=4), st.randoms())
def test_invoices_less_credit_notes_are_what_is_charged(
    orders: list[list[tuple[tuple[str, str, int, int | None], int]]], random: object
) -> None:
    """Each list is an invoice of things, each with how many percent of its price is kept in the end."""
    papers = Papers()
    kept_sum, kept_vat = 0, dict[int | None, int]()
    asked: list[InvoiceLine] = []
    for sold in orders:
        papers.invoice(lines(*(thing for thing, _ in sold)))
        for (text, name, price, rate), percent in sold:
            kept = (2 * price * percent + 100) // 200
            vat, vat_left = vat_of(price, rate), vat_of(kept, rate)
            kept_sum += kept
            kept_vat[rate] = kept_vat.get(rate, 0) + vat_left
            if kept < price:
                asked += invoice_lines([(text, name, price - kept, rate, vat - vat_left)])
    random.shuffle(asked)  # type: ignore[attr-defined]
    half = len(asked) // 2
    papers.credit(tuple(asked[:half]))
    papers.credit(tuple(asked[half:]))
    assert papers.total == kept_sum
    assert papers.vat == kept_vat
    for paper in papers.papers:
        assert paper.total == sum(part.net + part.vat for part in vat_totals(paper.lines))
        assert all(line.quantity * line.unit_price == line.net for line in paper.lines)
    papers.credit(tuple(asked))
    papers.credit()
    assert papers.total == 0
    assert set(papers.vat.values()) <= {0}
