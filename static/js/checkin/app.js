/**
 * <checkin-app>: choice of list, camera, search, answers that fill the screen.
 *
 * Attributes: data-texts (JSON, every text it shows), data-wasm (address of the code reader). Its parts are marked with
 * data-part, its buttons with data-action, in templates/checkin/app.html. Remembers list, device name and sound in
 * localStorage. A scan is answered from the device's own copy of the list (Roster) at once, and goes to the server from the
 * queue; where the server knows better, its answer follows. Without a copy the server's answer is waited for.
 */
import { Camera } from "./camera.js";
import { createDecoder } from "./decoder.js";
import { Door, Ended, SignedOut, Unreachable } from "./door.js";
import { ScanQueue } from "./queue.js";
import { Repeats } from "./repeats.js";
import { keepLists, keptLists, Roster } from "./roster.js";
import { Search } from "./search.js";
import { Signals } from "./signals.js";
import { createTexts, kindOf, SHOWN_FOR, SIGNS, SOUND_OF, UNDO_FOR, wordsFor } from "./answers.js";
import { remember, remembered } from "./memory.js";
import { forget, recall, setupCode, setUp } from "./phone.js";
import { showLists } from "./lists.js";
import { listenForTyping } from "./wedge.js";
import { Sale } from "./sale.js";

const SYNC_EVERY = 10_000;

export class CheckinApp extends HTMLElement {
  #door = new Door();
  #queue = new ScanQueue();
  #repeats = new Repeats();
  #roster = new Roster();
  #signals = new Signals();
  #lists = [];
  #list = null;
  #device = "";
  #hide = 0;
  #timer = 0;
  #turn = 0;
  #last = null;
  #stopTyping = () => {};

