/**
 * openStream(address, {onNews, onSign, onLost}) → {close}: hears of changes of a conference, whatever the network does.
 *
 * onNews(kind, version) is called for 'programme' and 'clock' events, a random moment after they came, so that a thousand
 * phones don't ask all at once; onSign(serverTime: Date) for every sign of life; onLost(since: Date) when there has been none
 * for a while. Where server-sent events don't get through, onNews('poll') comes every half minute instead.
 */
const JITTER = 2_000; // ms
const POLL_EVERY = 30_000;
const SILENCE = 55_000; // the server says something every 20 s
const TRY_AGAIN = 5 * 60_000; // events, while polling

export function openStream(address, { onNews, onSign, onLost }) {
  let source;
  let poll;
  let pending;
  let opened = 0;
  let lastSign = Date.now();
  let version = new URL(address, location).searchParams.get("version");

  const news = (kind) => {
    clearTimeout(pending);
    pending = setTimeout(() => onNews(kind, version), Math.random() * JITTER);
  };

  const sign = (event) => {
    const told = JSON.parse(event.data);
    lastSign = Date.now();
    version = told.version;
    onSign(new Date(told.now));
  };

  const stopPolling = () => {
    clearInterval(poll);
    poll = undefined;
  };

  const open = () => {
    opened = Date.now();
    source?.close();
    const url = new URL(address, location);
    if (version) url.searchParams.set("version", version); // what this page shows by now
    source = new EventSource(url);
    for (const kind of ["hello", "beat"]) source.addEventListener(kind, sign);
    for (const kind of ["programme", "clock"]) {
      source.addEventListener(kind, (event) => {
        sign(event);
        news(kind);
      });
    }
    source.addEventListener("open", stopPolling);
    source.addEventListener("error", () => {
      // EventSource connects anew by itself, except after an answer that isn't a stream.
      if (source.readyState === EventSource.CLOSED) poll ??= setInterval(() => news("poll"), POLL_EVERY);
    });
  };

  const watch = setInterval(() => {
    if (isAsleep() || Date.now() - lastSign < SILENCE) return;
    onLost(new Date(lastSign));
    const patience = poll ? TRY_AGAIN : SILENCE;
    if (Date.now() - opened > patience) open();
  }, 5_000);

  const isAsleep = () => document.visibilityState !== "visible";

  /**
   * A page that nobody sees needs no news, and its connection is one of the six that a browser opens to a server. When it
   * wakes up, or finds the network again, it has missed what was said.
   */
  const wake = () => {
    if (isAsleep()) {
      source.close();
      stopPolling();
      return;
    }
    if (source.readyState !== EventSource.OPEN || Date.now() - lastSign > SILENCE) open();
    news("wake");
  };

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  open();

  return {
    /** What was fetched counts as a sign of life where there are only polls. */
    heard() {
      lastSign = Date.now();
    },
    close() {
      source.close();
      stopPolling();
      clearTimeout(pending);
      clearInterval(watch);
      document.removeEventListener("visibilitychange", wake);
      window.removeEventListener("online", wake);
    },
  };
}
