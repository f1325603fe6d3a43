"""What goes by itself when its time is over."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, insert, select, update

from konferens.database import Database
from konferens.events.model import Edition
from konferens.events.queries import edition_by_id
from konferens.privacy.actions import purge, request_erasure
from konferens.privacy.model import ERASED_NAME, PurgeReport
from konferens.registration.queries import order_by_id
from konferens.tables import (
    answers,
    attempts,
    editions,
    erasure_requests,
    invoices,
    logins,
    mail_outbox,
    orders,
    payments,
    scans,
    sensitive_answers,
    tickets,
)
from tests.factories import make_discount_code, make_edition, make_login, make_order, make_ticket_type
from tests.privacy.factories import BUYER, SELLER, TRACES, found_in, make_traces, money

LAST_DAY = date(2027, 5, 12)
BUYERS = (BUYER.name, BUYER.email, BUYER.organisation, BUYER.address, BUYER.reference)


def days_after(days: int) -> datetime:
    """Noon in UTC, that many days after the conference's last day."""
    return datetime(2027, 5, 12, 12, tzinfo=UTC) + timedelta(days=days)


async def invoiced(db: Database, edition: Edition) -> Edition:
    await db.execute(update(editions).where(editions.c.id == edition.id).values(**SELLER))
    return await edition_by_id(db, edition.id)


async def count(db: Database, table: object) -> int:
    return int(await db.fetch_val(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_sensitive_answers_go_after_their_days(db: Database, edition: Edition) -> None:
    await make_traces(db, edition)
    assert (await purge(db, days_after(30))).sensitive_answers == 0
    assert (await purge(db, days_after(31))).sensitive_answers == 1
    assert (await count(db, sensitive_answers), await count(db, answers)) == (0, 2)


async def test_names_go_after_theirs_and_statistics_stay(db: Database, edition: Edition) -> None:
    order = await make_traces(db, await invoiced(db, edition))
    await request_erasure(db, order, None, message=BUYER.name, actor="buyer")
    await make_discount_code(db, edition, note=f"för {BUYER.name}")
    before, scanned = await money(db), await count(db, scans)
    await purge(db, days_after(365))
    assert "tickets.attendee_name" in await found_in(db, *TRACES)
    report = await purge(db, days_after(366))
    assert (report.tickets, report.orders, report.answers, report.scans, report.phones) == (2, 1, 2, 3, 1)
    assert await found_in(db, *TRACES, *BUYERS, "Cecilia Ny", "Ulfs telefon") == {"invoices.lines", "invoices.buyer"}
    assert (await money(db), await count(db, scans)) == (before, scanned)
    statuses = [row.status for row in await db.fetch_all(select(erasure_requests.c.status))]
    assert statuses == ["done"]


async def test_a_second_purge_finds_nothing(db: Database, edition: Edition) -> None:
    await make_traces(db, await invoiced(db, edition))
    await purge(db, days_after(366))
    assert await purge(db, days_after(366)) == PurgeReport()
    assert str(PurgeReport()) == "nothing to purge"


async def test_a_dry_run_counts_and_changes_nothing(db: Database, edition: Edition) -> None:
    order = await make_traces(db, edition)
    tried = await purge(db, days_after(366), dry_run=True)
    assert await order_by_id(db, order.id) == order
    assert await purge(db, days_after(366)) == tried
    assert str(tried).splitlines()[0] == "sensitive answers: 1"


async def test_other_editions_are_left_alone(db: Database, edition: Edition) -> None:
    later = await make_edition(db, slug="2028", starts_on=date(2028, 5, 9), ends_on=date(2028, 5, 10))
    await make_ticket_type(db, edition)
    await make_ticket_type(db, later)
    first, second = await make_order(db, edition), await make_order(db, later)
    await purge(db, days_after(366))
    assert (await order_by_id(db, first.id)).tickets[0].name == ERASED_NAME
    assert await order_by_id(db, second.id) == second


async def test_many_orders_go_in_batches(db: Database, edition: Edition, monkeypatch: object) -> None:
    monkeypatch.setattr("konferens.privacy.purging.BATCH", 2)  # type: ignore[attr-defined]
    await make_ticket_type(db, edition)
    for _ in range(5):
        await make_order(db, edition)
    assert (await purge(db, days_after(366))).tickets == 5
    changes = [row.change for row in await db.fetch_all(select(tickets.c.change))]
    assert len(set(changes)) == 5


async def test_invoices_go_seven_years_after_the_end_of_their_year(db: Database, edition: Edition) -> None:
    """Issued before a conference in 2027: kept to the last day of 2034."""
    await make_traces(db, await invoiced(db, edition))
    await db.execute(update(invoices).values(issued_on=date(2026, 11, 1)))
    before = await money(db)
    assert (await purge(db, datetime(2034, 12, 31, 12, tzinfo=UTC))).invoices == 0
    report = await purge(db, datetime(2035, 1, 2, tzinfo=UTC))
    assert (report.invoices, report.payments) == (1, 1)
    assert await found_in(db, *TRACES, *BUYERS) == set()
    assert await money(db) == before
    assert await purge(db, datetime(2035, 1, 2, tzinfo=UTC)) == PurgeReport()


async def test_an_invoice_stays_as_long_as_its_credit_note(db: Database, edition: Edition) -> None:
    await make_traces(db, await invoiced(db, edition))
    row = await db.fetch_one(select(invoices))
    assert row is not None
    later = {
        "number": row.number + 1,
        "kind": "credit",
        "credits_id": row.id,
        "issued_on": date(2028, 1, 5),
        "due_on": None,
    }
    await db.execute(insert(invoices).values(**{**{k: v for k, v in row.items() if k != "id"}, **later}))
    assert (await purge(db, datetime(2035, 1, 2, tzinfo=UTC))).invoices == 0
    assert (await purge(db, datetime(2036, 1, 2, tzinfo=UTC))).invoices == 2


async def test_who_paid_without_invoice_is_forgotten_with_the_accounts(db: Database, edition: Edition) -> None:
    await make_traces(db, edition)
    await purge(db, days_after(366))
    assert await found_in(db, *BUYERS) == {"orders.buyer_name", "orders.buyer_organisation"}
    await purge(db, datetime(2035, 1, 2, tzinfo=UTC))
    assert await found_in(db, *BUYERS) == set()
    assert (await count(db, payments), await count(db, orders)) == (1, 1)


async def test_old_logins_attempts_and_loose_mail(db: Database) -> None:
    await make_login(db)
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    attempt = {"kind": "login", "name": "x@example.org", "address": "::1", "attempted_at": moment - timedelta(days=2)}
    await db.execute(insert(attempts).values(**attempt))
    await db.execute(
        insert(mail_outbox).values(
            kind="x", message_id="<1@x>", to_email="x@example.org", subject="", body_text="", body_html="",
            attachments=[], status="sent", next_attempt_at=moment, created_at=moment - timedelta(days=100),
        )
    )  # fmt: skip
    report = await purge(db, moment)
    assert (report.logins, report.attempts, report.mails) == (1, 1, 1)
    assert (await count(db, logins), await count(db, mail_outbox)) == (0, 0)
