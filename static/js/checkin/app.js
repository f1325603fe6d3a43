/**
 * <checkin-app>: choice of list, camera, search, answers that fill the screen.
 *
 * Attributes: data-texts (JSON, every text it shows), data-wasm (address of the code reader). Its parts are marked with
 * data-part, its buttons with data-action, in templates/checkin/app.html. Remembers list, device name and sound in
 * localStorage. Scans go to the server through Door, and wait in ScanQueue while there is no network.
 */
import { Camera } from "./camera.js";
import { createDecoder } from "./decoder.js";
import { Door, SignedOut, Unreachable } from "./door.js";
import { ScanQueue } from "./queue.js";
import { Repeats } from "./repeats.js";
import { Search } from "./search.js";
import { Signals } from "./signals.js";
import { createTexts, kindOf, SHOWN_FOR, SIGNS, SOUND_OF, wordsFor } from "./answers.js";
import { remember, remembered } from "./memory.js";
import { listenForTyping } from "./wedge.js";

const COUNT_EVERY = 10_000;

export class CheckinApp extends HTMLElement {
  #door = new Door();
  #queue = new ScanQueue();
  #repeats = new Repeats();
  #signals = new Signals();
  #list = null;
  #device = "";
  #hide = 0;
  #timer = 0;
  #turn = 0;
  #stopTyping = () => {};

  connectedCallback() {
    this.texts = createTexts(JSON.parse(this.dataset.texts), document.documentElement.lang);
    this.camera = new Camera(
      this.querySelector("video"),
      () => createDecoder(this.dataset.wasm),
      (text) => this.#repeats.isNew(text, performance.now()) && this.#scan(text),
    );
    this.search = new Search(this, this.#door, this.texts, (text) => this.#scan(text));
    this.#settings();
    this.addEventListener("click", this.#onClick);
    this.#stopTyping = listenForTyping((text) => this.#list && this.#scan(text));
    addEventListener("online", this.#onNetwork);
    addEventListener("offline", this.#onNetwork);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#timer = setInterval(() => this.#refresh(), COUNT_EVERY);
    this.#begin();
  }

  disconnectedCallback() {
    this.camera.stop();
    this.#stopTyping();
    removeEventListener("online", this.#onNetwork);
    removeEventListener("offline", this.#onNetwork);
    document.removeEventListener("visibilitychange", this.#onVisible);
    clearInterval(this.#timer);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #settings() {
    const code = () => Math.random().toString(36).slice(2, 4).toUpperCase();
    this.#device = remembered("device") ?? remember("device", this.texts("device", { code: code() }));
    this.#signals.sound = remembered("sound") !== "off";
    const [device, sound] = [this.part("device"), this.part("sound")];
    device.value = this.#device;
    sound.checked = this.#signals.sound;
    device.addEventListener("change", () => {
      if (device.value.trim()) this.#device = remember("device", device.value.trim());
      device.value = this.#device;
    });
    sound.addEventListener("change", () => {
      this.#signals.sound = sound.checked;
      remember("sound", sound.checked ? "on" : "off");
    });
  }

  /** The list of last time at once; a ticket that somebody's own camera led here with is checked in on it. */
  #begin() {
    const ticket = new URL(location.href).searchParams.get("ticket");
    const chosen = this.querySelector(`[data-list="${CSS.escape(remembered("list") ?? "")}"]`);
    if (ticket) history.replaceState(null, "", "/checkin/");
    this.pending = ticket;
    if (chosen) this.#choose(chosen);
  }

  #onClick = (event) => {
    const link = event.target.closest("[data-list]");
    const button = event.target.closest("[data-action]");
    if (link) {
      event.preventDefault();
      this.#signals.wake();
      this.#choose(link);
    } else if (button) {
      this.#signals.wake();
      this.#actions[button.dataset.action]?.(button);
    } else if (event.target.closest('[data-part="result"]')) this.#hideResult();
  };

  #actions = {
    lists: () => this.#leave(),
    next: () => this.#hideResult(),
    start: () => this.#startCamera(),
    switch: () => this.#startCamera(true),
    torch: async (button) => {
      const on = button.getAttribute("aria-pressed") !== "true";
      await this.camera.setTorch(on);
      button.setAttribute("aria-pressed", String(on));
    },
  };

  #choose(link) {
    const { list, name, event, zone } = link.dataset;
    this.#list = list;
    this.texts.zone = zone;
    remember("list", list);
    this.part("name").textContent = name;
    this.part("event").textContent = event;
    this.part("counter").textContent = link.querySelector("[data-count]").textContent.trim();
    this.part("lists").hidden = true;
    this.part("door").hidden = false;
    this.search.open(list);
    this.#startCamera();
    this.#signals.keepScreenOn(true);
    this.#refresh();
    if (this.pending) {
      this.#scan(this.pending);
      this.pending = null;
    }
  }

  #leave() {
    this.camera.stop();
    this.#signals.keepScreenOn(false);
    this.#list = null;
    this.#hideResult();
    this.part("door").hidden = true;
    this.part("lists").hidden = false;
    this.querySelector("[data-list]")?.focus();
  }

  async #startCamera(other = false) {
    const start = this.querySelector('[data-action="start"]');
    start.hidden = true;
    this.#hint("");
    try {
      await (other ? this.camera.switch() : this.camera.start());
      this.#hint(this.texts("ready"));
      this.querySelector('[data-action="torch"]').hidden = !this.camera.hasTorch;
      this.querySelector('[data-action="switch"]').hidden = !(await this.camera.hasSeveral());
    } catch (error) {
      console.warn(error);
      const why = { NotAllowedError: "camera-denied", NotFoundError: "camera-missing" }[error.name] ?? "camera-busy";
      this.#hint(this.texts(why));
      start.hidden = false;
    }
    this.part("finder").classList.toggle("finder-on", this.camera.running);
  }

  #hint(text) {
    this.part("hint").textContent = text;
  }

  /** Send one scan and show what the server says; a later scan's answer is never covered by an earlier one's. */
  async #scan(text) {
    const [list, turn] = [this.#list, ++this.#turn];
    const scan = {
      token: text.slice(0, 1000),
      nonce: crypto.randomUUID(),
      scanned_at: new Date().toISOString(),
      device: this.#device,
    };
    let answer;
    try {
      const { answers, counts } = await this.#door.scan(list, [scan]);
      [answer] = answers;
      this.#count(counts);
    } catch (error) {
      answer = await this.#without(error, list, scan);
    }
    if (turn === this.#turn) this.#show(answer);
    this.search.refresh();
  }

  async #without(error, list, scan) {
    if (error instanceof SignedOut || error instanceof Unreachable) {
      await this.#queue.add(list, scan);
      this.#network();
      return { status: error instanceof SignedOut ? "signed-out" : "queued" };
    }
    console.warn(error);
    return { status: "failed" };
  }

  #show(answer) {
    const kind = kindOf(answer);
    const words = wordsFor(answer, this.texts);
    const result = this.part("result");
    result.className = `scan-result scan-${kind}`;
    this.part("sign").textContent = SIGNS[kind];
    for (const [part, text] of Object.entries(words)) {
      this.part(part).textContent = text;
      this.part(part).hidden = !text;
    }
    result.hidden = false;
    result.dataset.status = answer.status;
    this.#signals.give(SOUND_OF[kind]);
    clearTimeout(this.#hide);
    this.#hide = setTimeout(() => this.#hideResult(), SHOWN_FOR[kind]);
  }

  #hideResult() {
    clearTimeout(this.#hide);
    this.part("result").hidden = true;
  }

  #count({ admitted, expected }) {
    const text = this.texts("counter", { admitted, expected });
    this.part("counter").textContent = text;
    const link = this.querySelector(`[data-list="${CSS.escape(this.#list ?? "")}"] [data-count]`);
    if (link) link.textContent = text;
  }

