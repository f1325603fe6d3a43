/**
 * <live-news data-stream="/S/E/live?version=7"><p class="…" hidden>The programme has changed – <a href>show</a></p></live-news>
 *
 * Shows what it holds once the page is older than what the stream tells of. Nothing moves and nothing is read out before the
 * reader comes to it: the notice lies at the window's foot.
 */
import { openStream } from "../lib/live-stream.js";

class LiveNews extends HTMLElement {
  #stream;

  connectedCallback() {
    const shown = new URL(this.dataset.stream, location).searchParams.get("version");
    this.#stream = openStream(this.dataset.stream, {
      onNews: (kind, version) => {
        if (kind === "programme" && String(version) !== shown) this.#tell();
      },
      onSign: () => {},
      onLost: () => {},
    });
  }

  disconnectedCallback() {
    this.#stream.close();
  }

  #tell() {
    this.firstElementChild.hidden = false;
    this.#stream.close();
  }
}

customElements.define("live-news", LiveNews);
