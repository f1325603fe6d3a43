/**
 * <live-board data-pause data-resume data-page="%p av %n"><live-part>…<table class="board-table">…</live-part></live-board>
 *
 * Shows as many rows of the table as the screen has room for, and turns the page by itself where there are more. Whoever
 * comes near with a pointer or a keyboard can stop that (WCAG 2.2.2). A turned page comes in softly unless motion is unwelcome; what
 * is new on the page just stands there.
 */
const TURN_EVERY = 12_000; // ms: a page of four rooms is read in that

class LiveBoard extends HTMLElement {
  #timer;
  #page = 0;
  #controls;
  #isPaused = false;
  #size = new ResizeObserver(() => this.#lay());

  connectedCallback() {
    document.documentElement.classList.add("board-on");
    this.#controls = this.#buildControls();
    this.addEventListener("live-update", () => {
      this.classList.remove("is-turned");
      this.#lay();
    });
    this.#size.observe(this);
    document.fonts.ready.then(this.#lay);
    this.#timer = setInterval(this.#turn, TURN_EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#size.disconnect();
    this.#controls.remove();
    document.documentElement.classList.remove("board-on");
  }

  #buildControls() {
    const box = document.createElement("div");
    box.className = "board-pages";
    const count = document.createElement("span");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small button-secondary";
    button.textContent = this.dataset.pause;
    button.addEventListener("click", () => {
      this.#isPaused = !this.#isPaused;
      button.textContent = this.#isPaused ? this.dataset.resume : this.dataset.pause;
    });
    box.append(count, button);
    document.querySelector(".board-foot").prepend(box);
    return box;
  }

  #turn = () => {
    if (this.#isPaused) return;
    this.#page += 1;
    this.#lay();
    this.classList.toggle("is-turned", !this.#controls.hidden);
  };

  /** Hide all rows but those of the page: as many as fit, in order. */
  #lay = () => {
    const rows = [...this.querySelectorAll(".board-table tbody tr")];
    for (const row of rows) row.hidden = false;
    const pages = this.#pages(rows);
    this.#page %= Math.max(pages.length, 1);
    for (const [number, page] of pages.entries()) {
      for (const row of page) row.hidden = number !== this.#page;
    }
    this.#controls.hidden = pages.length < 2;
    const text = this.dataset.page.replace("%p", this.#page + 1).replace("%n", pages.length);
    this.#controls.firstElementChild.textContent = text;
  };

  #pages(rows) {
    const room = this.getBoundingClientRect().height;
    const part = this.querySelector("live-part");
    const heights = rows.map((row) => row.getBoundingClientRect().height);
    const others = part.scrollHeight - heights.reduce((sum, height) => sum + height, 0);
    const pages = [];
    let used = Infinity;
    rows.forEach((row, number) => {
      if (used + heights[number] > room) {
        pages.push([]);
        used = others;
      }
      pages.at(-1).push(row);
      used += heights[number];
    });
    return pages;
  }
}

customElements.define("live-board", LiveBoard);