  #onNetwork = () => this.#refresh();

  #onVisible = () => {
    if (document.hidden || !this.#list) return;
    this.#signals.keepScreenOn(true);
    if (!this.camera.running && !this.querySelector('[data-action="start"]').hidden) this.#startCamera();
    this.#refresh();
  };

  /** Send what waits, then bring the numbers up to date. */
  async #refresh() {
    if (document.hidden) return;
    try {
      this.#tell(await this.#queue.flush(this.#door));
      if (this.#list) this.#count(await this.#door.counts(this.#list));
      this.reached = true;
    } catch (error) {
      this.reached = !(error instanceof Unreachable);
    }
    this.#network();
  }

  /** Who turned out not to be allowed in, when their scans arrived at last. */
  #tell(sent) {
    const late = sent.filter(({ answer }) => answer.status === "refused" || answer.status === "already");
    if (!late.length) return;
    const names = late.map(({ answer, scan }) => answer.attendee?.name ?? scan.token.slice(-6)).join(", ");
    this.part("note").textContent = this.texts("late-refusal", { names });
  }

  async #network() {
    const n = await this.#queue.size();
    const offline = !navigator.onLine || this.reached === false;
    const parts = [offline ? this.texts("offline") : "", n ? this.texts("waiting", { n }) : ""];
    this.part("network").textContent = parts.filter(Boolean).join(" · ");
    this.part("network").hidden = !offline && !n;
  }
}
