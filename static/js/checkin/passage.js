/** In or out: the switch of lists that let people in and out. Uses the parts ways and door. */
import { remember, remembered } from "./memory.js";

export class Passage {
  #list = null;

  /** `onChange()` is called when somebody has chosen the other way. */
  constructor(app, onChange) {
    this.app = app;
    app.part("ways").addEventListener("change", ({ target }) => {
      remember("way", target.value === "out" ? String(this.#list.id) : "");
      this.#show();
      onChange();
    });
  }

  /** Show the switch where `list` has it. A reload keeps the way; who leaves the list, and chooses it again, begins with In. */
  open(list) {
    this.#list = list;
    const isOut = list.repeat === "in-out" && remembered("way") === String(list.id);
    this.app.part("ways").querySelector(`[value="${isOut ? "out" : "in"}"]`).checked = true;
    this.#show();
  }

  leave() {
    remember("way", "");
  }

  /** 'in' or 'out', as a scan tells it. */
  get way() {
    return this.isOffered && this.app.part("ways").querySelector(":checked").value === "out" ? "out" : "in";
  }

  get isOffered() {
    return this.#list?.repeat === "in-out";
  }

  /** Names the text that asks for a code. */
  get prompt() {
    return this.isOffered ? `ready-${this.way}` : "ready";
  }

  #show() {
    this.app.part("ways").hidden = !this.isOffered;
    this.app.part("door").dataset.way = this.isOffered ? this.way : "";
  }
}
