/**
 * The device's copy of a list: brought up to date while there is a network, decided by while there is none. In memory for
 * answers within a frame, in IndexedDB to outlive the page.
 */
import Fuse from "fuse.js";
import { Elsewhere } from "./elsewhere.js";
import { dayOf, decide, hasCome, readToken } from "./rules.js";
import { copyOf, fact, forgetOthers, keepCopy, keepFact, keepTicket, ticketsOf } from "./store.js";

const FOUND = 20;

export class Roster {
  list = null;
  /** When the copy was last brought up to date (ISO), or null while there is none. */
  at = null;
  #cursor = "";
  #tickets = new Map();
  #elsewhere = new Elsewhere();
  #fuse = null;
  #notedAt = new Map(); // by token: when (ms) this device has learnt of a passage, or that the server has it
  #turn = 0;

  /** Open the copy that the device has of `list` (a document of GET /checkin/api/lists). */
  async open(list) {
    const turn = ++this.#turn;
    this.list = this.at = null;
    const kept = await copyOf(list.id);
    const tickets = await ticketsOf(list.id);
    if (turn !== this.#turn) return;
    this.list = list;
    this.at = kept?.at ?? null;
    // Earlier versions of the app kept nothing of tickets that are elsewhere: then everything is fetched once more.
    this.#cursor = kept?.elsewhere === undefined ? "" : kept.cursor;
    this.#elsewhere = new Elsewhere(kept?.elsewhere);
    this.#tickets = new Map(tickets.map((ticket) => [ticket.token, ticket]));
    this.#fuse = null;
  }

  /** The list's rules, as they are now. */
  renew(list) {
    if (this.list?.id === list.id) this.list = list;
  }

  /**
   * Fetch what has changed; whether it is taken in. `unsentOf(id)` gives the tokens whose scans on the list wait still.
   * Throws what `door` throws.
   */
  async sync(door, unsentOf = async () => new Set()) {
    const [turn, began] = [this.#turn, performance.now()];
    if (!this.list) return false;
    const { id } = this.list;
    const { items, elsewhere, cursor, full } = await door.tickets(id, this.#cursor);
    const gone = full ? [] : await new Elsewhere(elsewhere).among(this.#tickets.keys());
    const unsent = await unsentOf(id);
    if (turn !== this.#turn) return false;
    const isOurs = (token) => unsent.has(token) || this.#notedAt.get(token) > began;
    const merged = items.map((item) => (isOurs(item.token) ? this.#merged(item) : item));
    this.at = new Date().toISOString();
    this.#cursor = cursor;
    if (full) [this.#tickets, this.#elsewhere] = [new Map(), new Elsewhere()];
    this.#elsewhere.take(elsewhere);
    for (const token of gone) this.#tickets.delete(token);
    for (const item of merged) this.#tickets.set(item.token, { ...item, list: id });
    this.#fuse = null;
    await keepCopy(id, { items: merged, gone, full }, { cursor, at: this.at, elsewhere: this.#elsewhere.text });
    return true;
  }

  /** What this device knows of who is in stays until the server knows it too. */
  #merged(item) {
    const before = this.#tickets.get(item.token);
    if (!before) return item;
    if (this.list.repeat !== "in-out" && hasCome(this.list, item.admitted_at, before.admitted_at)) return item;
    return { ...item, admitted_at: before.admitted_at, admitted_by: before.admitted_by };
  }

  /** The answer for what a scanner read, at `moment` (ISO); null while the device has no copy of the list. */
  async decide(text, moment, way = "in") {
    if (this.at === null) return null;
    const token = readToken(text);
    const ticket = this.#tickets.get(token) ?? null;
    return decide(this.list, ticket, moment, !ticket && (await this.#elsewhere.has(token)), way);
  }

  /** Note that somebody was let in at `moment` by `device` (null: is out); gives what was noted before, null for a stranger. */
  async note(text, moment, device = null) {
    const ticket = this.#tickets.get(readToken(text));
    if (!ticket) return null;
    const { admitted_at, admitted_by } = ticket;
    Object.assign(ticket, { admitted_at: moment, admitted_by: device });
    this.confirm(text);
    await keepTicket(ticket);
    return { admitted_at, admitted_by };
  }

  /** The server has what this device knows of a ticket; what it said before is older. */
  confirm(text) {
    this.#notedAt.set(readToken(text), performance.now());
  }

  /** Take in a ticket of this list that was sold, or got its add-on, just now. */
  async accept(item) {
    const ticket = { ...item, list: this.list.id };
    this.#tickets.set(item.token, ticket);
    this.#fuse = null;
    await keepTicket(ticket);
  }

  /** How many of those who may come have come: today, on a list that lets in once a day. */
  get counts() {
    const expected = [...this.#tickets.values()].filter((ticket) => ticket.status !== "cancelled");
    const today = dayOf(Date.now(), this.list.time_zone);
    const isIn = ({ admitted_at: came }) =>
      came && (this.list.repeat !== "daily" || dayOf(came, this.list.time_zone) === today);
    return { admitted: expected.filter(isIn).length, expected: expected.length };
  }

  /** When somebody came (ISO), as far as it counts now. */
  cameAt(ticket) {
    return hasCome(this.list, ticket.admitted_at, Date.now()) ? ticket.admitted_at : null;
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

/** Bring up to date the copy of one of `lists` that isn't `open` (its id), the one that was longest ago; none younger than a minute. */
export async function syncAnother(door, lists, open, { onlyKept }) {
  const others = [];
  for (const list of lists) if (list.id !== open) others.push({ list, at: (await copyOf(list.id))?.at ?? "" });
  const due = new Date(Date.now() - 60_000).toISOString();
  const [oldest] = others.filter(({ at }) => (at || !onlyKept) && at < due).sort((a, b) => (a.at < b.at ? -1 : 1));
  if (!oldest) return;
  const roster = new Roster();
  await roster.open(oldest.list);
  await roster.sync(door);
}

/** The lists as they were told last, for a start without network. */
export async function keptLists() {
  return (await fact("lists")) ?? [];
}

/** Keep them; and nothing of the people on any other. */
export async function keepLists(lists) {
  await keepFact("lists", lists);
  await forgetOthers(lists);
}
