"""How many are expected at a check-in list."""

from konferens.checkin.queries import counts, counts_by_list
from konferens.database import Database
from tests.checkin.factories import make_list
from tests.factories import make_edition, make_order, make_ticket_type


async def test_who_takes_part_from_afar_is_not_waited_for(db: Database) -> None:
    edition = await make_edition(db)
    await make_ticket_type(db, edition, "pa-plats")
    await make_ticket_type(db, edition, "digital", digital=True)
    await make_order(db, edition, "pa-plats", "digital")
    checkin_list = await make_list(db, edition.id, "Entré")
    assert (await counts(db, checkin_list)).expected == 1
    assert (await counts_by_list(db, [checkin_list]))[checkin_list.id].expected == 1
