/**
 * Dragging and resizing on the board of <schedule-editor>, by mouse, pen and finger (interact.js).
 *
 * Fingers drag by the handle (.slot-grip), so that the rest of the page scrolls under them; .slot-end makes longer or
 * shorter. What is dropped snaps to 5 minutes, with Alt to 1. `drop(slot, spot)` is called where a session was let go.
 */
import interact from "interactjs";
import { range } from "./schedule-board.js";

const STEP = 5;

export class Dragging {
  #root;
  #board;
  #drop;
  #held;
  ended = false; // just now

  constructor(root, board, drop) {
    this.#root = root;
    this.#board = board;
    this.#drop = drop;
    this.interactable = interact(".slot", { context: root })
      .styleCursor(false)
      .actionChecker((pointer, event, action) => this.#may(event, action))
      .draggable({
        ignoreFrom: ".slot-end, .slot-move",
        // Handles for fingers are near the edge: there it takes the very edge to scroll.
        autoScroll: { container: board.scroll, margin: matchMedia("(pointer: coarse)").matches ? 16 : 50, speed: 500 },
        listeners: { start: this.#start, move: this.#move, end: this.#end },
      })
      .resizable({
        edges: { bottom: ".slot-end" },
        listeners: { start: this.#startResize, move: this.#resize, end: this.#endResize },
      });
    // The browser would drag the link itself, and end ours.
    root.addEventListener("dragstart", this.#prevent);
    // A finger that turns out to scroll, or Escape, leaves everything where it was.
    root.addEventListener("pointercancel", this.#cancel);
    document.addEventListener("keydown", this.#escape);
  }

  stop() {
    this.interactable.unset();
    this.#root.removeEventListener("dragstart", this.#prevent);
    this.#root.removeEventListener("pointercancel", this.#cancel);
    document.removeEventListener("keydown", this.#escape);
  }

  get busy() {
    return Boolean(this.#held);
  }

  #prevent = (event) => event.preventDefault();

  #may(event, action) {
    const target = event.target instanceof Element ? event.target : null;
    const handle = target?.closest(".slot-grip, .slot-end");
    return event.pointerType === "touch" && !handle ? null : action;
  }

  #start = (event) => {
    const slot = event.target;
    const box = slot.getBoundingClientRect();
    const ghost = slot.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.removeAttribute("data-code");
    ghost.classList.add("slot-ghost");
    ghost.setAttribute("aria-hidden", "true");
    ghost.inert = true;
    ghost.style.setProperty("--width", `${Math.min(box.width, 320)}px`);
    ghost.style.setProperty("--height", `${box.height}px`);
    const marker = document.createElement("li");
    marker.className = "slot-marker";
    marker.setAttribute("aria-hidden", "true");
    this.#root.append(ghost);
    const x = Math.min(event.clientX0 - box.left, 300);
    this.#held = { slot, ghost, marker, x, y: event.clientY0 - box.top, spot: null };
    slot.classList.add("is-dragged");
    this.#root.classList.add("is-dragging");
    this.#move(event);
  };

  #move = (event) => {
    const held = this.#held;
    if (!held) return;
    held.ghost.style.setProperty("--x", `${event.clientX - held.x}px`);
    held.ghost.style.setProperty("--y", `${event.clientY - held.y}px`);
    held.spot = this.#spotUnder(event, held);
    if (held.spot?.day) held.ghost.querySelector(".slot-time").textContent = range(held.spot);
    this.#showTarget(held);
  };

  #end = (event) => {
    const held = this.#held;
    if (!held) return;
    const { slot, spot } = held;
    this.#release();
    this.#pause();
    if (spot) this.#drop(slot, spot);
  };

  /** The click that ends a drag opens nothing. */
  #pause() {
    this.ended = true;
    setTimeout(() => {
      this.ended = false;
    });
  }

  #cancel = () => {
    if (this.#held?.resized) {
      this.#held.slot.style.setProperty("--minutes", this.#held.slot.dataset.minutes);
      this.#held = null;
      return;
    }
    if (this.#held) this.#release();
  };

  #escape = (event) => {
    if (event.key === "Escape" && this.#held) this.#cancel();
  };

  #release() {
    const { slot, ghost, marker } = this.#held;
    ghost.remove();
    marker.remove();
    slot.classList.remove("is-dragged");
    this.#root.classList.remove("is-dragging");
    for (const lit of this.#root.querySelectorAll(".is-target")) lit.classList.remove("is-target");
    this.#held = null;
  }

  /** Where the session would be if it were let go now; null where it can't be. */
  #spotUnder(event, held) {
    const now = this.#board.spot(held.slot);
    const under = document.elementsFromPoint(event.clientX, event.clientY);
    const tab = under.map((each) => each.closest?.("[data-day]:is(a)")).find(Boolean);
    if (tab) {
      const starts = now.day ? now.starts : Number(this.#root.dataset.starts);
      const place = now.place === "parked" ? this.#homePlace(held.slot) : now.place;
      return { ...now, day: tab.dataset.day, starts, place, tab };
    }
    if (under.some((each) => each.closest?.("[data-parking]"))) return { ...now, day: "", place: "parked" };
    if (!under.some((each) => each.closest?.(".schedule-scroll"))) return null;
    const list = this.#columnAt(event.clientX);
    if (!list) return null;
    const step = event.altKey ? 1 : STEP;
    const top = list.getBoundingClientRect().top;
    // Parked sessions are small: they are held by their upper edge.
    const y = now.day ? event.clientY - held.y : event.clientY - Math.min(held.y, 12);
    const wanted = this.#board.starts + (y - top) / this.#board.scale();
    const starts = Math.max(0, Math.min(24 * 60 - step, Math.round(wanted / step) * step));
    const wide = now.place === "all" || (now.place === "parked" && this.#isWide(held.slot));
    return { ...now, day: this.#board.day, starts, place: wide ? "all" : list.dataset.place };
  }

  #isWide(slot) {
    return slot.dataset.wide === "1";
  }

  #homePlace(slot) {
    return this.#isWide(slot) ? "all" : slot.dataset.room || "none";
  }

  #columnAt(x) {
    return this.#board.columns().find((list) => {
      const box = list.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
  }

  #showTarget({ slot, marker, spot }) {
    for (const lit of this.#root.querySelectorAll(".is-target")) lit.classList.remove("is-target");
    const list = spot && spot.day === this.#board.day && !spot.tab ? this.#board.list(spot.place) : null;
    if (!list) {
      marker.remove();
      if (spot) (spot.tab ?? this.#board.parking).classList.add("is-target");
      return;
    }
    if (marker.parentElement !== list) list.append(marker);
    marker.style.setProperty("--at", spot.starts);
    marker.style.setProperty("--minutes", spot.minutes);
    marker.textContent = range(spot);
    slot.classList.add("is-dragged");
  }

  #startResize = (event) => {
    this.#held = { slot: event.target, resized: true, spot: null };
  };

  #resize = (event) => {
    const held = this.#held;
    if (!held) return;
    const spot = this.#board.spot(held.slot);
    const step = event.altKey ? 1 : STEP;
    const ends = spot.starts + spot.minutes + (event.clientY - event.clientY0) / this.#board.scale();
    held.spot = { ...spot, minutes: Math.max(step, Math.round(ends / step) * step - spot.starts) };
    held.slot.style.setProperty("--minutes", held.spot.minutes);
    held.slot.querySelector(".slot-time").textContent = range(held.spot);
  };

  #endResize = () => {
    const held = this.#held;
    this.#held = null;
    this.#pause();
    if (held?.spot) this.#drop(held.slot, held.spot);
  };
}
