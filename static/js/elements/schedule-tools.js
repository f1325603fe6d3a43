/**
 * What changes how <schedule-editor> looks, and nothing in the programme: size, the track that stands out, on phones the room
 * in sight, and the search among what is parked. Size is remembered on the device.
 */
const SIZE = "schedule-size";

export class Tools {
  #root;
  #board;
  #parts;

  constructor(root, board) {
    this.#root = root;
    this.#board = board;
    const part = (name) => root.querySelector(`[data-${name}]`);
    this.#parts = { zoom: part("zoom"), track: part("highlight"), room: part("room-shown"), search: part("search") };
    root.querySelector(".schedule-tools").hidden = false;
    root.querySelector(".schedule-search").hidden = false;
    const { zoom, track, room, search } = this.#parts;
    zoom.value = remembered() ?? "normal";
    zoom.addEventListener("change", this.#resize);
    track?.addEventListener("change", () => this.apply());
    search.addEventListener("input", () => this.apply());
    room.addEventListener("change", this.#showRoom);
    board.scroll.addEventListener("scroll", this.#followRoom, { passive: true });
    this.#resize();
    this.apply();
  }

  /** After sessions came or went: the same ones stand out, or are found. */
  apply() {
    const track = this.#parts.track?.value ?? "";
    for (const slot of this.#board.slots()) slot.classList.toggle("is-dim", Boolean(track) && slot.dataset.track !== track);
    const words = this.#parts.search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const slot of this.#board.list("parked").children) {
      const text = slot.textContent.toLocaleLowerCase();
      slot.hidden = !words.every((word) => text.includes(word));
    }
  }

  #resize = () => {
    const { value } = this.#parts.zoom;
    this.#root.dataset.size = value;
    try {
      localStorage.setItem(SIZE, value);
    } catch {
      // Not kept then.
    }
  };

  #showRoom = () => {
    const list = this.#board.list(this.#parts.room.value);
    const box = list.getBoundingClientRect();
    const edge = this.#root.querySelector(".schedule-hours").getBoundingClientRect().right;
    this.#board.scroll.scrollBy({ left: box.left - edge });
  };

  /** Where one room fills the page, the choice follows what is swiped to. */
  #followRoom = () => {
    const edge = this.#root.querySelector(".schedule-hours").getBoundingClientRect().right;
    const shown = this.#board.columns().find((list) => {
      const box = list.getBoundingClientRect();
      return box.left + box.width / 2 > edge;
    });
    if (shown) this.#parts.room.value = shown.dataset.place;
  };
}

function remembered() {
  try {
    return localStorage.getItem(SIZE);
  } catch {
    return null;
  }
}
