/**
 * Builds the front end: static/css/*.css and static/js/*.js (top level only; what they import is bundled into them), the
 * files they point at (fonts, pictures), static/img/** and the barcode reader's wasm → static/dist/, under
 * content-hashed names, with .br and .gz siblings.
 *
 * static/dist/manifest.json tells which file a source became: {"css/app.css": "app-1A2B3C4D.css", …}. Keys are
 * "css/NAME.css", "js/NAME.js", "fonts/NAME.woff2", "img/PATH" and "zxing/reader.wasm".
 *
 * Usage: node build.mjs [--watch]
 */
import { createHash } from "node:crypto";
import { existsSync, watch } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, "static");
const dist = join(source, "dist");
// Imported by entry points, and nothing by themselves.
const PARTS = new Set(["base.css", "fonts.css", "print.css", "tokens.css", "utilities.css"]);
const COPIED = { "zxing/reader.wasm": "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm" };
// woff2 is compressed already; pictures other than SVG too.
const COMPRESSIBLE = new Set([".css", ".js", ".svg", ".wasm", ".json", ".webmanifest"]);
const KEPT = 24 * 60 * 60 * 1000; // ms since they were last built

async function entryPoints() {
  const found = [];
  for (const kind of ["css", "js"]) {
    if (!existsSync(join(source, kind))) continue;
    for (const file of await readdir(join(source, kind), { withFileTypes: true })) {
      const wanted = file.isFile() && extname(file.name) === `.${kind}` && !PARTS.has(file.name);
      if (wanted) found.push(join(source, kind, file.name));
    }
  }
  return found.sort();
}

async function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map((e) => (e.isDirectory() ? filesUnder(join(folder, e.name)) : [join(folder, e.name)]));
  return (await Promise.all(nested)).flat().sort();
}

async function bundle(out) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: await entryPoints(),
    outdir: out,
    bundle: true,
    minify: true,
    format: "esm",
    // Phones from about 2022 on; @layer sets the floor.
    target: ["chrome99", "firefox97", "safari15.4"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file", ".webp": "file" },
    metafile: true,
    logLevel: "warning",
  });
  const manifest = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const inputs = Object.keys(output.inputs);
    if (output.entryPoint) manifest[relative("static", output.entryPoint)] = basename(path);
    else if (extname(path) === ".woff2") manifest[`fonts/${fontName(inputs[0])}`] = basename(path);
  }
  return manifest;
}

/** "…/young-serif-latin-400-normal.woff2" → "young-serif.woff2" */
function fontName(path) {
  return basename(path).replace(/-latin-\d+-normal/, "");
}

async function copyHashed(out, from, extension = extname(from)) {
  const bytes = await readFile(from);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const name = `${basename(from, extname(from))}-${hash}${extension}`;
  await writeFile(join(out, name), bytes);
  return name;
}

async function compress(path) {
  const bytes = await readFile(path);
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, best));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** Files of earlier builds: pages that are open, and a server that hasn't been restarted yet, still ask for them. */
async function keepEarlier(out) {
  if (!existsSync(dist)) return;
  for (const name of await readdir(dist)) {
    const { mtimeMs } = await stat(join(dist, name));
    if (mtimeMs < Date.now() - KEPT || existsSync(join(out, name))) continue;
    await cp(join(dist, name), join(out, name), { preserveTimestamps: true });
  }
}

async function run() {
  // Built beside and moved into place, so that a server never meets half a build.
  const out = join(source, `.dist-${process.pid}`);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  try {
    const manifest = await bundle(out);
    for (const [key, from] of Object.entries(COPIED)) manifest[key] = await copyHashed(out, join(root, from));
    for (const file of await filesUnder(join(source, "img"))) {
      manifest[relative(source, file)] = await copyHashed(out, file);
    }
    const built = (await readdir(out)).filter((name) => COMPRESSIBLE.has(extname(name)));
    await Promise.all(built.map((name) => compress(join(out, name))));
    const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
    await writeFile(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
    await keepEarlier(out);
    await rm(dist, { recursive: true, force: true });
    await rename(out, dist);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

await run();
if (process.argv.includes("--watch")) {
  let pending;
  watch(source, { recursive: true }, (_event, name) => {
    if (!name || name.startsWith("dist") || name.startsWith(".dist")) return;
    clearTimeout(pending);
    pending = setTimeout(() => run().catch((error) => console.error(error.message)), 100);
  });
}
