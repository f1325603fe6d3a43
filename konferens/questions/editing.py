"""What organisers ask: questions added, changed, ordered, put aside and removed.

Every change first takes the edition's change counter, as orders do, so that nobody answers between a check and its change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from konferens.audit import record
from konferens.codes import slugify
from konferens.database import Database
from konferens.errors import ConflictError, InvalidError, NotFoundError
from konferens.events.actions import touch_edition
from konferens.i18n import gettext
from konferens.offering.seats import next_ticket_changes
from konferens.questions.model import Question, QuestionKind, option_label, shown_by
from konferens.questions.queries import answer_counts, questions_of
from konferens.tables import answers, question_ticket_types, questions, sensitive_answers, ticket_types

_CODE_LENGTH = 40
_COLUMNS = (
    "code",
    "kind",
    "label",
    "help",
    "choices",
    "required",
    "sensitive",
    "purpose",
    "active",
    "shown_by_id",
    "shown_if",
)


async def save_question(
    db: Database,
    edition_id: int,
    question_id: int | None,
    values: Mapping[str, Any],
    *,
    type_ids: Collection[int] = (),
    actor: str,
) -> int:
    """Create (`question_id` None) or change a question, for the ticket types with these ids (none: all). Gives its id.

    `values` are columns of `questions`. A new one comes last; without a 'code' it gets one made of its label. Answers stay
    whatever becomes of the choices, and move when the question becomes sensitive. Raises NotFoundError and InvalidError: 'kind'
    of what is answered, 'sensitive' where the answers were given as such, 'shown_when' for a question that can't show this
    one, 'choices' and 'sensitive' where other questions depend on what would go.
    """
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        existing = await questions_of(db, edition_id, active_only=False)
        before = None if question_id is None else _find(existing, question_id)
        after = {**values, "kind": str(values["kind"]), "choices": list(values["choices"])}
        await _require_possible(db, edition_id, existing, before, after)
        if before is None:
            code = _new_code(existing, str(values.get("code") or slugify(str(values["label"]))))
            position = max((each.position for each in existing), default=-1) + 1
            row = {**after, "code": code, "position": position, "edition_id": edition_id}
            saved = int(await db.fetch_val(insert(questions).values(**row).returning(questions.c.id)))
        else:
            saved = before.id
            await db.execute(update(questions).where(questions.c.id == saved).values(**after))
            if after["sensitive"] and not before.sensitive:
                await _move_apart(db, saved)
        await _set_types(db, edition_id, saved, type_ids)
        await _note(
            db, edition_id, saved, actor, before=None if before is None else _columns(before, after), after=after
        )
        return saved


async def _require_possible(
    db: Database, edition_id: int, existing: Sequence[Question], before: Question | None, after: Mapping[str, Any]
) -> None:
    """Raise InvalidError where the change would leave answers, or other questions, without what they rest on."""
    changes = {"kind": QuestionKind(after["kind"]), "choices": tuple(after["choices"]), "sensitive": after["sensitive"]}
    if before is not None:
        is_answered = before.id in await answer_counts(db, edition_id)
        if is_answered and changes["kind"] is not before.kind:
            raise InvalidError({"kind": [gettext("Frågan är redan besvarad. Lägg till en ny fråga i stället.")]})
        if is_answered and before.sensitive and not changes["sensitive"]:  # people answered on that condition
            text = gettext(
                "De som har svarat har fått veta att svaren hålls för sig och raderas, så det måste förbli så."
            )
            raise InvalidError({"sensitive": [text]})
        changed = replace(before, **changes)
        for child in (each for each in existing if each.shown_by_id == before.id):
            _require_shows(changed, child)
    parent_id = after.get("shown_by_id")
    if parent_id is None:
        return
    parent = next((each for each in existing if each.id == parent_id), None)
    circle = set() if before is None else shown_by(existing, before.id)
    if parent is None or parent.id in circle or after["shown_if"] not in parent.options:
        raise InvalidError({"shown_when": [gettext("Frågan kan inte visas av den. Välj en annan.")]})
    if parent.sensitive and not after["sensitive"]:
        text = gettext("”%(question)s” är känslig, så den här frågan måste också vara det.")
        raise InvalidError({"shown_when": [text % {"question": parent.label}]})


def _require_shows(parent: Question, child: Question) -> None:
    if child.shown_if not in parent.options:
        text = gettext("Frågan ”%(question)s” visas när svaret är ”%(answer)s”, så det svaret måste finnas kvar.")
        answer = option_label(child.shown_if, parent.kind)
        raise InvalidError({"choices": [text % {"question": child.label, "answer": answer}]})
    if parent.sensitive and not child.sensitive:
        text = gettext("Frågan ”%(question)s” visas av den här och måste först göras känslig.")
        raise InvalidError({"sensitive": [text % {"question": child.label}]})


def _new_code(existing: Sequence[Question], wanted: str) -> str:
    """`wanted`, or with a number behind it where it is taken."""
    stem = wanted[: _CODE_LENGTH - 4].strip("-") or "fraga"
    taken = {each.code for each in existing}
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)


async def _move_apart(db: Database, question_id: int) -> None:
    """Put the answers of a question that has become sensitive where sensitive ones are."""
    columns = [column.name for column in answers.c]
    rows = select(*(answers.c[name] for name in columns)).where(answers.c.question_id == question_id)
    await db.execute(insert(sensitive_answers).from_select(columns, rows))
    await db.execute(delete(answers).where(answers.c.question_id == question_id))


async def _set_types(db: Database, edition_id: int, question_id: int, type_ids: Collection[int]) -> None:
    mine = select(func.count()).where(ticket_types.c.edition_id == edition_id, ticket_types.c.id.in_(list(type_ids)))
    if int(await db.fetch_val(mine)) != len(set(type_ids)):
        raise NotFoundError(f"ticket types {sorted(type_ids)}")
    await db.execute(delete(question_ticket_types).where(question_ticket_types.c.question_id == question_id))
    await db.execute_many(
        insert(question_ticket_types),
        [{"question_id": question_id, "ticket_type_id": type_id} for type_id in sorted(set(type_ids))],
    )


async def move_question(db: Database, edition_id: int, question_id: int, step: int, *, actor: str) -> None:
    """Move a question `step` places on, or back where it is negative; at the ends it stays. Raises NotFoundError."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        order = await questions_of(db, edition_id, active_only=False)
        moved = _find(order, question_id)
        old = order.index(moved)
        new = min(max(old + step, 0), len(order) - 1)
        order.insert(new, order.pop(old))
        await db.execute_many(
            update(questions).where(questions.c.id == bindparam("question")).values(position=bindparam("place")),
            [{"question": each.id, "place": place} for place, each in enumerate(order)],
        )
        await _note(db, edition_id, question_id, actor, before={"position": old}, after={"position": new})


