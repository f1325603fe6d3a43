/**
 * <schedule-editor data-address data-new data-day data-starts data-ends data-mark>: a day's programme as a board.
 *
 * Sessions are dragged (schedule-drag.js), moved by keys (schedule-keys.js), or by a form in a dialog (schedule-dialog.js). A move shows at once,
 * is sent (schedule-moves.js) and shown as the server then has it; what another organiser has changed meanwhile takes its
 * place, and is said in words. What others do comes by asking every few seconds, while the page is in sight.
 */
import { Board, range } from "./schedule-board.js";
import { MoveDialog } from "./schedule-dialog.js";
import { Dragging } from "./schedule-drag.js";
import { Keys } from "./schedule-keys.js";
import { Moves } from "./schedule-moves.js";
import { EmptyTime } from "./schedule-new.js";
import { Tools } from "./schedule-tools.js";

const POLL = 4000; // ms

class ScheduleEditor extends HTMLElement {
  #board;
  #moves;
  #dialog;
  #dragging;
  #keys;
  #tools;
  #words;
  #waiting = new Map(); // code → {first: {spot, version}, version, spot, timer, sending}
  #refused; // what a conflict stopped: {code, title, spot}
  #mark;
  #epoch = 0; // rises with each own move, so that older news are passed over
  #timer;

