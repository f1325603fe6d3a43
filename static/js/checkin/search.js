/** Finding people by name, and codes typed by hand. Uses the parts search, found and note, and the template row. */
import { Unreachable } from "./door.js";

const DEBOUNCE = 200;
const TOKEN = /^(https?:\/\/\S+\/t\/)?[a-z2-7]{16,64}$/i;

export class Search {
  #list = null;
  #timer = 0;
  #request = null;
  #shown = "";

  /** `onToken(token)` is called for a person chosen, or a code typed. */
  constructor(app, door, texts, onToken) {
    Object.assign(this, { app, door, texts, onToken });
    this.field = app.part("search").querySelector("input");
    this.field.addEventListener("input", () => this.#later());
    app.part("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    app.part("found").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-token]");
      if (button) this.onToken(button.dataset.token);
    });
  }

  open(list) {
    this.#list = list;
    this.field.value = "";
    this.#find();
  }

  /** After a scan: the rows say who has come. */
  refresh() {
    if (this.#shown) this.#find();
  }

  #submit() {
    const typed = this.field.value.trim();
    if (!TOKEN.test(typed)) return this.#find();
    this.field.value = "";
    this.#find();
    return this.onToken(typed);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#find(), DEBOUNCE);
  }

  async #find() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const request = (this.#request = new AbortController());
    const words = this.field.value.trim();
    this.#shown = words;
    if (!words) return this.#show([], "");
    try {
      const people = await this.door.search(this.#list, words, request.signal);
      if (!request.signal.aborted) this.#show(people, people.length ? "" : this.texts("none-found"));
    } catch (error) {
      if (!request.signal.aborted) this.#show([], error instanceof Unreachable ? this.texts("search-offline") : this.texts("failed"));
    }
  }

  #show(people, note) {
    this.app.part("found").replaceChildren(...people.map((person) => this.#row(person)));
    this.app.part("note").textContent = note;
  }

  #row(person) {
    const row = this.app.part("row").content.cloneNode(true);
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    const came = person.admitted_at && this.texts("has-come", { when: this.texts.when(person.admitted_at) });
    const state = came || { unpaid: this.texts("status-unpaid"), cancelled: this.texts("status-cancelled") }[person.status];
    row.querySelector("button").dataset.token = person.token;
    slot("name").textContent = person.name;
    slot("about").textContent = [person.type, person.organisation].filter(Boolean).join(" · ");
    slot("state").textContent = state || this.texts("check-in");
    slot("state").dataset.state = came ? "came" : person.status;
    return row;
  }
}
