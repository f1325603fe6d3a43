/**
 * <print-frame data-working="Gör 300 namnskyltar …" data-ready="Klart." data-next="id" [data-now]>
 *   <a href="….pdf">…</a>, or <form method="post" data-again="Skriv ut igen"> whose answer is the address of a PDF
 *
 * Opens the PDF in a hidden frame, with a progress bar while it is made, and then the browser's print dialog; with `data-now` as soon
 * as the page is there. After it, the focus goes to the element with the id `data-next`, and a form asks for the same once more
 * from then on. Browsers that can't print a frame get the PDF in a window of its own, as everybody does without scripts; so does
 * what the server refuses, which it then tells on its page.
 */
import { printInFrame, printsFrames } from "../lib/printing.js";

class PrintFrame extends HTMLElement {
  #state = null;
  #isBusy = false;

  connectedCallback() {
    this.addEventListener("click", this.#click);
    this.addEventListener("submit", this.#submit);
    if (this.dataset.now !== undefined) {
      history.replaceState(null, "", location.pathname); // loaded again, it doesn't print again
      if (printsFrames()) this.querySelector("a")?.click();
    }
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#click);
    this.removeEventListener("submit", this.#submit);
  }

  #click = (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!printsFrames()) return; // it would be downloaded: then the link does it better
    event.preventDefault();
    this.#print(async () => link.href);
  };

  #submit = (event) => {
    if (!printsFrames()) return;
    event.preventDefault();
    const form = event.target;
    this.#print(async () => {
      const headers = { Accept: "application/json" };
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const { url } = await response.json();
      this.#again(form);
      return url;
    }).catch(() => {
      form.removeAttribute("target");
      form.submit();
    });
  };

  /** What was printed is asked for again, if it is. */
  #again(form) {
    if (form.elements.again) return;
    const again = document.createElement("input");
    Object.assign(again, { type: "hidden", name: "again", value: "1" });
    form.append(again);
    form.querySelector("[data-part=label]").textContent = form.dataset.again;
  }

  async #print(ask) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#tell(this.dataset.working, true);
    try {
      await printInFrame(this, await ask(), this.dataset.working);
      this.#tell(this.dataset.ready, false);
      document.getElementById(this.dataset.next)?.focus();
    } finally {
      this.#isBusy = false;
    }
  }

  #tell(words, busy) {
    if (!this.#state) {
      this.#state = document.createElement("div");
      this.#state.className = "print-state";
      const text = document.createElement("p");
      text.setAttribute("role", "status");
      text.className = "small";
      const bar = document.createElement("progress");
      bar.setAttribute("aria-label", this.dataset.working);
      this.#state.append(text, bar);
      this.append(this.#state);
    }
    this.#state.querySelector("p").textContent = words ?? "";
    this.#state.querySelector("progress").hidden = !busy;
  }
}

customElements.define("print-frame", PrintFrame);
