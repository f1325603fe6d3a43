// Reads a calendar file from standard input as Thunderbird and Nextcloud do, by its own VTIMEZONE, and prints its events.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const moment = (time) => time && { wall: time.toString(), zone: time.zone.tzid, utc: time.convertToZone(ICAL.Timezone.utcTimezone).toString() };
const events = root.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component, { strictExceptions: true });
  return {
    uid: event.uid,
    title: event.summary,
    description: event.description,
    location: event.location,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    attendees: event.attendees.map((attendee) => attendee.getFirstValue()),
    isDate: event.startDate.isDate,
    starts: moment(event.startDate),
    ends: moment(event.endDate),
  };
});
process.stdout.write(JSON.stringify({ name: root.getFirstPropertyValue("name"), method: root.getFirstPropertyValue("method"), events }));
