"""Reports as Swedish banks and Swish give them: whatever the delimiter, the encoding and the names of the columns."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konferens.errors import InvalidError
from konferens.payments.bank_report import MAX_BYTES, MAX_LINES, Report, ReportRow, ore_of, read_report
from konferens.payments.model import Method

SWISH = """Swishrapport för 123 118 11 89;;;;;;;;;;;;;
Period 2026-11-01 – 2026-11-24;;;;;;;;;;;;;

Radnr;Clnr;Kontonr;Bokfdag;Transdag;Valutadag;Mottagarnr;Mottagarnamn;Avsändarnr;Avsändarnamn;Meddelande;Klockslag;Belopp;Orderreferens
1;8327-9;1234567;2026-11-24;2026-11-23;2026-11-24;1231181189;Hela Bygden lever;+46701234567;ÅSA ÖBERG;10017;09:12;1 250,00;
2;8327-9;1234567;2026-11-24;2026-11-24;2026-11-24;1231181189;Hela Bygden lever;+46707654321;BO EK;ABC234 biljett;10:00;500,50;
3;8327-9;1234567;2026-11-24;2026-11-24;2026-11-24;1231181189;Hela Bygden lever;+46707654321;BO EK;ABC234 biljett;10:01;500,50;
"""
SWEDBANK = """* Transaktioner Period 2026-11-01 - 2026-11-24 Skapad 2026-11-24 10:00 CET
Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,Valutadag,Referens,Beskrivning,Belopp,Bokfört saldo
1,83279,1234567,"Föreningskonto",SEK,2026-11-24,2026-11-24,2026-11-24,"10017","Bg-bet. via internet",1250.00,2554.18
2,83279,1234567,"Föreningskonto",SEK,2026-11-23,2026-11-23,2026-11-23,"HYRA, LOKAL","Hyra, lokal",-8000.00,1304.18
"""
NORDEA = """Bokföringsdag;Belopp;Avsändare;Mottagare;Namn;Rubrik;Saldo;Valuta
2026/11/24;1250,00;;;Östersunds kommun;OCR 10017;5 000,00;SEK
"""
HANDELSBANKEN = """Reskontradatum\tTransaktionsdatum\tText\tBelopp\tSaldo
2026-11-24\t2026-11-23\tSwish från ÅSA ABC234\t1\u00a0250,00\t9\u00a0000,00

Summa\t\t\t1\u00a0250,00\t
"""
BANKGIRO = """Insättningsuppgift via Bankgirot
Bankgironummer;5050-1055

