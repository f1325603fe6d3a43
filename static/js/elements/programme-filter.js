/**
 * <programme-filter><form method="get">…</form></programme-filter>
 *
 * Narrows the page as soon as a field of the form changes: fetches the form's own address, and puts the parts that it
 * answers with (elements with data-part) in place of the page's. The address bar follows. Without scripts, or without a
 * network, the form is sent as forms are.
 */
const TYPING_PAUSE = 200; // ms

class ProgrammeFilter extends HTMLElement {
  #form;
  #timer;
  #request;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#form.querySelector("[type=submit]").hidden = true;
    this.addEventListener("input", this.#wait);
    this.addEventListener("submit", this.#send);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.removeEventListener("input", this.#wait);
    this.removeEventListener("submit", this.#send);
  }

  #wait = (event) => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#show, event.target.type === "search" ? TYPING_PAUSE : 0);
  };

  #send = (event) => {
    event.preventDefault();
    clearTimeout(this.#timer);
    this.#show();
  };

  #show = async () => {
    this.#request?.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const address = this.#address();
    try {
      const answer = await fetch(address, { signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (signal.aborted) return;
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
        part.replaceChildren(...(fresh?.childNodes ?? []));
      }
      history.replaceState(history.state, "", address);
    } catch {
      if (!signal.aborted) location.assign(address);
    }
  };

  #address() {
    const query = new URLSearchParams(new FormData(this.#form));
    for (const [name, value] of [...query]) if (!value.trim()) query.delete(name);
    return `${query}` === "" ? this.#form.action : `${this.#form.action}?${query}`;
  }
}

customElements.define("programme-filter", ProgrammeFilter);
