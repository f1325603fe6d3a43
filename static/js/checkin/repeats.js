/**
 * Tells a code that is held in front of the camera from one that is shown again.
 *
 * A code counts anew when it has been out of sight for `gap` milliseconds, or has been held for `hold` since it last
 * counted: then somebody means it.
 */
export class Repeats {
  #code = "";
  #counted = 0;
  #seen = 0;

  constructor({ gap = 3000, hold = 5000 } = {}) {
    this.gap = gap;
    this.hold = hold;
  }

  /** Whether `code`, seen at `now` (ms), is a new scan. */
  isNew(code, now) {
    const again = code === this.#code && now - this.#seen < this.gap && now - this.#counted < this.hold;
    this.#seen = now;
    if (again) return false;
    this.#code = code;
    this.#counted = now;
    return true;
  }
}
