/**
 * <filter-list data-label="Sök" data-empty="Ingen träff"><ul><li>…</li></ul></filter-list>
 *
 * Puts a search field above a list and hides the items whose text doesn't have all the words. Items with a checked box
 * stay in sight, so that nobody is chosen unseen. Without scripts the whole list is there.
 */
class FilterList extends HTMLElement {
  #input;
  #empty;

  connectedCallback() {
    if (this.#input) return;
    const field = document.createElement("div");
    field.className = "field";
    const label = document.createElement("label");
    label.textContent = this.dataset.label;
    this.#input = document.createElement("input");
    this.#input.type = "search";
    this.#input.id = `${this.id || "filter"}-search`;
    this.#input.autocomplete = "off";
    label.htmlFor = this.#input.id;
    field.append(label, this.#input);
    this.#empty = document.createElement("p");
    this.#empty.className = "hint";
    this.#empty.setAttribute("role", "status");
    this.prepend(field);
    this.append(this.#empty);
    this.#input.addEventListener("input", this.#filter);
    this.#input.addEventListener("keydown", this.#stay);
  }

  #stay = (event) => {
    if (event.key === "Enter") event.preventDefault(); // it would send the form around the list
  };

  #filter = () => {
    const words = this.#input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of this.querySelectorAll("li")) {
      const name = (item.querySelector("label") ?? item).textContent.toLocaleLowerCase();
      const fits = words.every((word) => name.includes(word));
      item.hidden = !fits && !item.querySelector("input:checked");
      if (fits) shown += 1;
    }
    this.#empty.textContent = shown ? "" : (this.dataset.empty ?? "");
  };
}

customElements.define("filter-list", FilterList);
