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

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      const make = (name, options) => db.objectStoreNames.contains(name) || db.createObjectStore(name, options);
      make("scans", { keyPath: "id", autoIncrement: true }); // as version 1 had it: a queue outlives a new version of the app
      make("facts"); // identity; lists; and of each list: cursor, when it was brought up to date
      make("tickets", { keyPath: ["list", "token"] });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
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

/** Everybody on a list. */
export async function ticketsOf(list) {
  const range = IDBKeyRange.bound([list, ""], [list, "\uffff"]);
  return done((await store("tickets")).getAll(range));
}

/** In one transaction: take `items` in, all that was there away before where they are the whole list, and the cursor. */
export async function keepTickets(list, items, { full, cursor, at }) {
  const transaction = (await open()).transaction(["tickets", "facts"], "readwrite");
  const finished = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const tickets = transaction.objectStore("tickets");
  if (full) tickets.delete(IDBKeyRange.bound([list, ""], [list, "\uffff"]));
  for (const item of items) {
    if (item.status === "gone") tickets.delete([list, item.token]);
    else tickets.put({ ...item, list });
  }
  transaction.objectStore("facts").put({ cursor, at }, `list-${list}`);
  return finished;
}

/** Somebody came, or was taken back. */
export async function keepTicket(ticket) {
  return done((await store("tickets", "readwrite")).put(ticket));
}

/** Forget everything but the scans that wait: the phone has been ended, or is another's now. */
export async function wipe() {
  for (const name of ["tickets", "facts"]) await done((await store(name, "readwrite")).clear());
}
