/**
 * The dialog of <schedule-editor> that moves one session by a form: what dragging does, for everybody.
 *
 * `move(slot, spot)` is called with what was chosen, "" as the day for parked.
 */
import { A_DAY, field, minutesOf } from "./schedule-board.js";

export class MoveDialog {
  #dialog;
  #form;
  #board;
  #move;
  #slot;

  constructor(dialog, board, move) {
    this.#dialog = dialog;
    this.#form = dialog.querySelector("form");
    this.#board = board;
    this.#move = move;
    this.#form.addEventListener("submit", this.#submit);
    dialog.addEventListener("click", this.#click);
  }

  /** `troubles` are the conflicts' sentences. */
  open(slot, troubles) {
    this.#slot = slot;
    const spot = this.#board.spot(slot);
    const { day, starts, ends, room } = this.#form.elements;
    this.#dialog.querySelector("h2").textContent = slot.querySelector(".slot-title").textContent;
    this.#dialog.querySelector("[data-dialog-when]").textContent = slot
      .querySelector(".slot-facts")
      .textContent.replaceAll(/\s+/g, " ")
      .trim();
    this.#dialog.querySelector("[data-dialog-conflicts]").replaceChildren(
      ...troubles.map((text) => {
        const item = document.createElement("li");
        item.textContent = `⚠ ${text}`;
        return item;
      }),
    );
    this.#dialog.querySelector("[data-dialog-open]").href = slot.querySelector(".slot-title").href;
    this.#dialog.querySelector("[data-dialog-room]").hidden = slot.dataset.wide === "1";
    this.#dialog.querySelector("[data-do=park]").hidden = !spot.day;
    day.value = spot.day || this.#board.day;
    starts.value = spot.day ? field(spot.starts) : "";
    ends.value = spot.day ? field(spot.starts + spot.minutes) : "";
    room.value = spot.room;
    this.#error("");
    this.#dialog.showModal();
  }

  #error(text) {
    const line = this.#dialog.querySelector("[data-dialog-error]");
    line.textContent = text;
    line.hidden = !text;
  }

  #click = (event) => {
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (action === "park") this.#finish({ ...this.#board.spot(this.#slot), day: "", place: "parked" });
    if (action === "close" || event.target === this.#dialog) this.#dialog.close();
  };

  #submit = (event) => {
    event.preventDefault();
    const { day, starts, ends, room } = this.#form.elements;
    const now = this.#board.spot(this.#slot);
    if (!day.value) return this.#finish({ ...now, day: "", place: "parked" });
    if (!starts.value) {
      this.#error(this.#form.dataset.noStart);
      return starts.focus();
    }
    const from = minutesOf(starts.value);
    let minutes = now.minutes;
    if (ends.value) {
      const whole = Math.floor(now.minutes / A_DAY) * A_DAY;
      minutes = (minutesOf(ends.value) - from + A_DAY) % A_DAY || (whole ? 0 : A_DAY);
      minutes += whole;
      if (minutes === A_DAY && now.minutes !== A_DAY) {
        this.#error(this.#form.dataset.noLength);
        return ends.focus();
      }
    }
    const place = this.#slot.dataset.wide === "1" ? "all" : room.value || "none";
    this.#finish({ day: day.value, starts: from, minutes, place, room: room.value });
  };

  #finish(spot) {
    const slot = this.#slot;
    this.#dialog.close();
    this.#move(slot, spot);
    slot.querySelector(".slot-title")?.focus();
  }
}
