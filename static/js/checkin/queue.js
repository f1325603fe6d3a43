/**
 * Scans that wait for the network, so that they outlive the page. Each has its nonce from the moment of the scan; sending it
 * twice counts once. Knows nothing of the page.
 */
import { addScan, countScans, oldestScans, removeScans } from "./store.js";

export class ScanQueue {
  #sending = null;

  /** Keep a scan for a list. Resolves with its number when it is stored. */
  add(list, scan) {
    return addScan({ list, scan });
  }

  /** Forget a scan that has not been sent; whether it was still there. */
  async take(nonce) {
    const mine = (await oldestScans()).filter((item) => item.scan.nonce === nonce);
    await removeScans(mine.map((item) => item.id));
    return mine.length > 0;
  }

  size() {
    return countScans();
  }

  /**
   * Send what waits, oldest first; each is removed once it is answered. Gives [{list, scan, answer}] of those sent; an answer
   * is null for what is kept for review (the phone has been ended). Throws what `door` throws, and then keeps the rest. Two
   * calls at once share one sending.
   */
  flush(door, most = 100) {
    this.#sending ??= this.#send(door, most).finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #send(door, most) {
    const sent = [];
    for (;;) {
      const waiting = await oldestScans(most);
      if (!waiting.length) return sent;
      const { list } = waiting[0];
      const together = waiting.filter((item) => item.list === list);
      const { answers = [], counts } = await door.scan(list, together.map((item) => item.scan), await this.size());
      await removeScans(together.map((item) => item.id));
      sent.push(...together.map((item, n) => ({ ...item, answer: answers[n] ?? null, counts })));
    }
  }
}
