/**
 * <big-code><button data-part="show" hidden>Visa stort</button>
 *   <dialog>…<img>… <button data-part="close">Stäng</button></dialog></big-code>
 *
 * Shows a ticket's code as large as the screen is, on white, and keeps the screen lit meanwhile; links to #ticket do the same.
 * Without scripts there is no button: the code stands large on the page anyway.
 */
import { LitScreen } from "../lib/lit-screen.js";

class BigCode extends HTMLElement {
  #screen = new LitScreen();

  connectedCallback() {
    const show = this.querySelector("[data-part=show]");
    show.hidden = false;
    show.addEventListener("click", this.#open);
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target.closest("[data-part=close]")) this.#dialog.close();
    });
    this.#dialog.addEventListener("close", this.#light);
    document.addEventListener("click", this.#onLink);
    document.addEventListener("visibilitychange", this.#light);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#onLink);
    document.removeEventListener("visibilitychange", this.#light);
    this.#screen.keep(false);
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
    this.#light();
  };

  #light = () => this.#screen.keep(this.#dialog.open);
}

customElements.define("big-code", BigCode);