  connectedCallback() {
    this.classList.add("is-live");
    this.#words = this.querySelector("[data-words]").dataset;
    this.#mark = `"${this.dataset.mark}"`;
    this.#board = new Board(this);
    this.#moves = new Moves(this.dataset.address, this.querySelector("[name=csrf_token]").value);
    this.#dialog = new MoveDialog(this.querySelector("[data-move]"), this.#board, (slot, spot) => this.#move(slot, spot));
    this.#dragging = new Dragging(this, this.#board, (slot, spot) => this.#move(slot, spot));
    this.#keys = new Keys(this, this.#board, {
      move: (slot, spot, wait) => this.#move(slot, spot, wait),
      open: (slot) => this.#open(slot),
      step: (kind) => this.#step(kind),
    });
    new EmptyTime(this, this.#board, this.#words.new);
    this.#tools = new Tools(this, this.#board);
    this.#board.mark(this.#conflicts());
    this.#showHistory();
    this.addEventListener("click", this.#click);
    document.addEventListener("visibilitychange", this.#poll);
    window.addEventListener("hashchange", this.#jump);
    this.#timer = setInterval(this.#poll, POLL);
    this.#board.showFirst();
    this.#jump();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#dragging.stop();
    this.#keys.stop();
    document.removeEventListener("visibilitychange", this.#poll);
    window.removeEventListener("hashchange", this.#jump);
  }

  #conflicts() {
    return [...this.querySelectorAll("[data-conflicts] li")];
  }

  /** Shows the move, and sends it after `wait` ms without another one of the same session. */
  #move(slot, spot, wait = 0) {
    const { code } = slot.dataset;
    const now = this.#board.spot(slot);
    if (["day", "starts", "minutes", "place"].every((name) => now[name] === spot[name])) {
      slot.querySelector(".slot-time").textContent = spot.day ? range(spot) : `${spot.minutes} min`;
      return;
    }
    const move = this.#waiting.get(code) ?? {
      first: { spot: now, version: slot.dataset.version },
      version: slot.dataset.version,
      title: titleOf(slot),
    };
    this.#waiting.set(code, move);
    move.spot = spot;
    this.#epoch += 1;
    const shown = this.#board.move(slot, spot);
    this.#say(this.#told(move.title, spot));
    if (shown && wait) slot.scrollIntoView({ block: "nearest", inline: "nearest" });
    clearTimeout(move.timer);
    if (!move.sending) move.timer = setTimeout(() => this.#send(code), wait);
  }

  async #send(code) {
    const move = this.#waiting.get(code);
    const { spot } = move;
    move.sending = true;
    const { status, answer } = await this.#moves.send(code, spot, move.version);
    move.sending = false;
    this.#epoch += 1;
    if (status === 200 && move.spot !== spot) {
      move.version = answer.version; // moved on meanwhile
      this.#send(code);
      return;
    }
    this.#waiting.delete(code);
    if (status === 200) {
      const after = { spot, version: answer.version };
      this.#moves.add({ code, title: move.title, before: move.first, after });
      this.#receive(answer);
    } else {
      this.#fail(status, answer, { code, title: move.title, spot, first: move.first });
    }
    this.#showHistory();
  }

  async #step(kind) {
    const step = this.#moves.last(kind);
    if (!step || this.#waiting.size) return;
    const [from, to] = kind === "undo" ? [step.after, step.before] : [step.before, step.after];
    this.#epoch += 1;
    const { status, answer } = await this.#moves.send(step.code, to.spot, from.version);
    this.#epoch += 1;
    if (status === 200) {
      this.#moves.turn(kind, answer.version);
      this.#receive(answer);
      this.#say(`${kind === "undo" ? this.#words.undone : this.#words.redone} ${this.#told(step.title, to.spot)}`);
      this.#light(this.#board.find(step.code));
    } else {
      if (status === 409 || status === 404) this.#moves.drop(kind);
      this.#fail(status, answer, { code: step.code, title: step.title, spot: to.spot });
    }
    this.#showHistory();
  }

  /** The session goes back, or where somebody else has put it, and people are told why. */
  #fail(status, answer, refused) {
    const slot = this.#board.find(refused.code);
    if (refused.first && slot && !answer?.slots) this.#board.move(slot, refused.first.spot);
    if (answer?.slots) this.#receive(answer);
    const isConflict = status === 409;
    this.#refused = isConflict ? refused : null;
    const lost = status === 0 ? this.#words.offline : this.#words.failed;
    const why = isConflict ? `${this.#words.conflict.replace("{title}", refused.title)} ${answer.message}` : null;
    this.#alert(why ?? answer?.message ?? lost, isConflict);
    if (isConflict) this.#light(this.#board.find(refused.code));
  }

  #alert(text, again) {
    const box = this.querySelector("[data-alert]");
    box.querySelector("[data-alert-text]").textContent = text;
    box.querySelector("[data-do=again]").hidden = !again;
    box.hidden = !text;
    if (text) box.focus({ preventScroll: true });
  }

  #again() {
    const { code, spot, title } = this.#refused;
    const slot = this.#board.find(code);
    this.#alert("");
    if (slot) return this.#move(slot, spot);
    // It stands on another day now: this page doesn't show it, but knows its version from the answer.
    this.#say(title);
    location.assign(`${this.dataset.address}/${code}`);
  }

  #receive(answer, options) {
    const moved = this.#board.receive(answer.slots, options);
    const box = this.querySelector("[data-conflicts]");
    const list = box.querySelector("ul");
    if (list.innerHTML.trim() !== answer.conflicts.trim()) list.innerHTML = answer.conflicts;
    const items = this.#conflicts();
    box.querySelector("[data-count]").textContent = items.length;
    box.hidden = !items.length;
    this.querySelector("[data-clear]").hidden = Boolean(items.length);
    this.#board.mark(items);
    this.#tools.apply();
    return moved;
  }

  #poll = async () => {
    if (document.hidden || this.#waiting.size || this.#dragging.busy) return;
    const epoch = this.#epoch;
    try {
      const response = await fetch(`${this.dataset.address}/state?day=${this.#board.day}`, {
        headers: { Accept: "application/json", "If-None-Match": this.#mark },
        redirect: "error",
      });
      if (response.status !== 200) return;
      const answer = await response.json();
      if (epoch !== this.#epoch || this.#waiting.size || this.#dragging.busy) return;
      this.#mark = response.headers.get("etag");
      const moved = this.#receive(answer, { all: true });
      for (const slot of moved) this.#light(slot);
      if (moved.length) this.#say(moved.map((each) => this.#words.changed.replace("{title}", titleOf(each))).join(" "));
    } catch {
      // No network: the next one, or a move, will tell.
    }
  };

  #click = (event) => {
    const action = event.target.closest("[data-do]")?.dataset.do;
    if (action === "undo" || action === "redo") return this.#step(action);
    if (action === "again") return this.#again();
    if (action === "dismiss") return this.#alert("");
    const toConflict = event.target.closest("[data-conflicts] li");
    if (toConflict) return this.#toConflict(event, toConflict);
    const slot = event.target.closest(".slot[data-code]");
    if (!slot) return;
    // The keyboard's Enter opens the session, and so does a click that asks for a new tab.
    if (event.target.closest(".slot-title") && (event.detail === 0 || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!this.#dragging.ended) this.#open(slot);
  };

  #open(slot) {
    const { code } = slot.dataset;
    const found = this.#conflicts().filter((item) => item.dataset.codes.split(" ").includes(code));
    this.#dialog.open(slot, found.map((item) => item.textContent.trim()));
  }

  #toConflict(event, item) {
    const slots = item.dataset.codes.split(" ").map((code) => this.#board.find(code));
    const here = slots.find(Boolean);
    if (!here) return;
    event.preventDefault();
    for (const slot of slots) this.#light(slot);
    this.#show(here);
  }

  #jump = () => {
    const slot = location.hash.startsWith("#slot-") ? this.#board.find(location.hash.slice(6)) : null;
    if (!slot) return;
    this.#show(slot);
    this.#light(slot);
  };

  #show(slot) {
    slot.scrollIntoView({ block: "center", inline: "center" });
    slot.querySelector(".slot-title").focus({ preventScroll: true });
  }

  #light(slot) {
    if (!slot) return;
    slot.classList.remove("is-lit");
    requestAnimationFrame(() => slot.classList.add("is-lit"));
  }

  #showHistory() {
    for (const kind of ["undo", "redo"]) this.querySelector(`[data-do=${kind}]`).disabled = !this.#moves.last(kind);
  }

  #told(title, spot) {
    if (!spot.day) return this.#words.parked.replace("{title}", title);
    const other = spot.day === this.#board.day ? "" : `${this.#dayName(spot.day)} `;
    return this.#words.moved
      .replace("{title}", title)
      .replace("{when}", `${other}${range(spot)}`)
      .replace("{place}", this.#placeName(spot.place));
  }

  #dayName(day) {
    return this.querySelector(`.schedule-days [data-day="${day}"]`)?.textContent ?? day;
  }

  #placeName(place) {
    if (place === "all") return this.#words.all;
    return this.querySelector(`#column-${CSS.escape(place)} a`)?.textContent ?? this.#words.none;
  }

  #say(text) {
    this.querySelector("[data-said]").textContent = text;
  }
}

function titleOf(slot) {
  return slot.querySelector(".slot-title").textContent;
}

customElements.define("schedule-editor", ScheduleEditor);