Betalningsdag;OCR-referens;Betalare;Referensnummer;Inbetalt belopp;Belopp
20261124;10017;Östersunds kommun;="5500112233";;+1.250,00 kr
Antal;1;;;;1.250,00
"""


def what(report: Report) -> list[tuple[int, Method, int, str, str, str]]:
    return [
        (row.line, row.method, row.amount, row.paid_on.isoformat(), row.payer, row.reference) for row in report.rows
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_swish_report_is_read_in_any_encoding(encoding: str) -> None:
    report = read_report(SWISH.replace("–", "-").encode(encoding))
    assert what(report) == [
        (5, Method.SWISH, 125_000, "2026-11-24", "ÅSA ÖBERG", "10017"),
        (6, Method.SWISH, 50_050, "2026-11-24", "BO EK", "ABC234 biljett"),
        (7, Method.SWISH, 50_050, "2026-11-24", "BO EK", "ABC234 biljett"),
    ]


@pytest.mark.parametrize(
    ("text", "found", "outgoing"),
    [
        (SWEDBANK, (3, Method.BANKGIRO, 125_000, "2026-11-24", "", "10017 Bg-bet. via internet"), 1),
        (NORDEA, (2, Method.BANKGIRO, 125_000, "2026-11-24", "Östersunds kommun", "OCR 10017"), 0),
        (HANDELSBANKEN, (2, Method.SWISH, 125_000, "2026-11-24", "", "Swish från ÅSA ABC234"), 0),
        (BANKGIRO, (5, Method.BANKGIRO, 125_000, "2026-11-24", "Östersunds kommun", "10017"), 0),
    ],
    ids=["swedbank", "nordea", "handelsbanken", "bankgiro"],
)
def test_banks_lists_are_read(text: str, found: tuple[object, ...], outgoing: int) -> None:
    report = read_report(text.encode("cp1252"))
    assert (what(report), report.outgoing) == ([found], outgoing)


def test_lines_are_named_by_what_they_tell_and_apart_when_they_tell_the_same() -> None:
    first, second, third = read_report(SWISH.encode()).rows
    assert third.external_id == f"{second.external_id}#2"
    other_day = SWISH.replace("1;8327-9;1234567;2026-11-24;2026-11-23", "9;1;2;2026-11-24;2026-11-22")
    assert read_report(other_day.encode()).rows[0].external_id == first.external_id
    assert len({row.external_id for row in (first, second, third)}) == 3


def test_the_banks_own_number_names_a_line() -> None:
    (row,) = read_report(BANKGIRO.encode()).rows
    assert row == ReportRow(
        5, "id:5500112233|2026-11-24|125000", Method.BANKGIRO, 125_000, date(2026, 11, 24), "Östersunds kommun", "10017"
    )


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("Datum;Belopp\n2026-11-24;tolv\n2026-13-01;5,00\n", ["Rad 2: ”tolv” är inget belopp", "Rad 3: ”2026-13-01” är inget datum"]),
        ("Datum;Belopp\n2026-11-24;1.250\n", ["Rad 2: ”1.250” kan läsas på två sätt: skriv beloppet med två decimaler"]),
        ("Datum;Belopp\n2026-11-24;1,255\n", ["Rad 2: ”1,255” kan läsas på två sätt: skriv beloppet med två decimaler"]),
        ("Datum;Belopp\n;5,00\n", ["Rad 2: ”” är inget datum"]),
        ("Datum;Belopp;Valuta\n2026-11-24;5,00;EUR\n", ["Rad 2: valutan är EUR, inte SEK"]),
        ("Namn;Text\nÅsa;Hej\n", ["Hittar ingen rad med kolumnnamn: det behövs minst en för datum och en för belopp."]),
        ("", ["Hittar ingen rad med kolumnnamn: det behövs minst en för datum och en för belopp."]),
        ("PK\x03\x04", ["Det är ingen CSV-fil. Öppna den i ett kalkylprogram och spara den som CSV."]),
        ("x" * (MAX_BYTES + 1), ["Filen är för stor: högst 2 MB."]),
        ("\n" * (MAX_LINES + 1), ["Filen har fler än 10000 rader. Dela upp den."]),
        ("Datum;Belopp" + "\r1;2" * (MAX_LINES + 1), ["Filen har fler än 10000 rader. Dela upp den."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, messages: list[str]) -> None:
    with pytest.raises(InvalidError) as error:
        read_report(text.encode())
    assert error.value.errors == {"report": messages}


def test_at_most_ten_wrong_lines_are_told() -> None:
    with pytest.raises(InvalidError) as error:
        read_report(("Datum;Belopp\n" + "igår;1\n" * 13).encode())
    assert error.value.errors["report"][-1] == "… och 3 rader till."
    assert len(error.value.errors["report"]) == 11


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("1 250,00", 125_000),
        ("1\u00a0250,5", 125_050),
        ("1.250,50", 125_050),
        ("1,250.50", 125_050),
        ("1.250.000", 125_000_000),
        ("1'250.00", 125_000),
        ("1234.500", 123_450),
        ("1250", 125_000),
        ("+1250 kr", 125_000),
        ("SEK 1 250,00", 125_000),
        ("−500,00", -50_000),
        ("- 500,00", -50_000),
        ("0,01", 1),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, ore: int) -> None:
    assert ore_of(text) == ore


@pytest.mark.parametrize(
    "text", ["", "kr", "1,2,3", "12 50", "1.25.0", "1e5", "nan", "٥", "²", "--5", "5-", "1,001", "9" * 12, "1 2345,00"]
)
def test_nothing_else_is_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="”"):
        ore_of(text)


amounts = st.integers(-99_999_999, 99_999_999)
plain_text = st.text(st.characters(codec="cp1252", exclude_categories=["C", "Z"]), max_size=30)


@given(st.lists(st.tuples(amounts, plain_text, plain_text), max_size=20), st.sampled_from(";,\t"), st.sampled_from(["utf-8", "cp1252"]))  # fmt: skip
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[int, str, str]], delimiter: str, encoding: str
) -> None:
    import csv
    import io

    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["Bokföringsdag", "Namn", "Belopp", "Meddelande"])
    for ore, payer, message in rows:
        whole, cents = divmod(abs(ore), 100)
        writer.writerow(["2026-11-24", payer, f"{'-' if ore < 0 else ''}{whole},{cents:02d}", message])
    report = read_report(file.getvalue().encode(encoding))
    came = [(ore, payer, message) for ore, payer, message in rows if ore > 0]
    assert [row.amount for row in report.rows] == [ore for ore, _, _ in came]
    assert report.outgoing == len(rows) - len(came)
    assert len({row.external_id for row in report.rows}) == len(report.rows)
    again = read_report(file.getvalue().encode(encoding))
    assert again == report


@given(st.binary(max_size=400), st.sampled_from([b"", b"Datum;Belopp;Text\n"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    with suppress(InvalidError):
        read_report(start + content)
