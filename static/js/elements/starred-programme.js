/**
 * <starred-programme data-edition="/series/2027/" data-mine="Mitt program" data-all="Hela programmet"
 *   data-empty="…" data-clash="Krockar med" data-print="Skriv ut" data-save="Spara i min biljett" data-ticket="…">
 *
 * Leads to one's own programme, /series/2027/programme#mine: the starred sessions of the page as a list by day, with those that
 * go on at the same time told. Where this browser remembers a ticket it leads on to the ticket's page, which keeps stars.
 */
import { codeOf, isKept, onStars, rememberedTicket, setStar, starred } from "../lib/stars.js";

const HASH = "#mine";

class StarredProgramme extends HTMLElement {
  #lead;
  #list;
  #end;

  connectedCallback() {
    if (!isKept()) return;
    this.#lead = element("a", "button button-secondary no-print");
    this.#lead.href = `${this.dataset.edition}programme${HASH}`;
    this.#list = element("section", "mine");
    this.#list.setAttribute("aria-labelledby", "mine-title");
    this.append(this.#lead, this.#list);
    this.#end = onStars(() => this.#count());
    addEventListener("hashchange", this.#show);
    this.#show();
  }

  disconnectedCallback() {
    this.#end?.();
    removeEventListener("hashchange", this.#show);
    document.documentElement.classList.remove("only-mine");
  }

  #count() {
    const count = starred(this.dataset.edition).size;
    this.#lead.textContent = `★ ${this.dataset.mine} (${count})`;
    this.#lead.hidden = count === 0 || location.hash === HASH;
  }

  #show = () => {
    const open = location.hash === HASH;
    if (open && location.search) {
      location.replace(this.#lead.href); // a narrowed page doesn't have them all
      return;
    }
    document.documentElement.classList.toggle("only-mine", open);
    this.#list.replaceChildren();
    if (location.pathname + location.search === `${this.dataset.edition}programme`) this.#forgetGone();
    if (open) this.#fill();
    this.#count();
  };

  /** Stars of sessions that are no longer in the programme. */
  #forgetGone() {
    const codes = new Set(this.#cards().map((card) => this.#code(card)));
    for (const code of starred(this.dataset.edition)) if (!codes.has(code)) setStar(this.dataset.edition, code, false);
  }

  #cards() {
    return [...document.querySelectorAll(".programme-day .session-card")].filter((card) => this.#code(card));
  }

  #code(card) {
    return codeOf(card.querySelector(":is(h3, h4) a"), this.dataset.edition);
  }

  #fill() {
    const { edition, mine, all, empty, clash, print, save, ticket } = this.dataset;
    const title = element("h2", "", mine);
    title.id = "mine-title";
    title.tabIndex = -1;
    const back = element("a", "button button-quiet no-print", all);
    back.href = `${edition}programme`;
    back.addEventListener("click", (event) => {
      event.preventDefault();
      history.pushState(null, "", `${edition}programme`);
      this.#show();
    });
    const actions = element("p", "buttons no-print");
    actions.append(back);
    this.#list.append(title, actions);
    const codes = starred(edition);
    const cards = this.#cards().filter((card) => codes.has(this.#code(card)));
    if (!cards.length) {
      this.#list.append(element("p", "notice", empty));
      title.focus();
      return;
    }
    const printing = element("button", "button button-quiet no-print", print);
    printing.type = "button";
    printing.addEventListener("click", () => window.print());
    actions.append(printing);
    const path = rememberedTicket(edition);
    if (path) {
      const saving = element("a", "button button-primary no-print", save);
      saving.href = `${path}#stars`;
      actions.prepend(saving);
    }
    this.#listDays(cards.map(withTimes), clash);
    if (!path) this.#list.append(element("p", "small soft no-print", ticket));
    title.focus();
  }

  #listDays(cards, clash) {
    let day = "";
    let list;
    for (const { card, starts, ends, title } of cards) {
      const heading = card.closest(".programme-day").querySelector("h2").textContent;
      if (heading !== day) {
        list = element("ul", "search-list");
        this.#list.append(element("h3", "", heading), list);
        day = heading;
      }
      const item = element("li");
      const copy = card.cloneNode(true);
      copy.removeAttribute("id");
      copy.querySelector(".star")?.remove();
      item.append(copy);
      const others = cards.filter((other) => other.card !== card && other.starts < ends && starts < other.ends);
      if (others.length) {
        item.append(element("p", "mine-clash", `${clash} ${others.map((other) => other.title).join(", ")}`));
      }
      list.append(item);
    }
  }
}

function withTimes(card) {
  const [starts, ends] = [...card.querySelectorAll("time")].map((time) => Date.parse(time.dateTime));
  return { card, starts, ends: ends ?? starts, title: card.querySelector(":is(h3, h4)").textContent.trim() };
}

function element(name, classes = "", text = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

customElements.define("starred-programme", StarredProgramme);
