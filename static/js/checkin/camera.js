/** A camera shown in a <video>, looked at again and again. Knows nothing of the rest of the page. */
const PAUSE = 60; // ms between looks: quick to the eye, easy on the battery

export class Camera {
  #video;
  #decode = null;
  #stream = null;
  #facing = "environment";
  #run = 0;

  /** `onCode(text, since)` is called for every look that finds a code, also when it is the same as before; `since` (ms) is when the look began. */
  constructor(video, createDecoder, onCode) {
    this.#video = video;
    this.createDecoder = createDecoder;
    this.onCode = onCode;
  }

  get running() {
    return this.#stream !== null;
  }

  /** Throws what getUserMedia throws: NotAllowedError, NotFoundError, NotReadableError. */
  async start() {
    this.stop();
    const run = ++this.#run;
    if (!navigator.mediaDevices) throw new DOMException("no camera", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: this.#facing }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    if (run !== this.#run) {
      stream.getTracks().forEach((track) => track.stop());
      return;
    }
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
    this.#decode ??= await this.createDecoder();
    this.#look(run);
  }

  stop() {
    this.#run += 1;
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#video.srcObject = null;
  }

  /** From the back camera to the front one, or back. */
  async switch() {
    this.#facing = this.#facing === "environment" ? "user" : "environment";
    await this.start();
  }

  async hasSeveral() {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return devices.filter((device) => device.kind === "videoinput").length > 1;
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async setTorch(on) {
    await this.#track?.applyConstraints({ advanced: [{ torch: on }] });
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  async #look(run) {
    while (run === this.#run) {
      if (!document.hidden && this.#video.readyState >= 2) {
        const since = performance.now();
        try {
          const text = await this.#decode(this.#video);
          if (text && run === this.#run) this.onCode(text, since);
        } catch (error) {
          console.warn(error); // one bad frame; the next comes soon
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}
