/** The camera's part of the page: the picture, what to do, and the buttons for it. Uses the parts finder and hint, and the actions start, torch and switch. */
import { Camera } from "./camera.js";

const WHY = { NotAllowedError: "camera-denied", NotFoundError: "camera-missing" };

export class Finder {
  /** Names the text that asks for a code. */
  prompt = "ready";

  /** `createDecoder()` gives what reads codes; `onCode(text, since)` is called as Camera says. */
  constructor(app, texts, createDecoder, onCode) {
    Object.assign(this, { app, texts });
    this.camera = new Camera(app.querySelector("video"), createDecoder, onCode);
  }

  async start(other = false) {
    const start = this.#button("start");
    start.hidden = true;
    this.#hint("");
    try {
      await (other ? this.camera.switch() : this.camera.start());
      this.#hint(this.texts(this.prompt));
      this.#button("torch").hidden = !this.camera.hasTorch;
      this.#button("torch").setAttribute("aria-pressed", "false");
      this.#button("switch").hidden = !(await this.camera.hasSeveral());
    } catch (error) {
      console.warn(error);
      this.camera.stop();
      this.#hint(this.texts(WHY[error.name] ?? "camera-busy"));
      start.hidden = false;
    }
    this.app.part("finder").classList.toggle("finder-on", this.camera.running);
  }

  /** Ask for a code with another text, where the camera runs. */
  say(prompt) {
    this.prompt = prompt;
    if (this.camera.running) this.#hint(this.texts(prompt));
  }

  stop() {
    this.camera.stop();
  }

  /** After the page was hidden, which stops cameras: again, where it couldn't be started. */
  resume() {
    if (!this.camera.running && !this.#button("start").hidden) this.start();
  }

  async toggleTorch() {
    const button = this.#button("torch");
    const on = button.getAttribute("aria-pressed") !== "true";
    await this.camera.setTorch(on);
    button.setAttribute("aria-pressed", String(on));
  }

  #button(action) {
    return this.app.querySelector(`[data-action="${action}"]`);
  }

  #hint(text) {
    this.app.part("hint").textContent = text;
  }
}
