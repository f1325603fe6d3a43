"""Asking to be erased, and being erased. The purge that comes by itself stands in `purging`."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from konferens.audit import record
from konferens.clock import now
from konferens.database import Database
from konferens.errors import ConflictError, NotFoundError
from konferens.events.model import Edition
from konferens.mail.actions import queue_mail
from konferens.mail.drafts import erasure_answer
from konferens.offering.seats import next_ticket_changes
from konferens.open_space.forgetting import forget_holders
from konferens.privacy import clearing
from konferens.privacy.model import ERASED_NAME, ErasureRequest, RequestStatus
from konferens.privacy.purging import purge
from konferens.privacy.queries import ending, last_request, same_address, takes_buyer
from konferens.registration.changes import cancel_tickets
from konferens.registration.model import Order, Ticket
from konferens.registration.queries import order_by_id
from konferens.signups.actions import leave_sessions
from konferens.tables import audit, erasure_requests, mail_outbox, orders, tickets, waiting_entries
from konferens.waiting.actions import end_offers
from konferens.waiting.model import WaitingStatus
from konferens.waiting.queries import entry_from_row, select_entries

__all__ = ["answer_request", "erase", "erase_waiting", "purge", "refuse_request", "request_erasure"]


async def request_erasure(
    db: Database, order: Order, ticket: Ticket | None, *, message: str, actor: str
) -> ErasureRequest:
    """Ask to have the ticket's person erased, or with None everything of the order. Gives the request.

    While one waits for an answer a second is not made: the first is given as it is.
    """
    ticket_id = ticket.id if ticket else None
    async with db.transaction():
        await next_ticket_changes(db, order.edition_id, 0)
        earlier = await last_request(db, order.id, ticket_id)
        if earlier is not None and earlier.is_open:
            return earlier
        await db.execute(
            insert(erasure_requests).values(
                edition_id=order.edition_id, order_id=order.id, ticket_id=ticket_id, message=message, asked_at=now()
            )
        )
        await _note(db, order, "privacy.request", actor)
        made = await last_request(db, order.id, ticket_id)
    if made is None:
        raise NotFoundError("the request was not kept")
    return made


async def refuse_request(
    db: Database, edition: Edition, request: ErasureRequest, *, reason: str, actor: str, base_url: str
) -> None:
    """Answer no, with why (GDPR article 12.4); its page shows the reason, and a mail leads there.

    Raises ConflictError when it is answered.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await _close(db, request.id, RequestStatus.REFUSED, actor, reason)
        await _tell(db, edition, await order_by_id(db, request.order_id), request, base_url)
        await record(
            db,
            actor=actor,
            action="privacy.refuse",
            subject=f"order:{request.order_code}",
            edition_id=request.edition_id,
        )


async def answer_request(
    db: Database, edition: Edition, request: ErasureRequest, *, keep: int, actor: str, base_url: str
) -> None:
    """Do what was asked: see `erase`, with the cancelling that it needs. A last mail tells of it, and is emptied by the purge.

    Raises ConflictError when it is answered.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        await _close(db, request.id, RequestStatus.DONE, actor, "")
        order = await order_by_id(db, request.order_id)
        await erase(db, edition, order, request.position, cancel=True, keep=keep, actor=actor, base_url=base_url)
        await _tell(db, edition, order, request, base_url)


async def _tell(db: Database, edition: Edition, order: Order, request: ErasureRequest, base_url: str) -> None:
    """Write to whom `order`, as it was when the answer was given, has for the request."""
    ticket = next((each for each in order.tickets if each.id == request.ticket_id), None)
    name, email = (ticket.name, ticket.email) if ticket else (order.buyer.name, order.buyer.email)
    path = f"{ticket.own_path if ticket else order.path}erase"
    if not email:
        return
    draft = erasure_answer(edition, name=name, email=email, language=order.language, base_url=base_url, path=path)
    await queue_mail(
        db, draft, base_url=base_url, edition_id=edition.id, order_id=order.id, ticket_id=request.ticket_id
    )


async def _close(db: Database, request_id: int, status: RequestStatus, actor: str, answer: str) -> None:
    row = await db.fetch_one(
        update(erasure_requests)
        .where(erasure_requests.c.id == request_id, erasure_requests.c.status == RequestStatus.OPEN.value)
        .values(status=status.value, handled_at=now(), handled_by=actor, answer=answer)
        .returning(erasure_requests.c.id)
    )
    if row is None:
        raise ConflictError(f"erasure request {request_id} is answered")


async def erase(
    db: Database,
    edition: Edition,
    order: Order,
    position: int | None,
    *,
    cancel: bool,
    keep: int = 0,
    actor: str,
    base_url: str,
) -> None:
    """Take the person of the ticket at `position` out of everything but invoices; with None everybody of the order.

    The buyer goes with the last ticket that is theirs. Tickets for days to come are cancelled, of whose price `keep` percent is
    kept; without `cancel` they are a ConflictError. Money and counts stay as they are, done twice is as done once. Raises
    NotFoundError for a ticket that isn't there.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        order = await order_by_id(db, order.id)
        ticket = next((each for each in order.tickets if each.position == position), None)
        if position is not None and ticket is None:
            raise NotFoundError(f"order {order.code} has no ticket {position}")
        ended = [each.position for each in ending(edition, order, ticket)]
        if ended and not cancel:
            raise ConflictError(f"order {order.code} has tickets that are still valid")
        erased = [ticket] if ticket else list(order.tickets)
        whole = takes_buyer(order, ticket)
        await _clear_letters(db, order, erased, whole=whole)
        await _clear_people(db, edition, erased, base_url=base_url)
        if ended:
            without_names = await order_by_id(db, order.id)
            await cancel_tickets(db, edition, without_names, ended, keep=keep, actor=actor, base_url=base_url)
        if whole:
            await clearing.clear_buyers(db, select(orders.c.id).where(orders.c.id == order.id))
        addresses = {each.email for each in erased} | ({order.buyer.email} if whole else set())
        await _leave_waiting(db, edition, same_address(edition.id, addresses), base_url=base_url)
        mine = erasure_requests.c.order_id == order.id
        of_ticket = mine if whole else and_(mine, erasure_requests.c.ticket_id == erased[0].id)
        answered = {"status": RequestStatus.DONE.value, "handled_at": now(), "handled_by": actor}
        await db.execute(
            update(erasure_requests).where(of_ticket, erasure_requests.c.status == "open").values(**answered)
        )
        await clearing.clear_requests(db, of_ticket)
        await _note(db, order, "privacy.erase", actor)


