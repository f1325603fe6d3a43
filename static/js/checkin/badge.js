/**
 * Badges printed at the door. Each place for it is a [data-badge] with a button (data-action="badge"), a [data-slot=state] and a
 * link for browsers that can't print by themselves. Only with a network: the server makes the badge, and knows whether another
 * desk has printed it.
 */
import { Refused, Unreachable } from "./door.js";
import { printInFrame, printsFrames } from "../lib/printing.js";
import { remember, remembered } from "./memory.js";

export class Badges {
  #list = null;

  constructor(app, door, texts) {
    Object.assign(this, { app, door, texts });
    this.paper = app.part("paper");
    this.paper.value = remembered("paper") ?? this.paper.value;
    this.paper.addEventListener("change", () => remember("paper", this.paper.value));
  }

  /** The list (a document of GET /checkin/api/lists) whose people get badges. */
  open(list) {
    if (list.id !== this.#list?.id) this.app.part("badge").hidden = true;
    this.#list = list;
    this.app.part("badge-paper").hidden = !list.may_print;
  }

  /** After a scan: the badge of whoever is in, until the next one comes. */
  offer(answer, token) {
    const mayPrint = Boolean(this.#list?.may_print && token && answer.attendee && ["admitted", "already"].includes(answer.status));
    this.app.querySelector('[data-part="result"] [data-action="badge"]').hidden = !mayPrint;
    this.app.part("badge").hidden = !mayPrint;
    if (mayPrint) this.prepare(this.app.part("badge"), token, answer.attendee.name);
  }

  /** Make a [data-badge] ready for this ticket; `name` is shown where there is room for it. */
  prepare(place, token, name = "") {
    Object.assign(place.dataset, { token: token ?? "", again: "" });
    const [who, button, link] = [place.querySelector("[data-slot=who]"), place.querySelector("button"), place.querySelector("a")];
    if (who) who.textContent = name;
    button.textContent = this.texts("badge-print");
    link.hidden = true;
    this.#tell(place, "");
  }

  /** Print what a place was made ready for. */
  async print(place) {
    const { token, again } = place.dataset;
    if (!token || place.dataset.busy) return;
    place.dataset.busy = "1";
    this.#tell(place, this.texts("badge-making"));
    try {
      const wish = { token, paper: this.paper.value, again: again ? "1" : "" };
      const { url } = await this.door.badge(String(this.#list.id), wish);
      this.#isAgain(place);
      if (printsFrames()) await printInFrame(place, url, this.texts("badge-making"));
      else Object.assign(place.querySelector("a"), { href: url, hidden: false });
      this.#tell(place, this.texts("badge-done"));
    } catch (error) {
      this.#tell(place, this.#why(error, place));
    } finally {
      delete place.dataset.busy;
    }
  }

  #why(error, place) {
    if (error instanceof Refused && error.status === 409 && error.problem.printed_at) {
      this.#isAgain(place);
      const when = this.texts.when(error.problem.printed_at);
      return this.texts(error.problem.who ? "badge-printed-by" : "badge-printed", { when, who: error.problem.who });
    }
    return this.texts(error instanceof Unreachable ? "badge-offline" : "failed");
  }

  #isAgain(place) {
    place.dataset.again = "1";
    place.querySelector("button").textContent = this.texts("badge-again");
  }

  #tell(place, text) {
    place.querySelector("[data-slot=state]").textContent = text;
  }
}
