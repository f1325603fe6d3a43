/**
 * <people-order data-up="Flytta upp" data-down="Flytta ner" data-drag="Dra">
 *   <ul><li class="people-row"><label><input type="checkbox"> <span>Namn</span></label> <span class="people-part">…
 *     <input class="people-place" type="number" name="position-…"></span></li>…</ul>
 * </people-order>
 *
 * Those who are ticked stand first, and are put in order by dragging or by buttons instead of by numbers, which are filled in
 * after each move. Without scripts the numbers are there to be written. Sends "change" from the number that a move alters.
 */
class PeopleOrder extends HTMLElement {
  #list;
  #status;
  #dragged;

  connectedCallback() {
    if (this.#list) return;
    this.#list = this.querySelector("ul");
    this.classList.add("people-live");
    this.#status = document.createElement("p");
    this.#status.className = "visually-hidden";
    this.#status.setAttribute("role", "status");
    this.append(this.#status);
    for (const row of this.#list.children) this.#equip(row);
    this.#list.addEventListener("change", this.#ticked);
    this.#number(false);
  }

  get #chosen() {
    return [...this.#list.children].filter((row) => row.querySelector("input:checked"));
  }

  #equip(row) {
    const part = row.querySelector(".people-part");
    const name = row.querySelector("label").textContent.trim();
    const handle = document.createElement("span");
    handle.className = "people-handle";
    handle.title = this.dataset.drag;
    handle.setAttribute("aria-hidden", "true"); // the buttons do the same, for everybody
    handle.addEventListener("pointerdown", (event) => this.#grab(event, row));
    part.append(
      this.#button("↑", `${this.dataset.up}: ${name}`, () => this.#move(row, -1)),
      this.#button("↓", `${this.dataset.down}: ${name}`, () => this.#move(row, 1)),
      handle,
    );
  }

  #button(sign, label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "people-move";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => {
      act();
      button.focus(); // a row that was moved loses it
    });
    return button;
  }

  #move(row, by) {
    const chosen = this.#chosen;
    const other = chosen[chosen.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    this.#number(true);
    this.#status.textContent = this.#chosen
      .map((each, place) => `${place + 1}. ${each.querySelector("label").textContent.trim()}`)
      .join(", ");
  }

  #ticked = (event) => {
    if (event.target.type !== "checkbox") return;
    const row = event.target.closest("li");
    const others = this.#chosen.filter((each) => each !== row);
    if (others.length) others.at(-1).after(row);
    else this.#list.prepend(row);
    event.target.focus();
    this.#number(true);
  };

  #number(tell) {
    const chosen = this.#chosen;
    for (const row of this.#list.children) {
      const field = row.querySelector(".people-place");
      const place = chosen.indexOf(row) + 1 || "";
      if (field.value === String(place)) continue;
      field.value = place;
      if (tell) field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  // Heard on the window: a row that is moved in the document loses the pointer that it has captured.
  #grab(event, row) {
    event.preventDefault();
    this.#dragged = row;
    row.classList.add("people-dragged");
    window.addEventListener("pointermove", this.#drag);
    window.addEventListener("pointerup", this.#drop);
    window.addEventListener("pointercancel", this.#drop);
  }

  #drag = (event) => {
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".people-row");
    if (!over || over === this.#dragged || !this.#chosen.includes(over)) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(this.#dragged);
    else over.after(this.#dragged);
  };

  #drop = () => {
    window.removeEventListener("pointermove", this.#drag);
    window.removeEventListener("pointerup", this.#drop);
    window.removeEventListener("pointercancel", this.#drop);
    this.#dragged.classList.remove("people-dragged");
    this.#dragged = undefined;
    this.#number(true);
  };
}

customElements.define("people-order", PeopleOrder);
