/**
 * <badge-editor data-picture="….png?" data-width="105" data-height="148" data-qr="32" data-help="…" data-place="{name}, {x} …">
 *   [data-part=stage] > img[data-part=picture], img[data-part=long], form with a [data-part=element][data-kind][data-name] for each
 *
 * Lays a handle over each element of the badge's picture: dragged and resized by mouse, pen, finger (interact.js) and keys, it writes
 * millimetres into the element's fields; what is written there moves the handle. The pictures follow a moment later. Nothing leaves
 * the paper, a QR code stays square and at least `data-qr` mm, and what lies upon it is marked.
 */
import interact from "interactjs";

const NUMBERS = ["x", "y", "width", "height", "size"];
const STEP = 0.5; // mm, where a drag ends
const WAIT = 350; // ms after the last change
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const number = (field) => Number(field.value.replace(",", "."));
const written = (value) => String(Math.round(value * 10) / 10);
const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

class BadgeEditor extends HTMLElement {
  #elements = [];
  #interactable = null;
  #timer = 0;

  connectedCallback() {
    const help = this.#part("help");
    help.textContent = this.dataset.help;
    help.hidden = false;
    help.id = "badge-help";
    this.#elements = [...this.querySelectorAll("[data-part=element]")].map((row) => this.#adopt(row));
    this.#elements.forEach((element) => this.#show(element));
    this.#check();
    this.#interactable = interact(".badge-handle", { context: this })
      .draggable({ listeners: { start: this.#start, move: this.#drag, end: this.#end }, ignoreFrom: ".badge-corner" })
      .resizable({ edges: { right: ".badge-corner", bottom: ".badge-corner" }, listeners: { start: this.#start, move: this.#resize, end: this.#end } });
    this.addEventListener("input", this.#input);
    this.addEventListener("change", this.#input);
  }

  disconnectedCallback() {
    this.#interactable?.unset();
    this.removeEventListener("input", this.#input);
    this.removeEventListener("change", this.#input);
    clearTimeout(this.#timer);
    this.#elements.forEach(({ handle }) => handle.remove());
  }

  #part(name) {
    return this.querySelector(`[data-part=${name}]`);
  }

  #adopt(row) {
    const fields = Object.fromEntries(
      [...row.querySelectorAll("input, select")].map((field) => [field.name.replace(/^.*-/, ""), field]),
    );
    const handle = document.createElement("div");
    handle.className = "badge-handle";
    handle.tabIndex = 0;
    handle.setAttribute("role", "group"); // its fields are the control; this is another way to them
    handle.setAttribute("aria-describedby", "badge-help");
    const corner = document.createElement("span");
    corner.className = "badge-corner";
    handle.append(corner);
    const element = { row, fields, handle, kind: row.dataset.kind };
    handle.addEventListener("keydown", (event) => this.#press(event, element));
    handle.addEventListener("focus", () => this.#choose(element));
    handle.addEventListener("click", () => {
      row.open = true;
    });
    row.addEventListener("focusin", () => this.#choose(element));
    this.#part("stage").append(handle);
    return element;
  }

  #box({ fields }) {
    return Object.fromEntries(NUMBERS.slice(0, 4).map((name) => [name, number(fields[name])]));
  }

  /** Keeps a box on the paper, and a QR code square and large enough. */
  #fit(element, box) {
    const [paperWidth, paperHeight] = [Number(this.dataset.width), Number(this.dataset.height)];
    let { width, height } = box;
    if (element.kind === "qr") {
      width = clamp(Math.min(width, height), Number(this.dataset.qr), Math.min(paperWidth, paperHeight));
      height = width;
    }
    width = clamp(width, 3, paperWidth);
    height = clamp(height, 2, paperHeight);
    return { width, height, x: clamp(box.x, 0, paperWidth - width), y: clamp(box.y, 0, paperHeight - height) };
  }

  #set(element, box) {
    for (const [name, value] of Object.entries(this.#fit(element, box))) element.fields[name].value = written(value);
    this.#show(element);
    this.#changed(element);
  }

  #show(element) {
    const { x, y, width, height } = this.#box(element);
    const part = (value, whole) => `${(100 * value) / whole}%`;
    const [paperWidth, paperHeight] = [Number(this.dataset.width), Number(this.dataset.height)];
    Object.assign(element.handle.style, {
      left: part(x, paperWidth),
      top: part(y, paperHeight),
      width: part(width, paperWidth),
      height: part(height, paperHeight),
    });
    // A field of colour lies behind what stands on it.
    element.handle.style.zIndex = element.kind === "colour" ? "0" : "1";
    element.handle.hidden = element.fields.remove.checked;
    const values = { name: element.row.dataset.name, x, y, width, height };
    element.handle.setAttribute("aria-label", this.dataset.place.replace(/\{(\w+)\}/g, (_, name) => String(values[name]).replace(".", ",")));
  }

  #check() {
    const there = this.#elements.filter(({ fields }) => !fields.remove.checked);
    const codes = there.filter(({ kind }) => kind === "qr").map((element) => this.#box(element));
    for (const element of there) {
      const box = this.#box(element);
      const meets = (code) =>
        box.x < code.x + code.width && code.x < box.x + box.width && box.y < code.y + code.height && code.y < box.y + box.height;
      element.handle.classList.toggle("is-wrong", !["qr", "colour"].includes(element.kind) && codes.some(meets));
    }
  }

  #choose(chosen) {
    for (const { handle, row } of this.#elements) {
      handle.classList.toggle("is-chosen", handle === chosen.handle);
      row.classList.toggle("is-chosen", handle === chosen.handle);
    }
  }

  #of(handle) {
    return this.#elements.find((element) => element.handle === handle);
  }

  get #scale() {
    return Number(this.dataset.width) / this.#part("stage").getBoundingClientRect().width;
  }

  #start = ({ target }) => {
    const element = this.#of(target);
    element.held = this.#box(element);
    this.#choose(element);
  };

  #drag = ({ target, dx, dy }) => {
    const element = this.#of(target);
    element.held.x += dx * this.#scale;
    element.held.y += dy * this.#scale;
    this.#set(element, this.#snapped(element.held));
  };

  #resize = ({ target, deltaRect }) => {
    const element = this.#of(target);
    element.held.width += deltaRect.width * this.#scale;
    element.held.height += deltaRect.height * this.#scale;
    this.#set(element, this.#snapped(element.held));
  };

  #end = ({ target }) => {
    target.focus();
  };

  #snapped(box) {
    return Object.fromEntries(Object.entries(box).map(([name, value]) => [name, Math.round(value / STEP) * STEP]));
  }

  #press(event, element) {
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      const step = event.altKey ? 0.1 : 1;
      const box = this.#box(element);
      const [across, down] = event.shiftKey ? ["width", "height"] : ["x", "y"];
      box[across] += arrow[0] * step;
      box[down] += arrow[1] * step;
      if (event.shiftKey && element.kind === "qr") box.width = box.height = arrow[0] ? box.width : box.height;
      this.#set(element, box);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      element.row.open = true;
      element.fields.x.focus();
    }
  }

  #input = (event) => {
    const element = this.#elements.find(({ row }) => row.contains(event.target));
    if (!element) return;
    this.#show(element);
    this.#changed(null);
  };

  /** Others that listen for changes (unsaved-changes) hear of those by handles, too. */
  #changed(element) {
    this.#check();
    element?.fields.x.form.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), WAIT);
  }

  #renew() {
    for (const [part, sample] of [["picture", "short"], ["long", "long"]]) {
      const query = new URLSearchParams({ sample });
      for (const { kind, fields } of this.#elements) {
        if (fields.remove.checked) continue;
        const values = NUMBERS.map((name) => written(number(fields[name])));
        query.append("e", [kind, ...values, fields.align.value, fields.text?.value ?? ""].join("~"));
      }
      this.#part(part).src = this.dataset.picture + query;
    }
  }
}

customElements.define("badge-editor", BadgeEditor);
