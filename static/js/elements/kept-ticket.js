/**
 * <kept-ticket data-kept="" data-zone="Europe/Stockholm" data-today="Sparad {clock}" data-earlier="Sparad {date} kl. {clock}">
 *   <p data-part="stale" hidden><span data-part="since"></span> …</p> <p data-part="newer" hidden>… <a href="">…</a></p>
 *   <p data-part="safe" hidden>… <button data-part="forget">…</button></p> <p data-part="gone" hidden>…</p>
 * </kept-ticket>
 *
 * On a ticket's page and an attendee's own page: lets a service worker for this address alone (static/js/ticket-worker.js)
 * keep the ticket for when there is no network, says so, and takes it away again when asked. A page that the worker shows
 * from its copy has the copy's time in data-kept: then it says how old the page is, and looks anew when the network is back.
 */
import { clockIn } from "../lib/wall-clock.js";

const CACHE = "ticket-1 ";
const SETTLES = 500; // ms until a network that is back is believed in

class KeptTicket extends HTMLElement {
  connectedCallback() {
    dropQuery();
    if (!("serviceWorker" in navigator)) return;
    if (this.dataset.kept) this.#tellAge();
    else this.#keep();
    this.#part("forget").addEventListener("click", () => this.#forget());
    navigator.serviceWorker.addEventListener("message", this.#onNews);
    addEventListener("online", this.#onNetwork);
  }

  disconnectedCallback() {
    navigator.serviceWorker?.removeEventListener("message", this.#onNews);
    removeEventListener("online", this.#onNetwork);
  }

  async #keep() {
    try {
      const script = `/${location.pathname.split("/")[1]}/worker.js`;
      await navigator.serviceWorker.register(script, { scope: location.pathname, updateViaCache: "none" });
      await navigator.serviceWorker.ready;
      this.#part("safe").hidden = false;
      await dropOld();
    } catch (error) {
      console.warn(error); // private windows and full phones can't keep anything: the page is as good without
    }
  }

  #tellAge() {
    const since = new Date(this.dataset.kept);
    const { zone, today, earlier } = this.dataset;
    const language = document.documentElement.lang;
    const date = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
    const words = date.format(since) === date.format(new Date()) ? today : earlier;
    this.#part("since").textContent = words
      .replace("{clock}", clockIn(zone, language)(since))
      .replace("{date}", date.format(since));
    this.#part("stale").hidden = false;
  }

  #onNews = ({ data }) => {
    if (!this.dataset.kept) return;
    this.#part("stale").hidden = true;
    this.#part("newer").hidden = !data.changed;
  };

  /** Not while the code is held up before somebody, nor at once: who is leaving the page isn't called back to it. */
  #onNetwork = () => {
    if (!this.dataset.kept) return;
    setTimeout(() => {
      if (navigator.onLine && !document.querySelector("dialog[open]")) location.reload();
    }, SETTLES);
  };

  async #forget() {
    const found = await navigator.serviceWorker.getRegistration();
    await caches.delete(CACHE + location.pathname);
    await found?.unregister();
    this.#part("safe").hidden = true;
    this.#part("gone").hidden = false;
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }
}

/** ?fresh=1 asks the worker to wait for the network, once. */
function dropQuery() {
  const url = new URL(location.href);
  if (!url.searchParams.has("fresh")) return;
  url.searchParams.delete("fresh");
  history.replaceState(history.state, "", url);
}

/** Tickets of conferences that are long over, which nobody has opened since. */
async function dropOld() {
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    const name = CACHE + new URL(registration.scope).pathname;
    const page = await caches.match(registration.scope, { cacheName: name });
    if (!page || Date.parse(page.headers.get("Offline-Until")) > Date.now()) continue;
    await caches.delete(name);
    await registration.unregister();
  }
}

customElements.define("kept-ticket", KeptTicket);
