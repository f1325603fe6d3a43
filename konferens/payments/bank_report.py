"""Reports that banks and Swish give as CSV, read whatever bank they are from.

There is no standard: delimiters, encodings, decimal signs, names of columns and the lines before and after the table differ.
What is known of them are the names of columns that Swedish banks use (`_COLUMNS`); the table begins at the first line that
names a day and an amount.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from konferens.errors import InvalidError
from konferens.events.model import YEARS
from konferens.i18n import gettext
from konferens.payments.model import Method

MAX_BYTES = 2_000_000
MAX_ROWS = 5_000
MAX_LINES = 10_000
"""Those where money went out, and empty ones, too: a file of MAX_BYTES that has nothing else would be read for a minute."""

_MAX_AMOUNT = 1_000_000_000
"""Öre of one line: ten million kronor."""
_HEADING_WITHIN = 50
"""Lines from the top, among which the headings of the table stand."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    # In the order of preference: the first of them that a line has something in is taken.
    "paid_on": (
        "bokföringsdag", "bokföringsdatum", "bokfördag", "bokfdag", "bokförd", "reskontradatum", "reskontradag",
        "transaktionsdag", "transaktionsdatum", "transdag", "betalningsdag", "betalningsdatum", "betaldatum",
        "inbetalningsdag", "insättningsdag", "datum", "valutadag", "valutadatum", "datumtid", "date", "bookingdate", "transactiondate",
    ),
    "amount": (
        "belopp", "insättninguttag", "insatttuttag", "beloppsek", "transaktionsbelopp", "inbetaltbelopp", "insättning",
        "kredit", "amount",
    ),
    "payer": (
        "avsändarnamn", "betalarensnamn", "betalare", "avsändare", "namn", "inbetalare", "motpart", "kund", "payer", "name",
        "sender",
    ),
    "own_id": (
        "transaktionsid", "betalningsreferens", "swishreferens", "referenstillbetalningen", "orderreferens", "referensnummer",
        "arkivreferens", "transactionid", "paymentreference",
    ),
    "currency": ("valuta", "currency"),
}  # fmt: skip
_TEXTS = (
    "meddelande", "meddelandetillmottagare", "referens", "ocr", "ocrnummer", "ocrreferens", "referensocr", "text", "beskrivning",
    "rubrik", "specifikation", "information", "fakturanummer", "betalningsinformation", "textmottagare", "transaktion",
    "notering", "message", "reference", "description", "details",
)  # fmt: skip
"""Columns that may hold what the payer wrote; all that the table has are read together."""

_DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")
_SUMMARY = re.compile(r"(?i)\W*(summa|totalt?|antal|saldo|ingående|utgående|slut|end|sum)\b")
_AMOUNT = re.compile(r"[+-]?\d{1,3}([ .,']?\d{3})*([.,]\d{1,3})?|[+-]?\d+([.,]\d{1,3})?")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Money that came, by one line of a report. `external_id` names the line: the same in every report that has it."""

    line: int
    external_id: str
    method: Method
    amount: int
    paid_on: date
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a file told; `outgoing` is how many lines were passed over because no money came by them."""

    rows: tuple[ReportRow, ...]
    outgoing: int


class _LineError(ValueError):
    """What is wrong with a line, in the current language."""


def read_report(content: bytes) -> Report:
    """The payments in a file. Raises InvalidError (field 'report') with what is wrong and on which line; nothing is guessed."""
    if len(content) > MAX_BYTES:
        raise _refused(gettext("Filen är för stor: högst 2 MB."))
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0" or content[:4] == b"%PDF":
        raise _refused(gettext("Det är ingen CSV-fil. Öppna den i ett kalkylprogram och spara den som CSV."))
    text = _decoded(content)
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise _refused(gettext("Filen har fler än %(n)s rader. Dela upp den.") % {"n": MAX_LINES})
    table = _table_of(text)
    if table is None:
        raise _refused(gettext("Hittar ingen rad med kolumnnamn: det behövs minst en för datum och en för belopp."))
    return _read(table)


def _refused(*messages: str) -> InvalidError:
    return InvalidError({"report": list(messages)})


