/**
 * <print-frame data-working="Gör 300 namnskyltar …" data-ready="Klart." data-next="id"><a href="….pdf">…</a></print-frame>
 *
 * Opens the PDF of its link in a hidden frame, with a progress bar while it is made, and then the browser's print dialog. After it,
 * the focus goes to the element with the id `data-next`. Browsers that can't print a frame get the PDF in a window of its own, as
 * everybody does without scripts.
 */
class PrintFrame extends HTMLElement {
  #frame = null;
  #state = null;

  connectedCallback() {
    this.addEventListener("click", this.#click);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#click);
  }

  #click = (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (navigator.pdfViewerEnabled === false) return; // it would be downloaded: then the link does it better
    event.preventDefault();
    if (this.#frame?.dataset.busy) return;
    this.#print(link.href);
  };

  #print(address) {
    this.#frame?.remove();
    this.#tell(this.dataset.working, true);
    const frame = document.createElement("iframe");
    frame.title = this.dataset.working;
    frame.tabIndex = -1;
    frame.setAttribute("aria-hidden", "true");
    frame.dataset.busy = "1";
    frame.addEventListener("load", () => this.#loaded(frame, address), { once: true });
    frame.src = address;
    this.append(frame);
    this.#frame = frame;
  }

  #loaded(frame, address) {
    delete frame.dataset.busy;
    this.#tell(this.dataset.ready, false);
    try {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    } catch {
      window.open(address, "_blank", "noopener");
    }
    document.getElementById(this.dataset.next)?.focus();
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
