/**
 * Scans that wait for the network, so that they outlive the page and this version of the app. Each has its nonce from the moment
 * of the scan; sending it twice counts once. Knows nothing of the page.
 */
import { Refused } from "./door.js";
import { readToken } from "./rules.js";
import { addScan, countScans, oldestScans, removeScans } from "./store.js";

const NOT_FOUND = 404;
const INVALID = 422;

export class ScanQueue {
  #sending = null;
  #tried = new Set(); // nonces that the server may know, answered or not
  #taken = new Set(); // nonces that it is never to know

  /** Keep a scan for a list. Resolves with its number when it is stored. */
  add(list, scan) {
    return addScan({ list, scan });
  }

  /** Forget a scan that the server can't know; false where it may, or where it is gone. */
  async take(nonce) {
    if (this.#tried.has(nonce)) return false;
    this.#taken.add(nonce);
    return this.drop(nonce);
  }

  /** Forget a scan that waits; whether it was still there. */
  async drop(nonce) {
    const mine = (await oldestScans()).filter((item) => item.scan.nonce === nonce);
    await removeScans(mine.map((item) => item.id));
    return mine.length > 0;
  }

  /** The tokens whose scans for a list wait. */
  async tokensOf(list) {
    const waiting = await oldestScans();
    return new Set(waiting.filter((item) => item.list === list).map((item) => readToken(item.scan.token)));
  }

  size() {
    return countScans();
  }

  /**
   * Send what waits, oldest first; each is removed once it is answered. Gives [{list, scan, answer}] of those sent; an answer
   * is null for what is kept for review (the phone has been ended). Throws what `door` throws, and then keeps the rest; but
   * what the server won't have of one list keeps nobody else's scans waiting. Two calls at once share one sending.
   */
  flush(door, most = 100) {
    this.#sending ??= this.#send(door, most).finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #send(door, most) {
    const sent = [];
    const closed = new Set();
    for (;;) {
      const waiting = (await oldestScans()).filter(({ list, scan }) => !closed.has(list) && !this.#taken.has(scan.nonce));
      if (!waiting.length) return sent;
      const { list } = waiting[0];
      const together = waiting.filter((item) => item.list === list).slice(0, most);
      if (navigator.onLine) for (const { scan } of together) this.#tried.add(scan.nonce);
      const answers = await this.#answers(door, list, together, closed);
      if (!answers && !closed.has(list)) most = 1; // one of them is what's wrong
      if (!answers) continue;
      await removeScans(together.map((item) => item.id));
      sent.push(...together.map((item, n) => ({ ...item, answer: answers[n] ?? null })));
    }
  }

  /** An answer for each, or null for none yet; a list that isn't this device's any more is `closed` until the next time. */
  async #answers(door, list, together, closed) {
    try {
      return (await door.scan(list, together.map((item) => item.scan), await this.size())).answers ?? [];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const isHopeless = error.status === NOT_FOUND || (error.status === INVALID && together.length === 1);
      if (isHopeless && error.problem.type) return together.map(() => ({ status: "refused", reason: "unknown", conflict: true }));
      if (together.length === 1 || error.status !== INVALID) closed.add(list);
      return null;
    }
  }
}
