/**
 * <portrait-crop data-input="portrait" data-field="crop" data-zoom="Förstora" data-help="…"><fieldset>…</fieldset></portrait-crop>
 *
 * Shows the picture chosen in the file field `data-input` as a square that is dragged, moved with the arrow keys and
 * enlarged, and writes which part is seen, 'x y zoom', into the hidden field `data-field`: x and y from 0 to 1 move it from
 * the left and upper edge to the others, zoom from 1 on. Without scripts, and for pictures that the browser can't show, the
 * choices inside it are used instead.
 */
const SIDE = 512;
const STEP = 0.02;
const MOST = 4;

class PortraitCrop extends HTMLElement {
  #picture = null;
  #tools = null;
  #canvas = null;
  #zoom = null;
  #x = 0.5;
  #y = 0.4;
  #held = null;

  connectedCallback() {
    this.#input?.addEventListener("change", this.#open);
  }

  disconnectedCallback() {
    this.#input?.removeEventListener("change", this.#open);
    this.#close();
  }

  get #input() {
    return document.getElementById(this.dataset.input);
  }

  get #field() {
    return document.getElementById(this.dataset.field);
  }

  #open = async () => {
    this.#close();
    const [file] = this.#input.files;
    if (!file) return;
    try {
      this.#picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return; // the server may know the format, or says why it doesn't
    }
    this.#x = 0.5;
    this.#y = 0.4;
    this.#build();
    this.#show();
  };

  #close() {
    this.#picture?.close();
    this.#picture = null;
    this.#tools?.remove();
    this.#tools = null;
    for (const choice of this.children) choice.hidden = false;
    if (this.#field) this.#field.value = "";
  }

  #build() {
    for (const choice of this.children) choice.hidden = true;
    this.#tools = document.createElement("div");
    this.#tools.className = "portrait-crop-tools";
    const help = document.createElement("p");
    help.className = "hint";
    help.id = `${this.dataset.field}-help`;
    help.textContent = this.dataset.help;
    this.#canvas = document.createElement("canvas");
    Object.assign(this.#canvas, { width: SIDE, height: SIDE, tabIndex: 0 });
    this.#canvas.setAttribute("role", "application");
    this.#canvas.setAttribute("aria-label", this.dataset.help);
    this.#canvas.addEventListener("pointerdown", this.#take);
    this.#canvas.addEventListener("pointermove", this.#drag);
    this.#canvas.addEventListener("pointerup", this.#drop);
    this.#canvas.addEventListener("pointercancel", this.#drop);
    this.#canvas.addEventListener("keydown", this.#press);
    const label = document.createElement("label");
    label.textContent = this.dataset.zoom;
    this.#zoom = document.createElement("input");
    Object.assign(this.#zoom, { type: "range", min: "1", max: String(MOST), step: "0.05", value: "1" });
    this.#zoom.addEventListener("input", () => this.#show());
    label.append(this.#zoom);
    this.#tools.append(help, this.#canvas, label);
    this.append(this.#tools);
  }

  /** The side of the square that is seen, in pixels of the picture. */
  get #seen() {
    return Math.min(this.#picture.width, this.#picture.height) / Number(this.#zoom.value);
  }

  #show() {
    const { width, height } = this.#picture;
    const seen = this.#seen;
    const context = this.#canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, SIDE, SIDE);
    context.drawImage(this.#picture, (width - seen) * this.#x, (height - seen) * this.#y, seen, seen, 0, 0, SIDE, SIDE);
    this.#field.value = `${this.#x.toFixed(4)} ${this.#y.toFixed(4)} ${Number(this.#zoom.value).toFixed(2)}`;
  }

  /** Moves what is seen by these parts of its own side. */
  #move(right, down) {
    const { width, height } = this.#picture;
    const seen = this.#seen;
    const clamp = (value) => Math.min(Math.max(value, 0), 1);
    if (width > seen) this.#x = clamp(this.#x + (right * seen) / (width - seen));
    if (height > seen) this.#y = clamp(this.#y + (down * seen) / (height - seen));
    this.#show();
  }

  #take = (event) => {
    this.#held = { x: event.clientX, y: event.clientY };
    this.#canvas.setPointerCapture(event.pointerId);
  };

  #drag = (event) => {
    if (!this.#held) return;
    const side = this.#canvas.clientWidth;
    this.#move((this.#held.x - event.clientX) / side, (this.#held.y - event.clientY) / side);
    this.#held = { x: event.clientX, y: event.clientY };
  };

  #drop = () => {
    this.#held = null;
  };

  #press = (event) => {
    const steps = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!steps) return;
    event.preventDefault();
    this.#move(...steps);
  };
}

customElements.define("portrait-crop", PortraitCrop);
