"""frab's and pretalx's schedule.xml (schema: c3voc.de/schedule/schema.xsd).

A document type is refused before anything in it is read: entities are what makes XML dangerous (billion laughs, external
files), and no schedule.xml has them.
"""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from konferens.i18n import gettext
from konferens.programme.frab.days import day_span
from konferens.programme.frab.entries import GENERATOR, Collector
from konferens.programme.schedule import ImportedSchedule, InvalidImportError, Problems, column_place, line_place

MAX_DEPTH = 30
_TEXTS = (
    *("room", "title", "subtitle", "type", "date", "duration", "abstract", "description", "track", "language"),
    *("slug", "url", "origin_url", "feedback_url", "logo", "video_download_url"),
)


@dataclass(slots=True)
class Element:
    """An XML element, with the line on which it begins."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list["Element"]:
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)

    def text_of(self, name: str) -> str:
        found = self.first(name)
        return found.text.strip() if found else ""


def read_xml(data: bytes) -> ImportedSchedule:
    """Raises InvalidImportError, whose problems name the line."""
    root = parse(data)
    if root.name != "schedule":
        what = gettext("dokumentet är <%(name)s>, inte <schedule>") % {"name": root.name}
        raise InvalidImportError([f"{line_place(root.line)}: {what}"])
    conference = root.first("conference")
    if conference is None:
        what = gettext("<conference> saknas i <schedule>")
        raise InvalidImportError([f"{line_place(root.line)}: {what}"])
    source = conference.text_of("base_url") or conference.text_of("acronym") or conference.text_of("title")
    generator = root.first("generator")
    collector = Collector(
        conference.text_of("title"),
        source,
        Problems(),
        base_url=conference.text_of("base_url"),
        is_ours=generator is not None and generator.attributes.get("name") == GENERATOR,
    )
    listed = root.first("tracks")
    for track in [*conference.all("track"), *(listed.all("track") if listed else [])]:
        name = track.attributes.get("name") or track.text
        collector.add_track({"name": name, "color": track.attributes.get("color")}, line_place(track.line))
    for day in root.all("day"):
        span = day_span(*(day.attributes.get(name) for name in ("date", "start", "end")))
        for room in day.all("room"):
            if room.children:
                told: dict[str, Any] = {
                    name: room.attributes[name] for name in ("name", "guid") if name in room.attributes
                }
                collector.add_room(told, line_place(room.line))
            for event in room.all("event"):
                collector.add_event(_event(event, room), line_place(event.line), day=span)
    return collector.finish()


def _event(event: Element, room: Element) -> dict[str, Any]:
    values: dict[str, Any] = {"room": room.attributes.get("name", ""), **event.attributes}
    values |= {child.name: child.text for child in event.children if child.name in _TEXTS}
    for name, one in (("persons", "person"), ("links", "link"), ("attachments", "attachment")):
        listed = event.first(name)
        if listed is not None:
            values[name] = [_named(each) for each in listed.all(one)]
    recording = event.first("recording")
    if recording is not None:
        values["recording_license"] = recording.text_of("license")
        values["do_not_record"] = recording.text_of("optout").lower() in ("true", "1")
        values["recording"] = {name: recording.text_of(name) for name in ("url", "link")}
    return values


def _named(element: Element) -> dict[str, Any]:
    """A person, link or attachment as JSON has it."""
    values: dict[str, Any] = {**element.attributes, "name": element.text}
    return values | {"title": element.text, "url": values["href"]} if "href" in values else values


def parse(data: bytes) -> Element:
    """The document's root. Raises InvalidImportError for XML that is not well-formed, has a DTD or is nested too deeply."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = Element("", {}, 0)
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            what = gettext("för många nivåer i varandra")
            raise InvalidImportError([f"{line_place(parser.CurrentLineNumber)}: {what}"])
        element = Element(name, attributes, parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        stack.pop()

    def characters(text: str) -> None:
        stack[-1].text += text

    def doctype(*_: object) -> None:
        what = gettext("en dokumenttyp (DTD) tas inte emot")
        raise InvalidImportError([f"{line_place(parser.CurrentLineNumber)}: {what}"])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = expat.errors.messages.get(error.code, str(error))
        what = gettext("det är inte giltig XML (%(error)s)") % {"error": message}
        raise InvalidImportError([f"{column_place(error.lineno, error.offset + 1)}: {what}"]) from error
    except (LookupError, ValueError) as error:
        what = gettext("teckenkodningen går inte att läsa (%(error)s)") % {"error": error}
        raise InvalidImportError([f"{line_place(1)}: {what}"]) from error
    return top.children[0]
