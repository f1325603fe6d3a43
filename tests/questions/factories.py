"""Questions for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from konferens.database import Database
from konferens.events.model import Edition
from konferens.questions.editing import save_question
from konferens.questions.model import Question, QuestionKind
from konferens.questions.queries import questions_of
from tests.factories import ACTOR


def question(number: int, kind: str = "text", **values: Any) -> Question:
    """A question that nobody has saved; its code is 'fraga-NUMBER'."""
    columns = {
        "id": number,
        "code": f"fraga-{number}",
        "kind": QuestionKind(kind),
        "label": f"Fråga {number}",
        "help": "",
        "choices": (),
        "required": False,
        "sensitive": False,
        "purpose": "",
        "position": number,
        "active": True,
        "shown_by_id": None,
        "shown_if": "",
        "ticket_types": frozenset[str](),
    }
    return Question(**columns | values)  # type: ignore[arg-type]


async def make_question(
    db: Database, edition: Edition, label: str, kind: str = "text", *, type_ids: tuple[int, ...] = (), **values: Any
) -> Question:
    """A question of the edition, saved as the office does it."""
    columns = {
        "label": label,
        "kind": QuestionKind(kind),
        "help": "",
        "choices": (),
        "required": False,
        "sensitive": False,
        "purpose": "",
        "active": True,
        "shown_by_id": None,
        "shown_if": "",
    }
    made = await save_question(db, edition.id, None, columns | values, type_ids=type_ids, actor=ACTOR)
    return next(each for each in await questions_of(db, edition.id, active_only=False) if each.id == made)


@contextmanager
def counted_writes() -> Iterator[list[object]]:
    """The statements for many rows that any database handle runs inside the block; those without a row aren't run."""
    seen: list[object] = []
    execute_many = Database.execute_many

    async def noting(self: Database, query: object, values: list[dict[str, Any]]) -> None:
        if values:
            seen.append(query)
        await execute_many(self, query, values)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "execute_many", noting)
        yield seen
