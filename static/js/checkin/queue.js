/**
 * Scans that wait for the network, in IndexedDB, so that they outlive the page. Each has its nonce from the moment of the
 * scan; sending it twice counts once. Knows nothing of the page.
 */
const STORE = "scans";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class ScanQueue {
  #opened;

  #open() {
    this.#opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("konferens-checkin", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.#opened;
  }

  async #store(mode) {
    return (await this.#open()).transaction(STORE, mode).objectStore(STORE);
  }

  /** Keep a scan for a list. Resolves when it is stored. */
  async add(list, scan) {
    const store = await this.#store("readwrite");
    await done(store.add({ list, scan }));
  }

  async size() {
    return done((await this.#store("readonly")).count());
  }

  /**
   * Send what waits, oldest first; each is removed once it is answered. Gives [{list, scan, answer}] of those sent.
   * Throws what `door` throws, and then keeps the rest.
   */
  async flush(door, most = 100) {
    const sent = [];
    for (;;) {
      const waiting = await done((await this.#store("readonly")).getAll(null, most));
      if (!waiting.length) return sent;
      const { list } = waiting[0];
      const together = waiting.filter((item) => item.list === list);
      const { answers } = await door.scan(list, together.map((item) => item.scan));
      const store = await this.#store("readwrite");
      await Promise.all(together.map((item) => done(store.delete(item.id))));
      sent.push(...together.map((item, n) => ({ ...item, answer: answers[n] })));
    }
  }
}
