/**
 * The service worker of /checkin/. The server puts `self.SHELL`, the addresses of the built files, and `self.BUILD`, which
 * names this version of the app, before this script.
 *
 * Each version has a cache of its own with its page and its files, filled whole before it is used, so that a page is never
 * without what it asks for: files are fetched when they are needed, and earlier versions' are kept until a page of this version
 * has opened. Pages come from the network while there is one, and from the copy of the last visit when there is none. Everything
 * under /checkin/api/ is the page's own business (static/js/checkin/door.js and queue.js).
 */
const PREFIX = "checkin-";
const CACHE = `${PREFIX}${self.BUILD}`;
const PAGE = "/checkin/";
const PATIENCE = 4000; // ms that a page may take before the copy is shown

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(tellPages)));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(built(request));
});

self.addEventListener("message", (event) => {
  if (event.data?.opened === self.BUILD) event.waitUntil(keepPage().then(tidy, tidy));
});

/** Pages of earlier versions are to give way when they can (static/js/checkin/updates.js). */
async function tellPages() {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ build: self.BUILD });
}

/** An update without its page is none: then the version before goes on, with its own. */
async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(self.SHELL);
  const kept = await keepPage().catch(() => false);
  if (!kept && self.registration.active) throw new Error("the page of this version isn't to be had");
}

/** The page of this very version; whether it is kept. */
async function keepPage() {
  const response = await fetch(PAGE, { credentials: "same-origin", redirect: "manual" });
  return keep(response);
}

async function keep(response) {
  const isOurs = response.ok && !response.redirected && response.headers.get("Checkin-Build") === self.BUILD;
  if (isOurs) await (await caches.open(CACHE)).put(PAGE, response);
  return isOurs;
}

/** A page of this version is open: what earlier ones kept can go, once this one can open without network. Not a later one's. */
async function tidy() {
  if (!(await (await caches.open(CACHE)).match(PAGE))) return;
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  if (self.registration.installing || self.registration.waiting) return;
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function page(request) {
  const kept = async () => (await (await caches.open(CACHE)).match(PAGE)) ?? caches.match(PAGE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE) });
    const plain = !new URL(request.url).search; // ?ticket=… is for this one visit
    if (plain) await keep(response.clone());
    if (response.status < 500) return response;
    return (await kept()) ?? response;
  } catch (error) {
    const copy = await kept();
    if (copy) return copy;
    throw error;
  }
}

/** Files never change under their names: any version's copy will do. */
async function built(request) {
  return (await caches.match(request)) ?? fetch(request);
}
