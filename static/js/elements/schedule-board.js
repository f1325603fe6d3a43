/**
 * The board of <schedule-editor>: puts each session (<li class="slot">) where its data attributes say.
 *
 * A slot's data: code, version, place (a room's id, "all", "none", "parked"), day, starts and minutes. A *spot* is where one
 * can be: {day, starts, minutes, place}, day "" for parked. What the board needs as numbers it gives to the style sheet as
 * custom properties; it writes no styles beside these.
 */
const HOUR = 60;
export const A_DAY = 24 * HOUR;
const LATEST = 30 * HOUR; // an exhibition of three days ends below the board; as programme/board.py

export class Board {
  #root;
  #hours;

  constructor(root) {
    this.#root = root;
    this.#hours = root.querySelector(".schedule-hours");
    this.scroll = root.querySelector(".schedule-scroll");
    this.parking = root.querySelector("[data-parking]");
    this.day = root.dataset.day;
    for (const slot of this.slots()) this.#dress(slot);
    this.layout();
  }

  slots() {
    return [...this.#root.querySelectorAll(".slot[data-code]")];
  }

  find(code) {
    return this.#root.querySelector(`.slot[data-code="${CSS.escape(code)}"]`);
  }

  /** The list that a session stands in, by place. */
  list(place) {
    return this.#root.querySelector(`.slots[data-place="${CSS.escape(place)}"]`);
  }

  /** Of the rooms from left to right, and at last of what has none, where there is something or no room at all. */
  columns() {
    const lists = [...this.#root.querySelectorAll(".schedule-board .slots:not([data-place=all])")];
    return lists.filter((list) => list.dataset.place !== "none" || list.children.length || lists.length === 1);
  }

  /** Pixels for one minute, as the style sheet has it now. */
  scale() {
    const list = this.columns()[0] ?? this.list("all");
    return list.getBoundingClientRect().height / (this.ends - this.starts);
  }

  spot(slot) {
    const { day, starts, minutes, place } = slot.dataset;
    return { day, starts: Number(starts), minutes: Number(minutes), place, room: slot.dataset.room };
  }

  /** Shows the slot at a spot, before the server has agreed. Gives false where the spot is on another day. */
  move(slot, spot) {
    slot.dataset.day = spot.day;
    slot.dataset.starts = spot.starts;
    slot.dataset.minutes = spot.minutes;
    slot.dataset.place = spot.place;
    slot.querySelector(".slot-time").textContent = spot.day ? range(spot) : `${spot.minutes} min`;
    const focused = slot.contains(document.activeElement);
    const shown = this.#insert(slot);
    if (shown && focused) slot.querySelector(".slot-title").focus({ preventScroll: true });
    this.layout();
    return shown;
  }

  /** Takes the server's word: `html` are slots. Gives those that stood elsewhere before, or weren't here. */
  receive(html, { all = false, keep = new Set() } = {}) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = [...template.content.querySelectorAll(".slot")];
    const moved = [];
    for (const slot of fresh) {
      const old = this.find(slot.dataset.code);
      if (keep.has(slot.dataset.code) || (old && same(old, slot))) continue;
      const focused = old?.contains(document.activeElement);
      this.#dress(slot);
      const stayed = old && sameSpot(old, slot);
      const shown = old ? renewed(old, slot) : slot;
      if (this.#insert(shown) && focused) shown.querySelector(".slot-title").focus({ preventScroll: true });
      if (!stayed) moved.push(shown);
    }
    if (all) {
      const codes = new Set(fresh.map((slot) => slot.dataset.code));
      for (const slot of this.slots()) {
        if (!codes.has(slot.dataset.code) && !keep.has(slot.dataset.code)) slot.remove();
      }
    }
    this.layout();
    return moved;
  }

  /** Writes on each slot what is wrong with it; `items` are the list of conflicts. */
  mark(items) {
    const labels = new Map();
    for (const item of items) {
      for (const code of item.dataset.codes.split(" ")) {
        labels.set(code, (labels.get(code) ?? new Set()).add(item.dataset.label));
      }
    }
    for (const slot of this.slots()) {
      const found = labels.get(slot.dataset.code);
      slot.classList.toggle("is-troubled", Boolean(found));
      const text = found ? `⚠ ${[...found].join(", ")}` : "";
      let mark = slot.querySelector(".slot-trouble");
      if (!mark && text) {
        mark = document.createElement("span");
        mark.className = "slot-trouble";
        slot.prepend(mark);
      }
      if (mark && mark.textContent !== text) mark.textContent = text;
      if (mark && !text) mark.remove();
    }
  }

  /** The hours that are shown, and what stands beside each other where sessions overlap in a room. */
  layout() {
    const lists = [...this.columns(), this.list("all")];
    const placed = lists.flatMap((list) => slotsIn(list)).map((slot) => this.spot(slot));
    const first = Math.min(Number(this.#root.dataset.starts), ...placed.map((spot) => spot.starts));
    const ends = placed.map((spot) => Math.min(spot.starts + spot.minutes, LATEST));
    const last = Math.max(Number(this.#root.dataset.ends), ...ends);
    this.starts = Math.floor(first / HOUR) * HOUR;
    this.ends = Math.ceil(last / HOUR) * HOUR;
    const { style } = this.#root;
    style.setProperty("--starts", this.starts);
    style.setProperty("--span", this.ends - this.starts);
    style.setProperty("--rooms", this.columns().length);
    const roomless = this.list("none");
    roomless.parentElement.hidden = !this.columns().includes(roomless);
    this.#showHours();
    for (const list of lists) {
      for (const { slot, lane, lanes } of lanesOf(slotsIn(list), this)) {
        slot.style.setProperty("--at", slot.dataset.starts);
        slot.style.setProperty("--minutes", Math.min(slot.dataset.minutes, this.ends - slot.dataset.starts));
        slot.style.setProperty("--lane", lane);
        slot.style.setProperty("--lanes", lanes);
        slot.classList.toggle("is-short", Number(slot.dataset.minutes) <= 25);
      }
    }
    this.#root.querySelector("[data-parked]").textContent = slotsIn(this.list("parked")).length;
  }

  /** Rolls to an hour before the first session that has a room, past the empty morning of a house with long hours. */
  showFirst() {
    const starts = this.columns().flatMap((list) => slotsIn(list).map((slot) => this.spot(slot).starts));
    const empty = Math.min(...starts) - this.starts;
    if (starts.length && empty > 2 * HOUR) this.scroll.scrollTop = (empty - HOUR) * this.scale();
  }

  #showHours() {
    const wanted = (this.ends - this.starts) / HOUR;
    if (this.#hours.children.length === wanted && Number(this.#hours.dataset.starts) === this.starts) return;
    this.#hours.dataset.starts = this.starts;
    this.#hours.replaceChildren(
      ...Array.from({ length: wanted }, (_, n) => {
        const hour = document.createElement("li");
        hour.textContent = clock(this.starts + n * HOUR);
        return hour;
      }),
    );
  }

  /** Puts a slot into the list of its place, in order of time; takes it off the page when it is on another day. */
  #insert(slot) {
    const { day, place, starts } = slot.dataset;
    const list = day && day !== this.day ? null : this.list(place);
    if (!list) {
      slot.remove();
      return false;
    }
    const next = [...list.children].find((each) => each !== slot && Number(each.dataset.starts) > Number(starts));
    if (slot.parentElement !== list || slot.nextElementSibling !== (next ?? null)) list.insertBefore(slot, next ?? null);
    return true;
  }

  /** What only scripts need: the handles, and the track's colour, also of a conference whose look isn't public yet. */
  #dress(slot) {
    if (slot.dataset.colour) slot.style.setProperty("--track", slot.dataset.colour);
    slot.querySelector(".slot-title").setAttribute("aria-describedby", "slot-keys");
    const { grip } = this.#root.querySelector("[data-words]").dataset;
    for (const name of ["slot-grip", "slot-end"]) {
      const handle = document.createElement("span");
      handle.className = name;
      handle.setAttribute("aria-hidden", "true");
      if (name === "slot-grip") handle.title = grip;
      slot.append(handle);
    }
  }
}

function same(old, fresh) {
  const facts = (slot) => slot.querySelector(".slot-facts").textContent;
  return old.dataset.version === fresh.dataset.version && sameSpot(old, fresh) && facts(old) === facts(fresh);
}

/** The slot with what is new in it: the element stays, as somebody may just have taken hold of it. */
function renewed(slot, fresh) {
  const passing = ["is-dragged", "is-lit"].filter((name) => slot.classList.contains(name));
  for (const { name } of [...slot.attributes]) if (!fresh.hasAttribute(name)) slot.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (name !== "style") slot.setAttribute(name, value);
  const colour = fresh.style.getPropertyValue("--track");
  if (colour) slot.style.setProperty("--track", colour);
  slot.classList.add(...passing);
  slot.replaceChildren(...fresh.childNodes);
  return slot;
}

function sameSpot(old, fresh) {
  return ["day", "starts", "minutes", "place"].every((name) => old.dataset[name] === fresh.dataset[name]);
}

/** Which of how many lanes each slot of a column takes: those that overlap, also by way of others, share the width. */
export function lanesOf(slots, board) {
  const found = slots.map((slot) => ({ slot, ...board.spot(slot), lane: 0, lanes: 1 }));
  found.sort((one, other) => one.starts - other.starts || other.minutes - one.minutes);
  let group = [];
  let until = -1;
  const close = () => {
    const lanes = Math.max(0, ...group.map((each) => each.lane)) + 1;
    for (const each of group) each.lanes = lanes;
    group = [];
  };
  for (const each of found) {
    if (each.starts >= until) close();
    const taken = new Set(group.filter((other) => other.starts + other.minutes > each.starts).map((other) => other.lane));
    while (taken.has(each.lane)) each.lane += 1;
    group.push(each);
    until = Math.max(until, each.starts + each.minutes);
  }
  close();
  return found;
}

/** 570 → "09.30", as the page's language writes it. */
export function clock(minutes) {
  const point = document.documentElement.lang === "en" ? ":" : ".";
  return field(minutes).replace(":", point);
}

/** 570 → "09:30", as form fields have it. */
export function field(minutes) {
  const within = ((minutes % A_DAY) + A_DAY) % A_DAY;
  return `${String(Math.floor(within / HOUR)).padStart(2, "0")}:${String(within % HOUR).padStart(2, "0")}`;
}

/** "09:30" → 570 */
export function minutesOf(text) {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * HOUR + minutes;
}

export function range(spot) {
  return `${clock(spot.starts)}–${clock(spot.starts + spot.minutes)}`;
}

/** A drop's marker stands among the sessions, too. */
function slotsIn(list) {
  return [...list.children].filter((each) => each.dataset.code);
}
