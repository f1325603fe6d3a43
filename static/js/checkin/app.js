/**
 * <checkin-app>: choice of list, camera, search, answers that fill the screen.
 *
 * Attributes: data-texts (JSON, every text it shows), data-reader and data-wasm (addresses of the code reader), data-build
 * (names this version of the app). Its parts are marked with data-part, its buttons with data-action, in
 * templates/checkin/app.html. Remembers list, device name and sound in localStorage. A scan is answered from the device's own copy of the list (Roster) at once, and goes to the server from the
 * queue; where the server knows better, its answer follows. Without a copy the server's answer is waited for.
 */
import { createDecoder } from "./decoder.js";
import { Door, Ended, Refused, SignedOut, Unreachable } from "./door.js";
import { Finder } from "./finder.js";
import { ScanQueue } from "./queue.js";
import { Passage } from "./passage.js";
import { Repeats } from "./repeats.js";
import { Result } from "./result.js";
import { keepLists, keptLists, Roster, syncAnother } from "./roster.js";
import { Search } from "./search.js";
import { Settings } from "./settings.js";
import { Signals } from "./signals.js";
import { createTexts, kindOf, numbersOf, SOUND_OF } from "./answers.js";
import { remember, remembered } from "./memory.js";
import { forget, isSetup, recall, setupCode, setUp } from "./phone.js";
import { showLists } from "./lists.js";
import { readToken } from "./rules.js";
import { listenForTyping } from "./wedge.js";
import { Sale } from "./sale.js";
import { Badges } from "./badge.js";
import { Updates, wasTaken } from "./updates.js";

const SYNC_EVERY = 10_000;
const LISTS_EVERY = 60_000;
const IDLE_AFTER = 8000; // ms without a code in sight
const SCAN = "checkin-scan"; // of the measure: from what was read to its answer

export class CheckinApp extends HTMLElement {
  #door = new Door();
  #queue = new ScanQueue();
  #repeats = new Repeats();
  #roster = new Roster();
  #signals = new Signals();
  #lists = [];
  #list = null;
  #timer = 0;
  #turn = 0;
  #busyAt = -Infinity;
  #listsAt = -Infinity;
  #stopTyping = () => {};

