/**
 * Who this device is: a phone with a token of its own, set up by the code in /checkin/setup#CODE, or a browser that somebody
 * is signed in with. Remembers it in IndexedDB.
 */
import { fact, keepFact, wipe } from "./store.js";
import { keepLists } from "./roster.js";

const SETUP = "/checkin/setup";

/** Whether this page is there to set the phone up. */
export function isSetup() {
  return location.pathname === SETUP;
}

/** The code in the page's address, '' where there is none. It is taken out of the address, and so out of the history. */
export function setupCode() {
  if (!isSetup()) return "";
  const code = location.hash.slice(1);
  history.replaceState(null, "", SETUP);
  return code;
}

/** Claim the phone's token with `code`, for `door` and for good. Throws what `door` throws. */
export async function setUp(door, code) {
  const { token, device, lists } = await door.claim(code);
  await wipe();
  await keepFact("phone", { token, device });
  await keepLists(lists);
  door.token = token;
  return device;
}

/** The phone that this device is, or null; `door` gets its token. */
export async function recall(door) {
  const phone = await fact("phone");
  door.token = phone?.token ?? "";
  return phone?.device ?? null;
}

/** Forget people, lists and token. What waits to be sent stays until it is. */
export async function forget(door) {
  await wipe();
  door.token = "";
}
