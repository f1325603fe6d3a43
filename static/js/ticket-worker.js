/**
 * The service worker of one ticket: it is registered for a ticket's page (/t/TOKEN) or an attendee's own page
 * (/tickets/SECRET/) alone, and keeps that page for when there is no network. Each ticket has a worker and a cache of its own.
 *
 * What is kept is told by the server, in headers of the page:
 *   Offline-Until: the time (HTTP date) until which the page may be kept; one that has passed means that it must be forgotten.
 *   Offline-Copy: the address of the page to keep in its stead. An own page has forms and answers; what is kept is the ticket.
 * A kept page goes with the files that it names. It is shown where the network gives nothing, an error of the server, or
 * nothing within PATIENCE; an address with a query is waited for. 404 and 410 end it, too.
 *
 * Pages that were shown from the copy have its time in data-kept (static/js/elements/kept-ticket.js), and are told when the
 * network's answer comes after all: {changed: boolean}.
 */
const PAGE = registration.scope;
const CACHE = `ticket-1 ${new URL(PAGE).pathname}`;
const PATIENCE = 3000; // ms
const FILE = /^(\/static\/dist\/[^/]+|\/[^/]+\/[^/]+\/look-\d+\.css|\/t\/[^/]+\/qr\.svg)$/;
const NAMED = /(?:href|src)="(\/[^"]+)"/g;
const MARK = 'data-kept=""';

self.addEventListener("install", (event) => {
  event.waitUntil(first());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isPage = request.mode === "navigate" && url.origin + url.pathname === PAGE;
  if (isPage) event.respondWith(page(event, url));
  else if (request.mode === "navigate" && url.searchParams.has("done")) event.waitUntil(look()); // something was saved
  else if (FILE.test(url.pathname)) event.respondWith(file(request));
});

async function first() {
  const response = await fetch(PAGE);
  if (!response.ok || !(await keep(response))) throw new Error("nothing to keep");
  await self.skipWaiting();
}

async function look() {
  await settle(await fetch(PAGE));
}

async function page(event, url) {
  const asked = fetch(event.request);
  const settled = asked.then((response) => settle(response.clone()));
  event.waitUntil(settled.catch(() => {}));
  const patience = url.search ? [] : [new Promise((resolve) => setTimeout(resolve, PATIENCE))];
  try {
    const response = await Promise.race([asked, ...patience]);
    if (response && response.status < 500) return response;
    const copy = await kept();
    if (copy && !response) event.waitUntil(tell(event.resultingClientId, settled));
    return copy ?? (await asked);
  } catch (error) {
    const copy = await kept();
    if (copy) return copy;
    throw error;
  }
}

async function tell(client, settled) {
  const changed = await settled;
  (await self.clients.get(client))?.postMessage({ changed });
}

/** Keeps or forgets by what the server answered. Gives whether there is something to see that the copy doesn't have. */
async function settle(response) {
  if ([404, 410].includes(response.status)) return forget();
  return response.ok ? keep(response) : false;
}

/** Gives whether anything has changed by it; for a page that another is kept for, it always has. */
async function keep(response) {
  const instead = response.headers.get("Offline-Copy");
  const copy = instead ? await fetch(instead, { redirect: "manual" }) : response;
  const until = Date.parse(copy.headers.get("Offline-Until") ?? "");
  if (Number.isNaN(until)) return false;
  if (until <= Date.now()) return forget();
  const text = await copy.text();
  const cache = await caches.open(CACHE);
  const files = [...text.matchAll(NAMED)].map(([, address]) => address).filter((address) => FILE.test(address));
  await Promise.all([...new Set(files)].map((address) => keepFile(cache, address)));
  const before = await (await cache.match(PAGE))?.text();
  const headers = new Headers(copy.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  headers.set("Offline-Since", new Date().toUTCString());
  await cache.put(PAGE, new Response(text, { headers }));
  await tidy(cache, files);
  return Boolean(instead) || text !== before;
}

async function keepFile(cache, address) {
  if (!(await cache.match(address))) await cache.add(address); // a changed file has another name
}

async function tidy(cache, files) {
  const wanted = new Set([PAGE, ...files.map((address) => location.origin + address)]);
  const old = (await cache.keys()).filter(({ url }) => !wanted.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** The copy, marked as one; nothing when there is none that may be shown. */
async function kept() {
  const copy = await (await caches.open(CACHE)).match(PAGE);
  if (!copy) return undefined;
  if (Date.parse(copy.headers.get("Offline-Until")) <= Date.now()) {
    await forget();
    return undefined;
  }
  const since = new Date(copy.headers.get("Offline-Since")).toISOString();
  return new Response((await copy.text()).replace(MARK, `data-kept="${since}"`), { headers: copy.headers });
}

async function file(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

async function forget() {
  await caches.delete(CACHE);
  await registration.unregister();
  return true;
}