async def set_question_active(db: Database, edition_id: int, question_id: int, *, active: bool, actor: str) -> None:
    """Ask a question, or put it aside: its answers stay, nobody new is asked. Raises NotFoundError."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        before = _find(await questions_of(db, edition_id, active_only=False), question_id)
        await db.execute(update(questions).where(questions.c.id == question_id).values(active=active))
        await _note(db, edition_id, question_id, actor, before={"active": before.active}, after={"active": active})


async def delete_question(db: Database, edition_id: int, question_id: int, *, actor: str) -> None:
    """Remove a question. Raises NotFoundError, and ConflictError where it is answered or shows another one."""
    async with db.transaction():
        await next_ticket_changes(db, edition_id, 0)
        existing = await questions_of(db, edition_id, active_only=False)
        before = _find(existing, question_id)
        if (await answer_counts(db, edition_id)).get(question_id) or len(shown_by(existing, question_id)) > 1:
            raise ConflictError(f"question {question_id} is answered, or shows another")
        await db.execute(delete(question_ticket_types).where(question_ticket_types.c.question_id == question_id))
        await db.execute(delete(questions).where(questions.c.id == question_id))
        await touch_edition(db, edition_id)
        await record(
            db,
            actor=actor,
            action="question.delete",
            subject=f"question:{question_id}",
            edition_id=edition_id,
            before={"code": before.code, "label": before.label},
        )


def _find(existing: Sequence[Question], question_id: int) -> Question:
    for each in existing:
        if each.id == question_id:
            return each
    raise NotFoundError(f"question {question_id}")


def _columns(question: Question, names: Collection[str]) -> dict[str, Any]:
    values = {name: getattr(question, name) for name in _COLUMNS if name in names}
    return values | ({"choices": list(question.choices)} if "choices" in values else {})


async def _note(
    db: Database,
    edition_id: int,
    question_id: int,
    actor: str,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    await touch_edition(db, edition_id)
    await record(
        db,
        actor=actor,
        action="question.save",
        subject=f"question:{question_id}",
        edition_id=edition_id,
        before=before,
        after=after,
    )
