/** A screen that stays lit while somebody holds it out (https://www.w3.org/TR/screen-wake-lock/). */
export class LitScreen {
  #lock;
  #isWanted = false;

  /** Browsers let go whenever the page is hidden: call it again when it is shown. */
  async keep(isWanted) {
    this.#isWanted = isWanted;
    if (isWanted && document.visibilityState === "visible") {
      try {
        this.#lock = await navigator.wakeLock?.request("screen");
      } catch {
        this.#lock = undefined; // a low battery, say: then it dims, and everything else goes on
      }
    }
    if (this.#isWanted) return; // it may have changed while the browser was asked
    this.#lock?.release();
    this.#lock = undefined;
  }
}
