/**
 * Reads QR codes from a video: by the browser's own BarcodeDetector where there is one that knows QR, else by zxing, which is
 * fetched only then.
 *
 * A detector of the browser's can be there and not work: it throws while its service is missing, or it finds nothing. So
 * zxing takes over from one that throws; and after PATIENCE without a find it is asked too, now and then, and takes over from
 * one that has missed what zxing saw.
 */
const PATIENCE = 4000; // ms
const SECOND_OPINION = 1000; // ms between them
const FAILURES = 3; // in a row
const MISSES = 2;

/** The browser's own detector as a function from a <video> to a text or null; null where there is none that knows QR. */
async function native() {
  try {
    if (!(await globalThis.BarcodeDetector?.getSupportedFormats())?.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue || null;
  } catch {
    return null;
  }
}

/**
 * A function from a playing <video> to the text of the QR code in it, or null. `reader` is the address of
 * checkin-reader.js, `wasm` that of zxing's own file. Throws where neither can be had.
 */
export async function createDecoder({ reader, wasm }, clock = () => performance.now()) {
  const own = await native();
  let loading = null;
  const zxing = () => {
    loading ??= import(reader).then((module) => module.createReader(wasm));
    loading.catch(() => (loading = null)); // out of reach just now: asked for again
    return loading;
  };
  if (!own) return zxing();
  return watched(own, zxing, clock);
}

/** `own`, as long as it does its work; then what `zxing()` gives. */
function watched(own, zxing, clock) {
  let [failures, misses, foundAt, askedAt] = [0, 0, clock(), 0];
  let useOwn = true;

  async function look(video) {
    try {
      const text = await own(video);
      failures = 0;
      return text;
    } catch (error) {
      failures += 1;
      if (failures === 1) console.warn(error);
      if (failures >= FAILURES) useOwn = false;
      return null;
    }
  }

  return async (video) => {
    if (!useOwn) return (await zxing())(video);
    const text = await look(video);
    if (text) foundAt = clock();
    if (text || clock() - foundAt < PATIENCE || clock() - askedAt < SECOND_OPINION) return text;
    askedAt = clock();
    const seen = await (await zxing())(video);
    if (seen && (misses += 1) >= MISSES) useOwn = false;
    return seen;
  };
}
