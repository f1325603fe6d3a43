/** The server's check-in endpoints. Knows nothing of the page. */

/** There is no network, or the server is out of reach: the same request may succeed later. */
export class Unreachable extends Error {}

/** Nobody is signed in any more. */
export class SignedOut extends Error {}

/** This phone has been ended by the organiser, or its time is over. */
export class Ended extends Error {}

/** The server answered and won't do it; `status` is the HTTP status, `problem` what it says of why (RFC 9457). */
export class Refused extends Error {
  constructor(status, problem = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

const TIMEOUT = 8000;

export class Door {
  /** The phone's own token, or '' where somebody is signed in instead. */
  token = "";

  constructor(root = "/checkin/api") {
    this.root = root;
  }

  /** Set this phone up with the code that it has scanned: {token, device, lists}. */
  claim(code) {
    return this.#send("devices/claim", { code });
  }

  /** {items, server_time, device}: the lists that may be used here. */
  lists() {
    return this.#ask("lists");
  }

  /** {admitted, expected} of a list. */
  counts(list) {
    return this.#ask(`lists/${list}`);
  }

  /**
   * {items, elsewhere, cursor, full}: what has changed on a list since the cursor, everything for ''; `elsewhere` are the
   * conference's tickets that it isn't for (elsewhere.js).
   */
  async tickets(list, cursor) {
    const told = await this.#ask(`lists/${list}/tickets?elsewhere=1&since=${encodeURIComponent(cursor)}`);
    return { elsewhere: "", ...told };
  }

  /** Send scans: {answers, counts}, an answer for each. Sending the same nonces again gives the same answers. */
  scan(list, scans, waiting = 0) {
    return this.#send(`lists/${list}/scans`, scans, {
      "Checkin-Clock": new Date().toISOString(),
      "Checkin-Waiting": String(Math.max(waiting - scans.length, 0)),
    });
  }

  /** Take a scan back that was made just now. */
  undo(list, nonce) {
    return this.#send(`lists/${list}/undo`, { nonce });
  }

  /** {types, payments}: what can be sold for a list; for a `ticket` the add-ons that the list asks for. */
  offer(list, ticket = "") {
    return this.#ask(`lists/${list}/offer${ticket && `?token=${encodeURIComponent(ticket)}`}`);
  }

  /** Sell {type, name, email, payment, key}: the order, with `answer` once it is paid, else with the code to pay with. */
  sell(list, wish) {
    return this.#send(`lists/${list}/sales`, wish);
  }

  /** The money for an order has come, by {method, token}: as `sell`. */
  paid(list, order, how) {
    return this.#send(`lists/${list}/sales/${order}/paid`, how);
  }

  /** Nothing was paid after all; of an add-on by {token, addon}. */
  giveUp(list, order, addition = {}) {
    return this.#send(`lists/${list}/sales/${order}/give-up`, addition);
  }

  /** Sell an add-on, {token, type, payment}: as `sell`. */
  add(list, wish) {
    return this.#send(`lists/${list}/additions`, wish);
  }

  /** Print a ticket's badge, by {token, paper, again}: {url} of its PDF. Refused with 409 when it is printed already. */
  badge(list, wish) {
    return this.#send(`lists/${list}/badges`, wish);
  }

  /** How a ticket that isn't paid can be, by {token, method}: as `sell`. */
  pay(list, ticket) {
    return this.#send(`lists/${list}/payments`, ticket);
  }

  #send(path, body, headers = {}) {
    return this.#ask(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  async #ask(path, { headers = {}, ...options } = {}) {
    const own = this.token ? { Authorization: `Device ${this.token}` } : {};
    let response;
    try {
      response = await fetch(`${this.root}/${path}`, {
        credentials: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout?.(TIMEOUT),
        headers: { ...headers, ...own },
        ...options,
      });
    } catch (error) {
      throw new Unreachable(error.message);
    }
    if (response.status === 401) throw this.token ? new Ended() : new SignedOut();
    if (response.status >= 500 || response.status === 429) throw new Unreachable(`HTTP ${response.status}`);
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    return response.json();
  }
}
