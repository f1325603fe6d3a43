/**
 * <big-code><button data-part="show" hidden>Visa stort</button>
 *   <dialog>…<img>… <button data-part="close">Stäng</button></dialog></big-code>
 *
 * Shows a ticket's code as large as the screen is, on white, and keeps the screen lit meanwhile; links to #ticket do the same.
 * Without scripts there is no button: the code stands large on the page anyway.
 */
class BigCode extends HTMLElement {
  #lock;

  connectedCallback() {
    const show = this.querySelector("[data-part=show]");
    show.hidden = false;
    show.addEventListener("click", this.#open);
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target.closest("[data-part=close]")) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => this.#release());
    document.addEventListener("click", this.#onLink);
    document.addEventListener("visibilitychange", this.#stayLit);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#onLink);
    document.removeEventListener("visibilitychange", this.#stayLit);
    this.#release();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  #onLink = (event) => {
    if (!event.target.closest("a[href='#ticket']")) return;
    event.preventDefault();
    this.#open();
  };

  #open = () => {
    this.#dialog.showModal();
    this.#stayLit();
  };

  /** Browsers let the lock go when the page is hidden (https://www.w3.org/TR/screen-wake-lock/). */
  #stayLit = async () => {
    if (!this.#dialog.open || document.visibilityState !== "visible") return;
    try {
      this.#lock = await navigator.wakeLock?.request("screen");
    } catch {
      this.#lock = undefined; // a low battery, say
    }
    if (!this.#dialog.open) this.#release();
  };

  #release() {
    this.#lock?.release();
    this.#lock = undefined;
  }
}

customElements.define("big-code", BigCode);
