/**
 * Reads QR codes with zxing, for browsers whose own detector doesn't. A file of its own, fetched only where it is needed
 * (static/js/checkin/decoder.js); the service worker keeps it and its wasm for use without network.
 */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const SIDE = 720; // pixels looked at; a code of 25 mm is read from half a metre
const OPTIONS = { formats: ["QRCode"], tryHarder: true, tryInvert: false, maxNumberOfSymbols: 1 };

/** A function from a playing <video> to the text of the QR code in the middle of it, or null. `wasm` is zxing's address. */
export async function createReader(wasm) {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const crop = Math.min(video.videoWidth, video.videoHeight);
    if (!crop) return null;
    canvas.width = canvas.height = Math.min(SIDE, crop);
    const x = (video.videoWidth - crop) / 2;
    const y = (video.videoHeight - crop) / 2;
    context.drawImage(video, x, y, crop, crop, 0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), OPTIONS);
    return found.find((code) => code.isValid)?.text || null;
  };
}
