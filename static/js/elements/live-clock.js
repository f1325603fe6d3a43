/** <live-clock data-zone="Europe/Stockholm">09.12</live-clock>: the time in that zone, by the server's clock. */
import { clockIn, serverNow } from "../lib/wall-clock.js";

class LiveClock extends HTMLElement {
  #timer;

  connectedCallback() {
    const clock = clockIn(this.dataset.zone);
    const tick = () => {
      const text = clock(serverNow());
      if (this.textContent !== text) this.textContent = text;
    };
    this.#timer = setInterval(tick, 1_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
}

customElements.define("live-clock", LiveClock);
