/**
 * Scanners that type: a burst of keys and Enter, wherever the focus is. People type slower, and into fields.
 */
const BURST = 60; // ms between keys, at most
const SHORTEST = 12;

/** Calls `onCode(text)` for each burst; gives a function that stops listening. */
export function listenForTyping(onCode, target = document) {
  let text = "";
  let last = 0;
  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp;
    if (now - last > BURST) text = "";
    last = now;
    if (event.key === "Enter" && text.length >= SHORTEST) {
      event.preventDefault();
      event.stopPropagation();
      const field = event.target.closest?.("input");
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
