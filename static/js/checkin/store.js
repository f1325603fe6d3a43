/** What the device keeps in IndexedDB: scans that wait, who it is, its lists, and the people on them. Knows nothing of the page. */
const NAME = "konferens-checkin";
const VERSION = 2;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened;

/** A later version of the app, in another window, needs the store in another form: this page has to become that version. */
function giveWay(db) {
  db.close();
  opened = null;
  dispatchEvent(new Event("checkin-outdated"));
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      const make = (name, options) => db.objectStoreNames.contains(name) || db.createObjectStore(name, options);
      make("scans", { keyPath: "id", autoIncrement: true }); // as version 1 had it: a queue outlives a new version of the app
      make("facts"); // identity; lists; and of each list: cursor, when it was brought up to date, tickets that are elsewhere
      make("tickets", { keyPath: ["list", "token"] });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => giveWay(request.result);
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      if (request.error.name === "VersionError") dispatchEvent(new Event("checkin-outdated"));
      reject(request.error);
    };
  });
  return opened;
}

async function store(name, mode = "readonly") {
  return (await open()).transaction(name, mode).objectStore(name);
}

export async function fact(key) {
  return done((await store("facts")).get(key));
}

export async function keepFact(key, value) {
  return done((await store("facts", "readwrite")).put(value, key));
}

/** Keep a scan for a list; gives its number in the queue. */
export async function addScan(item) {
  return done((await store("scans", "readwrite")).add(item));
}

export async function oldestScans(most) {
  return done((await store("scans")).getAll(null, most));
}

export async function countScans() {
  return done((await store("scans")).count());
}

export async function removeScans(ids) {
  const scans = await store("scans", "readwrite");
  await Promise.all(ids.map((id) => done(scans.delete(id))));
}

const everybody = (list) => IDBKeyRange.bound([list, ""], [list, "\uffff"]);

/** Everybody on a list. */
export async function ticketsOf(list) {
  return done((await store("tickets")).getAll(everybody(list)));
}

/** {cursor, at, elsewhere} of the copy that is kept of a list, undefined where there is none. */
export async function copyOf(list) {
  return fact(`list-${list}`);
}

/** In one transaction: what has changed on a list (see Copy in roster.js), or the whole of it, and how far that is. */
export async function keepCopy(list, { items, gone, full }, copy) {
  const transaction = (await open()).transaction(["tickets", "facts"], "readwrite");
  const tickets = transaction.objectStore("tickets");
  if (full) tickets.delete(everybody(list));
  for (const token of gone) tickets.delete([list, token]);
  for (const item of items) tickets.put({ ...item, list });
  transaction.objectStore("facts").put(copy, `list-${list}`);
  return finished(transaction);
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Somebody came, or was taken back. */
export async function keepTicket(ticket) {
  return done((await store("tickets", "readwrite")).put(ticket));
}

/** Forget the people of all lists but these. */
export async function forgetOthers(lists) {
  const wanted = new Set(lists.map((list) => `list-${list.id}`));
  const kept = await done((await store("facts")).getAllKeys(IDBKeyRange.bound("list-", "list-\uffff")));
  for (const key of kept.filter((each) => !wanted.has(each))) {
    const transaction = (await open()).transaction(["tickets", "facts"], "readwrite");
    transaction.objectStore("tickets").delete(everybody(Number(key.slice("list-".length))));
    transaction.objectStore("facts").delete(key);
    await finished(transaction);
  }
}

/** Forget everything but the scans that wait: the phone has been ended, or is another's now. */
export async function wipe() {
  for (const name of ["tickets", "facts"]) await done((await store(name, "readwrite")).clear());
}
