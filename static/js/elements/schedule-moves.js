/**
 * The moves of <schedule-editor>: sends them, remembers them, takes them back.
 *
 * A version is made of a session's values: taking a move back brings the version before it, so each step carries the
 * version that it must meet, and nobody's later change is undone unseen. The history outlives the page, for another day is
 * another page.
 */
import { field } from "./schedule-board.js";

const STEPS = 100;

export class Moves {
  #address;
  #token;
  #key;
  #history;

  constructor(address, token) {
    this.#address = address;
    this.#token = token;
    this.#key = `schedule:${address}`;
    try {
      this.#history = JSON.parse(sessionStorage.getItem(this.#key)) ?? { undo: [], redo: [] };
    } catch {
      this.#history = { undo: [], redo: [] };
    }
  }

  /** Asks the server; gives {status, answer}, status 0 where it can't be reached. */
  async send(code, spot, version) {
    const form = new URLSearchParams({ csrf_token: this.#token, version, day: spot.day });
    if (spot.day) {
      form.set("starts", field(spot.starts));
      form.set("ends", field(spot.starts + spot.minutes));
    }
    if (spot.place !== "all") form.set("room", /^\d+$/.test(spot.place) ? spot.place : (spot.room ?? ""));
    if (spot.place === "none") form.set("room", "");
    try {
      const response = await fetch(`${this.#address}/${code}`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: form,
      });
      const json = response.headers.get("content-type")?.startsWith("application/json");
      return { status: json ? response.status : 500, answer: json ? await response.json() : null };
    } catch {
      return { status: 0, answer: null };
    }
  }

  /** A step is {code, title, before: {spot, version}, after: {spot, version}}. */
  add(step) {
    this.#history.undo.push(step);
    this.#history.undo.splice(0, this.#history.undo.length - STEPS);
    this.#history.redo = [];
    this.#keep();
  }

  last(kind) {
    return this.#history[kind].at(-1);
  }

  /** After the last step of `kind` ("undo" or "redo") was taken: it can be taken the other way. */
  turn(kind, version) {
    const step = this.#history[kind].pop();
    const reached = kind === "undo" ? step.before : step.after;
    reached.version = version;
    this.#history[kind === "undo" ? "redo" : "undo"].push(step);
    this.#keep();
  }

  /** A step that met somebody else's change is gone. */
  drop(kind) {
    this.#history[kind].pop();
    this.#keep();
  }

  #keep() {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.#history));
    } catch {
      // Full, or forbidden: the history lasts as long as the page then.
    }
  }
}
