// Reads a calendar file from standard input as node-ical does (Home Assistant, MagicMirror, Node-RED), and prints its events.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const events = Object.values(ical.sync.parseICS(readFileSync(0, "utf8"))).filter((entry) => entry.type === "VEVENT");
process.stdout.write(
  JSON.stringify(
    events.map((event) => ({
      uid: event.uid,
      title: event.summary,
      starts: event.start.toISOString(),
      ends: event.end.toISOString(),
      zone: event.start.tz ?? "",
      status: event.status,
      sequence: Number(event.sequence),
    })),
  ),
);
