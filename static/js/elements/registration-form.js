/**
 * <registration-form> around the attendees of the registration form.
 *
 * Hides add-ons that aren't for the chosen ticket type, and what an attendee is to fill in later, and adds up while people
 * choose; where an invoice needs an address, the fold with it (data-address-over) opens. Without scripts all is there, the button beside the sum adds up, and the server decides in any case.
 */
const kronor = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "SEK", minimumFractionDigits: 0 });

class RegistrationForm extends HTMLElement {
  #form;
  #needsAddress = false;

  connectedCallback() {
    this.#form = this.closest("form");
    this.#form.addEventListener("change", this.#update);
    this.classList.add("attendees-live"); // who an add-on is for needn't be told in words then
    this.#update();
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("change", this.#update);
  }

  #update = () => {
    for (const attendee of this.querySelectorAll(".attendee")) {
      const ticket = attendee.querySelector("input[type=radio][data-price]:checked");
      const type = ticket?.value;
      const chosen = attendee.querySelector("[data-chosen]");
      if (ticket && chosen) chosen.textContent = ticket.closest(".choice-card").querySelector(".choice-card-title").textContent;
      for (const card of attendee.querySelectorAll("[data-for-types].choice-card")) {
        const types = card.dataset.forTypes;
        card.hidden = Boolean(type && types) && !types.split(" ").includes(type);
        if (card.hidden) card.querySelector("input").checked = false;
      }
      const later = attendee.querySelector("input[name$=details_later]");
      const details = attendee.querySelector("[data-details]");
      if (later && details) details.hidden = later.checked;
    }
    this.#addUp();
  };

  #addUp() {
    const quote = this.#form.querySelector("[data-quote]");
    if (!quote) return;
    const chosen = [...this.querySelectorAll("input[data-price]:checked")];
    const total = chosen.reduce((sum, input) => sum + Number(input.dataset.price), 0);
    const lines = chosen.map((input) => {
      const card = input.closest(".choice-card");
      const name = this.#nameFor(input);
      const item = document.createElement("li");
      const what = document.createElement("span");
      what.textContent = (name ? `${name}, ` : "") + card.querySelector(".choice-card-title").textContent;
      const amount = document.createElement("span");
      amount.className = "amount";
      amount.textContent = kronor.format(input.dataset.price / 100);
      item.append(what, " ", amount);
      return item;
    });
    const sum = quote.querySelector(".order-total");
    quote.querySelector(".order-lines").replaceChildren(...lines);
    quote.hidden = !lines.length;
    sum.hidden = false;
    sum.lastElementChild.textContent = kronor.format(total / 100);
    sum.lastElementChild.setAttribute("aria-live", "polite");
    quote.querySelector("button").hidden = true;
    this.#unfoldAddress(total);
  }

  /** Opened once when an address becomes needed; who then folds it is let be. */
  #unfoldAddress(total) {
    const fold = this.#form.querySelector("[data-address-over]");
    const invoice = this.#form.querySelector("[name=payment_method][value=invoice]");
    if (!fold || !invoice) return;
    const needed = total > Number(fold.dataset.addressOver) && (invoice.type === "hidden" || invoice.checked);
    if (needed && !this.#needsAddress) fold.open = true;
    this.#needsAddress = needed;
  }

  #nameFor(input) {
    return input.closest(".attendee").querySelector("input[name$='-name']").value.trim();
  }
}

customElements.define("registration-form", RegistrationForm);
