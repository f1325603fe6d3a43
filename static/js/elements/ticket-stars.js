/**
 * <ticket-stars hidden data-edition="/series/2027/" data-path="/tickets/SECRET/" data-chosen="CODE CODE">
 *   <form>…<input name="codes">…</form> <p data-none>…</p> <input type="checkbox" data-remember>
 * </ticket-stars>
 *
 * On the attendee's own page: offers to keep the stars of this browser with the ticket, when there are any that it doesn't have
 * (data-count says how many), and to remember the ticket's page in this browser, which is done only when it is ticked.
 */
import { isKept, rememberedTicket, rememberTicket, starred } from "../lib/stars.js";

class TicketStars extends HTMLElement {
  connectedCallback() {
    if (!isKept()) return;
    const { edition, path, chosen } = this.dataset;
    const has = new Set(chosen.split(" "));
    const codes = [...starred(edition)].filter((code) => !has.has(code));
    const form = this.querySelector("form");
    form.hidden = codes.length === 0;
    form.elements.codes.value = codes.join(" ");
    this.querySelector("[data-count]").textContent = codes.length;
    this.querySelector("[data-none]").hidden = codes.length > 0;
    const remember = this.querySelector("[data-remember]");
    remember.checked = rememberedTicket(edition) === path;
    remember.addEventListener("change", () => rememberTicket(edition, remember.checked ? path : ""));
    this.hidden = false;
    if (location.hash === `#${this.id}`) this.scrollIntoView(); // it was hidden when the browser looked for it
  }
}

customElements.define("ticket-stars", TicketStars);
