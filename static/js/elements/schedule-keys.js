/**
 * The keys of <schedule-editor>. A session that has the focus: arrows move it, with Shift they change its length, F opens the
 * form, P parks. Anywhere but in a field: Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) take moves back and forth.
 *
 * `act` has move(slot, spot, wait), open(slot) and step("undo" or "redo"). Strokes in a row are one move: it waits for the last.
 */
const TYPING = 350; // ms
const STEP = 5;
const LAST = 24 * 60;

export class Keys {
  #root;
  #board;
  #act;

  constructor(root, board, act) {
    this.#root = root;
    this.#board = board;
    this.#act = act;
    root.addEventListener("keydown", this.#onSlot);
    document.addEventListener("keydown", this.#anywhere);
  }

  stop() {
    this.#root.removeEventListener("keydown", this.#onSlot);
    document.removeEventListener("keydown", this.#anywhere);
  }

  #onSlot = (event) => {
    const title = event.target.closest(".slot-title");
    if (!title || event.ctrlKey || event.metaKey) return;
    const slot = title.closest(".slot");
    const spot = this.#board.spot(slot);
    const key = event.key.toLowerCase();
    if (key === "f") this.#act.open(slot);
    else if (key === "p" && spot.day) this.#act.move(slot, { ...spot, day: "", place: "parked" });
    else if (spot.day && key.startsWith("arrow")) this.#arrow(slot, spot, key, event);
    else return;
    event.preventDefault();
  };

  #arrow(slot, spot, key, event) {
    const step = event.altKey ? 1 : STEP;
    if (key === "arrowup" || key === "arrowdown") {
      const by = key === "arrowup" ? -step : step;
      const minutes = event.shiftKey ? Math.max(step, spot.minutes + by) : spot.minutes;
      const starts = event.shiftKey ? spot.starts : Math.max(0, Math.min(LAST - step, spot.starts + by));
      this.#act.move(slot, { ...spot, starts, minutes }, TYPING);
    } else if (spot.place !== "all") {
      const places = this.#board.columns().map((list) => list.dataset.place);
      const place = places[places.indexOf(spot.place) + (key === "arrowleft" ? -1 : 1)];
      if (place) this.#act.move(slot, { ...spot, place }, TYPING);
    }
  }

  #anywhere = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest?.("input, select, textarea, dialog")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    this.#act.step(key === "y" || event.shiftKey ? "redo" : "undo");
  };
}
