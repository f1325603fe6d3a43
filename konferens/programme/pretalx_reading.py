"""pretalx's lists of submissions and speakers, as its API (/api/events/EVENT/submissions/, /speakers/) gives them.

Accepted and confirmed submissions are taken; those without a slot become sessions without a time. Newer versions name
speakers, types, tracks and rooms in submissions by their codes or numbers: then the list of speakers is needed too, and
types, tracks and rooms have to be asked for in full (`?expand=…`), else they are passed over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from konferens.i18n import gettext
from konferens.programme.frab.entries import Collector
from konferens.programme.frab.html_text import markdown_from
from konferens.programme.schedule import ImportedPerson, ImportedSchedule, InvalidImportError, Problems, clean_text

_TAKEN = ("accepted", "confirmed")
_LANGUAGES = ("sv", "en")
Items = Sequence[Mapping[str, Any]]


def items_of(document: Any) -> list[Mapping[str, Any]] | None:
    """The items of an API's answer, {"results": […]}, or of a bare list; None for anything else."""
    listed = document.get("results") if isinstance(document, Mapping) else document
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        return None
    return listed


def is_submissions(items: Items) -> bool:
    """Whether these are submissions: speakers have names, and no titles."""
    return bool(items) and all("title" in item for item in items)


def is_speakers(items: Items) -> bool:
    return bool(items) and all("name" in item and "code" in item and "title" not in item for item in items)


def read_pretalx(submissions: Items, speakers: Items) -> ImportedSchedule:
    """Either may be empty. Raises InvalidImportError, whose problems name the submission."""
    problems = Problems()
    collector = Collector("pretalx", "pretalx", problems)
    people = {str(each["code"]): each for each in speakers}
    taken = [each for each in submissions if each.get("state", "confirmed") in _TAKEN]
    for index, each in enumerate(taken):
        where = f"submissions[{index}] {each.get('code', '')}".strip()
        collector.add_event(*_event(each, where, people, problems), parked=not _slot(each))
    if not submissions:
        return _people_alone(speakers)
    schedule = collector.finish()
    # Its ids and addresses aren't those of its schedule's events.
    sessions = tuple(replace(each, extras={}) for each in schedule.sessions)
    return replace(schedule, sessions=sessions, finds_by_code=True)


def _event(
    submission: Mapping[str, Any], where: str, people: Mapping[str, Mapping[str, Any]], problems: Problems
) -> tuple[dict[str, Any], str]:
    """As a frab event."""
    slot = _slot(submission)
    event = {name: submission[name] for name in ("code", "title", "abstract", "description") if name in submission}
    event |= {
        "id": submission.get("code"),
        "type": _name(submission.get("submission_type")),
        "track": _name(submission.get("track")),
        "language": submission.get("content_locale") or "",
        "room": _name(slot.get("room")),
        "persons": [],
    }
    if isinstance(submission.get("do_not_record"), bool):
        event["do_not_record"] = submission["do_not_record"]
    links = [
        {"url": each.get("resource") or each.get("link") or "", "title": each.get("description") or ""}
        for each in submission.get("resources") or []
        if isinstance(each, Mapping)
    ]
    if "resources" in submission:
        event["attachments"] = links
    if slot:
        event |= {"date": slot.get("start"), "end": slot.get("end")}
    for speaker in submission.get("speakers") or []:
        known = speaker if isinstance(speaker, Mapping) else people.get(str(speaker))
        if known is None:
            text = gettext("den medverkande %(code)s finns inte i filen. Skicka med pretalx lista över medverkande.")
            problems.add(where, text % {"code": repr(speaker)[:60]})
        else:
            event["persons"].append(_person(people.get(str(known.get("code")), known)))
    return event, where


def _slot(submission: Mapping[str, Any]) -> Mapping[str, Any]:
    """Its time and room; {} for none."""
    slots = submission.get("slots") or [submission.get("slot")]
    found = slots[0] if isinstance(slots, list) and slots else None
    return found if isinstance(found, Mapping) and found.get("start") and found.get("end") else {}


def _person(speaker: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: speaker[name] for name in ("code", "name", "biography") if name in speaker}
    return told | {"id": speaker.get("code")}


def _name(value: Any) -> str:
    """A name that may be in several languages; a number names nothing here."""
    if isinstance(value, Mapping):
        if "name" in value:
            return _name(value["name"])
        return str(next((value[each] for each in _LANGUAGES if value.get(each)), next(iter(value.values()), "")) or "")
    return value if isinstance(value, str) else ""


def _people_alone(speakers: Items) -> ImportedSchedule:
    """People without sessions: those who are known here get their texts."""
    collector = Collector("pretalx", "pretalx", Problems())
    people = {}
    for each in speakers:
        guid = collector.guid_of_person(str(each["code"]))
        biography = clean_text(str(each.get("biography") or ""))
        people[guid] = ImportedPerson(guid, clean_text(str(each["name"]))[:200], biography=markdown_from(biography))
    if not people:
        raise InvalidImportError([gettext("Det finns ingenting att läsa in i filen.")])
    return ImportedSchedule("pretalx", (), (), people, (), is_whole=False, finds_by_code=True)
