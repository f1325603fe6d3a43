/**
 * The device's copy of a list: brought up to date while there is a network, decided by while there is none. In memory for
 * answers within a frame, in IndexedDB to outlive the page.
 */
import Fuse from "fuse.js";
import { decide, readToken } from "./rules.js";
import { fact, keepFact, keepTicket, keepTickets, ticketsOf } from "./store.js";

const FOUND = 20;

export class Roster {
  list = null;
  /** When the copy was last brought up to date (ISO), or null while there is none. */
  at = null;
  #tickets = new Map();
  #fuse = null;

  /** Open the copy that the device has of `list` (a document of GET /checkin/api/lists). */
  async open(list) {
    this.list = list;
    const kept = await fact(`list-${list.id}`);
    const tickets = await ticketsOf(list.id);
    if (this.list !== list) return;
    this.at = kept?.at ?? null;
    this.cursor = kept?.cursor ?? "";
    this.#take(tickets, true);
  }

  /** Fetch what has changed. Throws what `door` throws. */
  async sync(door) {
    const { list } = this;
    const { items, cursor, full } = await door.tickets(list.id, this.cursor);
    if (this.list !== list) return;
    this.at = new Date().toISOString();
    this.cursor = cursor;
    await keepTickets(list.id, items, { full, cursor, at: this.at });
    this.#take(items, full);
  }

  #take(items, full) {
    if (full) this.#tickets = new Map();
    for (const item of items) {
      if (item.status === "gone") this.#tickets.delete(item.token);
      else this.#tickets.set(item.token, { ...this.#mine(item), list: this.list.id });
    }
    this.#fuse = null;
  }

  /** What this device knows of an admission stays until the server knows it too. */
  #mine(item) {
    const before = this.#tickets.get(item.token);
    return item.admitted_at || !before?.pending ? item : { ...item, admitted_at: before.admitted_at, pending: true };
  }

  /** The answer for what a scanner read, at `moment` (ISO); null while the device has no copy of the list. */
  decide(text, moment) {
    return this.at === null ? null : decide(this.list, this.#tickets.get(readToken(text)) ?? null, moment);
  }

  /** Note that somebody was let in at `moment` by `device` (null: taken back). */
  async note(text, moment, device = null) {
    const ticket = this.#tickets.get(readToken(text));
    if (!ticket) return;
    Object.assign(ticket, { admitted_at: moment, admitted_by: device, pending: moment !== null });
    await keepTicket(ticket);
  }

  /** How many of those who may come have come. */
  get counts() {
    const expected = [...this.#tickets.values()].filter((ticket) => ticket.status !== "cancelled");
    return { admitted: expected.filter((ticket) => ticket.admitted_at).length, expected: expected.length };
  }

  /** People whose name or organisation is like `words`, also where they are misspelt. */
  search(words) {
    const people = [...this.#tickets.values()];
    this.#fuse ??= new Fuse(people, {
      keys: [{ name: "name", weight: 3 }, "organisation"],
      threshold: 0.35,
      ignoreLocation: true,
      minMatchCharLength: 2,
      useExtendedSearch: false,
    });
    const token = readToken(words);
    const exact = this.#tickets.get(token);
    return exact ? [exact] : this.#fuse.search(words, { limit: FOUND }).map((found) => found.item);
  }
}

/** The lists as they were told last, for a start without network. */
export async function keptLists() {
  return (await fact("lists")) ?? [];
}

export async function keepLists(lists) {
  await keepFact("lists", lists);
}
