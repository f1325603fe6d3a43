/**
 * <print-progress data-address="…/progress" data-text="{made} av {total} är klara" data-ready="…?ready">
 *   <progress max="300" value="0">, [data-part=text]
 *
 * Asks how many badges are made and counts along; when all are, or it went wrong, the page that tells so is opened.
 */
const EVERY = 400; // ms

class PrintProgress extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setTimeout(this.#ask, EVERY);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #ask = async () => {
    try {
      const response = await fetch(this.dataset.address);
      const { made, total, ready, failed } = await response.json();
      this.querySelector("progress").value = made;
      const text = this.dataset.text.replace("{made}", made).replace("{total}", total);
      this.querySelector("[data-part=text]").textContent = text;
      if (ready || failed) {
        location.replace(ready ? this.dataset.ready : location.pathname);
        return;
      }
    } catch (error) {
      console.warn(error); // no network for a moment
    }
    this.#timer = setTimeout(this.#ask, EVERY);
  };
}

customElements.define("print-progress", PrintProgress);
