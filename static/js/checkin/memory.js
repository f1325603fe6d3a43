/** What the device remembers between visits: list, device name, sound. */

export function remembered(key) {
  try {
    return localStorage.getItem(`checkin-${key}`);
  } catch {
    return null; // storage is switched off: nothing is remembered
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`checkin-${key}`, value);
  } catch {
    /* as above */
  }
  return value;
}
