/**
 * The service worker of /checkin/. The server puts `self.SHELL`, the addresses of the built files, before this script.
 *
 * Pages come from the network while there is one, so that a new version of the app shows at once, and from the copy of the
 * last visit when there is none. Built files never change under their names and come from the copy. Everything under
 * /checkin/api/ is the page's own business (static/js/checkin/door.js and queue.js).
 */
const CACHE = "checkin-shell-1";
const PAGE = "/checkin/";
const PATIENCE = 4000; // ms that a page may take before the copy is shown

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([tidy(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (self.SHELL.includes(url.pathname)) event.respondWith(built(request));
});

self.addEventListener("message", (event) => {
  if (event.data === "keep-page") event.waitUntil(keepPage());
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(self.SHELL);
  await keepPage();
}

async function keepPage() {
  const response = await fetch(PAGE, { credentials: "same-origin", redirect: "manual" });
  if (response.ok) await (await caches.open(CACHE)).put(PAGE, response);
}

/** Files of earlier builds go, since only the page that is kept now can ask for anything. */
async function tidy() {
  const cache = await caches.open(CACHE);
  const wanted = new Set([PAGE, ...self.SHELL]);
  const old = (await cache.keys()).filter((request) => !wanted.has(new URL(request.url).pathname));
  await Promise.all(old.map((request) => cache.delete(request)));
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE) });
    const plain = !new URL(request.url).search; // ?ticket=… is for this one visit
    if (plain && response.ok && !response.redirected) await cache.put(PAGE, response.clone());
    if (response.status < 500) return response;
    return (await cache.match(PAGE)) ?? response;
  } catch (error) {
    const kept = await cache.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function built(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
