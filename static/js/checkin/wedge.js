/**
 * Scanners that type: a burst of keys and Enter, wherever the focus is. People type slower, and into fields.
 */
// Milliseconds between keys, at most: people type names into fields, and nothing beside them.
const BURST_IN_FIELD = 50;
const BURST = 500;
const SHORTEST = 12;
const FIELD = "input:not([type=radio], [type=checkbox])"; // where words are written

/** Calls `onCode(text)` for each burst; gives a function that stops listening. */
export function listenForTyping(onCode, target = document) {
  let text = "";
  let last = 0;
  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp;
    const field = event.target.closest?.(FIELD);
    if (now - last > (field ? BURST_IN_FIELD : BURST)) text = "";
    last = now;
    if (event.key === "Enter" && text.length >= SHORTEST) {
      event.preventDefault();
      event.stopPropagation();
      if (field) {
        field.value = field.value.replace(text, "");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      onCode(text);
      text = "";
    } else if (event.key.length === 1) text += event.key;
  };
  target.addEventListener("keydown", onKey, true);
  return () => target.removeEventListener("keydown", onKey, true);
}
