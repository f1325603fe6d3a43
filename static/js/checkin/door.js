/** The server's check-in endpoints. Knows nothing of the page. */

/** There is no network, or the server is out of reach: the same request may succeed later. */
export class Unreachable extends Error {}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

/** The server answered and won't do it; `status` is the HTTP status. */
export class Refused extends Error {
  constructor(status) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

const TIMEOUT = 8000;

export class Door {
  constructor(root = "/checkin/api/lists") {
    this.root = root;
  }

  /** {admitted, expected} of a list. */
  counts(list) {
    return this.#ask(`${this.root}/${list}`);
  }

  /** The people of a list whose name matches: [{token, name, type, organisation, status, admitted_at}]. */
  async search(list, words, signal) {
    return (await this.#ask(`${this.root}/${list}/search?q=${encodeURIComponent(words)}`, { signal })).items;
  }

  /** Send scans: {answers, counts}, an answer for each. Sending the same nonces again gives the same answers. */
  scan(list, scans) {
    return this.#ask(`${this.root}/${list}/scans`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(scans),
    });
  }

  async #ask(url, { signal, ...options } = {}) {
    const slow = AbortSignal.timeout?.(TIMEOUT);
    let response;
    try {
      response = await fetch(url, { credentials: "same-origin", redirect: "error", signal: signal ?? slow, ...options });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unreachable(error.message);
    }
    if (response.status === 401) throw new SignedOut();
    if (response.status >= 500 || response.status === 429) throw new Unreachable(`HTTP ${response.status}`);
    if (!response.ok) throw new Refused(response.status);
    return response.json();
  }
}
