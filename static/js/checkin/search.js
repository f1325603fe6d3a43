/** Finding people by name, and codes typed by hand, on the device's own copy. Uses the parts search, found and note, and the template row. */
const DEBOUNCE = 120;
const TOKEN = /^(https?:\/\/\S+\/t\/)?[a-z2-7]{16,64}$/i;

export class Search {
  #timer = 0;

  /** `onToken(token)` is called for a person chosen, or a code typed. */
  constructor(app, roster, texts, onToken) {
    Object.assign(this, { app, roster, texts, onToken });
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

  /** For another list. */
  clear() {
    this.field.value = "";
    this.#find();
  }

  /** Whether somebody is looking for a name. */
  get isOpen() {
    return this.field.value.trim() !== "";
  }

  /** After a scan, or when the list's people are here: the rows say who has come. */
  refresh() {
    if (this.isOpen) this.#find();
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

  #find() {
    clearTimeout(this.#timer);
    const words = this.field.value.trim();
    const people = words ? this.roster.search(words) : [];
    const note = this.roster.at === null ? this.texts("search-offline") : this.texts("none-found");
    this.app.part("found").replaceChildren(...people.map((person) => this.#row(person)));
    this.app.part("note").textContent = words && !people.length ? note : "";
  }

  #row(person) {
    const row = this.app.part("row").content.cloneNode(true);
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    const cameAt = this.roster.cameAt(person);
    const { isOffered, way } = this.app.passage;
    const came = cameAt && this.texts(isOffered ? "is-inside" : "has-come", { when: this.texts.when(cameAt) });
    if (isOffered && way === "out") return this.#wayOut(row, person, came);
    const state = came || { unpaid: this.texts("status-unpaid"), cancelled: this.texts("status-cancelled") }[person.status];
    row.querySelector("button").dataset.token = person.token;
    this.#who(slot, person);
    slot("state").textContent = state || this.texts("check-in");
    slot("state").dataset.state = came ? "came" : person.status;
    return row;
  }

  #who(slot, person) {
    slot("name").textContent = person.name;
    slot("about").textContent = [person.type, person.organisation, person.note].filter(Boolean).join(" · ");
  }

  #wayOut(row, person, isInside) {
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    row.querySelector("button").dataset.token = person.token;
    this.#who(slot, person);
    slot("state").textContent = this.texts(isInside ? "check-out" : "is-outside");
    return row;
  }
}
