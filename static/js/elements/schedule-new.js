/**
 * Empty time on the board of <schedule-editor>: a click or tap offers a new session there, dragging over it with the mouse
 * opens the form with day, time and room filled in.
 */
import { field, range } from "./schedule-board.js";

const STEP = 15;
const USUAL = 45;

export class EmptyTime {
  #root;
  #board;
  #label;
  #offer;
  #begun;

  constructor(root, board, label) {
    this.#root = root;
    this.#board = board;
    this.#label = label;
    board.scroll.addEventListener("pointerdown", this.#begin);
    board.scroll.addEventListener("pointermove", this.#draw);
    board.scroll.addEventListener("click", this.#click);
    board.scroll.addEventListener("pointercancel", () => this.#clear());
  }

  #begin = (event) => {
    const place = event.button === 0 ? this.#placeOf(event) : null;
    this.#begun = place && { ...place, y: event.clientY, drawn: false };
    if (!place && !event.target.closest(".slot-new")) this.#clear();
  };

  #draw = (event) => {
    const begun = this.#begun;
    if (!begun || event.pointerType === "touch" || !(event.buttons & 1)) return;
    if (!begun.drawn && Math.abs(event.clientY - begun.y) < 8) return;
    begun.drawn = true;
    const until = this.#minutesAt(event, begun.list, Math.ceil);
    this.#show(begun.list, begun.starts, Math.max(STEP, until - begun.starts));
  };

  #click = (event) => {
    const begun = this.#begun;
    this.#begun = null;
    if (event.target.closest(".slot-new")) return;
    if (begun?.drawn && this.#offer) {
      location.assign(this.#offer.querySelector("a").href);
      return;
    }
    if (!begun) return; // the end of something else that was dragged
    this.#show(begun.list, begun.starts, USUAL);
    this.#offer.querySelector("a").focus({ preventScroll: true });
  };

  #placeOf(event) {
    if (event.target.closest(".slot, a, button, h2, .schedule-hours")) return null;
    const list = this.#board.columns().find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX < box.right && event.clientY >= box.top && event.clientY < box.bottom;
    });
    return list ? { list, starts: this.#minutesAt(event, list, Math.floor) } : null;
  }

  #minutesAt(event, list, round) {
    const minutes = this.#board.starts + (event.clientY - list.getBoundingClientRect().top) / this.#board.scale();
    return Math.max(0, Math.min(24 * 60 - STEP, round(minutes / STEP) * STEP));
  }

  #show(list, starts, minutes) {
    this.#offer ??= Object.assign(document.createElement("li"), { className: "slot-new" });
    const link = this.#offer.querySelector("a") ?? this.#offer.appendChild(document.createElement("a"));
    const query = new URLSearchParams({ day: this.#board.day, starts: field(starts), ends: field(starts + minutes) });
    if (list.dataset.place !== "none") query.set("room", list.dataset.place);
    link.href = `${this.#root.dataset.new}?${query}`;
    link.textContent = `+ ${this.#label} ${range({ starts, minutes })}`;
    this.#offer.style.setProperty("--at", starts);
    this.#offer.style.setProperty("--minutes", minutes);
    if (this.#offer.parentElement !== list) list.append(this.#offer);
  }

  #clear() {
    this.#offer?.remove();
    this.#begun = null;
  }
}
