/**
 * The conference's tickets that a list isn't for: known by the first 8 bytes of their tokens' SHA-256, so that a phone can
 * refuse them without network and without having anybody's name or token. As konferens/checkin/elsewhere.py makes them.
 */
const BYTES = 8;

export class Elsewhere {
  #keys = new Set();

  /** `text`, base64, is what the server sends, or what `text` gave before; '' for none. */
  constructor(text = "") {
    this.take(text);
  }

  take(text) {
    const bytes = atob(text);
    for (let at = 0; at < bytes.length; at += BYTES) this.#keys.add(bytes.slice(at, at + BYTES));
  }

  get size() {
    return this.#keys.size;
  }

  /** All of them, to be kept. */
  get text() {
    return btoa([...this.#keys].join(""));
  }

  async has(token) {
    return this.#keys.size > 0 && this.#keys.has(await keyOf(token));
  }

  /** Those of `tokens` that are among them. */
  async among(tokens) {
    if (!this.#keys.size) return [];
    const all = [...tokens];
    const keys = await Promise.all(all.map(keyOf));
    return all.filter((_, n) => this.#keys.has(keys[n]));
  }
}

async function keyOf(token) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return String.fromCharCode(...new Uint8Array(digest, 0, BYTES));
}
