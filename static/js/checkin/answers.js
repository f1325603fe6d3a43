/** From an answer – the server's or the device's own – to what a person sees and hears. Pure: no page, no network. */

export const SIGNS = { admitted: "✓", left: "→", absent: "→", unpaid: "✓", already: "✕", refused: "✕", queued: "…", provisional: "?", failed: "!" };
export const SOUND_OF = {
  admitted: "good",
  left: "good",
  absent: "care",
  unpaid: "care",
  already: "bad",
  refused: "bad",
  queued: "care",
  provisional: "care",
  failed: "bad",
};

/** How long an answer stays, in ms, unless the next scan or a tap comes first. */
export const SHOWN_FOR = {
  admitted: 2000,
  left: 2000,
  absent: 4000,
  unpaid: 4000,
  already: 5000,
  refused: 5000,
  queued: 2500,
  provisional: 15_000,
  failed: 5000,
};

/** How long an admission can be taken back, in ms. */
export const UNDO_FOR = 10_000;

/** admitted, unpaid, already, refused, queued, provisional or failed; on the `way` out also left, or absent who wasn't inside. */
export function kindOf({ status, attendee }, way = "in") {
  if (way === "out" && (status === "admitted" || status === "already")) return status === "admitted" ? "left" : "absent";
  if (status === "admitted") return attendee?.unpaid ? "unpaid" : "admitted";
  if (status === "admitted-provisional") return "queued";
  if (status === "signed-out" || status === "ended") return "failed";
  return status;
}

/** The texts of the answer's parts; '' for a part that isn't shown. `since`: when the device's copy was made (ISO), where it is what answers; `about`: {scan, list}. */
export function wordsFor(answer, texts, { since = null, about = null } = {}) {
  const { status, reason, attendee, first_scan: first } = answer;
  const kind = kindOf(answer, about?.scan.direction);
  const isOut = kind === "left" || kind === "absent";
  const isInside = about?.list.repeat === "in-out" && (status === "admitted" || status === "already");
  const key = isOut ? kind : status === "refused" ? `refused-${reason}` : isInside ? `inside-${status}` : status;
  const quiet = kind !== "absent" && (status === "already" || status === "admitted");
  return {
    word: texts(key),
    person: attendee?.name ?? "",
    type: attendee ? [attendee.type, attendee.organisation].filter(Boolean).join(" · ") : "",
    remark: status === "admitted" && !isOut ? remarks(attendee, texts) : "",
    detail: first ? cameBefore(first, texts) : quiet ? "" : detail(key, texts, since),
  };
}

/** How many have come, of a list's document with its numbers; or are inside, where it lets in and out. */
export function numbersOf({ repeat, admitted, expected }, texts) {
  return texts(repeat === "in-out" ? "counter-inside" : "counter", { admitted, expected });
}

/** Why; and how old the device's copy is that says so. */
function detail(key, texts, since) {
  const when = since ? texts.when(since) : "";
  return (since && texts(`${key}-since`, { when })) || texts(`${key}-detail`, { when });
}

/** What the door is to know of somebody: money owed, the organisers' own word, and what the list shows of food and access. */
function remarks(attendee, texts) {
  const owes = attendee?.unpaid && attendee.owes ? texts("owes", { amount: kronor(attendee.owes) }) : "";
  return [attendee?.unpaid ? owes || texts("unpaid-note") : "", attendee?.note ?? "", ...Object.values(attendee?.marks ?? {})].filter(Boolean).join(" · ");
}

/** 125000 → '1 250': öre as kronor, with the öre where there are any. */
function kronor(ore) {
  const digits = ore % 100 ? { minimumFractionDigits: 2 } : {};
  return new Intl.NumberFormat("sv-SE", digits).format(ore / 100);
}

function cameBefore(first, texts) {
  const when = texts.when(first.scanned_at);
  return first.device
    ? texts("already-detail", { when, device: first.device })
    : texts("already-detail-nowhere", { when });
}

/**
 * texts(key, values): the text with {values} filled in. texts.when(time): a clock time in `texts.zone`, with the day where
 * it is another one.
 */
export function createTexts(entries, language) {
  const texts = (key, values = {}) =>
    (entries[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => (name in values ? values[name] : ""));
  texts.zone = undefined;
  texts.when = (time) => {
    const zone = { timeZone: texts.zone };
    const moment = new Date(time);
    const digits = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" }).format(moment).split(":");
    const clock = texts("clock", { hours: digits[0], minutes: digits[1] });
    const day = new Intl.DateTimeFormat(language, { ...zone, weekday: "long", day: "numeric", month: "long" });
    return day.format(moment) === day.format(new Date()) ? clock : `${day.format(moment)} ${clock}`;
  };
  return texts;
}
