/**
 * <programme-now data-now="Pågår nu" data-jump="Till det som pågår nu">…sessions…</programme-now>
 *
 * Marks the sessions (.session-card with two <time datetime>) that go on right now, and while there are any offers a link
 * to the first. Looks anew each half minute and when its content changes.
 */
const EVERY = 30_000; // ms

class ProgrammeNow extends HTMLElement {
  #jump;
  #timer;
  #changes = new MutationObserver(() => this.#mark());

  connectedCallback() {
    this.#jump = document.createElement("p");
    this.#jump.className = "programme-jump no-print";
    const link = document.createElement("a");
    link.className = "button button-secondary";
    link.href = "#now";
    link.textContent = this.dataset.jump;
    this.#jump.append(link);
    this.before(this.#jump);
    this.#timer = setInterval(() => this.#mark(), EVERY);
    this.#mark();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#changes.disconnect();
    this.#jump.remove();
  }

  #mark() {
    this.#changes.disconnect();
    const now = Date.now();
    let first = true;
    for (const card of this.querySelectorAll(".session-card")) {
      const [starts, ends] = [...card.querySelectorAll("time")].map((time) => Date.parse(time.dateTime));
      const goesOn = starts <= now && now < ends && !card.classList.contains("session-cancelled");
      this.#show(card, goesOn);
      if (goesOn && first) card.id = "now";
      else if (card.id === "now") card.removeAttribute("id");
      if (goesOn) first = false;
    }
    this.#jump.hidden = first;
    this.#changes.observe(this, { childList: true });
  }

  #show(card, goesOn) {
    card.classList.toggle("session-now", goesOn);
    const badge = card.querySelector(".badge-now");
    if (!goesOn) badge?.parentElement.remove();
    else if (!badge) {
      const line = document.createElement("p");
      const mark = document.createElement("span");
      mark.className = "badge badge-now";
      mark.textContent = this.dataset.now;
      line.append(mark);
      card.querySelector(".session-meta").before(line);
    }
  }
}

customElements.define("programme-now", ProgrammeNow);
