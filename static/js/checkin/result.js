/**
 * The answer to a scan, over the whole screen, with its sound; and the offer to take an admission back. Uses the parts result,
 * undo and those of an answer, and the actions admit, pay and add.
 */
import { kindOf, SHOWN_FOR, SIGNS, SOUND_OF, UNDO_FOR, wordsFor } from "./answers.js";

export class Result {
  /** What is shown is about this: {scan, list}; null for what is no scan's answer. */
  last = null;
  #hiding = 0;
  #undoing = 0;

  constructor(app, texts, signals) {
    Object.assign(this, { app, texts, signals });
  }

  /**
   * Show an answer. `about` is {scan, list}, or null where nothing can be taken back; `since` when the device's copy was made;
   * `mayPay` offers to take money, `mayAdd` to sell what the list asks for.
   */
  show(answer, about, { since = null, mayPay = false, mayAdd = false } = {}) {
    const kind = kindOf(answer, about?.scan.direction);
    const panel = this.app.part("result");
    panel.className = `scan-result scan-${kind}`;
    this.app.part("sign").textContent = SIGNS[kind];
    for (const [part, text] of Object.entries(wordsFor(answer, this.texts, { since, about }))) {
      this.app.part(part).textContent = text;
      this.app.part(part).hidden = !text;
    }
    this.last = about;
    this.#button("admit").hidden = answer.status !== "provisional";
    this.#button("pay").hidden = !mayPay;
    this.#button("add").hidden = !mayAdd;
    panel.hidden = false;
    panel.dataset.status = answer.status;
    this.signals.give(SOUND_OF[kind]);
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.hide(), SHOWN_FOR[mayPay || mayAdd ? "provisional" : kind]);
    this.#offerUndo(answer, about);
  }

  hide() {
    clearTimeout(this.#hiding);
    this.app.part("result").hidden = true;
  }

  /** Whether somebody may still read it, or take it back. */
  get isOpen() {
    return !this.app.part("result").hidden || !this.app.part("undo").hidden;
  }

  /** For ten seconds after an admission, also when its answer is gone from the screen. */
  #offerUndo(answer, about) {
    const offer = this.app.part("undo");
    clearTimeout(this.#undoing);
    offer.hidden = !about || answer.status !== "admitted";
    if (offer.hidden) return;
    offer.querySelector("span").textContent = answer.attendee?.name ?? "";
    this.#undoing = setTimeout(() => this.withdrawUndo(), UNDO_FOR);
  }

  withdrawUndo() {
    this.app.part("undo").hidden = true;
  }

  #button(action) {
    return this.app.querySelector(`[data-action="${action}"]`);
  }
}