  connectedCallback() {
    const { texts, reader, wasm, build } = this.dataset;
    this.texts = createTexts(JSON.parse(texts), document.documentElement.lang);
    this.finder = new Finder(this, this.texts, () => createDecoder({ reader, wasm }), (text, since) => this.#onCode(text, since));
    this.result = new Result(this, this.texts, this.#signals);
    this.sale = new Sale(this, this.#door, this.texts, (sold) => this.#sold(sold));
    this.badges = new Badges(this, this.#door, this.texts);
    this.search = new Search(this, this.#roster, this.texts, (text) => this.#scan(text));
    this.updates = new Updates(build, () => this.#isIdle);
    this.settings = new Settings(this, this.texts, this.#signals);
    this.passage = new Passage(this, () => this.#turned());
    this.addEventListener("click", this.#onClick);
    this.#stopTyping = listenForTyping((text) => this.#list && !this.sale.isOpen && this.#scan(text));
    addEventListener("online", this.#onNetwork);
    addEventListener("offline", this.#onNetwork);
    document.addEventListener("visibilitychange", this.#onVisible);
    this.#timer = setInterval(() => this.#refresh(), SYNC_EVERY);
    this.#begin();
    this.updates.start();
  }

  disconnectedCallback() {
    this.finder.stop();
    this.#stopTyping();
    removeEventListener("online", this.#onNetwork);
    removeEventListener("offline", this.#onNetwork);
    document.removeEventListener("visibilitychange", this.#onVisible);
    clearInterval(this.#timer);
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  /** Whether nobody is being let in, sold to or looked for: the page may be replaced by a later version's. */
  get #isIdle() {
    if (this.sale.isOpen || this.search.isOpen || isSetup()) return false;
    return document.hidden || !this.#list || (!this.result.isOpen && performance.now() - this.#busyAt > IDLE_AFTER);
  }

  #onCode(text, since) {
    this.#busyAt = since;
    if (!this.sale.isOpen && this.#repeats.isNew(text, since)) this.#scan(text, since);
  }

  /** Who this is and which lists there are; then the list of last time at once, and the ticket that led here. */
  async #begin() {
    const ticket = new URL(location.href).searchParams.get("ticket");
    if (ticket) history.replaceState(null, "", "/checkin/");
    this.pending = ticket;
    const code = setupCode();
    if (code) return this.#setUp(code);
    this.phone = await recall(this.#door);
    if (this.phone) this.settings.call(this.phone.name);
    this.#lists = await keptLists();
    const updated = wasTaken();
    await this.#fetchLists();
    showLists(this, this.#lists, this.texts);
    if (!this.#list) await this.#choose(this.wanted ?? remembered("list") ?? "");
    if (updated) this.part("note").textContent = this.texts(this.#signals.isMuted ? "updated-muted" : "updated");
    this.#network();
  }

  async #setUp(code) {
    try {
      const device = await setUp(this.#door, code);
      remember("device", device.name);
      location.replace("/checkin/"); // the page that is kept for later
    } catch (error) {
      console.warn(error);
      this.#say(this.texts(error instanceof Unreachable ? "setup-offline" : "setup-failed"));
    }
  }

  /** The lists that may be used here, with their rules as they are now; what was kept of others is forgotten. */
  async #fetchLists() {
    try {
      const { items } = await this.#door.lists();
      this.#lists = items;
      this.#listsAt = performance.now();
      await keepLists(items);
      this.reached = true;
    } catch (error) {
      await this.#failed(error);
      return;
    }
    const mine = this.#list && this.#lists.find((list) => list.id === this.#list.id);
    if (mine) this.#open(mine);
    else if (this.#list) this.#close();
  }

  /** The list with its rules as they are now. */
  #open(list) {
    this.#list = list;
    this.#roster.renew(list);
    this.passage.open(list);
    this.sale.open(list);
    this.badges.open(list);
    this.part("name").textContent = list.name;
  }

  /** The list that stands open has been ended, or taken from this phone. */
  #close() {
    const { name } = this.#list;
    this.#leave();
    showLists(this, this.#lists, this.texts);
    this.#say(this.texts("list-ended", { name }));
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
    } else if (event.target.closest('[data-part="result"]')) this.result.hide();
  };

  #actions = {
    lists: () => this.#leave(),
    next: () => this.result.hide(),
    start: () => this.finder.start(),
    switch: () => this.finder.start(true),
    torch: () => this.finder.toggleTorch(),
    badge: (button) => {
      this.result.hide();
      this.badges.print(button.closest("[data-badge]") ?? this.part("badge"));
    },
    undo: () => this.#undo(),
    admit: () => this.#admitAnyway(),
    sell: () => this.sale.start(),
    add: () => {
      this.result.hide();
      if (this.result.last) this.sale.add(this.result.last.scan.token);
    },
    pay: () => {
      this.result.hide();
      if (this.result.last) this.sale.pay(this.result.last.scan.token);
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
    this.#say("");
    this.search.clear();
    this.part("lists").hidden = true;
    this.part("door").hidden = false;
    this.passage.open(list);
    this.finder.prompt = this.passage.prompt;
    this.finder.start();
    this.#signals.keepScreenOn(true);
    await this.#roster.open(list);
    this.search.refresh(); // somebody may be typing already
    this.sale.open(list);
    this.badges.open(list);
    await this.#refresh();
    if (this.pending) {
      this.#scan(this.pending);
      this.pending = null;
    }
  }

  /** In became out, or out in: the code in sight may be meant again. */
  #turned() {
    this.#repeats = new Repeats();
    this.result.hide();
    this.finder.say(this.passage.prompt);
    this.search.refresh();
  }

  #leave() {
    this.finder.stop();
    this.passage.leave();
    this.#signals.keepScreenOn(false);
    this.#list = null;
    this.wanted = "";
    this.result.hide();
    this.part("door").hidden = true;
    this.part("lists").hidden = false;
    this.querySelector("[data-list]")?.focus();
    this.updates.take();
  }

  /**
   * Answer a scan: from the device's copy at once, else when the server has said it. A later scan's answer is never covered
   * by an earlier one's. `since` (ms) is when it was read.
   */
  async #scan(text, since = performance.now()) {
    const [list, turn] = [this.#list, ++this.#turn];
    this.#busyAt = performance.now();
    const scan = {
      token: text.slice(0, 1000),
      nonce: crypto.randomUUID(),
      scanned_at: new Date().toISOString(),
      device: this.settings.device,
      direction: this.passage.way,
    };
    const own = await this.#roster.decide(text, scan.scanned_at, scan.direction);
    if (own && (own.attendee || !this.#online)) {
      await this.#answerHere(list, scan, own, turn, since);
      return;
    }
    let answer;
    let before;
    try {
      const { answers, counts } = await this.#door.scan(String(list.id), [scan]);
      [answer] = answers;
      this.reached = true;
      if (list.id === this.#list?.id) this.#count(counts);
      before = await this.#noted(scan, answer);
    } catch (error) {
      answer = await this.#without(error, list, scan, own);
    }
    if (turn === this.#turn) this.#show(answer, { scan, list, before });
    this.search.refresh();
    this.#network();
  }

  get #online() {
    return navigator.onLine && this.reached !== false;
  }

  /** Show what the device decides, keep the scan, and let the server know. */
  async #answerHere(list, scan, own, turn, since) {
    const about = { scan, list };
    const isUnknown = own.status === "provisional";
    const isOut = scan.direction === "out";
    this.#show(isUnknown && isOut ? { status: "queued" } : own, about); // nobody is kept from going out
    performance.clearMeasures(SCAN);
    performance.measure(SCAN, { start: since });
    scan.told = own.status;
    if (isUnknown) scan.told = isOut ? "" : "refused"; // until somebody decides to let them in
    await this.#queue.add(String(list.id), scan);
    if (own.status === "admitted") about.before = await this.#noted(scan, own);
    this.#count(this.#roster.counts);
    this.search.refresh();
    await this.#flush(turn);
    this.#network();
  }

  /** What an answer says of who is in, for the device's copy; gives what the copy had. */
  async #noted(scan, answer) {
    const isKnown = answer?.status === "admitted" || answer?.status === "already";
    if (isKnown && scan.direction === "out") return this.#roster.note(scan.token, null);
    if (answer?.status === "admitted") return this.#roster.note(scan.token, scan.scanned_at, this.settings.device);
    const first = answer?.first_scan;
    return first ? this.#roster.note(scan.token, first.scanned_at, first.device) : null;
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

  #show(answer, about = null) {
    const since = this.#online ? null : this.#roster.at;
    const isOut = about?.scan.direction === "out";
    this.result.show(answer, about, {
      since,
      mayPay: !isOut && this.sale.canTake(answer.attendee),
      mayAdd: !isOut && this.sale.canAdd(answer),
    });
    this.badges.offer(isOut ? { status: "left" } : answer, about?.scan.token);
  }

  async #undo() {
    const { scan, list, before } = this.result.last ?? {};
    this.result.withdrawUndo();
    this.result.hide();
    if (!scan) return;
    try {
      if (!(await this.#queue.take(scan.nonce))) {
        await this.#flush(); // it may be on its way still
        const { counts } = await this.#door.undo(String(list.id), scan.nonce);
        this.#count(counts);
      }
      await this.#roster.note(scan.token, before?.admitted_at ?? null, before?.admitted_by ?? null);
      this.#count(this.#roster.counts);
      this.part("note").textContent = this.texts(scan.direction === "out" ? "undone-out" : "undone");
    } catch (error) {
      this.part("note").textContent = this.texts(error instanceof Unreachable ? "undo-offline" : "failed");
    }
    this.search.refresh();
    this.#network();
  }

  /** Let somebody in whom the device doesn't know, without network; the server says later whether that was right. */
  async #admitAnyway() {
    const { scan, list } = this.result.last ?? {};
    this.result.hide();
    if (!scan) return;
    await this.#queue.drop(scan.nonce);
    await this.#queue.add(String(list.id), { ...scan, told: "provisional" });
    this.#show({ status: "admitted-provisional" });
    this.#network();
  }

  /** Somebody has paid at the door, and is in. */
  async #sold({ answer, counts, ticket }) {
    this.#signals.give(SOUND_OF[kindOf(answer)]);
    this.#count(counts);
    if (ticket && ticket.status !== "gone") await this.#roster.accept(ticket);
    this.#refresh();
  }

  #count(numbers) {
    const text = numbersOf({ ...this.#list, ...numbers }, this.texts);
    this.part("counter").textContent = text;
    const link = this.querySelector(`[data-list="${CSS.escape(String(this.#list?.id ?? ""))}"] [data-count]`);
    if (link) link.textContent = text;
  }

  #onNetwork = () => {
    this.updates.look({ now: true });
    this.#refresh();
  };

  #onVisible = () => {
    this.updates.take();
    if (document.hidden || !this.#list) return;
    this.#signals.keepScreenOn(true);
    this.finder.resume();
    this.#refresh();
  };

  /** Send what waits, then bring lists, copies and numbers up to date; and take a later version of the app where there is one. */
  async #refresh() {
    if (document.hidden) return;
    await this.#flush();
    if (performance.now() - this.#listsAt > LISTS_EVERY) await this.#fetchLists();
    try {
      if (await this.#roster.sync(this.#door, (id) => this.#queue.tokensOf(String(id)))) this.reached = true;
      const isSent = (await this.#queue.size()) === 0; // else the server doesn't know yet who has come
      if (isSent) await syncAnother(this.#door, this.#lists, this.#list?.id, { onlyKept: !this.phone });
    } catch (error) {
      await this.#failed(error);
      if (error instanceof Refused) await this.#fetchLists();
    }
    if (this.#roster.at) this.#count(this.#roster.counts); // without network too: a new day counts anew
    this.search.refresh();
    this.#network();
    if (this.#online) this.updates.look();
    this.updates.take();
  }

  /** What the server says of what waited; of the scan of `turn`, on the screen where it is another answer than ours. */
  async #flush(turn = 0) {
    try {
      const sent = await this.#queue.flush(this.#door);
      if (sent.length) this.reached = true;
      const mine = sent.filter(({ list, answer }) => answer && list === String(this.#list?.id));
      for (const { scan, answer } of new Map(mine.map((each) => [readToken(each.scan.token), each])).values())
        if (scan.told === "admitted") this.#roster.confirm(scan.token);
        else await this.#noted(scan, answer);
      const last = sent.at(-1);
      const differs = last?.answer && last.scan.told && last.answer.status !== last.scan.told;
      if (turn && turn === this.#turn && differs && last.scan.nonce === this.result.last?.scan.nonce) this.#show(last.answer, this.result.last);
      else this.#tell(sent);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #failed(error) {
    if (error instanceof Unreachable) this.reached = false;
    if (!(error instanceof Ended)) return;
    this.reached = true;
    await forget(this.#door);
    this.#leave();
    showLists(this, (this.#lists = []), this.texts);
    this.#say(this.texts("ended"));
  }

  /** Who turned out not to be allowed in, when their scans arrived at last. */
  #tell(sent) {
    const late = sent.filter(({ answer, scan }) =>
      scan.told || scan.direction === "out" ? answer?.conflict : answer?.status === "refused" || answer?.status === "already",
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
