"""frab's schedule formats, read by Giggity, EventFahrplan, ConfClerk and the C3 Hub, and written by frab and pretalx."""

from konferens.programme.frab.events import Programme
from konferens.programme.frab.json_reading import read_json
from konferens.programme.frab.writing import schedule_json, schedule_xml
from konferens.programme.frab.xml_reading import read_xml

__all__ = ["Programme", "read_json", "read_xml", "schedule_json", "schedule_xml"]
