"""What the demo's conferences sell, from their files: quotas, ticket types, add-ons and codes; and what they ask."""

from collections.abc import Mapping
from typing import Any

from konferens.database import Database
from konferens.events.model import Edition
from konferens.offering.actions import save_ticket_type
from konferens.offering.addon_actions import save_addon
from konferens.offering.code_actions import save_code
from konferens.offering.quota_actions import save_quota
from konferens.questions.ready import add_ready_made

ACTOR = "system"
QUESTIONS = ("diet", "accessibility", "phone", "travel", "attendee-list", "photo")
"""Keys of the ready-made questions that every coming conference asks."""

_AMOUNTS = ("price", "early_price", "amount")
_NO_COLUMNS = ("quota", "quotas", "share", "ticket_types")


async def load_goods(db: Database, edition_id: int, values: Mapping[str, Any], *, scale: int = 1) -> None:
    """Write all that `values`, an edition's file, sells. Quotas have `scale` times the seats, codes so many times the uses."""
    quota_ids = {
        quota["name"]: await save_quota(
            db, edition_id, None, name=quota["name"], size=quota["size"] * scale, actor=ACTOR
        )
        for quota in values["quotas"]
    }
    type_ids = {}
    for position, each in enumerate(values["ticket_types"], start=1):
        columns = _columns(each) | {"position": position}
        chosen = [quota_ids[name] for name in each["quotas"]]
        type_ids[each["code"]] = await save_ticket_type(db, edition_id, None, columns, quota_ids=chosen, actor=ACTOR)
    for position, each in enumerate(values.get("addons", ()), start=1):
        columns = _columns(each) | {"position": position, "quota_id": quota_ids.get(each.get("quota"))}
        limited = [type_ids[code] for code in each.get("ticket_types", ())]
        await save_addon(db, edition_id, None, columns, type_ids=limited, actor=ACTOR)
    for each in values.get("codes", ()):
        columns = _columns(each)
        if "max_uses" in columns:
            columns["max_uses"] *= scale
        limited = [type_ids[code] for code in each.get("ticket_types", ())]
        await save_code(db, edition_id, None, columns, type_ids=limited, actor=ACTOR)


async def ask_questions(db: Database, edition: Edition) -> None:
    """Add the ready-made `QUESTIONS`."""
    for key in QUESTIONS:
        await add_ready_made(db, edition, key, actor=ACTOR)


def _columns(each: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a row in the file; its amounts are kronor."""
    columns = {name: value for name, value in each.items() if name not in _NO_COLUMNS}
    return columns | {name: round(columns[name] * 100) for name in _AMOUNTS if name in columns}