async def _clear_letters(db: Database, order: Order, erased: Collection[Ticket], *, whole: bool) -> None:
    """Mails and the trail: before the names are gone, by which some of it is found."""
    of_order = mail_outbox.c.order_id == order.id
    ids = [each.id for each in erased]
    addresses = {each.email.lower() for each in erased} - {"", order.buyer.email.lower()}
    theirs: ColumnElement[bool] = or_(
        mail_outbox.c.ticket_id.in_(ids), and_(of_order, func.lower(mail_outbox.c.to_email).in_(sorted(addresses)))
    )
    await clearing.clear_mails(db, or_(theirs, of_order) if whole else theirs)
    await db.execute(  # what others were written tells of them too
        update(mail_outbox).where(of_order, mail_outbox.c.status != "queued").values(body_text="", body_html="")
    )
    rows: list[ColumnElement[bool]] = []
    about_order = audit.c.subject == f"order:{order.code}"
    if whole:
        rows.append(about_order)
    else:
        names = {each.name for each in erased}
        rows += [and_(about_order, clearing.touches_ticket(each.position)) for each in erased]
        rows.append(and_(about_order, clearing.tells_of(names)))
    people = {each.email for each in erased} | ({order.buyer.email} if whole else set())
    rows.append(and_(clearing.about_attendees(), clearing.tells_of(people)))
    await clearing.clear_audit(db, and_(audit.c.edition_id == order.edition_id, or_(*rows)))


async def _clear_people(db: Database, edition: Edition, erased: Collection[Ticket], *, base_url: str) -> None:
    ids = [each.id for each in erased]
    if not edition.is_over(now()):
        await leave_sessions(db, edition, ids, base_url=base_url, tell=False)
    await forget_holders(db, edition, ids, erased_name=ERASED_NAME, actor="system")
    chosen = select(tickets.c.id).where(tickets.c.id.in_(ids))
    await clearing.clear_answers(db, chosen)
    first_change = await next_ticket_changes(db, edition.id, len(ids))
    await clearing.clear_tickets(db, chosen, first_change=first_change, moment=now())


async def erase_waiting(db: Database, edition: Edition, entry_id: int, *, actor: str, base_url: str) -> None:
    """Take somebody off a waiting list and the name off the place. Raises NotFoundError."""
    async with db.transaction():
        await next_ticket_changes(db, edition.id, 0)
        mine = and_(waiting_entries.c.id == entry_id, waiting_entries.c.edition_id == edition.id)
        if not await _leave_waiting(db, edition, mine, base_url=base_url):
            raise NotFoundError(f"waiting entry {entry_id}")
        await record(db, actor=actor, action="privacy.erase", subject=f"waiting:{entry_id}", edition_id=edition.id)


async def _leave_waiting(db: Database, edition: Edition, condition: ColumnElement[bool], *, base_url: str) -> int:
    """Those places are left and nameless, what was written about them is gone; seats that were offered go on to others."""
    entries = [entry_from_row(row) for row in await db.fetch_all(select_entries().where(condition))]
    if not entries:
        return 0
    if open_ones := [entry for entry in entries if entry.is_open]:
        await end_offers(db, edition, open_ones, WaitingStatus.LEFT, base_url=base_url)
    await clearing.clear_waiting(db, waiting_entries.c.id.in_([entry.id for entry in entries]))
    letters = and_(
        mail_outbox.c.edition_id == edition.id,
        mail_outbox.c.order_id.is_(None),
        func.lower(mail_outbox.c.to_email).in_(sorted({entry.email.lower() for entry in entries} - {""})),
    )
    await clearing.clear_mails(db, letters)
    subjects = audit.c.subject.in_([f"waiting:{entry.id}" for entry in entries])
    await clearing.clear_audit(db, and_(audit.c.edition_id == edition.id, subjects))
    return len(entries)


async def _note(db: Database, order: Order, action: str, actor: str) -> None:
    await record(db, actor=actor, action=action, subject=f"order:{order.code}", edition_id=order.edition_id)
