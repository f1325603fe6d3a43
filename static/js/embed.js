/**
 * For other websites: <script src="https://…/embed.js" async></script> and then, where it is to stand,
 * <konferens-programme event="lokalekonomidagarna/2027"></konferens-programme> or <konferens-registration event="…">.
 *
 * Each element holds a frame of our page, as high as its content. What stands inside the element before – a link, say – is
 * what people without scripts see.
 *
 * It is no module on those websites: it must not say import.meta, and keeps its names to itself. Websites that make modules of all
 * scripts, or have it twice because both elements stand there, are served, too.
 */
(() => {
  const script = document.currentScript ?? document.querySelector('script[src$="/embed.js"]');
  const { origin } = new URL(script.src);

  class Framed extends HTMLElement {
    #frame;
    #listen = (message) => {
      if (message.source !== this.#frame?.contentWindow || message.origin !== origin) return;
      const height = Number(message.data?.konferensHeight);
      if (height > 0) this.#frame.style.height = `${Math.ceil(height)}px`;
    };

    connectedCallback() {
      const event = this.getAttribute("event") ?? "";
      if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(event)) {
        console.error(`<${this.localName}>: event="${event}" isn't SERIES/EDITION`);
        return;
      }
      this.#frame = document.createElement("iframe");
      this.#frame.src = `${origin}/${event}/embed/${this.constructor.page}`;
      this.#frame.title = this.getAttribute("title") ?? event;
      this.#frame.loading = "lazy";
      Object.assign(this.#frame.style, { width: "100%", height: "30rem", border: "0", display: "block" });
      window.addEventListener("message", this.#listen);
      this.replaceChildren(this.#frame);
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#listen);
    }
  }

  if (!customElements.get("konferens-programme")) {
    customElements.define("konferens-programme", class extends Framed { static page = "programme"; });
    customElements.define("konferens-registration", class extends Framed { static page = "registration"; });
  }
})();
