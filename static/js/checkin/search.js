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
    const [text, state] = this.#stateOf(person);
    row.querySelector("button").dataset.token = person.token;
    slot("name").textContent = person.name;
    slot("about").textContent = [person.type, person.organisation, person.note].filter(Boolean).join(" · ");
    slot("state").textContent = text;
    slot("state").dataset.state = state;
    return row;
  }

  /** What a tap does, or why it isn't needed; and what the stylesheet knows it by. */
  #stateOf(person) {
    const cameAt = this.roster.cameAt(person);
    const { isOffered, way } = this.app.passage;
    if (way === "out") return [this.texts(cameAt ? "check-out" : "is-outside"), ""];
    if (cameAt) return [this.texts(isOffered ? "is-inside" : "has-come", { when: this.texts.when(cameAt) }), "came"];
    const text = { unpaid: "status-unpaid", cancelled: "status-cancelled" }[person.status] ?? "check-in";
    return [this.texts(text), person.status];
  }
}
