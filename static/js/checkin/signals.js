/** What reaches those who don't look at the screen: sound and vibration. And a screen that stays lit. */
import { LitScreen } from "../lib/lit-screen.js";

const SOUNDS = {
  good: [[880, 0, 0.09], [1320, 0.1, 0.16]],
  care: [[660, 0, 0.12], [660, 0.18, 0.12]],
  bad: [[196, 0, 0.22], [147, 0.26, 0.34]],
};
const BUZZES = { good: [60], care: [60, 80, 60], bad: [200, 90, 200] };

export class Signals {
  #audio = null;
  #screen = new LitScreen();
  sound = true;

  /** Call from a tap: browsers let sound out only after one. */
  wake() {
    try {
      this.#audio ??= new AudioContext();
      this.#audio.resume();
    } catch {
      this.#audio = null;
    }
  }

  /** Whether sounds that are wanted can't be heard before somebody has tapped. */
  get isMuted() {
    return this.sound && this.#audio?.state !== "running";
  }

  /** `kind` is good, care or bad. */
  give(kind) {
    navigator.vibrate?.(BUZZES[kind]);
    if (!this.sound || this.#audio?.state !== "running") return;
    for (const [pitch, start, length] of SOUNDS[kind]) this.#tone(pitch, this.#audio.currentTime + start, length, kind);
  }

  #tone(pitch, at, length, kind) {
    const tone = this.#audio.createOscillator();
    const volume = this.#audio.createGain();
    tone.type = kind === "bad" ? "sawtooth" : "sine";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.35, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(at);
    tone.stop(at + length + 0.02);
  }

  /** Keep the screen on while `on`; ask again when the page is shown again. */
  keepScreenOn(on) {
    return this.#screen.keep(on);
  }
}
