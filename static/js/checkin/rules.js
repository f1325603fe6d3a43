/**
 * What a scan meets, decided on the device: the same rules as konferens/checkin/model.py has them, on the device's copy of the
 * list. Pure: no page, no network, no clock of its own.
 */
const ADDRESS = /^https?:\/\/[^/]+\/t\/([^/?#]+)/i;

/** The token in what a scanner read: itself, or a ticket's whole address. */
export function readToken(text) {
  const typed = text.trim();
  return (ADDRESS.exec(typed)?.[1] ?? typed).slice(0, 200).toUpperCase();
}

const calendars = new Map(); // by zone: making one takes as long as asking it a hundred times

/** The day of a moment by a zone's clock, '2027-05-11'. */
export function dayOf(moment, zone) {
  if (!calendars.has(zone)) calendars.set(zone, new Intl.DateTimeFormat("en-CA", { timeZone: zone }));
  return calendars.get(zone).format(new Date(moment));
}

/** Whether who came at `came` (ISO or null) is in still at `moment`: on a list for once a day, if it was that day. */
export function hasCome(list, came, moment) {
  return Boolean(came) && !(list.repeat === "daily" && dayOf(came, list.time_zone) < dayOf(moment, list.time_zone));
}

/**
 * {status, reason, attendee, first_scan} for `ticket` (null: it isn't on the device's copy) on `list` at `moment` (ISO).
 * One that is `elsewhere` is the conference's and not this list's. An unknown one is 'provisional': it may have been sold since
 * the copy was made. On the way out ('out') nobody of the conference is refused: 'already' says that they weren't inside.
 */
export function decide(list, ticket, moment, elsewhere = false, way = "in") {
  if (way === "out" && (ticket || elsewhere)) return leave(list, ticket, moment);
  if (!ticket && elsewhere) return { status: "refused", reason: "wrong-list", attendee: null, first_scan: null };
  if (!ticket) return { status: "provisional", reason: null, attendee: null, first_scan: null };
  const attendee = attendeeOf(ticket);
  const answer = (status, reason = null, first_scan = null) => ({ status, reason, attendee, first_scan });
  if (ticket.status === "cancelled") return answer("refused", "cancelled");
  const isItsDay = !ticket.valid_on || ticket.valid_on === dayOf(moment, list.time_zone);
  if (ticket.status === "gone" || !isItsDay) return answer("refused", "wrong-list");
  const came = ticket.admitted_at;
  if (hasCome(list, came, moment)) return answer("already", null, { scanned_at: came, device: ticket.admitted_by ?? null });
  const time = Date.parse(moment);
  if (list.opens_at && time < Date.parse(list.opens_at)) return answer("refused", "not-open");
  if (list.closes_at && time >= Date.parse(list.closes_at)) return answer("refused", "not-open");
  if (attendee.unpaid && !list.admit_unpaid) return answer("refused", "unpaid");
  return answer("admitted");
}

function leave(list, ticket, moment) {
  const status = ticket && hasCome(list, ticket.admitted_at, moment) ? "admitted" : "already";
  return { status, reason: null, attendee: ticket && attendeeOf(ticket), first_scan: null };
}

function attendeeOf(ticket) {
  return { ...ticket, organisation: ticket.organisation ?? null, unpaid: ticket.status === "unpaid" };
}
