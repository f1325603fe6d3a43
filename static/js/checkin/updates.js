/**
 * New versions of the app: looked for while it is open, and taken at a moment when nobody is being let in. What waits to be
 * sent is in IndexedDB, and the new version sends it.
 */
const LOOK_EVERY = 15 * 60_000;
const TOLD = "checkin-updated";

export class Updates {
  #registration = null;
  #isThere = false;
  #lookedAt = 0;

  /** `build` names the version of this page; `isIdle()` says whether it can be left right now. */
  constructor(build, isIdle) {
    Object.assign(this, { build, isIdle });
  }

  /** Keep the app for use without network, and hear of new versions of it. */
  async start() {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    addEventListener("checkin-outdated", () => location.reload()); // the store is a later version's by now
    workers.addEventListener("message", ({ data }) => {
      if (data?.build && data.build !== this.build) this.#isThere = true;
      this.take();
    });
    workers.startMessages();
    try {
      this.#registration = await workers.register("/checkin/worker.js", { scope: "/checkin/" });
    } catch (error) {
      console.warn(error); // without it the app works as long as there is a network
      return;
    }
    this.#lookedAt = Date.now();
    // The first visit came before there was a worker to keep its page; and what earlier versions kept can go now.
    (await workers.ready).active?.postMessage({ opened: this.build });
  }

  /** Call when there is a network: asks the server now and then, at once with `now`. */
  look({ now = false } = {}) {
    if (!this.#registration || (!now && Date.now() - this.#lookedAt < LOOK_EVERY)) return;
    this.#lookedAt = Date.now();
    this.#registration.update().catch(() => {}); // no network after all
  }

  /** Call whenever the page may have become idle: a new version that is there is taken. */
  take() {
    if (!this.#isThere || !this.isIdle()) return;
    this.#isThere = false;
    sessionStorage.setItem(TOLD, "1");
    location.reload();
  }
}

/** Whether this page has just taken the place of an older one's; true once. */
export function wasTaken() {
  const was = sessionStorage.getItem(TOLD) !== null;
  sessionStorage.removeItem(TOLD);
  return was;
}