def _decoded(content: bytes) -> str:
    """As UTF-8 or UTF-16 where it says so or can be, else as Windows writes Swedish."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@dataclass(frozen=True, slots=True)
class _Table:
    """`names` are the headings, plain; `records` the lines below, each with its number in the file.

    `is_swish` where what stands above says so, or there is the column of receiving numbers that only Swish's reports have.
    """

    names: list[str]
    columns: dict[str, list[int]]
    texts: list[int]
    records: list[tuple[int, list[str]]]
    is_swish: bool


def _table_of(text: str) -> _Table | None:
    """By the delimiter whose headings tell most; None when none of them has a day and an amount."""
    found = [table for delimiter in ";,\t" if (table := _split(text, delimiter)) is not None]
    return max(
        found,
        key=lambda table: (sum(map(len, table.columns.values())) + len(table.texts), len(table.names)),
        default=None,
    )


def _split(text: str, delimiter: str) -> _Table | None:
    reader = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=delimiter)
    records: list[tuple[int, list[str]]] = []
    try:
        # `line_num` is where a record ends; it begins after the one before.
        before = 0
        for cells in reader:
            records.append((before + 1, [_plain_cell(cell) for cell in cells]))
            before = reader.line_num
    except csv.Error:  # a cell of more than 128 KB: no table by this delimiter
        return None
    for index, (_, cells) in enumerate(records[:_HEADING_WITHIN]):
        names = [re.sub(r"[^a-zåäö]", "", cell.casefold()) for cell in cells]
        columns = {
            field: [names.index(choice) for choice in choices if choice in names] for field, choices in _COLUMNS.items()
        }
        if columns["paid_on"] and columns["amount"]:
            texts = [at for at, name in enumerate(names) if name in _TEXTS]
            above = " ".join(cell for _, line in records[:index] for cell in line).casefold()
            is_swish = "swish" in above or "mottagarnr" in names
            return _Table(names, columns, texts, records[index + 1 :], is_swish)
    return None


def _plain_cell(cell: str) -> str:
    """Without blanks around it, and without the ="…" by which spreadsheets are told to leave digits alone."""
    cell = " ".join(cell.split())
    return cell[2:-1].strip() if cell.startswith('="') and cell.endswith('"') else cell


def _read(table: _Table) -> Report:
    rows: list[ReportRow] = []
    problems: list[str] = []
    outgoing = 0
    for line, cells in table.records:
        if not any(cells) or (len(cells) < len(table.names) and _SUMMARY.match("".join(cells))):
            continue
        try:
            row = _row(table, line, cells)
        except _LineError as error:
            if _is_summary(table, cells):
                continue
            problems.append(gettext("Rad %(n)s: %(what)s") % {"n": line, "what": error})
            continue
        if row.amount > 0:
            rows.append(row)
        else:
            outgoing += 1
    if problems:
        more = [gettext("… och %(n)s rader till.") % {"n": len(problems) - 10}] if len(problems) > 10 else []  # noqa: PLR2004
        raise _refused(*problems[:10], *more)
    if len(rows) > MAX_ROWS:
        raise _refused(gettext("Filen har fler än %(n)s betalningar. Dela upp den.") % {"n": MAX_ROWS})
    return Report(tuple(_named_apart(rows)), outgoing)


def _is_summary(table: _Table, cells: Sequence[str]) -> bool:
    """Sums below the table: they have no day, and say what they are."""
    days = [cells[at] for at in table.columns["paid_on"] if at < len(cells)]
    return not any(re.search(r"\d{4}", day) for day in days) and any(_SUMMARY.match(cell) for cell in cells)


def _row(table: _Table, line: int, cells: Sequence[str]) -> ReportRow:
    def cell(field: str) -> str:
        return next((cells[at] for at in table.columns[field] if at < len(cells) and cells[at]), "")

    currency = cell("currency")
    if currency and currency.upper() not in ("SEK", "KR"):
        raise _LineError(gettext("valutan är %(currency)s, inte SEK") % {"currency": currency[:20]})
    paid_on, amount = _day(cell("paid_on")), ore_of(cell("amount"))
    words = list(dict.fromkeys(cells[at] for at in table.texts if at < len(cells) and cells[at]))
    reference = " ".join(words)[:300]
    everything = " ".join(cells).casefold()
    own_id = cell("own_id")
    if own_id:
        # With day and amount, since some banks write the same there for all payments of a customer.
        name = f"id:{own_id[:80]}|{paid_on}|{amount}"
    else:
        told = f"{paid_on}|{amount}|{cell('payer')}|{reference}"
        name = f"sha:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:40]}"
    method = Method.SWISH if table.is_swish or "swish" in everything else Method.BANKGIRO
    return ReportRow(line, name, method, amount, paid_on, cell("payer")[:200], reference)


def _named_apart(rows: Iterable[ReportRow]) -> list[ReportRow]:
    """Lines that are named the same are numbered, from the second on."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        seen[row.external_id] += 1
        count = seen[row.external_id]
        found.append(row if count == 1 else replace(row, external_id=f"{row.external_id}#{count}"))
    return found


def _day(text: str) -> date:
    """Raises _LineError for what is no day, or one that no conference is near."""
    day = re.split(r"[ T]", text)[0]
    for pattern in _DATES:
        try:
            found = datetime.strptime(day, pattern).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
        if found.year in YEARS:
            return found
    raise _LineError(gettext("”%(text)s” är inget datum") % {"text": text[:40]})


def ore_of(text: str) -> int:
    """'1 250,00', '1.250,50', '-1,250.00', '+1250 kr' → öre. Raises ValueError for anything else, and for what can be read in
    two ways: '1.250' is 1 250 kr to some and 1,25 kr to others.
    """
    plain = text.replace("\u2212", "-").replace("\u2013", "-").replace("\u2019", "'")
    plain = re.sub(r"(?i)\s*(kr|sek)\.?$|^(kr|sek)\s*", "", plain.strip())
    plain = re.sub(r"[\u00a0\u2007\u2009\u202f]", " ", plain)
    plain = re.sub(r"^([+-]) ", r"\1", plain)
    if not plain.isascii() or not _AMOUNT.fullmatch(plain):
        raise _LineError(gettext("”%(text)s” är inget belopp") % {"text": text[:40]})
    signs = [sign for sign in plain if sign in ".,"]
    # The last sign is the decimal one, unless it stands there several times, as only thousands do.
    point = signs[-1] if signs and signs.count(signs[-1]) == 1 else ""
    whole, _, decimals = plain.rpartition(point) if point else (plain, "", "")
    if len(signs) == 1 and len(decimals) == 3 and re.fullmatch(r"[+-]?\d{1,3}", whole):  # noqa: PLR2004
        message = gettext("”%(text)s” kan läsas på två sätt: skriv beloppet med två decimaler")
        raise _LineError(message % {"text": text[:40]})
    number = Decimal(f"{re.sub(r'[^0-9+-]', '', whole)}.{decimals or '0'}") * 100
    if number != int(number) or abs(number) > _MAX_AMOUNT:
        raise _LineError(gettext("”%(text)s” är inget belopp") % {"text": text[:40]})
    return int(number)
