/** Keeps `details` open while the window is wide, and closed on a phone until asked for. */
export function openOnWide(details, query = "(min-width: 60rem)") {
  if (!details) return;
  const wide = window.matchMedia(query);
  const follow = () => {
    details.open = wide.matches;
  };
  wide.addEventListener("change", follow);
  follow();
}
