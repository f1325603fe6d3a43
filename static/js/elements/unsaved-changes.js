/**
 * <unsaved-changes [data-unsaved]><form>…</form></unsaved-changes>
 *
 * Lets the browser ask before somebody leaves a form that has been changed; with data-unsaved the page already came back with
 * something that isn't saved. Sending the form asks nothing.
 */
class UnsavedChanges extends HTMLElement {
  #changed = false;

  connectedCallback() {
    this.#changed = "unsaved" in this.dataset;
    this.addEventListener("input", this.#note);
    this.addEventListener("change", this.#note);
    this.addEventListener("submit", this.#forget);
    window.addEventListener("beforeunload", this.#ask);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this.#note);
    this.removeEventListener("change", this.#note);
    this.removeEventListener("submit", this.#forget);
    window.removeEventListener("beforeunload", this.#ask);
  }

  #note = (event) => {
    if (event.target.name) this.#changed = true; // fields without a name, such as searches in a list, are never sent
  };

  #forget = () => {
    this.#changed = false;
  };

  #ask = (event) => {
    if (this.#changed) event.preventDefault();
  };
}

customElements.define("unsaved-changes", UnsavedChanges);
