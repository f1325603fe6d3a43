"""frab's and pretalx's schedule.json (schema: c3voc.de/schedule/schema.json)."""

import json
from collections.abc import Mapping
from typing import Any

from konferens.i18n import gettext
from konferens.programme.frab.days import day_span
from konferens.programme.frab.entries import GENERATOR, Collector
from konferens.programme.schedule import ImportedSchedule, InvalidImportError, Problems, column_place


def read_json(data: bytes) -> ImportedSchedule:
    """Raises InvalidImportError, whose problems name the place as a path such as schedule.conference.days[0]."""
    return schedule_from(parse(data))


def schedule_from(document: Any) -> ImportedSchedule:
    """As `read_json`, of JSON that has been parsed."""
    schedule = _part(document, "schedule", dict, gettext("filen"))
    conference = _part(schedule, "conference", dict, "schedule")
    where = "schedule.conference"
    problems = Problems()
    source = str(schedule.get("base_url") or conference.get("acronym") or conference.get("title") or "")
    generator = document.get("generator")
    collector = Collector(
        str(conference.get("title") or ""),
        source,
        problems,
        base_url=str(schedule.get("base_url") or ""),
        is_ours=isinstance(generator, dict) and generator.get("name") == GENERATOR,
        meta=_meta(conference),
    )
    for name, add in (("rooms", collector.add_room), ("tracks", collector.add_track)):
        for index, each in enumerate(_items(conference.get(name))):
            if isinstance(each, dict):
                add(each, f"{where}.{name}[{index}]")
    for number, day in enumerate(_part(conference, "days", list, where)):
        place = f"{where}.days[{number}]"
        rooms = _part(day, "rooms", dict, place)
        span = day_span(day.get("date"), day.get("day_start"), day.get("day_end"))
        for room, events in rooms.items():
            for index, event in enumerate(_items(events)):
                at = f'{place}.rooms["{room}"][{index}]'
                if isinstance(event, dict):
                    collector.add_event({"room": room, **event}, at, day=span)
                else:
                    problems.add(at, gettext("en programpunkt är inte ett objekt"))
    return collector.finish()


def parse(data: bytes) -> Any:
    """Any JSON. Raises InvalidImportError."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        what = gettext("filen är inte i UTF-8")
        raise InvalidImportError([f"byte {error.start}: {what}"]) from error
    except json.JSONDecodeError as error:
        what = gettext("det är inte giltig JSON (%(error)s)") % {"error": error.msg}
        raise InvalidImportError([f"{column_place(error.lineno, error.colno)}: {what}"]) from error
    except ValueError as error:  # a number of thousands of digits
        raise InvalidImportError([f"{gettext('filen')}: {gettext('ett tal har tusentals siffror')}"]) from error
    except RecursionError as error:
        raise InvalidImportError([f"{gettext('filen')}: {gettext('för många nivåer i varandra')}"]) from error


def _part(values: Any, name: str, kind: type, where: str) -> Any:
    part = values.get(name) if isinstance(values, dict) else None
    if not isinstance(part, kind):
        what = gettext("objektet ”%(name)s” saknas") if kind is dict else gettext("listan ”%(name)s” saknas")
        raise InvalidImportError([f"{where}: {what % {'name': name}}"])
    return part


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _meta(conference: Mapping[str, Any]) -> dict[str, Any]:
    """What the format has no place for, by guid, as our own export writes it under `meta`."""
    part: Any = conference
    for name in ("meta", "konferens", "sessions"):
        part = part.get(name) if isinstance(part, dict) else None
    return {guid: values for guid, values in part.items() if isinstance(values, dict)} if isinstance(part, dict) else {}
