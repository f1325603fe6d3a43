/** What the volunteer sets: the device's name and its sound. Remembers both; uses the parts device and sound. */
import { remember, remembered } from "./memory.js";

export class Settings {
  constructor(app, texts, signals) {
    this.app = app;
    const code = () => Math.random().toString(36).slice(2, 4).toUpperCase();
    this.device = remembered("device") ?? remember("device", texts("device", { code: code() }));
    signals.sound = remembered("sound") !== "off";
    const [device, sound] = [app.part("device"), app.part("sound")];
    device.value = this.device;
    sound.checked = signals.sound;
    device.addEventListener("change", () => {
      if (device.value.trim()) this.device = remember("device", device.value.trim());
      device.value = this.device;
    });
    sound.addEventListener("change", () => {
      signals.sound = sound.checked;
      remember("sound", sound.checked ? "on" : "off");
    });
  }

  /** The name that the organisers have given this phone. */
  call(name) {
    this.device = this.app.part("device").value = name;
  }
}
