/**
 * Starred sessions, kept in this browser only: for each edition (its path, "/series/2027/") a list of session codes.
 *
 * starred(edition) → Set of codes · setStar(edition, code, on) · onStars(listener) → a function that ends it; the listener is
 * called after every change, also by another tab. rememberedTicket(edition) → path of the attendee's own page or "", which is
 * kept only where the attendee has said so: rememberTicket(edition, path), with "" to forget it.
 *
 * Where a browser keeps nothing for pages (isKept() is false) there are no stars.
 */
const STARS = "konferens:stars:";
const TICKET = "konferens:ticket:";
const CHANGED = "konferens:stars";

export function isKept() {
  try {
    localStorage.setItem(`${STARS}?`, "");
    localStorage.removeItem(`${STARS}?`);
    return true;
  } catch {
    return false;
  }
}

export function starred(edition) {
  try {
    const codes = JSON.parse(localStorage.getItem(STARS + edition) ?? "[]");
    return new Set(Array.isArray(codes) ? codes.filter((code) => /^[A-Z0-9]{6}$/.test(code)) : []);
  } catch {
    return new Set();
  }
}

export function setStar(edition, code, on) {
  const codes = starred(edition);
  if (on) codes.add(code);
  else codes.delete(code);
  keep(STARS + edition, codes.size ? JSON.stringify([...codes].sort()) : "");
  document.dispatchEvent(new Event(CHANGED));
}

export function onStars(listener) {
  const fromOtherTab = ({ key }) => {
    if (key === null || key.startsWith(STARS)) listener();
  };
  document.addEventListener(CHANGED, listener);
  addEventListener("storage", fromOtherTab);
  return () => {
    document.removeEventListener(CHANGED, listener);
    removeEventListener("storage", fromOtherTab);
  };
}

export function rememberedTicket(edition) {
  try {
    const path = localStorage.getItem(TICKET + edition) ?? "";
    return /^\/tickets\/[\w-]+\/$/.test(path) ? path : "";
  } catch {
    return "";
  }
}

export function rememberTicket(edition, path) {
  keep(TICKET + edition, path);
}

function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // A full or closed store: the star is gone with the page.
  }
}

/** The session code in a link's address, "" where it leads to no session of the edition. */
export function codeOf(link, edition) {
  const start = `${edition}sessions/`;
  return link?.pathname.startsWith(start) ? link.pathname.slice(start.length, start.length + 6) : "";
}
