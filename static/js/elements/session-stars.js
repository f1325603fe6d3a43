/**
 * <session-stars data-edition="/series/2027/" data-star="Stjärnmärk" data-starred="Stjärnmärkt" data-mine="Mitt program">
 *
 * Gives each session of the page a star to press: cards (.session-card with a link to the session) a round one, and
 * [data-star="CODE"] a button with words; its data-signup is shown beside a pressed one. Looks again when the page changes.
 */
import { codeOf, isKept, onStars, setStar, starred } from "../lib/stars.js";

const SHAPE = "M12 2.6l2.9 6 6.6.9-4.8 4.6 1.2 6.5L12 17.4l-5.9 3.2 1.2-6.5L2.5 9.5l6.6-.9z";

class SessionStars extends HTMLElement {
  #changes = new MutationObserver(() => this.#decorate());
  #end;

  connectedCallback() {
    if (!isKept()) return;
    this.#end = onStars(() => this.#mark());
    this.#changes.observe(document.querySelector("main"), { childList: true, subtree: true });
    this.#decorate();
  }

  disconnectedCallback() {
    this.#changes.disconnect();
    this.#end?.();
  }

  #decorate() {
    const { edition } = this.dataset;
    let added = false;
    for (const link of document.querySelectorAll(".session-card:not(:has(> .star)) > :is(h2, h3, h4) a")) {
      const code = codeOf(link, edition);
      if (!code) continue;
      const star = this.#button(code, `${this.dataset.star}: ${link.textContent}`);
      star.className = "star no-print";
      link.closest(".session-card").append(star);
      added = true;
    }
    for (const place of document.querySelectorAll("[data-star]:not(:has(> .star-button))")) {
      if (place === this) continue;
      this.#fill(place, edition);
      added = true;
    }
    if (added) this.#mark();
  }

  #fill(place, edition) {
    const star = this.#button(place.dataset.star, "");
    star.className = "button star-button no-print";
    star.append(document.createElement("span"));
    const mine = document.createElement("a");
    mine.className = "star-mine no-print";
    mine.href = `${edition}programme#mine`;
    mine.textContent = this.dataset.mine;
    const hint = document.createElement("span");
    hint.className = "star-hint no-print";
    hint.textContent = place.dataset.signup ?? "";
    place.append(star, mine, hint);
  }

  #button(code, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.code = code;
    if (label) button.setAttribute("aria-label", label);
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("d", SHAPE);
    picture.append(shape);
    button.append(picture);
    button.addEventListener("click", () => {
      setStar(this.dataset.edition, code, button.getAttribute("aria-pressed") !== "true");
    });
    return button;
  }

  #mark() {
    const codes = starred(this.dataset.edition);
    for (const button of document.querySelectorAll(".star, .star-button")) {
      const on = codes.has(button.dataset.code);
      button.setAttribute("aria-pressed", on);
      const words = button.querySelector("span");
      if (!words) continue;
      words.textContent = on ? this.dataset.starred : this.dataset.star;
      for (const shown of button.parentElement.querySelectorAll(".star-mine, .star-hint")) shown.hidden = !on;
    }
  }
}

customElements.define("session-stars", SessionStars);
