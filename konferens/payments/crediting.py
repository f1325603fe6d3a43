"""What of an order's invoices is left to credit, thing by thing, so that no credit note takes back more than was invoiced."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from konferens.payments.model import Invoice, InvoiceLine, invoice_lines


@dataclass(slots=True)
class Thing:
    """One of the equal things on a line, or what is left of it: `net` and `vat` in öre, `name` whom it is for or ''."""

    text: str
    name: str
    rate: int | None
    net: int
    vat: int

    @property
    def is_used_up(self) -> bool:
        return self.net <= 0 and self.vat <= 0


def things_on(lines: Iterable[InvoiceLine]) -> list[Thing]:
    """Every single thing on these lines, with positive amounts, also of a credit note."""
    found = []
    for line in lines:
        count = abs(line.quantity)
        names = line.note.split(", ")
        if len(names) != count:  # a name with a comma in it, or tickets without names
            names = [line.note, *[""] * (count - 1)]
        found += [
            Thing(line.text, name, line.vat_rate, abs(line.net) // count, abs(line.vat) // count) for name in names
        ]
    return found


def lines_of(things: Iterable[Thing]) -> tuple[InvoiceLine, ...]:
    """Lines for these things; what is used up is left out."""
    return invoice_lines(
        (thing.text, thing.name, thing.net + thing.vat, thing.rate, thing.vat)
        for thing in things
        if not thing.is_used_up
    )


def left_to_credit(papers: Sequence[Invoice]) -> dict[int, list[Thing]]:
    """Invoice id → what is left of it, for all invoices among an order's papers that are not credited whole."""
    left = {paper.id: things_on(paper.lines) for paper in papers if not paper.is_credit}
    for paper in papers:
        if paper.credits_id is not None:
            take(things_on(paper.lines), {paper.credits_id: left[paper.credits_id]})
    return {invoice_id: things for invoice_id, things in left.items() if not all(thing.is_used_up for thing in things)}


def take(asked: Iterable[Thing], left: Mapping[int, list[Thing]]) -> dict[int, list[Thing]]:
    """Take `asked` out of `left`, which is changed; gives what each invoice has to credit.

    Each thing is taken from the one that is most like it: the same, the same kind, the same person's, at least the same
    VAT rate. What isn't there in the end is not taken.
    """
    taken: dict[int, list[Thing]] = {}
    for wanted in asked:
        net, vat = wanted.net, wanted.vat
        while net > 0 or vat > 0:
            found = _most_alike(wanted, net, vat, left)
            if found is None:
                break
            invoice_id, thing = found
            part = Thing(wanted.text, wanted.name, wanted.rate, min(net, thing.net), min(vat, thing.vat))
            thing.net, thing.vat = thing.net - part.net, thing.vat - part.vat
            net, vat = net - part.net, vat - part.vat
            taken.setdefault(invoice_id, []).append(part)
    return taken


def _most_alike(wanted: Thing, net: int, vat: int, left: Mapping[int, list[Thing]]) -> tuple[int, Thing] | None:
    """The first of those that are most alike, of which something that is wanted is left."""
    candidates = [
        (invoice_id, thing)
        for invoice_id, things in left.items()
        for thing in things
        if thing.rate == wanted.rate and (min(net, thing.net) > 0 or min(vat, thing.vat) > 0)
    ]

    def likeness(candidate: tuple[int, Thing]) -> tuple[bool, ...]:
        thing = candidate[1]
        same_kind, same_person = thing.text == wanted.text, thing.name == wanted.name
        fits = thing.net >= net and thing.vat >= vat
        return (
            same_kind and same_person and fits,
            fits and same_person,
            fits and same_kind,
            fits,
            same_kind,
            (thing.net, thing.vat) == (net, vat),
        )

    return max(candidates, key=likeness, default=None)
