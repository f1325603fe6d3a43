/**
 * Reads QR codes from a video: by the browser's own BarcodeDetector where there is one that knows QR, else by zxing,
 * whose wasm comes from our server.
 */
const SIDE = 720; // pixels looked at; a code of 25 mm is read from half a metre

async function native() {
  if (!("BarcodeDetector" in globalThis)) return null;
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  } catch {
    return null;
  }
}

async function zxing(wasm) {
  const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const options = { formats: ["QRCode"], tryHarder: true, tryInvert: false, maxNumberOfSymbols: 1 };
  return async (video) => {
    const crop = Math.min(video.videoWidth, video.videoHeight);
    if (!crop) return null;
    canvas.width = canvas.height = Math.min(SIDE, crop);
    const x = (video.videoWidth - crop) / 2;
    const y = (video.videoHeight - crop) / 2;
    context.drawImage(video, x, y, crop, crop, 0, 0, canvas.width, canvas.height);
    const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), options);
    return found.find((code) => code.isValid)?.text || null;
  };
}

/** A function from a playing <video> to the text of the QR code in it, or null. `wasm` is the address of zxing's. */
export async function createDecoder(wasm) {
  return (await native()) ?? (await zxing(wasm));
}
