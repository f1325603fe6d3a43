/**
 * <live-part data-source="/S/E/now?part=1" data-stream="/S/E/live?version=7" data-zone="…" …texts…>server HTML</live-part>
 *
 * Keeps its content up to date: fetches `data-source` when the stream tells that there is something new, and keeps the texts of
 * .live-time (data-kind="left|until", data-until) right in between. Fires 'live-update' (bubbles) after new content. Without
 * contact it says so, in a line of its own or in the page's .board-status.
 */
import { openStream } from "../lib/live-stream.js";
import { clockIn, serverNow, serverTimeIs } from "../lib/wall-clock.js";

const TICK = 10_000; // ms
const GIVE_UP = 15_000; // ms for one answer
const AGAIN = 10_000; // ms after one that failed

class LivePart extends HTMLElement {
  #stream;
  #timer;
  #status;
  #clock;
  #fetching;
  #retry;
  #shown = "";

  connectedCallback() {
    this.#clock = clockIn(this.dataset.zone);
    this.#status = document.querySelector(".board-status") ?? this.#ownStatus();
    this.#stream = openStream(this.dataset.stream, {
      onNews: () => this.#refresh(),
      onSign: (moment) => {
        serverTimeIs(moment);
        this.#found();
        this.#tick();
      },
      onLost: (since) => this.#lost(since),
    });
    this.#timer = setInterval(() => this.#tick(), TICK);
    this.classList.add("live-on");
  }

  disconnectedCallback() {
    this.#stream.close();
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    const request = this.#fetching;
    this.#fetching = undefined;
    request?.abort();
  }

  #ownStatus() {
    const line = document.createElement("p");
    line.className = "live-status";
    line.setAttribute("role", "status");
    this.before(line);
    return line;
  }

  async #refresh() {
    clearTimeout(this.#retry);
    this.#fetching?.abort();
    const request = (this.#fetching = new AbortController());
    const patience = setTimeout(() => request.abort(), GIVE_UP);
    try {
      const answer = await fetch(this.dataset.source, { signal: request.signal, cache: "no-cache" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const text = await answer.text();
      this.#show(new DOMParser().parseFromString(text, "text/html").body);
      this.#stream.heard();
      this.#found();
    } catch {
      // The stream tells when there has been no contact for long. What was new still is; unless a newer request is at it.
      if (this.#fetching === request) this.#retry = setTimeout(() => this.#refresh(), AGAIN);
    } finally {
      clearTimeout(patience);
    }
  }

  /** Nothing is touched where nothing is new: who reads or has a link in focus isn't disturbed. */
  #show(fresh) {
    const link = this.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    if (fresh.innerHTML.trim() === this.#shown) return;
    this.#shown = fresh.innerHTML.trim();
    this.replaceChildren(...fresh.childNodes);
    if (link) this.querySelector(`[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    this.#tick();
    this.dispatchEvent(new CustomEvent("live-update", { bubbles: true }));
  }

  #tick() {
    const now = serverNow();
    for (const time of this.querySelectorAll(".live-time")) {
      const minutes = Math.max(Math.ceil((Date.parse(time.dataset.until) - now) / 60_000), 0);
      const text = this.dataset[time.dataset.kind].replace("%s", this.#duration(minutes));
      if (time.textContent !== text) time.textContent = text;
    }
    const moment = this.querySelector(".live-moment time");
    if (moment) moment.textContent = moment.textContent.replace(/\d\d[.:]\d\d$/, this.#clock(now));
  }

  #duration(minutes) {
    const hours = Math.floor(minutes / 60);
    const { minutes: short, hours: whole, hoursMinutes: both } = this.dataset;
    const text = hours === 0 ? short : minutes % 60 === 0 ? whole : both;
    return text.replace("%h", hours).replace("%m", hours === 0 ? minutes : minutes % 60);
  }

  #lost(since) {
    const text = this.dataset.lost.replace("%s", this.#clock(new Date(since.getTime() + (serverNow() - Date.now()))));
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #found() {
    if (this.#status.textContent) this.#status.textContent = "";
  }
}

customElements.define("live-part", LivePart);
