/** clockIn(zone, language): a function Date → "09.12" (Swedish) or "09:12", as formats.clock writes it on the server. */
export function clockIn(zone, language = document.documentElement.lang) {
  const format = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const colon = language === "en" ? ":" : ".";
  return (moment) => format.format(moment).replace(":", colon);
}

/**
 * The server's time, as far as it is known: a screen in a hall may have any time. What is known stands at the document, since
 * each bundle has its own copy of this module.
 */
export function serverNow() {
  return new Date(Date.now() + Number(document.documentElement.dataset.clockAhead ?? 0));
}

export function serverTimeIs(moment) {
  document.documentElement.dataset.clockAhead = moment.getTime() - Date.now();
}