  connectedCallback() {
    this.texts = createTexts(JSON.parse(this.dataset.texts), document.documentElement.lang);
    this.camera = new Camera(
      this.querySelector("video"),
      () => createDecoder(this.dataset.wasm),
      (text) => !this.sale.isOpen && this.#repeats.isNew(text, performance.now()) && this.#scan(text),
    );
    this.sale = new Sale(this, this.#door, this.texts, (sold) => this.#sold(sold));
    this.search = new Search(this, this.#roster, this.texts, (text) => this.#scan(text));
    this.#settings();
    this.addEventListener("click", this.#onClick);
    this.#stopTyping = listenForTyping((text) => this.#list && !this.sale.isOpen && this.#scan(text));
    addEventListener("online", this.#onNetwork);
    addEventListener("offline", this.#onNetwork);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#timer = setInterval(() => this.#refresh(), SYNC_EVERY);
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

  /** Who this is and which lists there are; then the list of last time at once, and the ticket that led here. */
  async #begin() {
    const ticket = new URL(location.href).searchParams.get("ticket");
    if (ticket) history.replaceState(null, "", "/checkin/");
    this.pending = ticket;
    const code = setupCode();
    if (code) return this.#setUp(code);
    this.phone = await recall(this.#door);
    if (this.phone) this.#device = this.phone.name;
    this.part("device").value = this.#device;
    this.#lists = await keptLists();
    await this.#fetchLists();
    showLists(this, this.#lists, this.texts);
    if (!this.#list) await this.#choose(this.wanted ?? remembered("list") ?? "");
    this.#network();
  }

  async #setUp(code) {
    try {
      const device = await setUp(this.#door, code);
      this.#device = remember("device", device.name);
      location.replace("/checkin/"); // the page that is kept for later
    } catch (error) {
      console.warn(error);
      this.#say(this.texts(error instanceof Unreachable ? "setup-offline" : "setup-failed"));
    }
  }

  async #fetchLists() {
    try {
      const { items } = await this.#door.lists();
      this.#lists = items;
      await keepLists(items);
      this.reached = true;
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** In the choice of lists: a sentence instead of it. */
  #say(text) {
    this.part("unknown").textContent = text;
    this.part("unknown").hidden = !text;
  }

  #onClick = (event) => {
    const link = event.target.closest("[data-list]");
    const button = event.target.closest("[data-action]");
    if (link) {
      event.preventDefault();
      this.#signals.wake();
      this.#choose(link.dataset.list);
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
    undo: () => this.#undo(),
    admit: () => this.#admitAnyway(),
    sell: () => this.sale.start(),
    pay: () => {
      this.#hideResult();
      if (this.#last) this.sale.pay(this.#last.scan.token);
    },
    torch: async (button) => {
      const on = button.getAttribute("aria-pressed") !== "true";
      await this.camera.setTorch(on);
      button.setAttribute("aria-pressed", String(on));
    },
  };

  async #choose(id) {
    const list = this.#lists.find((each) => String(each.id) === String(id));
    this.wanted = String(id); // also where the lists are still on their way
    if (!list) return;
    this.#list = list;
    this.texts.zone = list.time_zone;
    remember("list", String(list.id));
    this.part("name").textContent = list.name;
    this.part("event").textContent = list.event_name;
    this.#count(list);
    this.part("lists").hidden = true;
    this.part("door").hidden = false;
    this.#startCamera();
    this.#signals.keepScreenOn(true);
    await this.#roster.open(list);
    this.search.open();
    this.sale.open(list);
    await this.#refresh();
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

  /**
   * Answer a scan: from the device's copy at once, else when the server has said it. A later scan's answer is never covered
   * by an earlier one's.
   */
  async #scan(text) {
    const [list, turn] = [this.#list, ++this.#turn];
    const scan = {
      token: text.slice(0, 1000),
      nonce: crypto.randomUUID(),
      scanned_at: new Date().toISOString(),
      device: this.#device,
    };
    const own = this.#roster.decide(text, scan.scanned_at);
    if (own && (own.status !== "provisional" || !this.#online)) {
      await this.#answerHere(list, scan, own, turn);
      return;
    }
    let answer;
    try {
      const { answers, counts } = await this.#door.scan(String(list.id), [scan]);
      [answer] = answers;
      this.reached = true;
      this.#count(counts);
      await this.#noted(scan, answer);
    } catch (error) {
      answer = await this.#without(error, list, scan, own);
    }
    if (turn === this.#turn) this.#show(answer, scan);
    this.search.refresh();
    this.#network();
  }

  get #online() {
    return navigator.onLine && this.reached !== false;
  }

  /** Show what the device decides, keep the scan, and let the server know. */
  async #answerHere(list, scan, own, turn) {
    this.#show(own, scan);
    scan.told = own.status;
    if (own.status === "provisional") scan.told = "refused"; // until somebody decides to let them in
    await this.#queue.add(String(list.id), scan);
    if (own.status === "admitted") await this.#roster.note(scan.token, scan.scanned_at, this.#device);
    this.#count(this.#roster.counts);
    this.search.refresh();
    await this.#flush(turn);
    this.#network();
  }

  async #noted(scan, answer) {
    if (answer?.status === "admitted") await this.#roster.note(scan.token, scan.scanned_at, this.#device);
    else if (answer?.first_scan) await this.#roster.note(scan.token, answer.first_scan.scanned_at, answer.first_scan.device);
  }

  async #without(error, list, scan, own) {
    if (error instanceof Ended) {
      await this.#queue.add(String(list.id), scan);
      await this.#failed(error);
      return { status: "ended" };
    }
    if (error instanceof SignedOut || error instanceof Unreachable) {
      this.reached = false;
      await this.#queue.add(String(list.id), { ...scan, told: own ? "refused" : "" });
      if (own && error instanceof Unreachable) return own;
      return { status: error instanceof SignedOut ? "signed-out" : "queued" };
    }
    console.warn(error);
    return { status: "failed" };
  }

  #show(answer, scan = null) {
    const kind = kindOf(answer);
    const words = wordsFor(answer, this.texts, { since: this.#roster.at });
    const result = this.part("result");
    result.className = `scan-result scan-${kind}`;
    this.part("sign").textContent = SIGNS[kind];
    for (const [part, text] of Object.entries(words)) {
      this.part(part).textContent = text;
      this.part(part).hidden = !text;
    }
    this.#last = scan && { scan, list: this.#list };
    this.querySelector('[data-action="admit"]').hidden = answer.status !== "provisional";
    const mayPay = this.sale.canTake(answer.attendee);
    this.querySelector('[data-action="pay"]').hidden = !mayPay;
    result.hidden = false;
    result.dataset.status = answer.status;
    this.#signals.give(SOUND_OF[kind]);
    clearTimeout(this.#hide);
    this.#hide = setTimeout(() => this.#hideResult(), SHOWN_FOR[mayPay ? "provisional" : kind]);
    this.#offerUndo(answer, scan);
  }

  #hideResult() {
    clearTimeout(this.#hide);
    this.part("result").hidden = true;
  }

  /** For ten seconds after an admission, also when its answer is gone from the screen. */
  #offerUndo(answer, scan) {
    const offer = this.part("undo");
    clearTimeout(this.undoing);
    offer.hidden = !scan || answer.status !== "admitted";
    if (offer.hidden) return;
    offer.querySelector("span").textContent = answer.attendee?.name ?? "";
    this.undoing = setTimeout(() => (offer.hidden = true), UNDO_FOR);
  }

  async #undo() {
    const { scan, list } = this.#last ?? {};
    this.part("undo").hidden = true;
    this.#hideResult();
    if (!scan) return;
    try {
      if (!(await this.#queue.take(scan.nonce))) {
        const { counts } = await this.#door.undo(String(list.id), scan.nonce);
        this.#count(counts);
      }
      await this.#roster.note(scan.token, null);
      this.#count(this.#roster.counts);
      this.part("note").textContent = this.texts("undone");
    } catch (error) {
      this.part("note").textContent = this.texts(error instanceof Unreachable ? "undo-offline" : "failed");
    }
    this.search.refresh();
    this.#network();
  }

  /** Let somebody in whom the device doesn't know, without network; the server says later whether that was right. */
  async #admitAnyway() {
    const { scan, list } = this.#last ?? {};
    this.#hideResult();
    if (!scan) return;
    await this.#queue.take(scan.nonce);
    await this.#queue.add(String(list.id), { ...scan, told: "provisional" });
    this.#show({ status: "admitted-provisional" });
    this.#network();
  }

  /** Somebody has paid at the door, and is in. */
  #sold({ answer, counts }) {
    this.#signals.give(SOUND_OF[kindOf(answer)]);
    this.#count(counts);
    this.#refresh();
  }

  #count({ admitted, expected }) {
    const text = this.texts("counter", { admitted, expected });
    this.part("counter").textContent = text;
    const link = this.querySelector(`[data-list="${CSS.escape(String(this.#list?.id ?? ""))}"] [data-count]`);
    if (link) link.textContent = text;
  }

  #onNetwork = () => this.#refresh();

  #onVisible = () => {
    if (document.hidden || !this.#list) return;
    this.#signals.keepScreenOn(true);
    if (!this.camera.running && !this.querySelector('[data-action="start"]').hidden) this.#startCamera();
    this.#refresh();
  };

  /** Send what waits, then bring the copy and the numbers up to date. */
  async #refresh() {
    if (document.hidden) return;
    await this.#flush();
    if (this.#list) {
      try {
        await this.#roster.sync(this.#door);
        this.#count(this.#roster.counts);
        this.search.refresh();
        this.reached = true;
      } catch (error) {
        await this.#failed(error);
      }
    }
    this.#network();
  }

  /** What the server says of what waited; of the scan of `turn`, on the screen where it is another answer than ours. */
  async #flush(turn = 0) {
    try {
      const sent = await this.#queue.flush(this.#door);
      if (sent.length) this.reached = true;
      for (const { scan, answer } of sent) if (answer && scan.told !== "admitted") await this.#noted(scan, answer);
      const last = sent.at(-1);
      const differs = last?.answer && last.scan.told && last.answer.status !== last.scan.told;
      if (turn && turn === this.#turn && differs && last.scan.nonce === this.#last?.scan.nonce) this.#show(last.answer, last.scan);
      else this.#tell(sent);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #failed(error) {
    if (error instanceof Unreachable) this.reached = false;
    if (!(error instanceof Ended)) return;
    await forget(this.#door);
    this.#leave();
    showLists(this, (this.#lists = []), this.texts);
    this.#say(this.texts("ended"));
  }

  /** Who turned out not to be allowed in, when their scans arrived at last. */
  #tell(sent) {
    const late = sent.filter(({ answer, scan }) =>
      scan.told ? answer?.conflict : answer?.status === "refused" || answer?.status === "already",
    );
    if (!late.length) return;
    const names = late.map(({ answer, scan }) => answer.attendee?.name ?? scan.token.slice(-6)).join(", ");
    this.part("note").textContent = this.texts("late-refusal", { names });
  }

  async #network() {
    const n = await this.#queue.size();
    const since = this.#list && !this.#online && this.#roster.at ? this.texts("since", { when: this.texts.when(this.#roster.at) }) : "";
    const parts = [this.#online ? "" : this.texts("offline"), since, n ? this.texts("waiting", { n }) : ""];
    this.part("network").textContent = parts.filter(Boolean).join(" · ");
    this.part("network").hidden = this.#online && !n;
  }
}
